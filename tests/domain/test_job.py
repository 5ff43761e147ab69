"""A job's counts, and the status that they give it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.domain.document import Document, DocumentStatus, Source, Stored
from quire.domain.ids import derived_job_id
from quire.domain.job import Counts, Job, JobStatus, as_seen, counted, status_of
from quire.domain.refusal import Kind, Refusal

PENDING, RUNNING, HELD, SUCCEEDED, FAILED, CANCELLED = DocumentStatus
LAPSE = Refusal(Kind.UPLOAD_EXPIRED, "too late")
SOURCE = Source(Stored("uploads/acme/f1", "v1"), 1, 10)


def a_document(position: int = 0, status: DocumentStatus = PENDING, refusal: Refusal | None = None) -> Document:
    return Document("acme", derived_job_id("job"), position, SOURCE, 1, 1, "results/x", status, refusal=refusal)


def a_job(counts: Counts, **facts: int | None) -> Job:
    job = Job("acme", derived_job_id("job"), "extract_page", "text", counts, Stored("m", "v1"), 1000, 50)
    return replace(job, **facts)  # type: ignore[arg-type]


# ---- status ----------------------------------------------------------------------------------------------------------

UNDER_WAY = [
    # what is left, has ended, began                              is
    (Counts(pending=1), False, JobStatus.PENDING),
    (Counts(pending=2), False, JobStatus.PENDING),
    (Counts(running=1), True, JobStatus.RUNNING),
    (Counts(pending=1, running=1), True, JobStatus.RUNNING),
    (Counts(pending=1, succeeded=1), True, JobStatus.RUNNING),
    (Counts(pending=1, failed=1), True, JobStatus.RUNNING),
    (Counts(pending=1, failed=1, lapsed=1), False, JobStatus.RUNNING),
    (Counts(running=1, succeeded=1, failed=1), True, JobStatus.RUNNING),
    (Counts(review_required=1), True, JobStatus.RUNNING),
    (Counts(review_required=1, succeeded=2), True, JobStatus.RUNNING),
]


@pytest.mark.parametrize(("counts", "started", "status"), UNDER_WAY)
def test_a_job_with_documents_left_is_pending_until_one_of_them_moved(
    counts: Counts, started: bool, status: JobStatus
) -> None:
    assert status_of(counts, started=started, cancelled=False) is status
    assert not status.ended


def test_a_cancelled_job_with_documents_running_runs() -> None:
    assert status_of(Counts(running=1, cancelled=2), started=True, cancelled=True) is JobStatus.RUNNING


ENDED = [
    (Counts(succeeded=1), JobStatus.COMPLETED),
    (Counts(succeeded=3), JobStatus.COMPLETED),
    (Counts(succeeded=1, failed=1), JobStatus.PARTIALLY_FAILED),
    (Counts(succeeded=1, failed=1, lapsed=1), JobStatus.PARTIALLY_FAILED),
    (Counts(failed=1), JobStatus.FAILED),
    (Counts(failed=2, lapsed=1), JobStatus.FAILED),
    (Counts(failed=2, lapsed=2), JobStatus.EXPIRED),
]


@pytest.mark.parametrize(("counts", "status"), ENDED)
def test_a_job_ends_as_its_documents_did(counts: Counts, status: JobStatus) -> None:
    assert status_of(counts, started=True, cancelled=False) is status
    assert status.ended


ENDED_CANCELLED = [
    (Counts(cancelled=2), JobStatus.CANCELLED),
    (Counts(cancelled=1, failed=1), JobStatus.CANCELLED),
    (Counts(cancelled=1, failed=1, lapsed=1), JobStatus.CANCELLED),
    (Counts(failed=1), JobStatus.CANCELLED),
    (Counts(failed=1, lapsed=1), JobStatus.CANCELLED),
    (Counts(cancelled=1, succeeded=1), JobStatus.COMPLETED),
    (Counts(cancelled=1, succeeded=1, failed=1), JobStatus.PARTIALLY_FAILED),
]


@pytest.mark.parametrize(("counts", "status"), ENDED_CANCELLED)
def test_a_cancelled_job_is_cancelled_when_nothing_succeeded(counts: Counts, status: JobStatus) -> None:
    assert status_of(counts, started=True, cancelled=True) is status


@given(
    st.tuples(*[st.integers(0, 2)] * 6).filter(any),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)
def test_every_combination_has_a_status_that_says_whether_anything_is_left(
    numbers: tuple[int, ...], lapsed: int, started: bool, cancelled: bool
) -> None:
    pending, running, succeeded, failed, dropped, held = numbers
    counts = Counts(pending, running, succeeded, failed, dropped, min(lapsed, failed), held)
    status = status_of(counts, started=started, cancelled=cancelled)
    assert status.ended is (pending + running + held == 0)
    if status.ended:
        assert (status in (JobStatus.COMPLETED, JobStatus.PARTIALLY_FAILED)) is (succeeded > 0)
    if status in (JobStatus.COMPLETED, JobStatus.PENDING):
        assert failed == 0


# ---- counts ----------------------------------------------------------------------------------------------------------


def test_counts_add_up() -> None:
    counts = Counts(pending=1, running=2, succeeded=3, failed=4, cancelled=5, lapsed=2, review_required=6)
    assert (counts.remaining, counts.total) == (9, 21), "those that lapsed are among the failed"


def test_a_job_waits_for_people_when_all_that_is_left_of_it_does() -> None:
    assert Counts(review_required=2, succeeded=1).awaits_review
    for counts in (Counts(review_required=1, running=1), Counts(review_required=1, pending=1), Counts(succeeded=1)):
        assert not counts.awaits_review


def test_documents_move_from_one_count_to_another() -> None:
    assert Counts(pending=5).moved(PENDING, CANCELLED, 4) == Counts(pending=1, cancelled=4)
    assert Counts(running=1).moved(RUNNING, SUCCEEDED) == Counts(succeeded=1)
    assert Counts(running=2).moved(RUNNING, HELD) == Counts(running=1, review_required=1)
    assert Counts(pending=2).moved(PENDING, FAILED, lapsed=True) == Counts(pending=1, failed=1, lapsed=1)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(DocumentStatus), st.booleans()), max_size=30))
def test_counts_that_follow_each_move_are_those_of_the_documents(
    moves: list[tuple[int, DocumentStatus, bool]],
) -> None:
    documents = [a_document(position) for position in range(5)]
    counts = Counts(pending=5)
    for position, after, lapses in moves:
        before = documents[position].status
        lapsed = lapses and after is FAILED
        if before.ended or before is after:
            continue
        documents[position] = a_document(position, after, LAPSE if lapsed else None)
        counts = counts.moved(before, after, lapsed=lapsed)
        assert counts == counted(documents)
        assert counts.total == 5


# ---- a job's times ---------------------------------------------------------------------------------------------------


def test_a_job_is_kept_from_its_end_on() -> None:
    assert a_job(Counts(running=1)).expires_at == 1050, "an estimate while it runs"
    assert a_job(Counts(succeeded=1), ended_at=3000).expires_at == 3050


def test_a_job_s_status_follows_its_own_facts() -> None:
    assert a_job(Counts(pending=1)).status is JobStatus.PENDING
    assert a_job(Counts(running=1), started_at=5).status is JobStatus.RUNNING
    assert a_job(Counts(cancelled=1), cancelled_at=5).status is JobStatus.CANCELLED
    assert a_job(Counts(pending=2, failed=1)).total == 3


# ---- as a reader sees it ---------------------------------------------------------------------------------------------


def test_a_document_is_seen_as_it_is() -> None:
    for status in DocumentStatus:
        document = a_document(status=status)
        assert as_seen(document, a_job(Counts(pending=1))) is document


def test_a_pending_document_of_a_cancelled_job_is_seen_cancelled() -> None:
    seen = as_seen(a_document(), a_job(Counts(cancelled=1), cancelled_at=77))
    assert seen.status is CANCELLED
    assert (seen.updated_at, seen.ended_at, seen.reserved) == (77, 77, 0)


@pytest.mark.parametrize("status", [RUNNING, HELD, SUCCEEDED, FAILED, CANCELLED])
def test_cancelling_changes_no_other_document(status: DocumentStatus) -> None:
    document = a_document(status=status)
    assert as_seen(document, a_job(Counts(cancelled=1), cancelled_at=77)) is document
