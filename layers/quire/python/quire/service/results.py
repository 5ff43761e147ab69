"""A document's result: a link to it, or the result itself, or why there is none."""

from __future__ import annotations

import json
from typing import Any

from quire.domain.document import Document, DocumentStatus, Stored
from quire.domain.ids import locate
from quire.domain.job import Job, as_seen
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.expand import unwritten
from quire.service.jobs import find_job
from quire.service.submit import sources_of

URL_SECONDS = 15 * 60
MOST_BYTES = 4 * 2**20
"""Of a result in an answer: Lambda's holds 6 MB, with the escapes of its envelope and what a contract adds."""
IN_REVIEW = Refusal(
    Kind.REVIEW_REQUIRED,
    "The result is held back until a person has reviewed it.",
    {"status": DocumentStatus.REVIEW_REQUIRED.value},
)
_EXPIRED = Refusal(Kind.RESULT_EXPIRED, "The result has passed its retention and is gone.")


def find(world: World, tenant: Tenant, document_id: str) -> tuple[Job, Document] | Refusal:
    """A document with its job, as a reader sees it. One whose row is not written yet is pending."""
    missing = Refusal(Kind.NOT_FOUND, "There is no such document.")
    try:
        job_id, position = locate(document_id)
    except ValueError:
        return missing
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal) or position >= job.total:
        return missing
    document = world.jobs.document(tenant.id, document_id)
    if document is None:
        document = unwritten(job, position, sources_of(world, job)[position])
    return job, as_seen(document, job)


def result_link(world: World, tenant: Tenant, job_id: str, document_id: str) -> str | Refusal:
    """A presigned GET of the result that lives no longer than the result may be read."""
    found = find(world, tenant, document_id)
    if isinstance(found, Refusal):
        return found
    job, document = found
    if job.id != job_id:
        return Refusal(Kind.NOT_FOUND, "There is no such document.")
    readable = _readable(world, job, document)
    if isinstance(readable, Refusal):
        return readable
    stored, left_ms = readable
    return world.blobs.download_url(stored, max(1, min(URL_SECONDS, left_ms // 1000)))


def result_of(world: World, job: Job, document: Document, most_bytes: int = MOST_BYTES) -> dict[str, Any] | Refusal:
    """The result as `quire.service.written` wrote it. RESULT_NOT_READY, also of a document that ended without one;
    REVIEW_REQUIRED;
    RESULT_EXPIRED; RESULT_TOO_LARGE: more than `most_bytes` of JSON."""
    return _read(world, job, document, document.result, most_bytes)


def first_output_of(
    world: World, job: Job, document: Document, most_bytes: int = MOST_BYTES
) -> dict[str, Any] | Refusal:
    """The same, as it was before a person corrected it."""
    return _read(world, job, document, document.review.first if document.review else document.result, most_bytes)


def _read(
    world: World, job: Job, document: Document, output: Stored | None, most_bytes: int
) -> dict[str, Any] | Refusal:
    readable = _readable(world, job, document)
    if isinstance(readable, Refusal):
        return readable
    try:
        body = world.blobs.get(output or readable[0])
    except KeyError:  # removed meanwhile
        return _EXPIRED
    if len(body) > most_bytes:
        return Refusal(Kind.RESULT_TOO_LARGE, "The result is too large for an answer.")
    result: dict[str, Any] = json.loads(body)
    return result


def _readable(world: World, job: Job, document: Document) -> tuple[Stored, int] | Refusal:
    """Where the result is, and for how many milliseconds it may still be read."""
    if document.result is None or document.ended_at is None:
        if document.status is DocumentStatus.REVIEW_REQUIRED:
            return IN_REVIEW
        message = "The document has no result." if document.status.ended else "The result is not ready yet."
        return Refusal(Kind.RESULT_NOT_READY, message, {"status": document.status.value})
    left_ms = document.ended_at + job.retention_ms - world.clock()
    return (document.result, left_ms) if left_ms > 0 else _EXPIRED
