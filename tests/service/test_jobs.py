"""Listing jobs, and deleting them."""

from __future__ import annotations

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.job import Job, JobStatus
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import changes, results
from quire.service.jobs import JobPage, delete_job, find_job, list_jobs
from quire.service.listing import cursor_of
from quire.testing.world import World
from tests.service.stage import assert_sound, now_of, running, submitted, succeed, waiting

OTHER = Tenant("other")


def jobs(world: World, tenant: Tenant, number: int) -> list[Job]:
    """Jobs of one document, oldest first."""
    made = []
    for _ in range(number):
        made.append(submitted(world, tenant))
        world.clock.advance(10)
    return made


def page(outcome: JobPage | Refusal) -> JobPage:
    assert isinstance(outcome, JobPage)
    return outcome


def test_the_newest_jobs_come_first_page_by_page(world: World, acme: Tenant) -> None:
    made = jobs(world, acme, 5)
    seen, cursor = [], None
    for _ in range(3):
        found = page(list_jobs(world, acme, 2, cursor))
        seen += [job.id for job in found.jobs]
        cursor = found.next_cursor
    assert seen == [job.id for job in reversed(made)]
    assert cursor is None


def test_the_oldest_come_first_where_that_is_asked(world: World, acme: Tenant) -> None:
    made = jobs(world, acme, 3)
    found = page(list_jobs(world, acme, 2, forward=True))
    assert [job.id for job in found.jobs] == [made[0].id, made[1].id]
    assert found.next_cursor == cursor_of((made[1].created_at, made[1].id))


def test_a_filter_lets_through_what_it_wants(world: World, acme: Tenant) -> None:
    made = jobs(world, acme, 4)
    wanted = {made[0].id, made[3].id}
    found = page(list_jobs(world, acme, 10, wanted=lambda job: job.id in wanted))
    assert [job.id for job in found.jobs] == [made[3].id, made[0].id]


def test_jobs_of_an_extractor_are_listed_by_themselves(world: World, acme: Tenant) -> None:
    jobs(world, acme, 2)
    assert len(page(list_jobs(world, acme, 10, extractor="text")).jobs) == 2
    assert page(list_jobs(world, acme, 10, extractor="other")).jobs == []


def test_another_tenant_s_jobs_are_not_listed(world: World, acme: Tenant) -> None:
    jobs(world, acme, 2)
    assert page(list_jobs(world, OTHER, 10)).jobs == []


@pytest.mark.parametrize("cursor", ["x", "!!", "MTIz", cursor_of((1, "a" * 65)), "é"])
def test_a_cursor_that_we_did_not_write_is_refused(world: World, acme: Tenant, cursor: str) -> None:
    refused = list_jobs(world, acme, 10, cursor)
    assert isinstance(refused, Refusal)
    assert refused.kind is Kind.INVALID_REQUEST


class TestDeleting:
    def test_a_deleted_job_is_as_if_it_never_was(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        row = world.jobs.document("acme", document.id)
        assert row and row.result and world.blobs.head(row.result.key)
        assert isinstance(delete_job(world, acme, document.job_id), Job)
        for outcome in (
            find_job(world, acme, document.job_id),
            delete_job(world, acme, document.job_id),
            changes.list_changes(world, acme, document.job_id, None, 10),
            results.find(world, acme, document.id),
        ):
            assert isinstance(outcome, Refusal)
            assert outcome.kind in (Kind.JOB_NOT_FOUND, Kind.NOT_FOUND)
        assert page(list_jobs(world, acme, 10)).jobs == []
        assert world.blobs.head(row.result.key) is None

    def test_what_waits_never_starts(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        deleted = delete_job(world, acme, job.id)
        assert isinstance(deleted, Job)
        assert deleted.status is JobStatus.CANCELLED
        assert_sound(world)

    def test_what_runs_ends_first(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        delete_job(world, acme, document.job_id)
        succeed(world, document)
        row = world.jobs.document("acme", document.id)
        assert row and row.status is DocumentStatus.SUCCEEDED
        job = world.jobs.get("acme", document.job_id)
        assert job and now_of(world, job).pages == 1
        assert_sound(world)

    def test_another_tenant_s_job_is_not_found(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme)
        refused = delete_job(world, OTHER, job.id)
        assert isinstance(refused, Refusal)
        assert isinstance(find_job(world, acme, job.id), Job)
