"""A tenant's documents over all its jobs: a page of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from quire.domain.cursor import seal, unseal
from quire.domain.document import Document
from quire.domain.job import Job, as_seen
from quire.domain.ports import Listed, Walk, World
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.service.expand import unwritten
from quire.service.jobs import find_job
from quire.service.listing import AT_ONCE, NO_CURSOR
from quire.service.submit import sources_of

MOST_READS = 50
"""Of documents' rows, in one call: then the cursor goes on from there."""
_PLACE = re.compile(r"(\d{1,15})\.([0-9a-f-]{36})\.(\d{1,5})")

Found = tuple[Job, Document]


class DocumentPage(NamedTuple):
    """Each document with its job; `next_cursor` leads to the next page, None after the last."""

    documents: list[Found]
    next_cursor: str | None


class _Place(NamedTuple):
    """The last document that was looked at."""

    created_at: int
    job_id: str
    position: int


def list_documents(
    world: World,
    tenant: Tenant,
    limit: int,
    cursor: str | None = None,
    *,
    job_id: str | None = None,
    extractor: str | None = None,
    forward: bool = False,
    as_one: Callable[[Job], bool] = lambda _: False,
    wanted: Callable[[Job, Document], bool] = lambda _job, _document: True,
) -> DocumentPage | Refusal:
    """The documents that are `wanted`, of the newest jobs first unless `forward`, and within a job in order; a page may
    be short though there are more. Of jobs that count `as_one` only the first document is shown."""
    after = _place_of(cursor) if cursor else None
    if cursor and after is None:
        return NO_CURSOR
    jobs = _one(world, tenant, job_id, after) if job_id else _jobs(world, tenant, extractor, after, forward=forward)
    found: list[Found] = []
    reads = 0
    for job, first in jobs:
        total = 1 if as_one(job) else job.total
        for start in range(first, total, AT_ONCE):
            if reads == MOST_READS and after:
                return DocumentPage(found, _cursor_of(after))
            reads += 1
            for document in _rows(world, job, range(start, min(start + AT_ONCE, total))):
                if wanted(job, document):
                    if len(found) == limit:
                        last, shown = found[-1]
                        return DocumentPage(found, _cursor_of(_Place(last.created_at, last.id, shown.position)))
                    found.append((job, document))
                after = _Place(job.created_at, job.id, document.position)
    return DocumentPage(found, None)


def _one(world: World, tenant: Tenant, job_id: str, after: _Place | None) -> Iterator[tuple[Job, int]]:
    job = find_job(world, tenant, job_id)
    if not isinstance(job, Refusal):
        yield job, after.position + 1 if after else 0


def _jobs(
    world: World, tenant: Tenant, extractor: str | None, after: _Place | None, *, forward: bool
) -> Iterator[tuple[Job, int]]:
    """Jobs, each with the position to begin at."""
    if after:
        yield from _one(world, tenant, after.job_id, after)
    place: Listed | None = (after.created_at, after.job_id) if after else None
    while places := world.jobs.recent(tenant.id, Walk(AT_ONCE, place, forward), extractor):
        for job in world.jobs.get_many(tenant.id, [identity for _, identity in places]):
            if job.deleted_at is None:
                yield job, 0
        place = places[-1]
        if len(places) < AT_ONCE:
            return


def _rows(world: World, job: Job, positions: Sequence[int]) -> list[Document]:
    """As a reader sees them, by position."""
    rows = {row.position: row for row in world.jobs.documents(job.tenant, job.id, positions)}
    if len(rows) < len(positions):
        sources = sources_of(world, job)
        rows |= {n: unwritten(job, n, sources[n]) for n in positions if n not in rows}
    return [as_seen(rows[n], job) for n in positions]


def _cursor_of(place: _Place) -> str:
    return seal(f"{place.created_at}.{place.job_id}.{place.position}")


def _place_of(cursor: str) -> _Place | None:
    found = _PLACE.fullmatch(unseal(cursor) or "")
    return _Place(int(found[1]), found[2], int(found[3])) if found else None
