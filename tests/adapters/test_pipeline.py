"""The port `Pipeline`: credits, Textract's state, the end of a document."""

from __future__ import annotations

import threading

import pytest

from quire.domain.document import DocumentStatus, Ending, Ocr, Stored
from quire.domain.job import Counts, JobStatus
from quire.domain.ports import Balance, World
from quire.domain.tenant import Tenant
from tests.adapters.rows import (
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

# ---- reserve ---------------------------------------------------------------------------------------------------------


def test_all_pages_of_a_document_are_held(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    assert world.pipeline.reserve(document, 6)
    assert world.tenants.balance("acme") == Balance(4, 6, 0)
    assert row_of(world, document).reserved == 6


def test_the_page_held_at_submit_is_enough_for_one_page(world: World) -> None:
    fund(world, 1)
    (document,) = running(world, a_job())
    assert world.pipeline.reserve(document, 1)
    assert world.tenants.balance("acme") == Balance(0, 1, 0)


def test_short_of_credits_holds_nothing_more(world: World) -> None:
    fund(world, 5)
    (document,) = running(world, a_job())
    assert not world.pipeline.reserve(document, 6)
    assert world.tenants.balance("acme") == Balance(4, 1, 0)
    assert row_of(world, document).reserved == 1


def test_the_last_credits_can_be_held(world: World) -> None:
    fund(world, 6)
    (document,) = running(world, a_job())
    assert world.pipeline.reserve(document, 6)
    assert world.tenants.balance("acme") == Balance(0, 6, 0)


def test_a_repeated_step_holds_its_pages_once(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 6)
    assert world.pipeline.reserve(document, 6), "with what it read before"
    assert world.pipeline.reserve(row_of(world, document), 6), "with what it reads now"
    assert world.tenants.balance("acme") == Balance(4, 6, 0)


def test_a_repeated_step_is_not_short_of_what_it_holds_already(world: World) -> None:
    fund(world, 6)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 6)
    assert world.pipeline.reserve(document, 6)


def test_an_ended_document_holds_nothing(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.end(document, BROKEN, NOW + 1)
    world.pipeline.reserve(document, 6)
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


# ---- end -------------------------------------------------------------------------------------------------------------


def test_a_document_succeeds_with_its_result(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 3)
    assert world.pipeline.end(document, done(document, pages=3), NOW + 9)
    ended = row_of(world, document)
    assert ended.status is DocumentStatus.SUCCEEDED
    assert (ended.pages, ended.result) == (3, Stored(document.result_key, "v9"))
    assert (ended.ended_at, ended.updated_at, ended.reserved) == (NOW + 9, NOW + 9, 0)
    assert ended.refusal is None
    assert world.line.holders("acme") == set()
    assert world.tenants.balance("acme") == Balance(7, 0, 3)


def test_a_document_fails_with_its_refusal_and_is_not_charged(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 3)
    assert world.pipeline.end(document, BROKEN, NOW + 9)
    ended = row_of(world, document)
    assert ended.status is DocumentStatus.FAILED
    assert ended.refusal == BROKEN.refusal
    assert (ended.pages, ended.result) == (None, None)
    assert world.line.holders("acme") == set()
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_only_the_pages_that_were_read_are_charged(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 5)
    world.pipeline.end(document, done(document, pages=2), NOW)
    assert world.tenants.balance("acme") == Balance(8, 0, 2)


@pytest.mark.parametrize("second", [BROKEN, LAPSED])
def test_a_document_ends_once(world: World, second: Ending) -> None:
    fund(world, 10)
    job = a_job()
    (document,) = running(world, job)
    assert world.pipeline.end(document, done(document), NOW + 5)
    assert not world.pipeline.end(document, second, NOW + 6)
    assert not world.pipeline.end(row_of(world, document), second, NOW + 7)
    assert row_of(world, document).status is DocumentStatus.SUCCEEDED
    assert job_of(world, job).counts == Counts(succeeded=1)
    assert world.tenants.balance("acme") == Balance(9, 0, 1)


def test_the_last_document_ends_its_job(world: World) -> None:
    fund(world)
    job = a_job(documents=3)
    first, second, third = running(world, job)
    world.pipeline.end(second, BROKEN, NOW + 5)
    world.pipeline.end(first, done(first), NOW + 6)
    assert job_of(world, job).ended_at is None
    assert job_of(world, job).status is JobStatus.RUNNING
    world.pipeline.end(third, done(third), NOW + 7)
    ended = job_of(world, job)
    assert (ended.ended_at, ended.counts) == (NOW + 7, Counts(succeeded=2, failed=1))
    assert ended.status is JobStatus.PARTIALLY_FAILED


def test_an_end_uses_what_stands_not_what_its_caller_has_read(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 4)
    assert world.pipeline.end(document, BROKEN, NOW), "read before the credits were held"
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_a_waiting_document_lapses(world: World) -> None:
    fund(world, 10)
    job = a_job(documents=2)
    waiting(world, job)
    first, second = its_documents(job)
    assert world.pipeline.end(first, LAPSED, NOW + 9)
    assert row_of(world, first).status is DocumentStatus.FAILED
    assert [ticket.document_id for ticket in world.line.waiting("acme", 10)] == [second.id]
    assert job_of(world, job).counts == Counts(pending=1, failed=1, lapsed=1)
    assert world.tenants.balance("acme") == Balance(9, 1, 0)
    world.pipeline.end(second, LAPSED, NOW + 10)
    assert job_of(world, job).status is JobStatus.EXPIRED
    assert job_of(world, job).ended_at == NOW + 10


def test_a_lapse_does_not_touch_the_slots(world: World) -> None:
    fund(world)
    (other,) = running(world, a_job("other"))
    job = a_job()
    waiting(world, job)
    world.pipeline.end(its_documents(job)[0], LAPSED, NOW)
    assert world.line.holders("acme") == {other.id}


def test_a_waiting_document_of_a_cancelled_job_does_not_lapse(world: World) -> None:
    fund(world, 10)
    job = a_job()
    waiting(world, job)
    world.jobs.cancel(job, NOW + 1)
    assert not world.pipeline.end(its_documents(job)[0], LAPSED, NOW + 2)
    assert job_of(world, job).counts == Counts(cancelled=1)
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_a_document_without_a_row_does_not_end(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    assert not world.pipeline.end(its_documents(job)[0], BROKEN, NOW)
    assert not world.pipeline.end(its_documents(a_job("unknown"))[0], BROKEN, NOW)
    assert job_of(world, job).counts == Counts(pending=1)


def test_documents_that_end_at_once_are_all_counted(world: World) -> None:
    fund(world, 10)
    job = a_job(documents=6)
    documents = running(world, job)
    for document in documents[3:]:
        world.pipeline.end(document, BROKEN, NOW)
    ended: list[bool] = []

    def end(number: int) -> None:
        for document in documents[:3]:
            ended.append(world.pipeline.end(document, done(document), NOW + number))

    threads = [threading.Thread(target=end, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False] * 6 + [True] * 3
    after = job_of(world, job)
    assert after.counts == Counts(succeeded=3, failed=3)
    assert after.ended_at is not None
    assert world.line.holders("acme") == set()
    assert world.tenants.balance("acme") == Balance(7, 0, 3)


def test_credits_are_neither_made_nor_lost(world: World) -> None:
    granted = 40
    fund(world, granted)

    def holds() -> None:
        balance = world.tenants.balance("acme")
        assert balance.available + balance.reserved + balance.spent == granted
        assert min(balance.available, balance.reserved, balance.spent) >= 0

    documents = running(world, a_job("first", 3))
    for pages, document in enumerate(documents, start=1):
        world.pipeline.reserve(document, 3 * pages)
        holds()
    for document, ending in zip(documents, [done(documents[0], 3), BROKEN, done(documents[2], 7)], strict=True):
        world.pipeline.end(document, ending, NOW)
        holds()
    job = created(world, a_job("second", 5))
    holds()
    world.jobs.cancel(job, NOW)
    holds()
    assert world.tenants.balance("acme") == Balance(30, 0, 10)


def test_a_tenant_s_documents_leave_another_s_slots_alone(world: World) -> None:
    fund(world)
    fund(world, tenant=Tenant("other"))
    (mine,) = running(world, a_job())
    (theirs,) = running(world, a_job(tenant="other"))
    world.pipeline.end(mine, BROKEN, NOW)
    assert world.line.holders("acme") == set()
    assert world.line.holders("other") == {theirs.id}
    assert world.tenants.balance("other") == Balance(99, 1, 0)


# ---- Textract --------------------------------------------------------------------------------------------------------


def test_a_notice_after_the_token_finds_it(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    before = world.pipeline.wait_for_ocr(document, "token-1")
    assert before
    assert before.ocr == Ocr(), "the first entry: no token before it, no outcome yet"
    noticed = world.pipeline.ocr_ended("acme", document.id, "SUCCEEDED")
    assert noticed
    assert noticed.ocr == Ocr("token-1", "SUCCEEDED")
    assert row_of(world, document).ocr == Ocr("token-1", "SUCCEEDED")


def test_a_notice_before_the_token_is_found_by_it(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    noticed = world.pipeline.ocr_ended("acme", document.id, "FAILED")
    assert noticed
    assert noticed.ocr == Ocr(None, "FAILED")
    waiting = world.pipeline.wait_for_ocr(document, "token-1")
    assert waiting
    assert waiting.ocr.status == "FAILED"


def test_a_task_entered_again_sees_that_it_was(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.pipeline.wait_for_ocr(document, "token-1")
    again = world.pipeline.wait_for_ocr(row_of(world, document), "token-2")
    assert again
    assert again.ocr.token == "token-1"
    assert row_of(world, document).ocr.token == "token-2", "a notice goes to the latest"


def test_a_notice_for_an_ended_document_is_nobody_s(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.pipeline.wait_for_ocr(document, "token-1")
    world.pipeline.end(document, BROKEN, NOW)
    assert world.pipeline.ocr_ended("acme", document.id, "SUCCEEDED") is None
    assert row_of(world, document).ocr.token is None, "a token is not kept longer than its task"
    assert world.pipeline.ocr_ended("other", document.id, "SUCCEEDED") is None


def test_an_ended_document_waits_for_nothing(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.pipeline.end(document, BROKEN, NOW)
    assert world.pipeline.wait_for_ocr(document, "token-1") is None
    assert row_of(world, document).ocr.token is None


def test_synchronous_calls_are_counted(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    assert [world.pipeline.ocr_asked(document, times) for times in (1, 1, -1, 1)] == [1, 2, 1, 2]
    assert row_of(world, document).ocr.asked == 2


def test_the_count_of_calls_outlives_the_document(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.pipeline.ocr_asked(document, 1)
    world.pipeline.ocr_asked(document, 1)
    world.pipeline.end(document, done(document), NOW)
    assert row_of(world, document).ocr.asked == 2, "its record says that it was paid twice"
