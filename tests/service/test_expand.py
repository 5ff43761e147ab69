"""A job's documents get their rows and their places in line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from quire.domain.document import Document, DocumentStatus, Source, Stored
from quire.domain.ids import derived_job_id, document_id
from quire.domain.job import Counts
from quire.domain.ports import Expanding
from quire.domain.tenant import Tenant
from quire.service.cancel import cancel
from quire.service.expand import CHUNK, expand
from quire.service.submit import submit
from quire.testing.jobs import MemoryJobs
from quire.testing.world import World
from tests.service.stage import arrived, assert_sound, job_of, now_of, source_of, submission, submitted

MANY = 2 * CHUNK - 10


class Interrupted(MemoryJobs):
    """Somebody else acts before the second chunk is written."""

    __slots__ = ("act", "calls")

    def __init__(self, world: World, act: object) -> None:
        super().__init__(world.store)
        object.__setattr__(self, "act", act)
        object.__setattr__(self, "calls", [])

    def add_documents(self, documents: Sequence[Document]) -> Expanding:
        self.calls.append(len(documents))  # type: ignore[attr-defined]
        if len(self.calls) == 2:  # type: ignore[attr-defined]
            self.act()  # type: ignore[attr-defined]
        return MemoryJobs.add_documents(self, documents)


def test_every_document_gets_its_row(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, 3)
    expand(world, "acme", job.id)
    rows = world.jobs.documents("acme", job.id)
    assert [row.id for row in rows] == [document_id(job.id, position) for position in range(3)]
    assert {row.status for row in rows} == {DocumentStatus.PENDING}
    assert [row.result_key for row in rows] == [f"results/acme/{job.id}/{number}.json" for number in range(3)]
    assert now_of(world, job).expanded
    assert_sound(world)


def test_they_wait_in_the_order_of_the_submission(world: World, acme: Tenant) -> None:
    first = submitted(world, acme, 2)
    world.clock.advance(1)
    second = submitted(world, acme, 1)
    expand(world, "acme", second.id)
    expand(world, "acme", first.id)
    tickets = [ticket.document_id for ticket in world.line.waiting("acme", 10)]
    assert tickets == [document_id(first.id, 0), document_id(first.id, 1), document_id(second.id, 0)]


def test_the_line_is_woken_once_they_stand_in_it(world: World, acme: Tenant) -> None:
    job = submitted(world, acme)
    expand(world, "acme", job.id)
    assert world.pokes.poked == ["acme"]
    assert world.jobs.unexpanded("acme") == []


def test_a_row_says_when_it_was_written(world: World, acme: Tenant) -> None:
    job = submitted(world, acme)
    world.clock.advance(3000)
    expand(world, "acme", job.id)
    (row,) = world.jobs.documents("acme", job.id)
    assert (row.created_at, row.updated_at) == (job.created_at, job.created_at + 3000)


def test_twice_is_once(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, 3)
    expand(world, "acme", job.id)
    before = world.jobs.documents("acme", job.id)
    world.clock.advance(1000)
    expand(world, "acme", job.id)
    assert world.jobs.documents("acme", job.id) == before
    assert len(world.line.waiting("acme", 10)) == 3


def test_what_a_crash_left_unwritten_is_written_by_the_next(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, MANY)

    def crash() -> None:
        raise ConnectionError

    world.jobs = Interrupted(world, crash)
    with pytest.raises(ConnectionError):
        expand(world, "acme", job.id)
    assert len(world.jobs.documents("acme", job.id)) == CHUNK
    assert world.jobs.unexpanded("acme") == [job.id]
    assert_sound(world)
    expand(world, "acme", job.id)
    assert len(world.jobs.documents("acme", job.id)) == MANY
    assert len(world.line.waiting("acme", 1000)) == MANY
    assert_sound(world)


def test_the_next_goes_on_where_a_crash_broke_off(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, MANY)

    def crash() -> None:
        raise ConnectionError

    world.jobs = Interrupted(world, crash)
    with pytest.raises(ConnectionError):
        expand(world, "acme", job.id)
    world.jobs = Interrupted(world, lambda: pytest.fail("one chunk was left"))
    expand(world, "acme", job.id)
    assert world.jobs.calls == [MANY - CHUNK]  # type: ignore[attr-defined]
    assert now_of(world, job).expanded


def test_ten_thousand_documents_take_a_few_hundred_transactions(world: World, acme: Tenant) -> None:
    """One after the other at 0.1 s each, their rows are written in a fifteenth of the function's 300 s."""
    world.tenants.grant("acme", 10_000)
    source = source_of(arrived(world, acme))
    asked = replace(submission([arrived(world, acme)]), sources=[source] * 10_000)
    job = job_of(submit(world, acme, asked))
    world.jobs = Interrupted(world, lambda: None)
    expand(world, "acme", job.id)
    assert len(world.jobs.calls) == math.ceil(10_000 / CHUNK) == 205  # type: ignore[attr-defined]
    assert len(world.store.documents) == len(world.store.tickets) == 10_000
    assert now_of(world, job).expanded


def test_a_cancelled_job_s_rows_are_cancelled_and_wait_nowhere(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, 3)
    cancel(world, acme, job.id)
    expand(world, "acme", job.id)
    rows = world.jobs.documents("acme", job.id)
    assert {row.status for row in rows} == {DocumentStatus.CANCELLED}
    assert all(row.ended_at is not None and row.reserved == 0 for row in rows)
    assert world.line.waiting("acme", 10) == []
    assert now_of(world, job).dropped == 3
    assert_sound(world)


def test_a_job_that_is_cancelled_halfway_starts_nothing_more(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, MANY)
    world.jobs = Interrupted(world, lambda: cancel(world, acme, job.id))
    expand(world, "acme", job.id)
    statuses = [row.status for row in world.jobs.documents("acme", job.id)]
    assert statuses == [DocumentStatus.PENDING] * CHUNK + [DocumentStatus.CANCELLED] * (MANY - CHUNK)
    after = now_of(world, job)
    assert after.counts == Counts(cancelled=MANY), "at once, whatever the rows say"
    assert after.dropped == MANY - CHUNK
    assert_sound(world)


def test_a_dropped_file_s_result_lies_where_its_name_says(world: World, acme: Tenant) -> None:
    source = Source(Stored("inbox/acme/text/a b.pdf", "v1"), 5, world.clock() + 1000, name="a b.pdf")
    asked = replace(submission([arrived(world, acme)]), sources=[source], job_id=derived_job_id("a"))
    job = job_of(submit(world, acme, asked))
    expand(world, "acme", job.id)
    (row,) = world.jobs.documents("acme", job.id)
    assert row.result_key == "results/acme/inbox/text/a b.pdf.json"


def test_a_job_that_is_gone_is_nothing(world: World, acme: Tenant) -> None:
    expand(world, "acme", derived_job_id("gone"))
    assert world.pokes.poked == []
