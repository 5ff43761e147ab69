"""The port `Reviews`: documents that are held for a person."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from quire.domain.document import CANCELLED, Decision, Document, DocumentStatus, Review, Stored, Verdict
from quire.domain.job import Counts, JobStatus
from quire.domain.ports import Admission, Balance, World
from tests.adapters.rows import BROKEN, NOW, a_job, done, fund, job_of, row_of, running, waiting

DEADLINE = NOW + 1000


def a_review(document: Document, deadline: int = DEADLINE, task: str | None = "token-1") -> Review:
    first = Stored(f"results/acme/review/{document.id}.json", "v1")
    return Review(threshold=80, flagged=2, since=NOW + 1, deadline=deadline, first=first, pages=3, token=task)


def held(world: World, name: str = "first", deadline: int = DEADLINE) -> Document:
    """The only document of a new job, in review."""
    (document,) = running(world, a_job(name))
    assert world.reviews.hold(document, a_review(document, deadline), NOW + 1)
    return row_of(world, document)


def approval(at: int = NOW + 2, by: str | None = None) -> Decision:
    return Decision(Verdict.APPROVED, at, by)


# ---- hold ------------------------------------------------------------------------------------------------------------


def test_a_held_document_keeps_no_slot(world: World) -> None:
    fund(world)
    job = a_job(documents=2)
    first, second = running(world, job)
    assert world.reviews.hold(first, a_review(first), NOW + 5)
    row = row_of(world, first)
    assert (row.status, row.updated_at, row.review) == (DocumentStatus.REVIEW_REQUIRED, NOW + 5, a_review(first))
    assert world.line.holders("acme") == {second.id}
    assert job_of(world, job).counts == Counts(running=1, review_required=1)
    assert job_of(world, job).status is JobStatus.RUNNING


def test_its_slot_is_the_next_document_s(world: World) -> None:
    one = replace(fund(world), slots=1)
    (document,) = running(world, a_job())
    tickets = waiting(world, a_job("next"))
    assert world.line.admit(one, tickets, NOW) is Admission.LOST
    world.reviews.hold(document, a_review(document), NOW + 1)
    assert world.line.admit(one, tickets, NOW) is Admission.ADMITTED


def test_its_credits_stay_held(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 3)
    world.reviews.hold(row_of(world, document), a_review(document), NOW + 1)
    assert world.tenants.balance("acme") == Balance(7, 3, 0)


def test_a_document_is_held_once(world: World) -> None:
    fund(world)
    document = held(world)
    assert not world.reviews.hold(document, a_review(document, task="token-2"), NOW + 2)
    assert row_of(world, document).review == a_review(document)
    assert job_of(world, a_job()).counts == Counts(review_required=1)


def test_what_has_ended_is_not_held(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.pipeline.end(document, BROKEN, NOW)
    assert not world.reviews.hold(document, a_review(document), NOW + 1)
    assert row_of(world, document).review is None
    assert world.reviews.queue("acme", 10) == []


def test_nothing_of_a_cancelled_job_is_held(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.jobs.cancel(job_of(world, a_job()), NOW + 1)
    assert not world.reviews.hold(document, a_review(document), NOW + 2)
    assert row_of(world, document).status is DocumentStatus.RUNNING
    assert world.line.holders("acme") == {document.id}


# ---- wait ------------------------------------------------------------------------------------------------------------


def test_a_task_entered_again_leaves_its_token(world: World) -> None:
    fund(world)
    document = held(world)
    again = world.reviews.wait(document, "token-2")
    assert again and again.review
    assert (again.review.token, again.review.decision) == ("token-2", None)
    assert row_of(world, document).review == a_review(document, task="token-2")


def test_a_task_entered_again_finds_a_decision(world: World) -> None:
    fund(world)
    document = held(world)
    world.reviews.decide(document, approval())
    again = world.reviews.wait(document, "token-2")
    assert again and again.review
    assert again.review.decision == approval()


def test_nobody_waits_for_what_is_not_held(world: World) -> None:
    fund(world)
    document = held(world)
    (running_,) = running(world, a_job("runs"))
    assert world.reviews.wait(running_, "token-2") is None
    world.pipeline.end(document, BROKEN, NOW + 2)
    assert world.reviews.wait(document, "token-2") is None
    ended = row_of(world, document)
    assert ended.review and ended.review.token is None, "a token is not kept longer than its task"


# ---- decide ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "decision",
    [
        approval(by="key-1"),
        Decision(Verdict.EDITED, NOW + 2, "key-1", Stored("results/acme/review/edited.json", "v7")),
        Decision(Verdict.REJECTED, NOW + 2),
    ],
)
def test_a_decision_is_recorded_with_the_token_to_tell(world: World, decision: Decision) -> None:
    fund(world)
    document = held(world)
    world.reviews.wait(document, "token-2")
    decided = world.reviews.decide(document, decision)
    assert decided and decided.review
    assert (decided.review.token, decided.review.decision) == ("token-2", decision)
    assert row_of(world, document) == decided
    assert decided.status is DocumentStatus.REVIEW_REQUIRED, "until its task has heard of it"
    assert decided.updated_at == document.updated_at
    assert job_of(world, a_job()).counts == Counts(review_required=1)


def test_the_first_decision_stands(world: World) -> None:
    fund(world)
    document = held(world)
    assert world.reviews.decide(document, approval(by="first"))
    assert world.reviews.decide(document, Decision(Verdict.REJECTED, NOW + 3, "second")) is None
    stands = row_of(world, document).review
    assert stands and stands.decision == approval(by="first")


def test_of_reviewers_who_decide_at_once_one_wins(world: World) -> None:
    fund(world)
    document = held(world)
    won: list[str] = []

    def decide(by: str) -> None:
        if world.reviews.decide(document, approval(by=by)):
            won.append(by)

    threads = [threading.Thread(target=decide, args=(f"key-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = row_of(world, document).review
    assert stands and stands.decision
    assert won == [stands.decision.by]


def test_what_is_not_held_is_not_decided(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    assert world.reviews.decide(document, approval()) is None
    ended = held(world, "ended")
    world.pipeline.end(ended, BROKEN, NOW + 2)
    assert world.reviews.decide(ended, approval()) is None
    assert world.reviews.decided("acme") == []


def test_nothing_of_a_cancelled_job_is_decided(world: World) -> None:
    fund(world)
    document = held(world)
    world.jobs.cancel(job_of(world, a_job()), NOW + 2)
    assert world.reviews.decide(document, approval()) is None
    assert row_of(world, document).undecided


# ---- the end of a held document --------------------------------------------------------------------------------------


def test_an_approved_document_ends_and_is_charged(world: World) -> None:
    fund(world, 10)
    (document,) = running(world, a_job())
    world.pipeline.reserve(document, 3)
    world.reviews.hold(document, a_review(document), NOW + 1)
    decided = world.reviews.decide(row_of(world, document), approval())
    assert decided
    assert world.pipeline.end(decided, done(document, 3), NOW + 9)
    assert row_of(world, document).status is DocumentStatus.SUCCEEDED
    assert world.tenants.balance("acme") == Balance(7, 0, 3)
    ended = job_of(world, a_job())
    assert (ended.counts, ended.ended_at, ended.status) == (Counts(succeeded=1), NOW + 9, JobStatus.COMPLETED)
    assert world.reviews.decided("acme") == []
    assert world.reviews.queue("acme", 10) == []


def test_an_undecided_document_that_ends_leaves_the_queue(world: World) -> None:
    fund(world, 10)
    document = held(world)
    assert world.pipeline.end(document, BROKEN, NOW + 9)
    assert world.reviews.queue("acme", 10) == []
    assert job_of(world, a_job()).counts == Counts(failed=1)
    assert world.tenants.balance("acme") == Balance(10, 0, 0)


def test_an_end_leaves_the_slots_of_others_alone(world: World) -> None:
    fund(world)
    document = held(world)
    (other,) = running(world, a_job("other"))
    world.pipeline.end(document, BROKEN, NOW + 9)
    assert world.line.holders("acme") == {other.id}


def test_an_end_for_want_of_a_decision_loses_to_the_decision(world: World) -> None:
    fund(world)
    document = held(world)
    decided = world.reviews.decide(document, approval())
    assert not world.pipeline.end(document, BROKEN, NOW + 9), "as it was read before"
    assert row_of(world, document) == decided
    assert decided and world.pipeline.end(decided, done(decided), NOW + 9)


def test_an_end_that_read_the_document_running_loses_to_the_review(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    world.reviews.hold(document, a_review(document), NOW + 1)
    assert not world.pipeline.end(document, done(document), NOW + 2)
    assert row_of(world, document).undecided


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_what_ends_first_is_in_front(world: World) -> None:
    fund(world)
    late, soon, then = held(world, "a", NOW + 90), held(world, "b", NOW + 30), held(world, "c", NOW + 60)
    places = [(NOW + 30, soon.id), (NOW + 60, then.id), (NOW + 90, late.id)]
    assert world.reviews.queue("acme", 10) == places
    assert world.reviews.queue("acme", 2) == places[:2]
    assert world.reviews.queue("acme", 2, places[0]) == places[1:]
    assert world.reviews.queue("acme", 2, places[2]) == []
    assert world.reviews.queue("other", 10) == []


def test_those_of_one_deadline_are_all_in_the_queue(world: World) -> None:
    fund(world)
    documents = [held(world, name) for name in "abc"]
    first, *rest = sorted((DEADLINE, document.id) for document in documents)
    assert world.reviews.queue("acme", 1) == [first]
    assert world.reviews.queue("acme", 9, first) == rest


def test_a_decided_document_is_out_of_the_queue_and_marked(world: World) -> None:
    fund(world)
    document, other = held(world), held(world, "other")
    world.reviews.decide(document, approval(at=NOW + 7))
    assert world.reviews.queue("acme", 10) == [(DEADLINE, other.id)]
    assert world.reviews.decided("acme") == [(NOW + 7, document.id)]
    assert world.reviews.decided("other") == []


def test_held_documents_are_read_in_the_order_asked(world: World) -> None:
    fund(world)
    first, second = held(world), held(world, "second")
    assert world.reviews.held("acme", [second.id, first.id]) == [second, first]
    assert world.reviews.held("other", [first.id]) == []
    assert world.reviews.held("acme", []) == []


# ---- a cancelled job -------------------------------------------------------------------------------------------------


def test_a_cancelled_job_with_documents_in_review_is_marked(world: World) -> None:
    fund(world, 10)
    job = a_job(documents=2)
    first, second = running(world, job)
    world.reviews.hold(first, a_review(first), NOW + 1)
    cancelled = world.jobs.cancel(job_of(world, job), NOW + 2)
    assert cancelled and cancelled.counts == Counts(running=1, review_required=1)
    assert world.reviews.releasing("acme") == [job.id]
    assert world.pipeline.end(row_of(world, first), CANCELLED, NOW + 3)
    after = job_of(world, job)
    assert after.counts == Counts(running=1, cancelled=1)
    assert (after.dropped, after.dropped_at) == (1, NOW + 3), "its row says so"
    world.reviews.released("acme", job.id)
    assert world.reviews.releasing("acme") == []
    assert world.pipeline.end(second, done(second), NOW + 4)
    assert job_of(world, job).status is JobStatus.COMPLETED
    assert world.tenants.balance("acme") == Balance(9, 0, 1)


def test_a_cancelled_job_without_any_is_not(world: World) -> None:
    fund(world)
    running(world, a_job())
    assert world.jobs.cancel(job_of(world, a_job()), NOW + 1)
    assert world.reviews.releasing("acme") == []


def test_a_document_held_since_the_job_was_read_is_noticed(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    read = job_of(world, a_job())
    world.reviews.hold(document, a_review(document), NOW + 1)
    assert world.jobs.cancel(read, NOW + 2) is None, "read again"
    assert world.jobs.cancel(job_of(world, a_job()), NOW + 2)
    assert world.reviews.releasing("acme") == [a_job().id]
