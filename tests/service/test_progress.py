"""How far a job has come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import Document, DocumentStatus, Ocr, Source, Stored
from quire.domain.ids import new_job_id
from quire.domain.job import Counts, Job
from quire.service.expand import unwritten
from quire.service.progress import progress
from quire.testing.world import START_MS

SOURCE = Source(Stored("uploads/acme/f", "v1"), 5, START_MS)
BEGUN, ASKED, READ = Ocr(), Ocr(token="t"), Ocr(token="t", status="SUCCEEDED")


def job(**counts: int) -> Job:
    return Job("acme", new_job_id(START_MS), "x", "text", Counts(**counts), SOURCE.stored, START_MS, 1)


def running(of: Job, *steps: Ocr) -> list[Document]:
    """As many documents that run, each at its step."""
    rows = (unwritten(of, position, SOURCE) for position in range(len(steps)))
    return [replace(row, status=DocumentStatus.RUNNING, ocr=ocr) for row, ocr in zip(rows, steps, strict=True)]


def test_it_grows_from_step_to_step_and_ends_with_the_job() -> None:
    pending, one, done = job(pending=1), job(running=1), job(succeeded=1)
    seen = [
        progress(pending, [unwritten(pending, 0, SOURCE)]),
        *(progress(one, running(one, ocr)) for ocr in (BEGUN, ASKED, Ocr(asked=1), READ)),
        progress(done, []),
    ]
    assert (seen[0], seen[-1]) == (0, 100)
    assert seen == sorted(seen) and seen[1] < seen[2] == seen[3] < seen[4] < 100


def test_a_document_that_waits_for_a_person_is_nearly_there() -> None:
    waits = job(review_required=1)
    (row,) = running(waits, READ)
    held = replace(row, status=DocumentStatus.REVIEW_REQUIRED)
    assert progress(job(running=1), [row]) < progress(waits, [held]) < 100


def test_ended_documents_count_whole_and_others_by_their_step() -> None:
    several = job(pending=5, running=2, succeeded=1, failed=1, cancelled=1)
    assert progress(several, []) == 30
    assert 30 < progress(several, running(several, BEGUN, READ)) < 50


@pytest.mark.parametrize("ended", [9_999, 999])
def test_it_is_not_at_its_end_before_the_job_is(ended: int) -> None:
    assert progress(job(running=1, succeeded=ended), []) == 99


def test_all_of_a_job_that_has_ended_counts_however_it_ended() -> None:
    assert [progress(job(**{word: 2}), []) for word in ("failed", "cancelled")] == [100, 100]
