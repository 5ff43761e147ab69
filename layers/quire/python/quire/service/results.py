"""A document's result: a link to it, or why there is none."""

from __future__ import annotations

from quire.domain.document import Document
from quire.domain.ids import locate
from quire.domain.job import Job, as_seen
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.expand import unwritten
from quire.service.jobs import find_job
from quire.service.submit import sources_of

URL_SECONDS = 15 * 60


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
    if document.result is None or document.ended_at is None:
        message = "The document has no result." if document.status.ended else "The result is not ready yet."
        return Refusal(Kind.RESULT_NOT_READY, message, {"status": document.status.value})
    left_ms = document.ended_at + job.retention_ms - world.clock()
    if left_ms <= 0:
        return Refusal(Kind.RESULT_EXPIRED, "The result has passed its retention and is gone.")
    return world.blobs.download_url(document.result, max(1, min(URL_SECONDS, left_ms // 1000)))
