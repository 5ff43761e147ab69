"""A job and its documents, whole or since a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain import cursor as cursors
from quire.domain.cursor import Cursor, Place
from quire.domain.document import Document
from quire.domain.job import Job, as_seen, counted
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.expand import unwritten
from quire.service.jobs import find_job
from quire.service.submit import sources_of


@dataclass(frozen=True, slots=True)
class Listing:
    """A job, some of its documents in the order of their last change, and where to go on."""

    job: Job
    documents: list[Document]
    next_cursor: str | None


def list_changes(world: World, tenant: Tenant, job_id: str, cursor: str | None, limit: int) -> Listing | Refusal:
    """Without a cursor: the first page of the full state, strongly consistent. With one: what changed since."""
    after = cursors.decode(cursor) if cursor is not None else None
    if cursor is not None and after is None:
        return Refusal(Kind.INVALID_REQUEST, "The cursor is not one that this API gave.", {"field": "cursor"})
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal):
        return job
    now = world.clock()
    if after is None and job.total <= limit:
        return _whole(world, job, now)
    places = world.jobs.changes(tenant.id, job_id, after.place if after else (0, 0), limit)
    full = len(places) == limit
    rows = world.jobs.documents(tenant.id, job_id, [position for _, position in places])
    if after is None and not full:
        full_state = _with_unwritten(world, job, rows)[:limit]
        return Listing(job, _seen(full_state, job), Cursor((0, 0)).encode())
    onward = cursors.following(places, full=full, at_rest=_at_rest(job, now), now=now, after=after)
    return Listing(job, _seen(rows, job), onward.encode() if onward else None)


def _whole(world: World, job: Job, now: int) -> Listing:
    """Every document fits: counts and status are taken from the rows themselves, so they agree with what is shown."""
    rows = _with_unwritten(world, job, world.jobs.documents(job.tenant, job.id))
    documents = _seen(rows, job)
    counts = counted(documents)
    last = max(document.updated_at for document in documents)
    started = [document.started_at for document in documents if document.started_at]
    ended_at = None if counts.remaining else job.ended_at or last
    shown = replace(job, counts=counts, ended_at=ended_at, started_at=min(started, default=job.started_at))
    places = [(document.updated_at, document.position) for document in documents]
    onward = cursors.following(places, full=False, at_rest=_at_rest(shown, now), now=now, after=None)
    return Listing(shown, documents, onward.encode() if onward else None)


def _with_unwritten(world: World, job: Job, rows: list[Document]) -> list[Document]:
    if job.expanded or len(rows) == job.total:
        return rows
    written = {row.position for row in rows}
    missing = enumerate(sources_of(world, job))
    return rows + [unwritten(job, position, source) for position, source in missing if position not in written]


def _seen(rows: Sequence[Document], job: Job) -> list[Document]:
    def place(document: Document) -> Place:
        return document.updated_at, document.position

    return sorted((as_seen(row, job) for row in rows), key=place)


def _at_rest(job: Job, now: int) -> bool:
    """No row will change any more, nor is a change still on its way to the index."""
    settled = job.expanded and job.dropped == job.counts.cancelled
    last = max(job.ended_at or now, job.dropped_at or 0)  # a cancelled job's rows follow its end
    return settled and last < now - cursors.LAG_MS
