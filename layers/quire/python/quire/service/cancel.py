"""A job is cancelled: from one write on, none of its documents starts; running ones finish."""

from __future__ import annotations

from quire.domain.document import DocumentStatus
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import outbox
from quire.service.review_end import release

TRIES = 50
_PENDING = DocumentStatus.PENDING


class JobBusy(Exception):
    """The job's counts moved at every try: the caller may ask again."""


def cancel(world: World, tenant: Tenant, job_id: str) -> Job | Refusal:
    """The job as it then stands; one that has ended, or is cancelled, stays as it is."""
    audience = outbox.audience(world, tenant.id)
    for _ in range(TRIES):
        job = world.jobs.get(tenant.id, job_id)
        if job is None or job.deleted_at is not None:
            return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")
        if job.status.ended or job.cancelled_at is not None:
            return _released(world, job)
        cancelled = world.jobs.cancel(job, world.clock(), _held(world, job), audience)
        if cancelled:
            world.log("job_cancelled", tenant=tenant.id, job_id=job_id, documents=job.counts.pending)
            world.pokes.poke(tenant.id)  # the waiting line lets go of its tickets
            return _released(world, cancelled)
    raise JobBusy(job_id)


def _released(world: World, job: Job) -> Job:
    """What is in review is cancelled, too: nobody wants it reviewed, nor pays for it."""
    if job.cancelled_at is None or not job.counts.review_required:
        return job
    release(world, job.tenant, job.id)
    return world.jobs.get(job.tenant, job.id) or job


def _held(world: World, job: Job) -> int | None:
    """What its pending documents hold, where that is not the same for each. They were read after the job: if its counts
    still stand when it is cancelled, so do the documents' statuses."""
    if job.paid == 0:
        return 0
    if job.counted is None and job.paid is None:
        return None
    started = {row.position for row in world.jobs.documents(job.tenant, job.id) if row.status is not _PENDING}
    return sum(job.reserved_at_submit(position) for position in range(job.total) if position not in started)
