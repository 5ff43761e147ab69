"""A refusal: a failure that has a `kind` and never an HTTP status; each contract says it in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    # of a request
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    INVALID_REQUEST = "invalid_request"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    FILE_NOT_FOUND = "file_not_found"
    FILE_NOT_UPLOADED = "file_not_uploaded"
    JOB_NOT_FOUND = "job_not_found"
    EXTRACTOR_NOT_FOUND = "extractor_not_found"
    ENDPOINT_NOT_FOUND = "endpoint_not_found"
    EXTRACTOR_NOT_CONFIGURED = "extractor_not_configured"
    RESULT_NOT_READY = "result_not_ready"
    REVIEW_REQUIRED = "review_required"
    RESULT_EXPIRED = "result_expired"
    RESULT_TOO_LARGE = "result_too_large"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    NAME_TAKEN = "name_taken"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_ENCODING = "unsupported_encoding"
    STILL_RUNNING = "still_running"
    # of a document
    PAYMENT_REQUIRED = "payment_required"
    UNSUPPORTED_INPUT = "unsupported_input"
    DOCUMENT_TOO_LARGE = "document_too_large"
    PAGE_LIMIT_EXCEEDED = "page_limit_exceeded"
    INVALID_PAGES = "invalid_pages"
    PASSWORD_REQUIRED = "password_required"  # noqa: S105
    EXTRACTION_FAILED = "extraction_failed"
    OCR_PROVIDER_ERROR = "ocr_provider_error"
    FETCH_FAILED = "fetch_failed"
    UPLOAD_MISSING = "upload_missing"
    UPLOAD_EXPIRED = "upload_expired"
    REVIEW_EXPIRED = "review_expired"
    REVIEW_REJECTED = "review_rejected"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, why, and what to do about it. `message` never holds text of a document, nor a key."""

    kind: Kind
    message: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def lapse(self) -> bool:
        """Time ran out on the bytes: they never came, or passed their retention before their turn."""
        return self.kind in (Kind.UPLOAD_MISSING, Kind.UPLOAD_EXPIRED)


def invalid(where: str, message: str, error: str, *path: str | int) -> Refusal:
    """A refusal of one place in a request (`where`: body, query or header; `path` leads to the field), in the shape
    that every contract can tell from."""
    return Refusal(Kind.INVALID_REQUEST, message, {"errors": [{"loc": [where, *path], "msg": message, "type": error}]})
