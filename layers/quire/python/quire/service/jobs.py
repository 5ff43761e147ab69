"""A tenant's jobs: one, a page of them, and its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from quire.domain.cursor import seal, unseal
from quire.domain.job import Job
from quire.domain.ports import Listed, Walk, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.cancel import cancel
from quire.service.export_files import forget_exports

MOST_ROUNDS = 10
"""Of looking for jobs that a filter lets through, in one call: then the cursor goes on from there."""
_AT_ONCE = 100
_PLACE = re.compile(r"(\d{1,15})\.([0-9a-f-]{36})")


@dataclass(frozen=True, slots=True)
class JobPage:
    jobs: list[Job]
    next_cursor: str | None


def find_job(world: World, tenant: Tenant, job_id: str | None) -> Job | Refusal:
    """A job that was not deleted; None is no id of ours."""
    job = world.jobs.get(tenant.id, job_id) if job_id else None
    if job is None or job.deleted_at is not None:
        return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")
    return job


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
    after = place_of(cursor) if cursor else None
    if cursor and after is None:
        return Refusal(Kind.INVALID_REQUEST, "The cursor is not one that this API gave.", {"field": "cursor"})
    found: list[Job] = []
    for _ in range(MOST_ROUNDS):
        places = world.jobs.recent(tenant.id, Walk(_AT_ONCE, after, forward), extractor)
        for job in world.jobs.get_many(tenant.id, [identity for _, identity in places]):
            if job.deleted_at is None and wanted(job):
                found.append(job)
            after = (job.created_at, job.id)
            if len(found) == limit:
                more = len(places) == _AT_ONCE or after != places[-1]
                return JobPage(found, cursor_of(after) if more else None)
        if len(places) < _AT_ONCE:
            return JobPage(found, None)
        after = places[-1]
    return JobPage(found, cursor_of(after) if after else None)


def delete_job(world: World, tenant: Tenant, job_id: str | None) -> Job | Refusal:
    """The job is gone for every reader, and its results with it. What has not started will not; what runs ends first,
    and its result is removed then."""
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal):
        return job
    cancelled = cancel(world, tenant, job.id)
    if isinstance(cancelled, Refusal):
        return cancelled
    world.jobs.delete(tenant.id, job.id, world.clock())
    for document in world.jobs.documents(tenant.id, job.id):
        if document.result:
            world.blobs.delete(document.result)
    forget_exports(world, tenant.id, job.id)
    world.log("job_deleted", tenant=tenant.id, job_id=job.id)
    return cancelled


def cursor_of(place: Listed) -> str:
    """A place in a list, opaque outside."""
    created_at, identity = place
    return seal(f"{created_at}.{identity}")


def place_of(cursor: str) -> Listed | None:
    """The place that a cursor stands for, or None when we did not write it."""
    found = _PLACE.fullmatch(unseal(cursor) or "")
    return (int(found[1]), found[2]) if found else None
