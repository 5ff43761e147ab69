"""From API Gateway's event to a contract's route and back (HTTP API, payload format 2.0)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from pydantic import BaseModel

from quire.domain.ports import World
from quire.domain.rate import Passage, Rate
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call, Unparsable
from quire.http.telemetry import log
from quire.service.checks import utf8_size
from quire.service.credentials import authenticate
from quire.service.wait import ANSWER_MS

Handle = Callable[[Call], Answer | Refusal]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of a contract, and what its OpenAPI says of it.

    Attributes:
        path: as in `/v1/files/<file_id>`.
        handle: its name is the operation's id, the first line of its docstring the summary.
        rate: the documented limit of one key on this route, or, where `per` names a value of the path, on each of its
            values.
        asks: the model of a JSON body.
        form: the model of a multipart body's fields, beside its `files`. With `asks` too, either will do.
        files: the fields of a multipart body that hold files; one that may come several times ends with `[]`.
        query: the model of the query's parameters.
        headers: the model of the headers that are read, by their names as aliases.
        says: by status, what it answers: a type that pydantic knows, as JSON; None: no body; a media type: its bytes.
            Refusals are the contract's, and are not named.
    """

    method: str
    path: str
    handle: Handle
    rate: Rate | None = None
    per: str | None = None
    asks: Any = None
    form: type[BaseModel] | None = None
    files: Sequence[str] = ()
    query: type[BaseModel] | None = None
    headers: type[BaseModel] | None = None
    says: Mapping[int, Any] = field(default_factory=dict)


class Contract(Protocol):
    """What only a contract can say."""

    @property
    def name(self) -> str: ...

    @property
    def routes(self) -> Sequence[Route]: ...

    @property
    def rate(self) -> Rate | None:
        """The documented limit of one key on all routes together."""
        ...

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """The API key among the headers (lower-case names)."""
        ...

    def refuse(self, refusal: Refusal) -> Answer:
        """A refusal in this contract's words: status, envelope, headers."""
        ...

    def limits(self, passage: Passage, now: int) -> Mapping[str, str]:
        """The headers that tell of a rate limit; Retry-After is the edge's."""
        ...


def answer(contract: Contract, world: World, event: Mapping[str, Any]) -> dict[str, Any]:
    """API Gateway's event in, its answer out; whatever happens, in the contract's envelope. HEAD is answered as GET,
    without the body; a slash at a path's end makes no other path."""
    request_id = str(event["requestContext"].get("requestId", ""))
    head = _method(event) == "HEAD"
    try:
        return _event_of(_route(contract, world, event), request_id, head=head)
    except Unparsable as unparsable:
        said = contract.refuse(unparsable.refusal)
    except Exception as fault:  # noqa: BLE001 - a caller gets an envelope, whatever broke
        log("fault", fault=fault, metric="Faults")
        said = contract.refuse(Refusal(Kind.INTERNAL_ERROR, "An unexpected error: ask again."))
    return _event_of(said, request_id, head=head)


def _method(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["http"]["method"])


def _route(contract: Contract, world: World, event: Mapping[str, Any]) -> Answer:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if _is_preflight(event, headers):
        return Answer(204)
    # HEAD answers as GET does, without a body, and a path with a slash at its end is the one without.
    method = "GET" if _method(event) == "HEAD" else _method(event)
    path = str(event["rawPath"]).removesuffix("/")
    matching = [(route, found) for route in contract.routes if (found := _pattern(route.path).fullmatch(path))]
    route, found = next(((r, m) for r, m in matching if r.method == method), (None, None))
    query = event.get("queryStringParameters") or {}
    who = authenticate(world, contract.credential(headers))
    if isinstance(who, Refusal):
        return contract.refuse(who)
    # An event's JSON can name half of a surrogate pair, which no encoding has.
    if None in map(utf8_size, (path, *headers.values(), *query, *query.values())):
        return contract.refuse(Refusal(Kind.INVALID_REQUEST, "The request is not in UTF-8."))
    if route is None or found is None:
        kind = Kind.METHOD_NOT_ALLOWED if matching else Kind.NOT_FOUND
        allowed = {"allow": _allowed(other.method for other, _ in matching)}
        message = f"{_method(event)} {event['rawPath'][:200]} is not offered here."
        return contract.refuse(Refusal(kind, message, allowed if matching else {}))
    tenant, key = who
    if key.contracts is not None and contract.name not in key.contracts:
        return contract.refuse(Refusal(Kind.FORBIDDEN, "This API key may not use this contract: use another key."))
    passage = _passage(contract, world, route, found.groupdict(), tenant.rate_factor, key.digest)
    headers_of = partial(_with_limits, contract, passage, world.clock())
    if passage and not passage.allowed:
        return headers_of(contract.refuse(Refusal(Kind.RATE_LIMITED, "Too many requests: wait as Retry-After says.")))
    call = Call(
        world=world,
        tenant=tenant,
        key=key,
        path=found.groupdict(),
        query=query,
        headers=headers,
        body=_body(event, headers),
        answer_by=_arrived(event, world.clock()) + ANSWER_MS,
    )
    try:
        said = route.handle(call)
    except Unparsable as unparsable:
        said = unparsable.refusal
    return headers_of(contract.refuse(said) if isinstance(said, Refusal) else said)


def _arrived(event: Mapping[str, Any], now: int) -> int:
    """When the request reached the gateway, in milliseconds since 1970: a slow start of ours came after."""
    return min(now, int(event["requestContext"].get("timeEpoch", now)))


def _is_preflight(event: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """What a browser asks before a page of another origin may call us (Fetch, "CORS-preflight request"). It brings no
    key. The gateway answers it, or adds to an answer of 204 what the stack's parameter allows: which of the two, AWS
    leaves open where a route is of any method."""
    return _method(event) == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def _allowed(methods: Iterable[str]) -> str:
    """The methods of a path as the header Allow says them."""
    known = set(methods)
    return ", ".join(sorted(known | ({"HEAD"} if "GET" in known else set())))


def _passage(
    contract: Contract, world: World, route: Route, path: Mapping[str, str], factor: int, digest: str
) -> Passage | None:
    """What the narrowest limit says; a request that the wide one refuses does not use up the narrow one."""
    key = f"{digest}#{contract.name}"
    one = f"#{hashlib.sha256(path[route.per].encode()).hexdigest()}" if route.per else ""  # a row's key is bounded
    limits = [(key, contract.rate), (f"{key}#{route.method} {route.path}{one}", route.rate)]
    passage: Passage | None = None
    for bucket, rate in limits:
        if rate:
            passage = world.tenants.pass_rate(bucket, rate.scaled(factor), world.clock())
            if not passage.allowed:
                break
    return passage


def _with_limits(contract: Contract, passage: Passage | None, now: int, said: Answer) -> Answer:
    if passage is None:
        return said
    retry = {} if passage.allowed else {"retry-after": seconds(passage.retry_after_ms)}
    return Answer(said.status, said.body, {**said.headers, **contract.limits(passage, now), **retry})


def seconds(milliseconds: int) -> str:
    """Whole seconds, rounded up, as headers say them."""
    return str(-(-milliseconds // 1000))


def limits_from_now(passage: Passage, _now: int) -> Mapping[str, str]:
    """The common form of `Contract.limits`: X-RateLimit-Reset counts seconds from now."""
    return _limits(passage, seconds(passage.reset_ms))


def limits_until(passage: Passage, now: int) -> Mapping[str, str]:
    """`Contract.limits` where X-RateLimit-Reset is a time, in seconds since 1970."""
    return _limits(passage, seconds(now + passage.reset_ms))


def _limits(passage: Passage, reset: str) -> Mapping[str, str]:
    return {
        "x-ratelimit-limit": str(passage.limit),
        "x-ratelimit-remaining": str(passage.remaining),
        "x-ratelimit-reset": reset,
    }


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))


def _body(event: Mapping[str, Any], headers: Mapping[str, str]) -> bytes:
    body = event.get("body") or ""
    encoding = headers.get("content-encoding", "").strip().lower()
    if body and encoding not in ("", "identity"):
        message = f"A body is taken as it is: send it without Content-Encoding ({encoding[:40]})."
        raise Unparsable(Refusal(Kind.UNSUPPORTED_ENCODING, message))
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")  # which no parser takes for text
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:  # binascii.Error, and what is not ASCII
        raise Unparsable(Refusal(Kind.INVALID_REQUEST, "The body is not what its encoding says.")) from error


def _event_of(said: Answer, request_id: str, *, head: bool) -> dict[str, Any]:
    headers = {"content-type": "application/json"} if said.body is not None else {}
    headers |= {"x-request-id": request_id, "cache-control": "no-store", **said.headers}
    text = headers.get("content-type", "").startswith(("application/json", "text/"))
    body = b"" if head else _bytes_of(said)
    return {
        "statusCode": said.status,
        "headers": headers,
        "body": body.decode() if text else base64.b64encode(body).decode(),
        "isBase64Encoded": not text and bool(body),
    }


def _bytes_of(said: Answer) -> bytes:
    if isinstance(said.body, BaseModel):
        return said.body.model_dump_json(by_alias=True).encode()
    if isinstance(said.body, bytes):
        return said.body
    return b"" if said.body is None else json.dumps(said.body).encode()
