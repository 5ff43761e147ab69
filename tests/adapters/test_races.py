"""DynamoDB between a read and the transaction that rests on it: somebody else was there first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.adapters.items import Cancelled
from quire.adapters.pipeline import DynamoPipeline, EndBusy
from quire.adapters.table import Table
from quire.domain.document import AWAITED, DocumentStatus, Stored
from quire.domain.job import Counts
from quire.domain.ports import Admission, Balance
from tests.adapters.conftest import JOBS
from tests.adapters.rows import (
    ACME,
    BROKEN,
    LAPSED,
    NOW,
    a_job,
    created,
    done,
    fund,
    its_documents,
    job_of,
    row_of,
    running,
    waiting,
)

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(aws: Aws) -> Iterator[Meanwhile]:
    """`meanwhile(act)`: the next transaction is ready to be sent when `act` takes place."""
    acts: list[Callable[[], object]] = []

    def first(**_: object) -> None:
        if acts:
            acts.pop()()

    events = clients.dynamodb().meta.events
    events.register_first("before-send.dynamodb.TransactWriteItems", first)
    yield acts.append
    events.unregister("before-send.dynamodb.TransactWriteItems", first)


def test_two_documents_that_end_together_are_both_counted_and_the_last_ends_the_job(
    aws: Aws, meanwhile: Meanwhile
) -> None:
    fund(aws, 10)
    job = a_job(documents=2)
    one, other = running(aws, job)
    meanwhile(lambda: aws.pipeline.end(other, BROKEN, NOW + 1))
    assert aws.pipeline.end(one, done(one), NOW + 2)
    after = job_of(aws, job)
    assert (after.counts, after.ended_at) == (Counts(succeeded=1, failed=1), NOW + 2)
    assert aws.tenants.balance("acme") == Balance(9, 0, 1)


def test_a_document_that_is_ended_by_two_ends_once(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job(documents=2)
    document, _ = running(aws, job)
    meanwhile(lambda: aws.pipeline.end(document, BROKEN, NOW + 1))
    assert not aws.pipeline.end(document, done(document), NOW + 2)
    assert row_of(aws, document).status is DocumentStatus.FAILED
    assert job_of(aws, job).counts == Counts(running=1, failed=1)
    assert aws.tenants.balance("acme") == Balance(9, 1, 0)


def test_credits_that_are_held_while_a_document_ends_come_back_too(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    (document,) = running(aws, a_job())
    meanwhile(lambda: aws.pipeline.reserve(document, 5))
    assert aws.pipeline.end(document, BROKEN, NOW + 1)
    assert aws.tenants.balance("acme") == Balance(10, 0, 0)


def test_no_credits_are_held_for_a_document_that_has_just_ended(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    (document,) = running(aws, a_job())
    meanwhile(lambda: aws.pipeline.end(document, BROKEN, NOW + 1))
    aws.pipeline.reserve(document, 5)
    assert aws.tenants.balance("acme") == Balance(10, 0, 0)


def test_a_job_that_is_cancelled_while_its_document_ends_counts_both(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job(documents=2)
    first, _ = waiting(aws, job)
    aws.line.admit(ACME, [first], NOW)
    (document,) = aws.jobs.documents("acme", job.id, [0])
    meanwhile(lambda: aws.jobs.cancel(job_of(aws, job), NOW + 1))
    assert aws.pipeline.end(document, done(document), NOW + 2)
    after = job_of(aws, job)
    assert (after.counts, after.ended_at) == (Counts(succeeded=1, cancelled=1), NOW + 2)
    assert aws.tenants.balance("acme") == Balance(9, 0, 1)


def test_a_document_that_is_cancelled_while_it_lapses_is_counted_once(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job()
    waiting(aws, job)
    (document,) = its_documents(job)
    meanwhile(lambda: aws.jobs.cancel(job, NOW + 1))
    assert not aws.pipeline.end(document, LAPSED, NOW + 2)
    assert job_of(aws, job).counts == Counts(cancelled=1)
    assert aws.tenants.balance("acme") == Balance(10, 0, 0)


def test_a_job_that_is_cancelled_while_its_document_is_admitted_starts_nothing(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job()
    tickets = waiting(aws, job)
    meanwhile(lambda: aws.jobs.cancel(job, NOW + 1))
    assert aws.line.admit(ACME, tickets, NOW + 2) is Admission.LOST
    assert aws.line.holders("acme") == set()


def test_the_last_slot_is_given_once(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    tenant = replace(ACME, slots=1)
    one, other = waiting(aws, a_job(documents=2))
    meanwhile(lambda: aws.line.admit(tenant, [other], NOW))
    assert aws.line.admit(tenant, [one], NOW) is Admission.LOST
    assert aws.line.holders("acme") == {other.document_id}


def test_bytes_that_arrive_while_their_document_lapses_are_not_lost(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job()
    (document,) = its_documents(job)
    document = replace(document, source=replace(document.source, stored=Stored("uploads/acme/f", AWAITED)))
    created(aws, job)
    aws.jobs.add_documents([document])
    pinned = replace(document.source, stored=Stored("uploads/acme/f", "v1"))
    meanwhile(lambda: aws.line.arrive(document, pinned))
    assert not aws.pipeline.end(document, LAPSED, NOW + 2)
    assert row_of(aws, document).source == pinned
    assert job_of(aws, job).counts == Counts(pending=1)


def test_a_document_that_lapses_while_its_bytes_arrive_ends_once(aws: Aws, meanwhile: Meanwhile) -> None:
    fund(aws, 10)
    job = a_job()
    (document,) = its_documents(job)
    document = replace(document, source=replace(document.source, stored=Stored("uploads/acme/f", AWAITED)))
    created(aws, job)
    aws.jobs.add_documents([document])
    meanwhile(lambda: aws.pipeline.end(document, LAPSED, NOW + 2))
    aws.line.arrive(document, replace(document.source, stored=Stored("uploads/acme/f", "v1")))
    assert (job_of(aws, job).counts, row_of(aws, document).status) == (
        Counts(failed=1, lapsed=1),
        DocumentStatus.FAILED,
    )
    assert aws.line.waiting("acme", 10) == aws.line.awaiting("acme") == []


class Contested(Table):
    """Somebody else is always there first."""

    __slots__ = ()

    def transact(self, actions: Sequence[Any]) -> None:
        raise Cancelled([True])


def test_an_end_that_never_gets_its_turn_is_a_fault_to_retry(aws: Aws) -> None:
    fund(aws, 10)
    job = a_job()
    (document,) = running(aws, job)
    with pytest.raises(EndBusy):
        DynamoPipeline(Contested(JOBS, clients.dynamodb())).end(document, BROKEN, NOW)
    assert row_of(aws, document).status is DocumentStatus.RUNNING
