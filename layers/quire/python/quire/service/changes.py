"""A job and its documents, whole or since a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from quire.domain import cursor as cursors
from quire.domain.cursor import Cursor, Place, State
from quire.domain.document import Document
from quire.domain.job import Job, as_seen, counted
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.expand import unwritten
from quire.service.jobs import find_job
from quire.service.submit import sources_of

_LOOKS = 5
"""At the documents of a page, until none of the job's changed between its header and them: a look takes some 20 ms, and
a job changes some ten times a second at most."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A job, some of its documents in the order of their last change, and where to go on."""

    job: Job
    documents: list[Document]
    next_cursor: str | None


def list_changes(world: World, tenant: Tenant, job_id: str, cursor: str | None, limit: int) -> Listing | Refusal:
    """Without a cursor: the first page of the full state, strongly consistent where it is all of it. With one: what
    changed since. A walk is over (no `next_cursor`) when nothing can change any more and everything was sent."""
    after = cursors.decode(cursor) if cursor is not None else cursors.START
    if after is None:
        return Refusal(Kind.INVALID_REQUEST, "The cursor is not one that this API gave.", {"field": "cursor"})
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal):
        return job
    now = world.clock()
    first = cursor is None and (job.total <= limit or not job.expanded)
    if first or (_at_rest(job) and not _indexed(job, now)):
        return _from_rows(world, job, after, limit, now)
    return _from_index(world, job, after, limit, now)


def _from_rows(world: World, job: Job, after: Cursor, limit: int, now: int) -> Listing:
    """Every row is read: counts and status are taken from them, so they agree with what is shown."""
    rows = world.jobs.documents(job.tenant, job.id)
    settled = len(rows) == job.total and all(row.status.ended for row in rows)
    ahead = _unwritten(world, job, rows)
    states = _states(rows, job) | {document.position: _state(document, job, now) for document in ahead}
    everything = [*rows, *ahead]
    places = sorted(place for document in everything if (place := _place(document)) > after.place)
    step = cursors.step(after, places, states, full=False, limit=limit, now=now, settled=settled)
    whole = after is cursors.START and job.total <= limit
    page = everything if whole else _at(step.page, everything)
    onward = None if settled and (step.last or whole) else step.onward.encode()
    return Listing(_counted(job, _seen(everything, job)), _seen(page, job), onward)


def _from_index(world: World, job: Job, after: Cursor, limit: int, now: int) -> Listing:
    """The index gives the places, as far as it shows them by now; the rows there are read strongly consistently."""
    settled = _at_rest(job)
    most = limit + len(after.sent) + 1  # with one more it is known whether there is more
    places = world.jobs.changes(job.tenant, job.id, after.place, most)
    job, rows = _agreeing(world, job, [position for _, position in places])
    full = len(places) == most
    step = cursors.step(after, places, _states(rows, job), full=full, limit=limit, now=now, settled=settled)
    onward = None if settled and step.last else step.onward.encode()
    return Listing(job, _seen(_at(step.page, rows), job), onward)


def _agreeing(world: World, job: Job, positions: Sequence[int]) -> tuple[Job, list[Document]]:
    """The job and some of its documents as they stood at one moment: its counts move with each of them, and never come
    back to what they were."""
    rows: list[Document] = []
    for _ in range(_LOOKS if positions else 0):
        rows = world.jobs.documents(job.tenant, job.id, positions)
        after = world.jobs.get(job.tenant, job.id)
        if after is None or after.counts == job.counts:
            break
        job = after
    return job, rows


def _counted(job: Job, documents: Sequence[Document]) -> Job:
    """The job as all its documents show it."""
    counts = counted(documents)
    last = max(document.updated_at for document in documents)
    started = [document.started_at for document in documents if document.started_at]
    ended_at = None if counts.remaining else job.ended_at or last
    return replace(job, counts=counts, ended_at=ended_at, started_at=min(started, default=job.started_at))


def _unwritten(world: World, job: Job, rows: Sequence[Document]) -> list[Document]:
    """The documents that have no row yet, from the manifest."""
    if job.expanded or len(rows) == job.total:
        return []
    written = {row.position for row in rows}
    missing = enumerate(sources_of(world, job))
    return [unwritten(job, position, source) for position, source in missing if position not in written]


def _place(document: Document) -> Place:
    return document.updated_at, document.position


def _states(rows: Iterable[Document], job: Job) -> dict[int, State]:
    return {row.position: _state(row, job, row.updated_at) for row in rows}


def _state(document: Document, job: Job, updated_at: int) -> State:
    """As it is shown, since when its row says; a row that is not written yet will say a time from now on."""
    return State(updated_at, as_seen(document, job).status)


def _at(positions: Sequence[int], documents: Sequence[Document]) -> list[Document]:
    wanted = set(positions)
    return [document for document in documents if document.position in wanted]


def _seen(rows: Iterable[Document], job: Job) -> list[Document]:
    return sorted((as_seen(row, job) for row in rows), key=_place)


def _at_rest(job: Job) -> bool:
    """No row will change any more; those of a cancelled job follow its end."""
    return not job.counts.remaining and job.expanded and job.dropped == job.counts.cancelled


def _indexed(job: Job, now: int) -> bool:
    """The index shows every row of a job at rest as it is."""
    return max(job.ended_at or now, job.dropped_at or 0) < now - cursors.LAG_MS
