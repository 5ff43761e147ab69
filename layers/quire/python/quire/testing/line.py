"""The waiting line and the slots in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain.document import Document, DocumentStatus, Source
from quire.domain.ids import locate
from quire.domain.ports import Admission, Ticket, ticket_for
from quire.domain.tenant import Tenant
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryLine:
    """`quire.domain.ports.Line`."""

    store: Store

    def holders(self, tenant: str) -> set[str]:
        return set(self.store.holders.get(tenant, ()))

    def waiting(self, tenant: str, limit: int) -> list[Ticket]:
        with self.store.lock:
            return [ticket for ticket in self._tickets(tenant) if not ticket.file_id][:limit]

    def admit(self, tenant: Tenant, tickets: Sequence[Ticket], now: int) -> Admission:
        store = self.store
        with store.lock:
            documents = [self._waits(tenant.id, ticket) for ticket in tickets]
            starting = [document for document in documents if document]
            holders = self.holders(tenant.id)
            if len(starting) < len(tickets) or len(holders) + len(tickets) > tenant.slots:
                return Admission.LOST
            for ticket, document in zip(tickets, starting, strict=True):
                del store.tickets[tenant.id, ticket.order]
                store.write(
                    replace(
                        document,
                        status=DocumentStatus.RUNNING,
                        started_at=now,
                        updated_at=now,
                        attempts=document.attempts + 1,
                    )
                )
            for job_id, number in Counter(document.job_id for document in starting).items():
                job = store.jobs[tenant.id, job_id]
                counts = job.counts.moved(DocumentStatus.PENDING, DocumentStatus.RUNNING, number)
                started_at = now if job.started_at is None else job.started_at
                store.jobs[tenant.id, job_id] = replace(job, counts=counts, started_at=started_at)
            store.holders[tenant.id] = holders | {document.id for document in starting}
        return Admission.ADMITTED

    def _waits(self, tenant: str, ticket: Ticket) -> Document | None:
        """The document of a ticket that is still there, when it may start."""
        document = self.store.document(tenant, ticket.document_id)
        job = self.store.jobs.get((tenant, locate(ticket.document_id)[0]))
        waits = (tenant, ticket.order) in self.store.tickets and job is not None and job.cancelled_at is None
        return document if document and document.status is DocumentStatus.PENDING and waits else None

    def free(self, tenant: str, document_id: str) -> None:
        with self.store.lock:
            row = self.store.document(tenant, document_id)
            if row is None or row.status is not DocumentStatus.RUNNING:
                self.store.holders.get(tenant, set()).discard(document_id)

    def awaiting(self, tenant: str, file_id: str | None = None, limit: int | None = None) -> list[Ticket]:
        with self.store.lock:
            tickets = (ticket for ticket in self._tickets(tenant) if ticket.file_id)
            return [ticket for ticket in tickets if file_id in (None, ticket.file_id)][:limit]

    def _tickets(self, tenant: str) -> list[Ticket]:
        mine = (ticket for (owner, _), ticket in self.store.tickets.items() if owner == tenant)
        return sorted(mine, key=lambda ticket: ticket.order)

    def arrive(self, document: Document, source: Source) -> None:
        store, ticket = self.store, ticket_for(document)
        with store.lock:
            row = store.document(document.tenant, document.id)
            if row and row.status is DocumentStatus.PENDING and row.source.waits:
                del store.tickets[row.tenant, ticket.order]
                arrived = replace(row, source=source)
                store.write(arrived)
                store.tickets[row.tenant, ticket_for(arrived).order] = ticket_for(arrived)

    def drop_cancelled(self, tenant: str, tickets: Sequence[Ticket], now: int) -> None:
        store = self.store
        with store.lock:
            for ticket in tickets:
                document = store.document(tenant, ticket.document_id)
                job = store.jobs.get((tenant, locate(ticket.document_id)[0]))
                known = store.tickets.pop((tenant, ticket.order), None)
                pending = document if document and document.status is DocumentStatus.PENDING else None
                if known and pending and job and job.cancelled_at is not None:
                    store.write(
                        replace(pending, status=DocumentStatus.CANCELLED, ended_at=now, updated_at=now, reserved=0)
                    )
                    store.jobs[tenant, job.id] = replace(job, dropped=job.dropped + 1, dropped_at=now)
