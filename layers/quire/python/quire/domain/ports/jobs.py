"""Jobs, from their creation to their documents' rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from quire.domain.cursor import Place
from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import Document
from quire.domain.job import Job


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


Listed = tuple[int, str]
"""(created_at in milliseconds, id)"""


@dataclass(frozen=True, slots=True)
class Walk:
    """A page of a list: at most `limit` beyond `after`, newest first unless `forward`."""

    limit: int
    after: Listed | None = None
    forward: bool = False


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

    def cancel(self, job: Job, now: int, held: int | None = None, audience: Audience = NOBODY) -> Job | None:
        """One transaction, on the counts that `job` was read with: no document starts after it. None: read again.
        `held`: the credits that its pending documents hold, where that is not the same for each. Where that ends the
        job, the `audience` is told."""
        ...

    def document(self, tenant: str, document_id: str) -> Document | None:
        """Strongly consistent."""
        ...

    def documents(self, tenant: str, job_id: str, positions: Sequence[int] | None = None) -> list[Document]:
        """All rows, or those named, by position; strongly consistent."""
        ...

    def recent(self, tenant: str, page: Walk, extractor: str | None = None) -> list[Listed]:
        """Where jobs stand in the order of their creation, all or an extractor's; eventually consistent."""
        ...

    def get_many(self, tenant: str, job_ids: Sequence[str]) -> list[Job]:
        """Those that exist, in the order asked; strongly consistent."""
        ...

    def delete(self, tenant: str, job_id: str, now: int, due: int) -> None:
        """One transaction: from now on no reader finds the job, and what is left of it is to be removed, from `due`."""
        ...

    def to_forget(self, tenant: str, now: int, limit: int) -> list[Listed]:
        """(due in milliseconds since 1970, job id) of the deleted jobs that are due, what is due longest in front;
        strongly consistent."""
        ...

    def forget_again(self, tenant: str, place: Listed, due: int | None) -> None:
        """It is due again then; None: nothing is left of it."""
        ...

    def changes(self, tenant: str, job_id: str, after: Place, limit: int) -> list[Place]:
        """Places after `after`, ascending; eventually consistent."""
        ...
