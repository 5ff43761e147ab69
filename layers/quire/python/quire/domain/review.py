"""Review: which documents a person must see before their results are given out, for how long, and who may decide."""

from __future__ import annotations

from collections.abc import Iterable

from quire.domain.document import Document, Source
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal


def doubtful(
    found: Iterable[tuple[str, float]], missing: Iterable[str], threshold: int, short: Iterable[str] = ()
) -> list[str]:
    """The paths that are for a person.

    Args:
        found: the path and confidence (0..1) of each value; doubtful where it is under `threshold`.
        missing: the paths of fields without a value. A field may well be absent from a document, so they are doubtful
            only where no field of it was found at all.
        threshold: 1 to 99 percent.
        short: the paths of lists with fewer rows than their pages show, for no reason that is known.
    """
    known = list(found)
    if not known:
        return [*missing, *short]
    return [*(path for path, confidence in known if confidence < threshold / 100), *short]


def deadline(now: int, review_ms: int, source: Source) -> int:
    """When a review that begins now ends without a decision (milliseconds): never past the document's bytes, which a
    reviewer looks at."""
    return min(now + review_ms, source.expires_at)


def undecidable(job: Job, document: Document, now: int) -> Refusal | None:
    """Why nobody can decide on it, or not any more."""
    if document.review is None:
        return Refusal(Kind.NOT_FOUND, "There is no such review.")
    status = {"status": document.status.value}
    if document.review.decision:
        verdict = document.review.decision.verdict.value
        return Refusal(Kind.CONFLICT, "Another reviewer decided on this document.", {**status, "verdict": verdict})
    if not document.undecided:
        return Refusal(Kind.CONFLICT, "The document is not in review any more.", status)
    if job.cancelled_at is not None:
        return Refusal(Kind.CONFLICT, "The document's job was cancelled.", status)
    if document.review.deadline <= now:
        return Refusal(Kind.CONFLICT, "The time to review the document has passed.", status)
    return None
