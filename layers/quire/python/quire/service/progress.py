"""How far a job has come, from what its rows say: no step tells how far it is inside itself."""

from __future__ import annotations

from collections.abc import Iterable

from quire.domain.document import Document, DocumentStatus, Ocr
from quire.domain.job import Job

STARTED, ASKED, READ, EXTRACTED = 0.1, 0.3, 0.7, 0.9
"""Of a document: it has begun; Textract was asked for its words; Textract is done; it waits for a person."""


def progress(job: Job, documents: Iterable[Document]) -> int:
    """Percent, 0 to 99 until the job has ended. Of a long job `documents` may be only some: those not among them count
    as long as they run as not begun."""
    if job.status.ended:
        return 100
    counts = job.counts
    running = sum(stage(document) for document in documents if document.status in _UNDER_WAY)
    return min(99, int(100 * (counts.total - counts.remaining + running) / counts.total))


_UNDER_WAY = (DocumentStatus.RUNNING, DocumentStatus.REVIEW_REQUIRED)


def stage(document: Document) -> float:
    """How far a running document has come, 0 to 1."""
    if document.status is DocumentStatus.REVIEW_REQUIRED:
        return EXTRACTED
    if document.ocr == Ocr():
        return STARTED
    return READ if document.ocr.status else ASKED
