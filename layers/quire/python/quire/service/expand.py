"""A job's documents get their rows and their places in the waiting line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quire.domain.document import Document, DocumentStatus, Source, dropped_result_key
from quire.domain.job import Job
from quire.domain.places import results_of
from quire.domain.ports import Expanding, World
from quire.service.config import priority_of
from quire.service.submit import sources_of
from quire.service.waiting import settle

CHUNK = 49
"""Documents in one transaction: two rows each, and the check of the header, of DynamoDB's 100."""


def expand(world: World, tenant: str, job_id: str) -> None:
    """Write what is missing; run twice, or by two at once, it comes to the same rows."""
    job = world.jobs.get(tenant, job_id)
    if job is None or job.expanded:
        world.jobs.expanded(tenant, job_id)  # a mark that was left, where the step before died at its last write
        return
    sources = sources_of(world, job)
    awaited = list(dict.fromkeys(source.file_id for source in sources if source.waits and source.file_id))
    known = world.files.get(tenant, awaited)
    arrived = {file.id: file.source for file in known.values()}  # some since the job was submitted
    documents = [
        unwritten(job, position, arrived.get(source.file_id or "", source)) for position, source in enumerate(sources)
    ]
    starts = range(0, len(documents), CHUNK)
    written = _written(world, job, starts) if len(starts) > 1 else set()
    for start in starts:
        if start not in written:
            _write(world, job, documents[start : start + CHUNK])
    for file in world.files.get(tenant, awaited).values():  # after the rows: see `quire.service.waiting`
        if file.settled:
            settle(world, file)
    world.jobs.expanded(tenant, job_id)
    world.pokes.poke(tenant)


def unwritten(job: Job, position: int, source: Source) -> Document:
    """The document as its row will first stand, and as it is read until then."""
    return Document(
        tenant=job.tenant,
        job_id=job.id,
        position=position,
        source=source,
        created_at=job.created_at,
        updated_at=job.created_at,
        result_key=_result_key(job, position, source),
        priority=priority_of(job),
        reserved=job.reserved_at_submit(position),
    )


def _result_key(job: Job, position: int, source: Source) -> str:
    if source.dropped:
        return dropped_result_key(source)
    return f"{results_of(job.tenant, job.id)}{position}.json"


def _written(world: World, job: Job, starts: Sequence[int]) -> set[int]:
    """The chunks that one who broke off has written: each is there as a whole or not at all."""
    return {row.position for row in world.jobs.documents(job.tenant, job.id, starts)}


def _write(world: World, job: Job, documents: list[Document]) -> None:
    now = world.clock()
    rows = [replace(document, updated_at=now) for document in documents]
    if job.cancelled_at is None and world.jobs.add_documents(rows) is Expanding.WRITTEN:
        return
    # Cancelled in the meantime: its counts have moved already, the rows only say so.
    world.jobs.add_documents([replace(row, status=DocumentStatus.CANCELLED, ended_at=now, reserved=0) for row in rows])
