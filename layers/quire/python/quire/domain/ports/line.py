"""The waiting line and the slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from quire.domain.document import Document, Source
from quire.domain.tenant import Tenant


class Admission(StrEnum):
    ADMITTED = "admitted"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in a tenant's waiting line, or, while its file has not arrived, among those that wait for `file_id`.
    `expires_at` is when the wait ends in any case (milliseconds)."""

    order: str
    document_id: str
    expires_at: int
    file_id: str | None = None


def ticket_for(document: Document) -> Ticket:
    """A pending document's place: in line by the time of its submission, moved ahead by its priority; among those that
    wait for files by the file, and so by the time at which that was announced."""
    source = document.source
    if source.waits:
        return Ticket(f"{source.file_id}#{document.id}", document.id, source.expires_at, source.file_id)
    stands_since = document.created_at - document.priority.head_start_ms
    return Ticket(f"{stands_since:015d}#{document.id}", document.id, source.expires_at)


class Line(Protocol):
    def holders(self, tenant: str) -> set[str]:
        """Ids of the documents that hold a slot."""
        ...

    def waiting(self, tenant: str, limit: int) -> list[Ticket]:
        """The tickets in front; strongly consistent."""
        ...

    def admit(self, tenant: Tenant, tickets: Sequence[Ticket], now: int) -> Admission:
        """One transaction for all of them: a slot each, the ticket gone, pending -> running, counts, and the job not
        cancelled. LOST: somebody else was there; look again."""
        ...

    def free(self, tenant: str, document_id: str) -> None:
        """Take back the slot of a document that does not run; that of a running one stays."""
        ...

    def awaiting(self, tenant: str, file_id: str | None = None, limit: int | None = None) -> list[Ticket]:
        """Tickets that wait for a file, or for any: those of the file that was announced first in front; strongly
        consistent."""
        ...

    def arrive(self, document: Document, source: Source) -> None:
        """One transaction: what `document` waited for is there, pinned as `source`; its ticket moves into the line.
        Nothing happens when it does not wait any more."""
        ...

    def drop_cancelled(self, tenant: str, tickets: Sequence[Ticket], now: int) -> None:
        """Tickets of a cancelled job: gone, and their rows say so. Its counts were moved by the cancelling."""
        ...
