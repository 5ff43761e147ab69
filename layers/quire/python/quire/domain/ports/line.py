"""The waiting line and the slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from quire.domain.tenant import Tenant


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
