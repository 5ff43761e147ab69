"""A document: the unit of work, one file under one configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from quire.domain.ids import document_id
from quire.domain.priority import Priority
from quire.domain.refusal import Refusal

MOST_PAGES = 1000
RESERVED_AT_SUBMIT = 1
"""Credits (pages) held for a document before its pages are counted: each has at least one."""


class DocumentStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    REVIEW_REQUIRED = "review_required"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (DocumentStatus.SUCCEEDED, DocumentStatus.FAILED, DocumentStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the bucket, pinned to one version."""

    key: str
    version: str


AWAITED = ""
"""The version of an object that has not arrived yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document's bytes: the pinned object, its size in bytes, and when they pass out of retention (milliseconds).

    Bytes that have not arrived have the version AWAITED, the size that was announced (0: none was), and expire with the
    time to upload them."""

    stored: Stored
    size: int
    expires_at: int
    file_id: str | None = None
    name: str | None = None

    @property
    def waits(self) -> bool:
        """Its file has not arrived."""
        return self.stored.version == AWAITED

    @property
    def dropped(self) -> bool:
        """It came by the drop folder: its result, or its refusal, goes where its name says."""
        return self.stored.key.startswith("inbox/")


def dropped_result_key(source: Source) -> str:
    """Where the result of a file of the drop folder goes: `results/{tenant}/inbox/{extractor}/{file name}.json`."""
    _, tenant, extractor, name = source.stored.key.split("/", 3)
    return f"results/{tenant}/inbox/{extractor}/{name}.json"


@dataclass(frozen=True, slots=True)
class Ocr:
    """What is known of a document's Textract calls.

    `token` is the Step Functions task token that waits for an asynchronous job; `status` is Textract's own word once
    that has ended; `asked` counts the synchronous calls that may have been paid: 2 says that an answer was lost."""

    token: str | None = None
    status: str | None = None
    asked: int = 0


class Verdict(StrEnum):
    APPROVED = "approved"
    EDITED = "edited"
    """Approved with other values."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of a document at `at` (milliseconds): `by` says who, `result` is the edited output."""

    verdict: Verdict
    at: int
    by: str | None = None
    result: Stored | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Why and since when a document is held for a person. Times are milliseconds since 1970.

    `flagged` fields are less sure than `threshold` (1 to 99 percent). `first` is the output as it was extracted, of
    `pages` pages. Without a `decision` until `deadline` the document fails. `token` is the Step Functions task token
    that waits for it."""

    threshold: int
    flagged: int
    since: int
    deadline: int
    first: Stored
    pages: int
    token: str | None = None
    decision: Decision | None = None

    @property
    def edited(self) -> bool:
        return self.decision is not None and self.decision.verdict is Verdict.EDITED

    @property
    def chosen(self) -> Stored:
        """The output that a person let pass."""
        return self.decision.result if self.decision and self.decision.result else self.first


@dataclass(frozen=True, slots=True)
class Document:
    """Times are milliseconds since 1970; `reserved` and `pages` count pages (one credit each)."""

    tenant: str
    job_id: str
    position: int
    source: Source
    created_at: int
    updated_at: int
    result_key: str
    status: DocumentStatus = DocumentStatus.PENDING
    attempts: int = 0
    reserved: int = RESERVED_AT_SUBMIT
    started_at: int | None = None
    ended_at: int | None = None
    pages: int | None = None
    result: Stored | None = None
    refusal: Refusal | None = None
    ocr: Ocr = Ocr()
    priority: Priority = Priority.MEDIUM
    review: Review | None = None

    @property
    def undecided(self) -> bool:
        """It waits for a person's decision."""
        return (
            self.status is DocumentStatus.REVIEW_REQUIRED and self.review is not None and self.review.decision is None
        )

    @property
    def id(self) -> str:
        return document_id(self.job_id, self.position)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a document ends: with a result and its page count, or with a refusal."""

    status: DocumentStatus
    pages: int | None = None
    result: Stored | None = None
    refusal: Refusal | None = None

    @property
    def lapse(self) -> bool:
        return self.refusal is not None and self.refusal.lapse


def succeeded(pages: int, result: Stored) -> Ending:
    return Ending(DocumentStatus.SUCCEEDED, pages=pages, result=result)


def failed(refusal: Refusal) -> Ending:
    return Ending(DocumentStatus.FAILED, refusal=refusal)


CANCELLED = Ending(DocumentStatus.CANCELLED)
"""Of a document that was held for review when its job was cancelled."""
