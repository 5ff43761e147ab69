"""Synchronous routes wait for the same job, for as long as the gateway lets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quire.domain.document import Document, DocumentStatus
from quire.domain.job import Job
from quire.domain.tenant import Tenant
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.hold import hold
from quire.service.wait import ANSWER_MS, FIRST_PAUSE, LONGEST_PAUSE, until, wait, wait_for_all
from quire.testing.world import World
from tests.service.reviews import doubtful
from tests.service.stage import fails, running, submitted, succeed, waiting


class Sleeps:
    """Pauses that only the world's clock feels; after `seconds`, something happens."""

    def __init__(self, world: World, seconds: float = 1e9, then: Callable[[], object] = lambda: None) -> None:
        self.world, self.seconds, self.then = world, seconds, then
        self.pauses: list[float] = []
        self.happened = False

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.world.clock.advance(round(seconds * 1000))
        if not self.happened and sum(self.pauses) >= self.seconds:
            self.happened = True
            self.then()


def by(world: World) -> int:
    """Of a request that has just arrived."""
    return world.clock() + ANSWER_MS


@pytest.fixture
def document(world: World, acme: Tenant) -> Document:
    return running(world, acme)


@pytest.fixture
def job(world: World, document: Document) -> Job:
    found = world.jobs.get("acme", document.job_id)
    assert found
    return found


def test_the_document_is_answered_soon_after_it_ended(world: World, document: Document, job: Job) -> None:
    sleeps = Sleeps(world, 3, lambda: succeed(world, document))
    ended = wait(world, job, by(world), sleeps)
    assert ended
    assert ended.status is DocumentStatus.SUCCEEDED
    assert sum(sleeps.pauses) < 3 + LONGEST_PAUSE


def test_a_failed_document_is_answered_as_well(world: World, document: Document, job: Job) -> None:
    ended = wait(world, job, by(world), Sleeps(world, 1, lambda: fails(world, document)))
    assert ended
    assert ended.refusal


def test_the_first_look_comes_soon_and_the_others_less_and_less_often(world: World, job: Job) -> None:
    sleeps = Sleeps(world)
    wait(world, job, by(world), sleeps)
    assert sleeps.pauses[0] == FIRST_PAUSE
    assert sleeps.pauses[:-1] == sorted(sleeps.pauses[:-1])
    assert max(sleeps.pauses) == LONGEST_PAUSE
    assert len(sleeps.pauses) <= 20


def test_a_document_that_goes_on_is_none_after_our_time_and_no_later(world: World, job: Job) -> None:
    sleeps = Sleeps(world)
    assert wait(world, job, by(world), sleeps) is None
    assert sum(sleeps.pauses) == pytest.approx(ANSWER_MS / 1000, abs=0.01)


@pytest.mark.parametrize("late_ms", [1_000, 12_000, 24_000])
def test_what_a_slow_start_took_is_not_there_to_wait(world: World, job: Job, late_ms: int) -> None:
    began = world.clock()
    answer_by = by(world)
    world.clock.advance(late_ms)
    assert wait(world, job, answer_by, Sleeps(world)) is None
    assert world.clock() - began == pytest.approx(ANSWER_MS, abs=1)


def test_nothing_is_waited_for_when_the_time_is_up_already(world: World, job: Job) -> None:
    sleeps = Sleeps(world)
    assert wait(world, job, world.clock(), sleeps) is None
    assert sleeps.pauses == []


@pytest.mark.parametrize(("look_ms", "most_looks"), [(0, 100), (1_500, 10), (9_000, 3)])
def test_the_time_of_the_looks_counts_too(world: World, look_ms: int, most_looks: int) -> None:
    """A store that is slow to answer: the last look begins before our time is up."""
    began, looks = world.clock(), 0

    def look() -> None:
        nonlocal looks
        looks += 1
        world.clock.advance(look_ms)

    assert until(look, world.clock, by(world), Sleeps(world)) is None
    assert looks <= most_looks
    assert world.clock() - began < ANSWER_MS + look_ms + 1


def test_what_ends_in_the_last_moment_is_answered(world: World, document: Document, job: Job) -> None:
    assert wait(world, job, by(world), Sleeps(world, ANSWER_MS / 1000 - 0.1, lambda: succeed(world, document)))


def test_a_document_without_a_row_is_waited_for(world: World, acme: Tenant) -> None:
    job = submitted(world, acme)
    assert wait(world, job, by(world), Sleeps(world)) is None


def test_a_cancelled_job_is_not_waited_for(world: World, acme: Tenant) -> None:
    job = submitted(world, acme)
    sleeps = Sleeps(world, 1, lambda: cancel(world, acme, job.id))
    ended = wait(world, job, by(world), sleeps)
    assert ended is None or ended.status is DocumentStatus.CANCELLED


def test_nobody_waits_here_for_a_person(world: World, document: Document, job: Job) -> None:
    def holding() -> None:
        hold(world, "acme", document.id, doubtful(world, document), "task-1")

    sleeps = Sleeps(world, 1, holding)
    seen = wait(world, job, by(world), sleeps)
    assert seen and seen.undecided
    assert sum(sleeps.pauses) < 1 + LONGEST_PAUSE
    again = Sleeps(world)
    assert wait_for_all(world, job, by(world), again) is False
    assert again.pauses == [FIRST_PAUSE]


def test_all_documents_of_a_job_are_waited_for(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, documents=2)
    admit(world, acme.id)
    first, second = world.jobs.documents(acme.id, job.id)
    succeed(world, first)
    assert wait_for_all(world, job, by(world), Sleeps(world)) is False
    assert wait_for_all(world, job, by(world), Sleeps(world, 1, lambda: fails(world, second))) is True
