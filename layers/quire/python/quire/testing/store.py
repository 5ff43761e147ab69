"""What the twins share: rows in memory behind one lock, so that each call of a port is one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from quire.domain.cursor import Place
from quire.domain.delivery import Delivery
from quire.domain.document import Document
from quire.domain.file import Fetch, File
from quire.domain.ids import locate
from quire.domain.job import Job
from quire.domain.ports import Balance, DeliveryKey, Idempotency, Listed, Ticket, key_of
from quire.domain.tenant import ApiKey, Tenant

DocumentKey = tuple[str, str, int]
"""(tenant, job id, position)"""


@dataclass(slots=True)
class Store:
    """The keys name their tenant first; `remembered` holds the idempotency records with the job that each stands for.

    `index` is the index of changes, which follows the documents at once unless a test holds it back (`hold_index`)."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    full_at: dict[str, float] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    files: dict[tuple[str, str], File] = field(default_factory=dict)
    unsettled: set[tuple[str, str]] = field(default_factory=set)
    reconciled: int = 0
    fetches: dict[tuple[str, str], Fetch] = field(default_factory=dict)
    remembered: dict[tuple[str, str], tuple[str, Idempotency]] = field(default_factory=dict)
    jobs: dict[tuple[str, str], Job] = field(default_factory=dict)
    marks: set[tuple[str, str]] = field(default_factory=set)
    releases: set[tuple[str, str]] = field(default_factory=set)
    to_forget: set[tuple[str, Listed]] = field(default_factory=set)
    documents: dict[DocumentKey, Document] = field(default_factory=dict)
    tickets: dict[tuple[str, str], Ticket] = field(default_factory=dict)
    holders: dict[str, set[str]] = field(default_factory=dict)
    deliveries: dict[DeliveryKey, Delivery] = field(default_factory=dict)
    index: dict[DocumentKey, Place] = field(default_factory=dict)
    index_held: bool = False

    def tell(self, deliveries: Iterable[Delivery]) -> None:
        """Put the deliveries that a transaction writes."""
        for delivery in deliveries:
            self.deliveries[key_of(delivery)] = delivery

    def document(self, tenant: str, document_id: str) -> Document | None:
        """The row of a document. ValueError when that is not a document's id."""
        return self.documents.get((tenant, *locate(document_id)))

    def write(self, document: Document) -> None:
        """Put a document's row; the index follows."""
        key = (document.tenant, document.job_id, document.position)
        self.documents[key] = document
        if not self.index_held:
            self.index[key] = (document.updated_at, document.position)

    def hold_index(self) -> None:
        """From now on the index stays as it is, as one that lags does."""
        self.index_held = True

    def catch_up(self) -> None:
        """The index shows the documents as they are."""
        self.index_held = False
        for document in list(self.documents.values()):
            self.write(document)

    def move_credits(self, tenant: str, *, available: int = 0, reserved: int = 0, spent: int = 0) -> None:
        """Add to each part of a tenant's balance (pages)."""
        old = self.balances.get(tenant, Balance(0, 0, 0))
        self.balances[tenant] = replace(
            old, available=old.available + available, reserved=old.reserved + reserved, spent=old.spent + spent
        )
