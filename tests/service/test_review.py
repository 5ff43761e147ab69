"""Reviewers: the queue, one of its documents, a decision."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from quire.domain.document import Document, DocumentStatus, Stored, Verdict
from quire.domain.job import JobStatus
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import finish, review_end
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.changes import Listing, list_changes
from quire.service.config import Config
from quire.service.hold import hold
from quire.service.jobs import delete_job
from quire.service.results import find, result_of
from quire.service.review import ReviewPage, Subject, decide, get, queue
from quire.service.sweep import GRACE_MS, sweep
from quire.testing.world import World
from tests.service.reviews import OUTPUT, SCHEMA, doubtful, held, output_in
from tests.service.stage import assert_sound, now_of, row_of, running, waiting

OTHER = Tenant("other")


def page(world: World, tenant: Tenant, cursor: str | None = None, limit: int = 20) -> tuple[list[str], str | None]:
    found = queue(world, tenant, cursor, limit)
    assert isinstance(found, ReviewPage)
    return [document.id for _, document in found.reviews], found.next_cursor


def decided(world: World, tenant: Tenant, document: Document, verdict: Verdict = Verdict.APPROVED, **more: Any) -> Any:
    outcome = decide(world, tenant, document.id, verdict, **more)
    assert not isinstance(outcome, Refusal), outcome
    return outcome


def refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal)
    return outcome


def goes_on(world: World, document: Document, token: str = "task-1") -> Document:  # noqa: S107
    """What the state machine does once the task is completed."""
    outcome, review = world.tokens.completed[token], document.review
    assert review
    if outcome["outcome"] == "done":
        finish.publish(world, document.tenant, document.id, review.pages, review.first)
    elif outcome["outcome"] == "refused":
        said: Any = outcome["refusal"]
        finish.fail(world, document.tenant, document.id, Refusal(Kind(said["kind"]), said["message"]))
    assert_sound(world)
    return row_of(world, document)


class TestQueue:
    def test_what_ends_first_is_in_front(self, world: World, acme: Tenant) -> None:
        first = held(world, acme, "a")
        world.clock.advance(10)
        world.tenants.put(replace(acme, review_ms=1000))
        urgent = held(world, acme, "b")
        assert page(world, acme) == ([urgent.id, first.id], None)

    def test_it_is_read_in_pages(self, world: World, acme: Tenant) -> None:
        documents = []
        for number in range(5):
            documents.append(held(world, acme, f"t{number}").id)
            world.clock.advance(10)
        found, cursor = page(world, acme, limit=2)
        more, cursor = page(world, acme, cursor, limit=2)
        rest, last = page(world, acme, cursor, limit=2)
        assert found + more + rest == documents
        assert last is None

    def test_each_has_its_job(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        found = queue(world, acme)
        assert isinstance(found, ReviewPage)
        ((job, row),) = found.reviews
        assert (job.id, row) == (document.job_id, document)

    def test_what_nobody_can_decide_on_is_not_in_it(self, world: World, acme: Tenant) -> None:
        done, cancelled = held(world, acme, "a"), held(world, acme, "b")
        decided(world, acme, done)
        world.jobs.cancel(now_of(world, _job(world, cancelled)), world.clock())
        late = held(world, acme, "c")
        assert page(world, acme)[0] == [late.id]
        world.clock.advance(DAY_MS // 2)
        assert page(world, acme)[0] == []

    def test_another_tenant_s_is_its_own(self, world: World, acme: Tenant) -> None:
        held(world, acme)
        assert page(world, OTHER) == ([], None)

    @pytest.mark.parametrize("cursor", ["x", "!!", "MTIz"])
    def test_a_cursor_that_is_not_ours(self, world: World, acme: Tenant, cursor: str) -> None:
        assert refused(queue(world, acme, cursor)).kind is Kind.INVALID_REQUEST


class TestGet:
    def test_a_reviewer_sees_the_output_its_doubts_and_its_schema(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        subject = get(world, acme, document.id)
        assert isinstance(subject, Subject)
        assert (subject.document, subject.output, subject.schema) == (document, OUTPUT, SCHEMA)
        assert subject.flagged == ["total", "lines[0].amount"]
        assert subject.job.id == document.job_id

    def test_what_was_decided_can_be_looked_at(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document, by="key-1")
        subject = get(world, acme, document.id)
        assert isinstance(subject, Subject) and subject.document.review and subject.document.review.decision
        assert subject.document.review.decision.by == "key-1"

    def test_there_is_none_of_a_document_that_was_not_held(self, world: World, acme: Tenant) -> None:
        document, other = running(world, acme), held(world, acme)
        for tenant, identity in ((acme, document.id), (OTHER, other.id), (acme, other.job_id), (acme, "x")):
            assert refused(get(world, tenant, identity)).kind is Kind.NOT_FOUND

    def test_after_its_retention_it_is_gone(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document)
        goes_on(world, document)
        world.clock.advance(DAY_MS)
        assert refused(get(world, acme, document.id)).kind is Kind.RESULT_EXPIRED

    def test_one_whose_output_was_removed_is_gone(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        assert document.review
        world.blobs.delete(document.review.first)
        assert refused(get(world, acme, document.id)).kind is Kind.RESULT_EXPIRED


class TestApprove:
    def test_the_document_succeeds_with_its_first_output(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        job, row = decided(world, acme, document, by="key-1")
        assert row.review.decision.verdict is Verdict.APPROVED
        assert world.tokens.completed == {"task-1": {"outcome": "done"}}
        ended = goes_on(world, document)
        assert (ended.status, ended.pages) == (DocumentStatus.SUCCEEDED, 3)
        assert ended.result and ended.result.key == document.result_key
        assert output_in(world, ended.result) == OUTPUT
        assert now_of(world, job).status is JobStatus.COMPLETED
        assert world.tenants.balance("acme") == Balance(97, 0, 3)
        assert world.reviews.decided("acme") == []

    def test_its_result_can_be_read_from_then_on(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        before = find(world, acme, document.id)
        assert not isinstance(before, Refusal)
        assert refused(result_of(world, *before)).kind is Kind.REVIEW_REQUIRED
        decided(world, acme, document)
        assert refused(result_of(world, *_found(world, acme, document))).kind is Kind.REVIEW_REQUIRED
        goes_on(world, document)
        assert result_of(world, *_found(world, acme, document)) == OUTPUT


class TestEdit:
    def test_the_document_succeeds_with_the_right_values(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        _, row = decided(world, acme, document, Verdict.EDITED, edits={"total": 12.0})
        assert row.review.edited
        ended = goes_on(world, document)
        assert ended.result and ended.review
        output = output_in(world, ended.result)
        assert output["parts"][0]["data"]["total"] == 12.0
        assert output["edits"] == [{"path": "total", "before": 12.5, "after": 12.0, "page": 2}]
        assert output_in(world, ended.review.first) == OUTPUT, "the first output is kept"

    @pytest.mark.parametrize("edits", [{"total": "12"}, {"none": 1}, {"total": 1, "lines[0].amount": "x"}])
    def test_what_the_schema_does_not_take_decides_nothing(
        self, world: World, acme: Tenant, edits: Mapping[str, Any]
    ) -> None:
        document = held(world, acme)
        assert refused(decide(world, acme, document.id, Verdict.EDITED, edits=edits)).kind is Kind.INVALID_REQUEST
        assert row_of(world, document) == document
        assert world.tokens.completed == {}

    def test_edits_that_change_nothing_are_an_approval(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        _, row = decided(world, acme, document, Verdict.EDITED, edits={"total": 12.5})
        assert (row.review.decision.verdict, row.review.decision.result) == (Verdict.APPROVED, None)

    @pytest.mark.parametrize(
        ("verdict", "edits"), [(Verdict.EDITED, {}), (Verdict.APPROVED, {"total": 1}), (Verdict.REJECTED, {"total": 1})]
    )
    def test_edits_belong_to_edited(
        self, world: World, acme: Tenant, verdict: Verdict, edits: Mapping[str, Any]
    ) -> None:
        document = held(world, acme)
        assert refused(decide(world, acme, document.id, verdict, edits=edits)).kind is Kind.INVALID_REQUEST
        assert row_of(world, document) == document


class TestReject:
    def test_the_document_fails_and_costs_nothing(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document, Verdict.REJECTED)
        ended = goes_on(world, document)
        assert ended.refusal
        assert (ended.status, ended.refusal.kind) == (DocumentStatus.FAILED, Kind.REVIEW_REJECTED)
        assert world.tenants.balance("acme") == Balance(100, 0, 0)


class TestTwoReviewers:
    def test_the_second_is_told_of_the_first(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document, Verdict.EDITED, edits={"total": 1}, by="first")
        late = refused(decide(world, acme, document.id, Verdict.EDITED, edits={"total": 2}, by="second"))
        assert (late.kind, late.details["verdict"]) == (Kind.CONFLICT, "edited")
        assert output_in(world, _result(goes_on(world, document)))["parts"][0]["data"]["total"] == 1

    def test_at_once_one_wins_and_nothing_of_the_others_stays(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        barrier, outcomes = threading.Barrier(4), {}

        def review(number: int) -> None:
            barrier.wait()
            edits = {"total": number}
            outcomes[number] = decide(world, acme, document.id, Verdict.EDITED, edits=edits, by=f"key-{number}")

        threads = [threading.Thread(target=review, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = [number for number, outcome in outcomes.items() if not isinstance(outcome, Refusal)]
        assert {refused(o).kind for n, o in outcomes.items() if n != winner} == {Kind.CONFLICT}
        ended = goes_on(world, document)
        assert output_in(world, _result(ended))["parts"][0]["data"]["total"] == winner

    def test_the_same_decision_by_the_same_person_is_one(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        for _ in range(2):
            _, row = decided(world, acme, document, Verdict.EDITED, edits={"total": 1}, by="key-1")
            assert row.review.decision.by == "key-1"
        other = refused(decide(world, acme, document.id, Verdict.EDITED, edits={"total": 2}, by="key-1"))
        assert other.kind is Kind.CONFLICT
        assert refused(decide(world, acme, document.id, Verdict.REJECTED, by="key-1")).kind is Kind.CONFLICT

    def test_two_who_are_not_known_are_two(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document)
        assert refused(decide(world, acme, document.id, Verdict.APPROVED)).kind is Kind.CONFLICT


class TestTooLate:
    def test_when_the_time_has_passed(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.clock.advance(DAY_MS // 2)
        assert refused(decide(world, acme, document.id, Verdict.APPROVED)).kind is Kind.CONFLICT
        assert row_of(world, document) == document

    def test_when_the_job_was_cancelled(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        cancel(world, acme, document.job_id)
        assert refused(decide(world, acme, document.id, Verdict.APPROVED)).kind is Kind.CONFLICT

    def test_what_is_not_there_is_not_decided_on(self, world: World, acme: Tenant) -> None:
        document, runs = held(world, acme), running(world, acme)
        for tenant, identity in ((OTHER, document.id), (acme, runs.id), (acme, document.job_id)):
            assert refused(decide(world, tenant, identity, Verdict.APPROVED)).kind is Kind.NOT_FOUND
        assert row_of(world, document) == document


class TestNobodyDecides:
    def test_the_document_fails_at_its_deadline_and_costs_nothing(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.clock.advance(DAY_MS // 2 - 1)
        sweep(world)
        assert row_of(world, document) == document
        world.clock.advance(1)
        sweep(world)
        ended = row_of(world, document)
        assert ended.refusal
        assert (ended.status, ended.refusal.kind) == (DocumentStatus.FAILED, Kind.REVIEW_EXPIRED)
        assert world.tokens.completed == {"task-1": {"outcome": "ended"}}, "its execution need not wait"
        assert world.tenants.balance("acme") == Balance(100, 0, 0)
        assert page(world, acme) == ([], None)
        assert_sound(world)

    def test_only_what_is_overdue_ends(self, world: World, acme: Tenant) -> None:
        early = held(world, acme, "a")
        world.clock.advance(1000)
        late = held(world, acme, "b")
        world.clock.advance(DAY_MS // 2 - 1000)
        sweep(world)
        assert row_of(world, early).status is DocumentStatus.FAILED
        assert row_of(world, late) == late


class TestLostOnTheWay:
    def test_a_decision_that_was_not_told_is_told_by_the_sweep(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.tokens = _Deaf()  # type: ignore[assignment]
        _, row = decided(world, acme, document)
        assert row.review.decision, "the reviewer has done what was asked"
        assert len(world.log.named("review_not_told")) == 1
        world.tokens = type(World().tokens)()
        world.clock.advance(GRACE_MS)
        sweep(world)
        assert world.tokens.completed == {}, "whoever decided may be at it"
        world.clock.advance(1)
        sweep(world)
        assert world.tokens.completed == {"task-1": {"outcome": "done"}}
        assert goes_on(world, document).status is DocumentStatus.SUCCEEDED
        sweep(world)
        assert world.reviews.decided("acme") == []

    def test_a_decision_goes_to_the_latest_token(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.reviews.wait(document, "task-2")
        decided(world, acme, document)
        assert world.tokens.completed == {"task-2": {"outcome": "done"}}

    @pytest.mark.parametrize("state", ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])
    def test_a_decided_document_whose_execution_is_gone_ends(self, world: World, acme: Tenant, state: str) -> None:
        document = held(world, acme)
        decided(world, acme, document)
        world.workflow.states[document.id] = state
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        assert row_of(world, document).status is DocumentStatus.FAILED
        assert world.reviews.decided("acme") == []
        assert_sound(world)

    def test_an_execution_that_ends_during_the_review_ends_the_document(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        finish.fail(world, "acme", document.id, finish.refusal_of_fault("ABORTED"))
        assert row_of(world, document).status is DocumentStatus.FAILED
        assert page(world, acme) == ([], None)
        assert_sound(world)


class TestCancel:
    def test_what_is_in_review_is_cancelled_at_once(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        job = cancel(world, acme, document.job_id)
        assert not isinstance(job, Refusal)
        assert job.status is JobStatus.CANCELLED
        assert row_of(world, document).status is DocumentStatus.CANCELLED
        assert world.tokens.completed == {"task-1": {"outcome": "ended"}}
        assert world.tenants.balance("acme") == Balance(100, 0, 0)
        assert world.reviews.releasing("acme") == []
        assert_sound(world)

    def test_what_was_approved_and_has_not_ended_is_cancelled_too(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        decided(world, acme, document)
        cancel(world, acme, document.job_id)
        assert goes_on(world, document).status is DocumentStatus.CANCELLED
        assert world.tenants.balance("acme") == Balance(100, 0, 0)

    def test_what_a_crash_left_is_taken_up(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.jobs.cancel(now_of(world, _job(world, document)), world.clock())
        assert row_of(world, document).undecided, "the process died here"
        sweep(world)
        assert row_of(world, document).status is DocumentStatus.CANCELLED
        assert world.reviews.releasing("acme") == []
        assert_sound(world)

    def test_of_many_some_are_let_go_at_once_and_the_others_by_the_sweep(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(review_end, "RELEASED_AT_ONCE", 2)
        many = Tenant("acme", slots=5)
        world.tenants.put(many)
        world.tenants.grant("acme", 100)
        job = waiting(world, many, 5)
        admit(world, "acme")
        for number, document in enumerate(world.jobs.documents("acme", job.id)):
            hold(world, "acme", document.id, doubtful(world, document), f"task-{number}")
        for cancelled in (2, 4, 5):
            if cancelled == 2:
                cancel(world, many, job.id)
            else:
                sweep(world)
            assert now_of(world, job).counts.cancelled == cancelled
            assert_sound(world)
        assert now_of(world, job).status is JobStatus.CANCELLED
        assert world.reviews.releasing("acme") == []

    def test_the_list_of_changes_comes_to_its_end(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        cancel(world, acme, document.job_id)
        world.clock.advance(60_000)
        listing = list_changes(world, acme, document.job_id, None, 10)
        assert isinstance(listing, Listing)
        assert listing.next_cursor is None

    def test_a_deleted_job_leaves_no_output(self, world: World, acme: Tenant) -> None:
        waits, reviewed = held(world, acme, "a"), held(world, acme, "b")
        decided(world, acme, reviewed, Verdict.EDITED, edits={"total": 1})
        goes_on(world, reviewed, "b")
        for document in (waits, reviewed):
            delete_job(world, acme, document.job_id)
        assert world.blobs.keys("results/") == []
        assert_sound(world)


class TestReaders:
    def test_a_held_document_is_a_change(self, world: World, acme: Tenant) -> None:
        document = running(world, acme, config=Config(review_threshold=80), schema=SCHEMA)
        listing = list_changes(world, acme, document.job_id, None, 10)
        assert isinstance(listing, Listing) and listing.next_cursor
        world.clock.advance(10_000)
        hold(world, "acme", document.id, doubtful(world, document), "task-1")
        changed = list_changes(world, acme, document.job_id, listing.next_cursor, 10)
        assert isinstance(changed, Listing)
        assert [row.status for row in changed.documents] == [DocumentStatus.REVIEW_REQUIRED]
        assert (changed.job.status, changed.job.counts.review_required) == (JobStatus.RUNNING, 1)
        assert changed.next_cursor, "it may still change"


class _Deaf:
    """Step Functions, out of order."""

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        raise ConnectionError(token)


def _job(world: World, document: Document) -> Any:
    return world.jobs.get(document.tenant, document.job_id)


def _found(world: World, tenant: Tenant, document: Document) -> Any:
    return find(world, tenant, document.id)


def _result(document: Document) -> Stored:
    assert document.result
    return document.result
