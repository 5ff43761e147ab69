"""What the service needs from the world. The adapters give it from AWS, the twins in `quire.testing` from memory; both
are held to the same contract tests.

Every state change is conditional, and what must hold together is one call here and one transaction there. A method that
loses a race says so in its answer; exceptions are faults, safe to retry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from quire.domain.cursor import Place
from quire.domain.document import Document, Ending, Stored
from quire.domain.file import File
from quire.domain.job import Job
from quire.domain.rate import Passage, Rate
from quire.domain.tenant import ApiKey, Tenant

Clock = Callable[[], int]
"""Milliseconds since 1970."""


# ---- tenants ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits, in pages: free to use, and held for documents that have not ended."""

    available: int
    reserved: int
    spent: int


class Tenants(Protocol):
    def put(self, tenant: Tenant) -> None: ...

    def get(self, tenant_id: str) -> Tenant | None: ...

    def all(self) -> Iterator[Tenant]: ...

    def put_key(self, key: ApiKey) -> None: ...

    def key(self, digest: str) -> ApiKey | None: ...

    def pass_rate(self, bucket: str, rate: Rate, now: int) -> Passage:
        """Take one request's worth from a token bucket."""
        ...

    def balance(self, tenant_id: str) -> Balance: ...

    def grant(self, tenant_id: str, pages: int) -> None:
        """Add credits."""
        ...


# ---- files -----------------------------------------------------------------------------------------------------------


class Files(Protocol):
    def put(self, file: File) -> None: ...

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        """Those that exist, by id; strongly consistent."""
        ...

    def arrive(self, tenant: str, file_id: str, version: str, now: int) -> File | None:
        """Record the first version seen. Answers the file as it then stands: a later version changes nothing."""
        ...


# ---- jobs ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's promise that equal requests are one. `until` is when it may be forgotten (milliseconds)."""

    key: str
    fingerprint: str
    until: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """The job that a key already stands for."""

    job_id: str
    fingerprint: str


class Created(StrEnum):
    CREATED = "created"
    SHORT_OF_CREDITS = "short_of_credits"


class Expanding(StrEnum):
    WRITTEN = "written"
    CANCELLED = "cancelled"


class Submissions(Protocol):
    def create(self, job: Job, idempotency: Idempotency | None, now: int) -> Created | Remembered:
        """One transaction: header, idempotency record, reserved credits, mark for `expand`. A job whose id exists
        already answers Remembered."""
        ...

    def replace_idempotency(self, tenant: str, idempotency: Idempotency, failed_job: str) -> None:
        """Forget a record that stands for `failed_job`, so that the key can be used anew."""
        ...


class Jobs(Protocol):
    def get(self, tenant: str, job_id: str) -> Job | None:
        """Strongly consistent."""
        ...

    def unexpanded(self, tenant: str) -> list[str]:
        """Ids of jobs whose documents do not all have a row yet."""
        ...

    def add_documents(self, documents: Sequence[Document]) -> Expanding:
        """One transaction: rows of some documents of one job, and, where they are pending, their tickets in the
        waiting line. Written before: nothing happens. CANCELLED when they are pending and the job is cancelled."""
        ...

    def expanded(self, tenant: str, job_id: str) -> None:
        """Every row is written: take the mark away."""
        ...

    def cancel(self, job: Job, now: int) -> Job | None:
        """One transaction, on the counts that `job` was read with: no document starts after it. None: read again."""
        ...

    def document(self, tenant: str, document_id: str) -> Document | None:
        """Strongly consistent."""
        ...

    def documents(self, tenant: str, job_id: str, positions: Sequence[int] | None = None) -> list[Document]:
        """All rows, or those named, by position; strongly consistent."""
        ...

    def changes(self, tenant: str, job_id: str, after: Place, limit: int) -> list[Place]:
        """Places after `after`, ascending; eventually consistent."""
        ...


# ---- the waiting line and the slots ----------------------------------------------------------------------------------


class Admission(StrEnum):
    ADMITTED = "admitted"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in a tenant's waiting line."""

    order: str
    document_id: str
    expires_at: int


class Line(Protocol):
    def holders(self, tenant: str) -> set[str]:
        """Ids of the documents that hold a slot."""
        ...

    def waiting(self, tenant: str, limit: int) -> list[Ticket]:
        """The oldest tickets first; strongly consistent."""
        ...

    def admit(self, tenant: Tenant, tickets: Sequence[Ticket], now: int) -> Admission:
        """One transaction for all of them: a slot each, the ticket gone, pending -> running, counts, and the job not
        cancelled. LOST: somebody else was there; look again."""
        ...

    def free(self, tenant: str, document_id: str) -> None:
        """Take back the slot of a document that does not run; that of a running one stays."""
        ...

    def drop_cancelled(self, tenant: str, tickets: Sequence[Ticket], now: int) -> None:
        """Tickets of a cancelled job: gone, and their rows say so. Its counts were moved by the cancelling."""
        ...


class Pipeline(Protocol):
    """What a running document's tasks write."""

    def reserve(self, document: Document, pages: int) -> bool:
        """Hold credits for all `pages`, beyond those held already. False: short."""
        ...

    def end(self, document: Document, ending: Ending, now: int) -> bool:
        """One transaction: the document ends; its slot (or ticket), its job's counts and ending, its credits. False
        when it had ended before, or has another status than `document` was read with: running, or pending to lapse."""
        ...

    def wait_for_ocr(self, document: Document, token: str) -> Document | None:
        """Store a task token. Answers the document as it was given (with the token of an earlier entry, if any), and
        with any outcome that is recorded by now; None when it does not run any more."""
        ...

    def ocr_ended(self, tenant: str, document_id: str, status: str) -> Document | None:
        """Record Textract's notice; answers the document as it then stands, None when it is not running."""
        ...

    def ocr_asked(self, document: Document, times: int) -> int:
        """Add to the number of synchronous calls that may have been paid; answers the sum."""
        ...


# ---- objects, OCR, workflow ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    version: str
    size: int


class Blobs(Protocol):
    """The bucket. Missing objects raise KeyError."""

    def put(self, key: str, body: bytes, media_type: str) -> Stored: ...

    def put_file(self, key: str, path: Path, media_type: str) -> Stored: ...

    def get(self, stored: Stored) -> bytes: ...

    def read(self, key: str) -> bytes:
        """The newest version: for objects of our own, which are only ever rewritten with the same contents."""
        ...

    def download(self, what: Stored | str, path: Path) -> None:
        """A pinned version, or the newest of a key of our own."""
        ...

    def head(self, key: str) -> Head | None: ...

    def keys(self, prefix: str) -> list[str]: ...

    def upload_url(self, key: str, size: int | None, seconds: int) -> str:
        """A presigned PUT that binds the key and, where it is given, the length in bytes."""
        ...

    def download_url(self, stored: Stored, seconds: int) -> str: ...


class OcrFault(Exception):
    """Textract could not be asked now (throttled, unavailable): retry with backoff."""


class OcrRefused(Exception):
    """Textract refused the document itself; `kind` as in `quire.domain.refusal.Kind`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class AnswerLost(Exception):
    """A synchronous call ended without an answer: it may have been paid."""


class OcrService(Protocol):
    def detect(self, stored: Stored, features: Sequence[str]) -> Mapping[str, object]:
        """Textract's synchronous answer for a document of one page. AnswerLost, OcrFault, OcrRefused."""
        ...

    def start(self, stored: Stored, features: Sequence[str], token: str, tag: str, output_prefix: str) -> str:
        """Begin an asynchronous job; the same `token` gives the same job and is paid once. OcrFault, OcrRefused."""
        ...

    def status(self, job_id: str, features: Sequence[str]) -> str:
        """IN_PROGRESS, SUCCEEDED, PARTIAL_SUCCESS or FAILED."""
        ...


class Workflow(Protocol):
    def start(self, tenant: str, document_id: str) -> None:
        """Start the document's execution, named by its id; started before: nothing happens."""
        ...

    def state(self, document_id: str) -> str | None:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, or None when it was never started."""
        ...


class TaskTokens(Protocol):
    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        """Complete a task; a token that is no longer waited for counts as done."""
        ...


class Pokes(Protocol):
    def poke(self, tenant: str) -> None:
        """Wake `admit` for a tenant."""
        ...


class Log(Protocol):
    def __call__(self, event: str, **facts: object) -> None:
        """Record an event by name with ids and counts: never text of a document, nor a key."""
        ...


class World(Protocol):
    """All of it, as a use case gets it."""

    @property
    def tenants(self) -> Tenants: ...
    @property
    def files(self) -> Files: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def line(self) -> Line: ...
    @property
    def pipeline(self) -> Pipeline: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def ocr(self) -> OcrService: ...
    @property
    def workflow(self) -> Workflow: ...
    @property
    def tokens(self) -> TaskTokens: ...
    @property
    def pokes(self) -> Pokes: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def log(self) -> Log: ...
