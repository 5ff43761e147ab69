"""A job is cancelled: from one write on, none of its documents starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import DocumentStatus
from quire.domain.ids import derived_job_id
from quire.domain.job import Counts, Job, JobStatus
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.admit import admit
from quire.service.cancel import TRIES, JobBusy, cancel
from quire.service.expand import expand
from quire.service.submit import submit
from quire.testing.jobs import MemoryJobs
from quire.testing.world import World
from tests.service.stage import (
    arrived,
    assert_sound,
    job_of,
    now_of,
    running,
    submission,
    submitted,
    succeed,
    waiting,
)


def _cancelled(world: World, tenant: Tenant, job_id: str) -> Job:
    job = cancel(world, tenant, job_id)
    assert isinstance(job, Job)
    return job


def test_what_waits_is_cancelled_at_once_and_its_credits_come_back(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 5)
    cancelled = _cancelled(world, acme, job.id)
    assert cancelled.status is JobStatus.CANCELLED
    assert cancelled.counts == Counts(cancelled=5)
    assert world.tenants.balance("acme") == Balance(100, 0, 0)
    assert_sound(world)


def test_nothing_of_it_starts_afterwards(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 5)
    _cancelled(world, acme, job.id)
    admit(world, "acme")
    assert world.workflow.started == []


def test_a_job_whose_rows_are_not_written_yet_is_cancelled_as_well(world: World, acme: Tenant) -> None:
    job = submitted(world, acme, 5)
    assert _cancelled(world, acme, job.id).counts == Counts(cancelled=5)
    assert_sound(world)


@pytest.mark.parametrize("begun", [False, True])
def test_the_credits_of_counted_pages_come_back_for_what_did_not_start(world: World, acme: Tenant, begun: bool) -> None:
    files = [arrived(world, acme) for _ in range(4)]
    job = job_of(submit(world, acme, replace(submission(files), counted=(2, 3, 5, 7))))
    assert world.tenants.balance("acme") == Balance(83, 17, 0)
    if begun:
        expand(world, "acme", job.id)
        admit(world, "acme")  # three slots
        assert [row.reserved for row in world.jobs.documents("acme", job.id)] == [2, 3, 5, 7]
    _cancelled(world, acme, job.id)
    assert world.tenants.balance("acme") == (Balance(90, 10, 0) if begun else Balance(100, 0, 0))
    assert_sound(world)


def test_only_the_documents_that_were_paid_at_the_submit_give_credits_back(world: World, acme: Tenant) -> None:
    files = [arrived(world, acme) for _ in range(3)]
    job = job_of(submit(world, acme, replace(submission(files), counted=(40, 50, 20))))
    assert world.tenants.balance("acme") == Balance(10, 90, 0)
    _cancelled(world, acme, job.id)
    assert world.tenants.balance("acme") == Balance(100, 0, 0)
    assert_sound(world)


def test_what_runs_goes_on_to_its_end(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 5)
    admit(world, "acme")
    cancelled = _cancelled(world, acme, job.id)
    assert cancelled.status is JobStatus.RUNNING
    assert cancelled.counts == Counts(running=3, cancelled=2)
    for document in world.jobs.documents("acme", job.id):
        if document.status is DocumentStatus.RUNNING:
            succeed(world, document)
            assert_sound(world)
    assert now_of(world, job).status is JobStatus.COMPLETED
    assert now_of(world, job).counts == Counts(succeeded=3, cancelled=2)
    assert world.tenants.balance("acme") == Balance(97, 0, 3)


def test_the_line_is_woken_so_that_it_lets_go_of_the_tickets(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 2)
    world.pokes.poked.clear()
    _cancelled(world, acme, job.id)
    assert world.pokes.poked == ["acme"]


def test_twice_is_once(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 2)
    first = _cancelled(world, acme, job.id)
    world.clock.advance(1000)
    assert _cancelled(world, acme, job.id) == first
    assert_sound(world)


def test_an_ended_job_stays_as_it_ended(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    succeed(world, document)
    assert _cancelled(world, acme, document.job_id).status is JobStatus.COMPLETED


def test_unknown_and_foreign_jobs_are_absent_alike(world: World, acme: Tenant) -> None:
    job = waiting(world, acme)
    refusals = [cancel(world, Tenant("other"), job.id), cancel(world, acme, derived_job_id("none"))]
    assert [refusal.kind for refusal in refusals if isinstance(refusal, Refusal)] == [Kind.JOB_NOT_FOUND] * 2
    assert now_of(world, job).cancelled_at is None


class Racing(MemoryJobs):
    """The line moves between reading the job and cancelling it, some number of times."""

    __slots__ = ("left", "world")

    def __init__(self, world: World, times: int) -> None:
        super().__init__(world.store)
        object.__setattr__(self, "world", world)
        object.__setattr__(self, "left", [None] * times)

    def cancel(self, job: Job, now: int, held: int | None = None, audience: Audience = NOBODY) -> Job | None:
        if self.left:  # type: ignore[attr-defined]
            self.left.pop()  # type: ignore[attr-defined]
            tenant = Tenant("acme", slots=100)
            self.world.line.admit(tenant, self.world.line.waiting("acme", 1), now)  # type: ignore[attr-defined]
        return MemoryJobs.cancel(self, job, now, held, audience)


def test_a_race_with_a_starting_document_is_run_again(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 5)
    world.jobs = Racing(world, times=2)
    assert _cancelled(world, acme, job.id).counts == Counts(running=2, cancelled=3)
    assert_sound(world)


def test_a_race_without_end_may_be_asked_again(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, TRIES + 5)
    world.tenants.put(Tenant("acme", slots=100))
    world.jobs = Racing(world, times=TRIES)
    with pytest.raises(JobBusy):
        cancel(world, acme, job.id)
    assert now_of(world, job).cancelled_at is None
    assert_sound(world)
