"""PerfectParser's words: how it says a refusal, an id and a page of a list. Its resources: the modules `wire_…`.

Facts: the service's API documentation, "Extractions", "Parsers", "Webhooks", "Account"; what it leaves open is decided
here and written down in docs/compatibility.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.statuses import STATUS
from quire.http.times import say_time

NAME = "perfectparser"
EXTRACTION, DOCUMENT, PARSER, SAMPLE, WEBHOOK = "ext", "doc", "prs", "smp", "wh"
"""What its ids begin with."""


class Paging(BaseModel):
    """Of lists; extractions have another default."""

    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=256)


class Pagination(BaseModel):
    limit: int
    has_next_page: bool
    next_cursor: str | None


def say_pagination(limit: int, cursor: str | None) -> Pagination:
    return Pagination(limit=limit, has_next_page=cursor is not None, next_cursor=cursor)


def say_times(*milliseconds: int | None) -> tuple[str | None, ...]:
    return tuple(None if each is None else say_time(each) for each in milliseconds)


# ---- refusals --------------------------------------------------------------------------------------------------------


class ErrorDetail(BaseModel):
    """`field` as in `fields.0.name`."""

    field: str
    message: str


class ErrorBody(BaseModel):
    code: str
    message: str
    details: list[ErrorDetail] = Field(default_factory=list)


class ErrorEnvelope(BaseModel):
    error: ErrorBody


_CODES: Mapping[Kind, str] = {
    Kind.UNAUTHENTICATED: "UNAUTHORIZED",
    Kind.INVALID_REQUEST: "INVALID_PAYLOAD",
    Kind.PAYMENT_REQUIRED: "INSUFFICIENT_CREDITS",
    Kind.NOT_FOUND: "RESOURCE_NOT_FOUND",
    Kind.FILE_NOT_FOUND: "RESOURCE_NOT_FOUND",
    Kind.FILE_NOT_UPLOADED: "RESOURCE_NOT_FOUND",
    Kind.JOB_NOT_FOUND: "RESOURCE_NOT_FOUND",
    Kind.ENDPOINT_NOT_FOUND: "RESOURCE_NOT_FOUND",
    Kind.EXTRACTOR_NOT_FOUND: "PARSER_NOT_FOUND",
    Kind.EXTRACTOR_NOT_CONFIGURED: "PARSER_NOT_CONFIGURED",
    Kind.UNSUPPORTED_INPUT: "UNSUPPORTED_FILE_TYPE",
    Kind.PASSWORD_REQUIRED: "PAGE_COUNT_FAILED",
    Kind.NAME_TAKEN: "CONFLICT",
    Kind.IDEMPOTENCY_CONFLICT: "CONFLICT",
    Kind.BODY_TOO_LARGE: "FILE_TOO_LARGE",
    Kind.DOCUMENT_TOO_LARGE: "FILE_TOO_LARGE",
}
"""Where a kind's own name, in capitals, is not the code."""
_STATUSES: Mapping[Kind, int] = {
    Kind.FILE_NOT_UPLOADED: 404,
    Kind.EXTRACTOR_NOT_CONFIGURED: 400,
    Kind.UNSUPPORTED_INPUT: 400,
    Kind.PASSWORD_REQUIRED: 400,
}
"""Where the documentation names another status than most contracts."""


def say_refusal(refusal: Refusal) -> Answer:
    """`{"error": {"code", "message", "details": [{"field", "message"}]}}`."""
    code = _CODES.get(refusal.kind, refusal.kind.value.upper())
    errors: Any = refusal.details.get("errors", ())
    details = [ErrorDetail(field=_field(error["loc"]), message=error["msg"]) for error in errors]
    allow = refusal.details.get("allow")
    headers = {"allow": str(allow)} if allow else {}
    return say_error(_STATUSES.get(refusal.kind, STATUS[refusal.kind]), code, refusal.message, details, headers)


def say_error(
    status: int,
    code: str,
    message: str,
    details: Sequence[ErrorDetail] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """What no other contract has a word for, too."""
    body = ErrorBody(code=code, message=message, details=list(details))
    return Answer(status, ErrorEnvelope(error=body), headers or {})


def say_uncounted(refusal: Refusal) -> Answer:
    """A file whose pages could not be counted at submit."""
    if refusal.kind is Kind.EXTRACTION_FAILED:
        return say_error(400, "PAGE_COUNT_FAILED", refusal.message)
    return say_refusal(refusal)


def _field(place: Sequence[object]) -> str:
    """Without the first step, which says `body` or `query`."""
    return ".".join(map(str, place[1:] if len(place) > 1 else place))
