"""The HTTP status of each kind of refusal, where a contract's own documentation names no other (RFC 9110)."""

from __future__ import annotations

from collections.abc import Mapping

from quire.domain.refusal import Kind

STATUS: Mapping[Kind, int] = {
    Kind.INVALID_REQUEST: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.PAYMENT_REQUIRED: 402,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.FILE_NOT_FOUND: 404,
    Kind.JOB_NOT_FOUND: 404,
    Kind.EXTRACTOR_NOT_FOUND: 404,
    Kind.ENDPOINT_NOT_FOUND: 404,
    Kind.METHOD_NOT_ALLOWED: 405,
    Kind.FILE_NOT_UPLOADED: 409,
    Kind.RESULT_NOT_READY: 409,
    Kind.REVIEW_REQUIRED: 409,
    Kind.IDEMPOTENCY_CONFLICT: 409,
    Kind.NAME_TAKEN: 409,
    Kind.CONFLICT: 409,
    Kind.RESULT_EXPIRED: 410,
    Kind.BODY_TOO_LARGE: 413,
    Kind.DOCUMENT_TOO_LARGE: 413,
    Kind.PAGE_LIMIT_EXCEEDED: 413,
    Kind.RESULT_TOO_LARGE: 413,
    Kind.UNSUPPORTED_ENCODING: 415,
    Kind.UNSUPPORTED_INPUT: 415,
    Kind.PASSWORD_REQUIRED: 415,
    Kind.INVALID_PAGES: 422,
    Kind.EXTRACTOR_NOT_CONFIGURED: 422,
    Kind.EXTRACTION_FAILED: 422,
    Kind.FETCH_FAILED: 422,
    Kind.UPLOAD_MISSING: 422,
    Kind.UPLOAD_EXPIRED: 422,
    Kind.REVIEW_EXPIRED: 422,
    Kind.REVIEW_REJECTED: 422,
    Kind.RATE_LIMITED: 429,
    Kind.INTERNAL_ERROR: 500,
    Kind.OCR_PROVIDER_ERROR: 502,
    Kind.STILL_RUNNING: 504,
}
