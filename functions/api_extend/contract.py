"""Extend's words that all its resources share: the form of its models and ids, its lists, how it says a refusal.

Facts: the service's API reference of version 2026-02-09 and the models of its SDK extend-ai 1.20.0; what they leave
open is decided here and written down in docs/compatibility.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.closed import UNKNOWN
from quire.http.edge import Route
from quire.http.ids import plain_id
from quire.http.statuses import STATUS

NAME = "extend"
VERSION: Literal["2026-02-09"] = "2026-02-09"
"""The version of the API that is spoken here; the SDKs send it in `x-extend-api-version`."""
MOST_ANSWER_BYTES = 4 * 2**20
"""Of a result as we keep it: Lambda's answer holds 6 MB, and Extend repeats each path of the data."""


class Wire(BaseModel):
    """camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


Item = TypeVar("Item", bound=BaseModel)


class Listed(Wire, Generic[Item]):
    object: Literal["list"] = "list"
    data: Sequence[Item]
    next_page_token: str | None


class Deleted(Wire):
    id: str


class Paging(Wire):
    sort_dir: Literal["asc", "desc"] = "desc"
    next_page_token: str | None = Field(default=None, max_length=512)
    max_page_size: int = Field(default=10, ge=1, le=100)

    @property
    def ascending(self) -> bool:
        return self.sort_dir == "asc"


class ErrorBody(Wire):
    code: str
    message: str
    retryable: bool


# ---- how a refusal is said -------------------------------------------------------------------------------------------

_CODES: Mapping[Kind, str] = {
    Kind.UNAUTHENTICATED: "UNAUTHORIZED",
    Kind.PAYMENT_REQUIRED: "USAGE_BLOCKED",
    Kind.RATE_LIMITED: "RATE_LIMIT_EXCEEDED",
    Kind.FILE_NOT_FOUND: "NOT_FOUND",
    Kind.JOB_NOT_FOUND: "NOT_FOUND",
    Kind.EXTRACTOR_NOT_FOUND: "NOT_FOUND",
    Kind.ENDPOINT_NOT_FOUND: "NOT_FOUND",
    Kind.NAME_TAKEN: "INVALID_REQUEST",
    Kind.EXTRACTOR_NOT_CONFIGURED: "INVALID_REQUEST",
    Kind.INVALID_PAGES: "INVALID_REQUEST",
}
"""Where a kind's own name, in capitals, is not the code."""
_AGAIN = frozenset({Kind.RATE_LIMITED, Kind.CONFLICT, Kind.INTERNAL_ERROR, Kind.OCR_PROVIDER_ERROR, Kind.STILL_RUNNING})
"""What another try may mend: only these have a status that the SDKs try again (409, 429, 5xx)."""
_CONFLICT = 409
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
LEGACY = "legacy_configuration"
_OF_CONFIGURATIONS = frozenset({LEGACY, UNKNOWN})
"""Types of errors in a request, whose code is INVALID_CONFIGURATION."""


def say_refusal(refusal: Refusal) -> Answer:
    """`{code, message, retryable}`; the request's id is in the header x-request-id."""
    again = refusal.kind in _AGAIN
    status = STATUS[refusal.kind]
    if status == _CONFLICT and not again:
        status = 400
    code = _CODES.get(refusal.kind, refusal.kind.value.upper())
    if code == "INVALID_REQUEST":
        status = 400
        code = "INVALID_CONFIGURATION" if _of_configuration(refusal) else code
    headers = {"allow": str(refusal.details["allow"])} if "allow" in refusal.details else {}
    return Answer(status, ErrorBody(code=code, message=refusal.message, retryable=again), headers)


def origin_of(call: Call) -> str:
    """What the request's address begins with, such as `https://api.example.com`: API Gateway lets only its own names
    through (HTTP API, custom domain names). Empty where the request does not say."""
    host, scheme = call.headers.get("host", ""), call.headers.get("x-forwarded-proto", "https")
    return f"{scheme}://{host}" if _HOST.fullmatch(host) and scheme in ("http", "https") else ""


def _of_configuration(refusal: Refusal) -> bool:
    errors: Any = refusal.details.get("errors", ())
    return any(error["type"] in _OF_CONFIGURATIONS for error in errors)


# ---- ids -------------------------------------------------------------------------------------------------------------

Prefix = Literal["file", "exr", "bpr", "ex", "exv", "wh", "whes"]
_UNKNOWN: Mapping[Prefix, Refusal] = {
    "file": Refusal(Kind.FILE_NOT_FOUND, "There is no such file."),
    "exr": Refusal(Kind.JOB_NOT_FOUND, "There is no such extract run."),
    "bpr": Refusal(Kind.JOB_NOT_FOUND, "There is no such batch run."),
    "ex": Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such extractor."),
    "exv": Refusal(Kind.EXTRACTOR_NOT_FOUND, "The extractor has no such version."),
    "wh": Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook endpoint."),
    "whes": Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook subscription."),
}
"""What is said of an id that is not ours, and of what is not there or belongs to somebody else."""


def unknown(prefix: Prefix) -> Refusal:
    return _UNKNOWN[prefix]


def our_id(prefix: Prefix, said: str) -> str | Refusal:
    return plain_id(prefix, said) or unknown(prefix)


Handle = Callable[[Call], Answer | Refusal]


def with_id(prefix: Prefix) -> Callable[[Callable[[Call, str], Answer | Refusal]], Handle]:
    """A route of `<id>`: it gets our id, and never sees another's."""

    def decorate(handle: Callable[[Call, str], Answer | Refusal]) -> Handle:
        @wraps(handle)
        def handled(call: Call) -> Answer | Refusal:
            plain = our_id(prefix, call.path["id"])
            return plain if isinstance(plain, Refusal) else handle(call, plain)

        return handled

    return decorate


# ---- the version of the API ------------------------------------------------------------------------------------------


class VersionHeader(BaseModel):
    """Who sends none is served as this version."""

    version: Literal["2026-02-09"] = Field(default=VERSION, alias="x-extend-api-version")


def of_our_version(route: Route) -> Route:
    """The route, refused to who asks for answers of another version."""

    @wraps(route.handle)
    def handled(call: Call) -> Answer | Refusal:
        version = call.headers.get("x-extend-api-version", VERSION)
        if version != VERSION:
            message = f"The API version {version[:40]!r} is not offered here: send x-extend-api-version: {VERSION}."
            return Refusal(Kind.INVALID_REQUEST, message)
        return route.handle(call)

    return replace(route, handle=handled, headers=VersionHeader)
