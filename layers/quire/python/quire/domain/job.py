"""A job: one submission of 1 to 10,000 documents. Its status is derived from its documents, never set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from quire.domain.document import RESERVED_AT_SUBMIT, Document, DocumentStatus, Stored
from quire.domain.places import results_of


class JobStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIALLY_FAILED = "partially_failed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def ended(self) -> bool:
        return self not in (JobStatus.PENDING, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents by status. `lapsed` are those of `failed` whose bytes never came, or expired before a slot was free."""

    pending: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    lapsed: int = 0
    review_required: int = 0

    @property
    def remaining(self) -> int:
        return self.pending + self.running + self.review_required

    @property
    def awaits_review(self) -> bool:
        """All that is left waits for people."""
        return self.remaining == self.review_required > 0

    @property
    def total(self) -> int:
        return self.remaining + self.succeeded + self.failed + self.cancelled

    def moved(self, before: DocumentStatus, after: DocumentStatus, number: int = 1, *, lapsed: bool = False) -> Counts:
        """The counts after `number` documents went from one status to another."""
        left = replace(self, **{before.value: getattr(self, before.value) - number})
        arrived = replace(left, **{after.value: getattr(left, after.value) + number})
        return replace(arrived, lapsed=arrived.lapsed + number) if lapsed else arrived


@dataclass(frozen=True, slots=True)
class Job:
    """The header of a job. Times are milliseconds since 1970.

    `extractor` is the id of a saved one, with the `version` that the job runs under, or the name of a built-in way.
    `manifest` names the object that lists its documents; `expanded` says that every document has a row of its own;
    `dropped` counts the cancelled documents whose rows say so, the last of them since `dropped_at`; `pages` were
    charged so far. `metadata` is the caller's, `echo` what its contract says again of the request. `counted` are the
    pages of each document, by position, where all bytes were at hand at the submit. For the first `paid` documents
    credits are held from the beginning, for the others once their pages are counted; None: for all of them."""

    tenant: str
    id: str
    contract: str
    extractor: str
    counts: Counts
    manifest: Stored
    created_at: int
    retention_ms: int
    options: Mapping[str, object] = field(default_factory=dict)
    metadata: Mapping[str, object] | None = None
    started_at: int | None = None
    ended_at: int | None = None
    cancelled_at: int | None = None
    expanded: bool = False
    dropped: int = 0
    dropped_at: int | None = None
    version: int | None = None
    echo: Mapping[str, object] | None = None
    pages: int = 0
    deleted_at: int | None = None
    counted: tuple[int, ...] | None = None
    paid: int | None = None

    @property
    def total(self) -> int:
        return self.counts.total

    def reserved_at_submit(self, position: int) -> int:
        """Credits (pages) held for one of its documents from its beginning."""
        if self.paid is not None and position >= self.paid:
            return 0
        return RESERVED_AT_SUBMIT if self.counted is None else self.counted[position]

    @property
    def all_reserved_at_submit(self) -> int:
        """Credits (pages) held for all of them."""
        if self.counted is not None:
            return sum(self.counted[: self.paid])
        return RESERVED_AT_SUBMIT * (self.total if self.paid is None else self.paid)

    @property
    def least_credits(self) -> int:
        """Without so many it does not begin: a batch's first document must be within reach, though nothing is held."""
        return max(self.all_reserved_at_submit, RESERVED_AT_SUBMIT if self.total > 1 else 0)

    @property
    def status(self) -> JobStatus:
        return status_of(self.counts, started=self.started_at is not None, cancelled=self.cancelled_at is not None)

    @property
    def pictures(self) -> str:
        """The prefix of the pictures of its documents' pages."""
        return f"{results_of(self.tenant, self.id)}pages/"

    @property
    def expires_at(self) -> int:
        """When its last result passes out of retention; an estimate, from its creation, until it has ended."""
        return (self.ended_at or self.created_at) + self.retention_ms


def status_of(counts: Counts, *, started: bool, cancelled: bool) -> JobStatus:
    """The status that a job's documents give it (extract.page, "Status lifecycle" and "Cancelling")."""
    if counts.remaining:
        return JobStatus.RUNNING if started or counts.remaining < counts.total else JobStatus.PENDING
    if counts.succeeded:
        return JobStatus.PARTIALLY_FAILED if counts.failed else JobStatus.COMPLETED
    if cancelled:
        return JobStatus.CANCELLED
    return JobStatus.EXPIRED if counts.lapsed == counts.total else JobStatus.FAILED


def counted(documents: Iterable[Document]) -> Counts:
    """The counts that a complete list of a job's documents has."""
    counts = Counts()
    for document in documents:
        lapsed = document.refusal is not None and document.refusal.lapse
        counts = replace(
            counts,
            **{document.status.value: getattr(counts, document.status.value) + 1},
            lapsed=counts.lapsed + lapsed,
        )
    return counts


def as_seen(document: Document, job: Job) -> Document:
    """The document as a reader sees it: a cancelled job's pending documents are cancelled from that moment, though
    their rows follow later."""
    if job.cancelled_at is not None and document.status is DocumentStatus.PENDING:
        return replace(
            document,
            status=DocumentStatus.CANCELLED,
            updated_at=job.cancelled_at,
            ended_at=job.cancelled_at,
            reserved=0,
        )
    return document
