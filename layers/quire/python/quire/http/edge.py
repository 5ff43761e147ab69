"""From API Gateway's event to a contract's route and back (HTTP API, payload format 2.0)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from quire.domain.ports import World
from quire.domain.rate import Passage, Rate
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call, Unparsable
from quire.http.telemetry import log
from quire.service.credentials import authenticate

Handle = Callable[[Call], Answer | Refusal]


@dataclass(frozen=True, slots=True)
class Route:
    """`path` as in `/v1/files/<file_id>`; `rate` is the documented limit of one key on this route."""

    method: str
    path: str
    handle: Handle
    rate: Rate | None = None


class Contract(Protocol):
    """What only a contract can say."""

    @property
    def name(self) -> str: ...

    @property
    def routes(self) -> Sequence[Route]: ...

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """The API key among the headers (lower-case names)."""
        ...

    def refuse(self, refusal: Refusal) -> Answer:
        """A refusal in this contract's words: status, envelope, headers."""
        ...


def answer(contract: Contract, world: World, event: Mapping[str, Any]) -> dict[str, Any]:
    """API Gateway's event in, its answer out; whatever happens, in the contract's envelope."""
    request_id = str(event["requestContext"].get("requestId", ""))
    try:
        said = _route(contract, world, event)
    except Unparsable as unparsable:
        said = contract.refuse(unparsable.refusal)
    except Exception as fault:  # noqa: BLE001 - a caller gets an envelope, whatever broke
        log("fault", fault=fault, metric="Faults")
        said = contract.refuse(Refusal(Kind.INTERNAL_ERROR, "An unexpected error: ask again."))
    return _event_of(said, request_id)


def _route(contract: Contract, world: World, event: Mapping[str, Any]) -> Answer:
    method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    matching = [(route, found) for route in contract.routes if (found := _pattern(route.path).fullmatch(path))]
    route, found = next(((r, m) for r, m in matching if r.method == method), (None, None))
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    who = authenticate(world, contract.credential(headers))
    if isinstance(who, Refusal):
        return contract.refuse(who)
    if route is None or found is None:
        kind = Kind.METHOD_NOT_ALLOWED if matching else Kind.NOT_FOUND
        allowed = {"allow": ", ".join(sorted({other.method for other, _ in matching}))}
        return contract.refuse(Refusal(kind, f"There is no {method} {path[:200]}.", allowed if matching else {}))
    tenant, key = who
    passage = _passage(contract, world, route, tenant.rate_factor, key.digest)
    if passage and not passage.allowed:
        limited = Refusal(Kind.RATE_LIMITED, "Too many requests: wait as Retry-After says.")
        return _with_headers(contract.refuse(limited), passage)
    call = Call(
        world=world,
        tenant=tenant,
        key=key,
        path=found.groupdict(),
        query=event.get("queryStringParameters") or {},
        headers=headers,
        body=_body(event),
    )
    said = route.handle(call)
    return _with_headers(contract.refuse(said) if isinstance(said, Refusal) else said, passage)


def _passage(contract: Contract, world: World, route: Route, factor: int, digest: str) -> Passage | None:
    if route.rate is None:
        return None
    bucket = f"{digest}#{contract.name}#{route.method} {route.path}"
    return world.tenants.pass_rate(bucket, route.rate.scaled(factor), world.clock())


def _with_headers(said: Answer, passage: Passage | None) -> Answer:
    if passage is None:
        return said
    headers = {
        "x-ratelimit-limit": str(passage.limit),
        "x-ratelimit-remaining": str(passage.remaining),
        "x-ratelimit-reset": str(-(-passage.reset_ms // 1000)),
    }
    if not passage.allowed:
        headers["retry-after"] = str(-(-passage.retry_after_ms // 1000))
    return Answer(said.status, said.body, {**said.headers, **headers})


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise Unparsable(Refusal(Kind.INVALID_REQUEST, "The body is not what its encoding says.")) from error


def _event_of(said: Answer, request_id: str) -> dict[str, Any]:
    if isinstance(said.body, BaseModel):
        body = said.body.model_dump_json(by_alias=True)
    elif isinstance(said.body, bytes):
        body = said.body.decode()
    else:
        body = "" if said.body is None else json.dumps(said.body)
    headers = {"content-type": "application/json"} if body else {}
    return {
        "statusCode": said.status,
        "headers": {**headers, "x-request-id": request_id, "cache-control": "no-store", **said.headers},
        "body": body,
        "isBase64Encoded": False,
    }
