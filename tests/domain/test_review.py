"""Which documents are held for a person, for how long, and who may decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import Decision, Document, DocumentStatus, Review, Source, Stored, Verdict
from quire.domain.ids import derived_job_id
from quire.domain.job import Counts, Job
from quire.domain.refusal import Kind
from quire.domain.review import deadline, doubtful, undecidable

FIRST = Stored("results/acme/review/d.json", "v1")
REVIEW = Review(threshold=80, flagged=1, since=10, deadline=100, first=FIRST, pages=1)
SOURCE = Source(Stored("uploads/acme/f", "v1"), 1, expires_at=500)
JOB = Job("acme", derived_job_id("job"), "terrafai", "text", Counts(review_required=1), Stored("m", "v1"), 1, 50)
HELD = Document("acme", JOB.id, 0, SOURCE, 1, 1, "results/acme/d.json", DocumentStatus.REVIEW_REQUIRED, review=REVIEW)


# ---- what is in doubt ------------------------------------------------------------------------------------------------


def test_values_under_the_threshold_are_in_doubt() -> None:
    found = [("total", 0.79), ("date", 0.8), ("lines[0].amount", 0.1)]
    assert doubtful(found, [], 80) == ["total", "lines[0].amount"]


@pytest.mark.parametrize("threshold", range(1, 100))
def test_a_value_exactly_as_sure_as_the_threshold_is_not(threshold: int) -> None:
    assert doubtful([("total", round(threshold / 100, 4))], [], threshold) == []
    assert doubtful([("total", round(threshold / 100 - 0.0001, 4))], [], threshold) == ["total"]


def test_a_field_may_be_absent_but_not_every_field() -> None:
    assert doubtful([("total", 0.99)], ["date"], 80) == []
    assert doubtful([], ["date", "total"], 80) == ["date", "total"]
    assert doubtful([], [], 80) == []


# ---- time ------------------------------------------------------------------------------------------------------------


def test_a_review_ends_with_its_time_or_with_the_bytes() -> None:
    assert deadline(100, 50, SOURCE) == 150
    assert deadline(100, 400, SOURCE) == 500
    assert deadline(100, 900, SOURCE) == 500


# ---- who may decide --------------------------------------------------------------------------------------------------


def test_a_held_document_can_be_decided_on() -> None:
    assert undecidable(JOB, HELD, now=99) is None


def test_what_was_never_held_is_no_review() -> None:
    refusal = undecidable(JOB, replace(HELD, review=None, status=DocumentStatus.RUNNING), now=99)
    assert refusal and refusal.kind is Kind.NOT_FOUND


@pytest.mark.parametrize("status", [DocumentStatus.REVIEW_REQUIRED, DocumentStatus.SUCCEEDED])
def test_another_s_decision_is_told(status: DocumentStatus) -> None:
    decided = replace(REVIEW, decision=Decision(Verdict.EDITED, 50, "key-1", FIRST))
    refusal = undecidable(JOB, replace(HELD, review=decided, status=status), now=60)
    assert refusal and refusal.kind is Kind.CONFLICT
    assert refusal.details == {"status": status.value, "verdict": "edited"}


def test_too_late_is_a_conflict() -> None:
    ended = undecidable(JOB, replace(HELD, status=DocumentStatus.FAILED), now=99)
    passed = undecidable(JOB, HELD, now=100)
    cancelled = undecidable(replace(JOB, cancelled_at=20), HELD, now=99)
    messages = [refusal.message for refusal in (ended, passed, cancelled) if refusal and refusal.kind is Kind.CONFLICT]
    assert len(set(messages)) == 3


# ---- the output that passes ------------------------------------------------------------------------------------------


def test_the_edited_output_passes_else_the_first() -> None:
    edited = Decision(Verdict.EDITED, 50, result=Stored("results/acme/review/d.edited.json", "v2"))
    assert REVIEW.chosen == FIRST
    assert replace(REVIEW, decision=Decision(Verdict.APPROVED, 50)).chosen == FIRST
    assert replace(REVIEW, decision=edited).chosen == edited.result
    assert [replace(REVIEW, decision=decision).edited for decision in (None, edited)] == [False, True]
