"""A tenant's jobs: one, a page of them, and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import forget
from quire.service.cancel import cancel
from quire.service.listing import gather

_NOT_FOUND = Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")


@dataclass(frozen=True, slots=True)
class JobPage:
    jobs: list[Job]
    next_cursor: str | None


def find_job(world: World, tenant: Tenant, job_id: str | None) -> Job | Refusal:
    """A job that was not deleted; None is no id of ours."""
    job = world.jobs.get(tenant.id, job_id) if job_id else None
    return _NOT_FOUND if job is None or job.deleted_at is not None else job


def list_jobs(
    world: World,
    tenant: Tenant,
    limit: int,
    cursor: str | None = None,
    *,
    extractor: str | None = None,
    forward: bool = False,
    wanted: Callable[[Job], bool] = lambda _: True,
) -> JobPage | Refusal:
    """The jobs that are `wanted`, newest first unless `forward`; a page may be short though there are more."""
    page = gather(
        lambda walk: world.jobs.recent(tenant.id, walk, extractor),
        lambda job_ids: world.jobs.get_many(tenant.id, job_ids),
        limit,
        cursor,
        forward=forward,
        wanted=lambda job: job.deleted_at is None and wanted(job),
    )
    return page if isinstance(page, Refusal) else JobPage(*page)


def delete_job(world: World, tenant: Tenant, job_id: str | None) -> Job | Refusal:
    """The job is gone for every reader, and its results with it. What has not started will not; what runs ends first,
    and what is left of it is removed then."""
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal):
        return job
    cancelled = cancel(world, tenant, job.id)
    if isinstance(cancelled, Refusal):
        return cancelled
    forget.delete(world, cancelled)
    world.log("job_deleted", tenant=tenant.id, job_id=job.id)
    return cancelled
