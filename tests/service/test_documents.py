"""Listing documents over all jobs."""

from __future__ import annotations

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.cancel import cancel
from quire.service.documents import MOST_READS, DocumentPage, list_documents
from quire.service.jobs import delete_job
from quire.testing.world import World
from tests.service.stage import submitted

Place = tuple[str, int]


def made(world: World, tenant: Tenant, *sizes: int) -> list[Job]:
    """Jobs of so many documents, oldest first."""
    jobs = []
    for size in sizes:
        jobs.append(submitted(world, tenant, documents=size))
        world.clock.advance(10)
    return jobs


def page(outcome: DocumentPage | Refusal) -> DocumentPage:
    assert isinstance(outcome, DocumentPage)
    return outcome


def places(found: DocumentPage) -> list[Place]:
    return [(job.id, document.position) for job, document in found.documents]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("forward", [False, True])
def test_every_document_comes_once_page_by_page(world: World, acme: Tenant, limit: int, forward: bool) -> None:
    jobs = made(world, acme, 1, 3, 1, 2)
    seen: list[Place] = []
    cursor, pages = None, 0
    while pages == 0 or cursor:
        found = page(list_documents(world, acme, limit, cursor, forward=forward))
        assert 0 < len(found.documents) <= limit
        seen += places(found)
        cursor, pages = found.next_cursor, pages + 1
    order = jobs if forward else jobs[::-1]
    assert seen == [(job.id, position) for job in order for position in range(job.total)]


def test_a_filter_lets_through_what_it_wants(world: World, acme: Tenant) -> None:
    jobs = made(world, acme, 2, 2)
    found = page(list_documents(world, acme, 9, wanted=lambda _, document: document.position == 1))
    assert places(found) == [(jobs[1].id, 1), (jobs[0].id, 1)]
    assert found.next_cursor is None


def test_one_jobs_documents_and_one_extractors(world: World, acme: Tenant) -> None:
    jobs = made(world, acme, 2, 3)
    first = page(list_documents(world, acme, 2, job_id=jobs[1].id))
    rest = page(list_documents(world, acme, 2, first.next_cursor, job_id=jobs[1].id))
    assert places(first) + places(rest) == [(jobs[1].id, n) for n in range(3)]
    assert len(page(list_documents(world, acme, 9, extractor="text")).documents) == 5
    assert page(list_documents(world, acme, 9, extractor="other")).documents == []


def test_a_job_that_counts_as_one_is_shown_once(world: World, acme: Tenant) -> None:
    jobs = made(world, acme, 2, 3)
    found = page(list_documents(world, acme, 9, as_one=lambda job: job.id == jobs[0].id))
    assert places(found) == [*((jobs[1].id, n) for n in range(3)), (jobs[0].id, 0)]


def test_the_documents_of_cancelled_jobs_are_cancelled_and_those_of_deleted_ones_gone(
    world: World, acme: Tenant
) -> None:
    cancelled, deleted = made(world, acme, 2, 1)
    cancel(world, acme, cancelled.id)
    delete_job(world, acme, deleted.id)
    found = page(list_documents(world, acme, 9))
    assert places(found) == [(cancelled.id, 0), (cancelled.id, 1)]
    assert {document.status for _, document in found.documents} == {DocumentStatus.CANCELLED}


def test_nobody_sees_the_documents_of_another(world: World, acme: Tenant) -> None:
    (job,) = made(world, acme, 1)
    assert page(list_documents(world, Tenant("other"), 9)).documents == []
    assert page(list_documents(world, Tenant("other"), 9, job_id=job.id)).documents == []


def test_a_long_search_stops_and_goes_on_from_there(world: World, acme: Tenant) -> None:
    jobs = made(world, acme, *[1] * (MOST_READS + 2))
    first = page(list_documents(world, acme, 9, wanted=lambda job, _: job.id == jobs[0].id))
    assert first.documents == [] and first.next_cursor
    rest = page(list_documents(world, acme, 9, first.next_cursor, wanted=lambda job, _: job.id == jobs[0].id))
    assert places(rest) == [(jobs[0].id, 0)]


@pytest.mark.parametrize("cursor", ["x", "MTIz", "é"])
def test_a_cursor_of_somebody_else_is_refused(world: World, acme: Tenant, cursor: str) -> None:
    refused = list_documents(world, acme, 9, cursor)
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST
