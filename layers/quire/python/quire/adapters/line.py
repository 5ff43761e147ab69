"""The waiting line and the slots in DynamoDB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from quire.adapters import rows
from quire.adapters.items import Cancelled
from quire.adapters.table import Table
from quire.domain.document import AWAITED, Document, DocumentStatus, Source
from quire.domain.ids import locate
from quire.domain.ports import Admission, Ticket, ticket_for
from quire.domain.tenant import Tenant

_DROPPED_AT_ONCE = 49


@dataclass(frozen=True, slots=True)
class DynamoLine:
    table: Table

    def holders(self, tenant: str) -> set[str]:
        row = self.table.get(rows.tenant_key(tenant, "slots"))
        return set(row["holders"]) if row and "holders" in row else set()

    def waiting(self, tenant: str, limit: int) -> list[Ticket]:
        return [rows.ticket_of(row) for row in self.table.query(f"line#{tenant}", limit=limit)]

    def admit(self, tenant: Tenant, tickets: Sequence[Ticket], now: int) -> Admission:
        if len(tickets) > tenant.slots:
            return Admission.LOST  # the set has no size to compare while nobody holds a slot
        places = [locate(ticket.document_id) for ticket in tickets]
        slots = self.table.action(
            rows.tenant_key(tenant.id, "slots"),
            update="ADD holders :these",
            condition="attribute_not_exists(holders) OR size(holders) <= :room",
            these={ticket.document_id for ticket in tickets},
            room=tenant.slots - len(tickets),
        )
        actions: list[Any] = [{"Update": slots}]
        for job_id, number in Counter(job_id for job_id, _ in places).items():
            actions.append({"Update": self._header_runs(tenant.id, job_id, number, now)})
        for ticket, (job_id, position) in zip(tickets, places, strict=True):
            actions.append({"Update": self._runs(tenant.id, job_id, position, now)})
            actions.append({"Delete": self._ticket_goes(tenant.id, ticket)})
        try:
            self.table.transact(actions)
        except Cancelled:
            return Admission.LOST
        return Admission.ADMITTED

    def free(self, tenant: str, document_id: str) -> None:
        not_running = self.table.action(
            rows.document_key(tenant, *locate(document_id)),
            condition="attribute_not_exists(PK) OR #status <> :running",
            names={"#status": "status"},
            running=DocumentStatus.RUNNING.value,
        )
        slot = self.table.action(rows.tenant_key(tenant, "slots"), update="DELETE holders :this", this={document_id})
        with suppress(Cancelled):
            self.table.transact([{"ConditionCheck": not_running}, {"Update": slot}])

    def awaiting(self, tenant: str, file_id: str | None = None, limit: int | None = None) -> list[Ticket]:
        partition = f"wait#{tenant}"
        if file_id is None:
            return [rows.ticket_of(row) for row in self.table.query(partition, limit=limit)]
        of_file = self.table.query(partition, "begins_with(SK, :file)", limit=limit, file=f"{file_id}#")
        return [rows.ticket_of(row) for row in of_file]

    def arrive(self, document: Document, source: Source) -> None:
        arrived = replace(document, source=source)
        pinned = self.table.action(
            rows.document_key(document.tenant, document.job_id, document.position),
            update="SET #source = :source, #size = :size, expires_at = :expires",
            condition="#status = :pending AND #source = :before",
            names={"#status": "status", "#source": "source", "#size": "size"},
            source=[source.stored.key, source.stored.version],
            size=source.size,
            expires=source.expires_at,
            pending=DocumentStatus.PENDING.value,
            before=[document.source.stored.key, AWAITED],
        )
        with suppress(Cancelled):
            self.table.transact(
                [
                    {"Update": pinned},
                    {"Delete": self._ticket_goes(document.tenant, ticket_for(document))},
                    {"Put": self.table.put_action(rows.ticket_row(arrived))},
                ]
            )

    def drop_cancelled(self, tenant: str, tickets: Sequence[Ticket], now: int) -> None:
        for start in range(0, len(tickets), _DROPPED_AT_ONCE):
            together = tickets[start : start + _DROPPED_AT_ONCE]
            if not self._drop(tenant, together, now):
                for ticket in together:
                    if not self._drop(tenant, [ticket], now):
                        # Its row has ended or is gone: nothing waits for this ticket.
                        self.table.delete(rows.place_key(tenant, ticket))

    def _drop(self, tenant: str, tickets: Sequence[Ticket], now: int) -> bool:
        job_id, _ = locate(tickets[0].document_id)
        header = self.table.action(
            rows.job_key(tenant, job_id),
            update="SET dropped_at = :now ADD dropped :number",
            condition="attribute_exists(cancelled_at)",
            now=now,
            number=len(tickets),
        )
        actions: list[Any] = [{"Update": header}]
        for ticket in tickets:
            actions.append({"Update": self._cancelled(tenant, *locate(ticket.document_id), now)})
            actions.append({"Delete": self._ticket_goes(tenant, ticket)})
        try:
            self.table.transact(actions)
        except Cancelled:
            return False
        return True

    def _header_runs(self, tenant: str, job_id: str, number: int, now: int) -> Any:
        return self.table.action(
            rows.job_key(tenant, job_id),
            update="SET started_at = if_not_exists(started_at, :now) ADD #pending :less, running :number",
            condition="attribute_exists(PK) AND attribute_not_exists(cancelled_at)",
            names={"#pending": DocumentStatus.PENDING.value},
            now=now,
            less=-number,
            number=number,
        )

    def _runs(self, tenant: str, job_id: str, position: int, now: int) -> Any:
        return self.table.action(
            rows.document_key(tenant, job_id, position),
            update="SET #status = :running, started_at = :now, updated_at = :now, changed = :changed ADD attempts :one",
            condition="#status = :pending",
            names={"#status": "status"},
            running=DocumentStatus.RUNNING.value,
            pending=DocumentStatus.PENDING.value,
            now=now,
            changed=rows.changed(now, position),
            one=1,
        )

    def _cancelled(self, tenant: str, job_id: str, position: int, now: int) -> Any:
        return self.table.action(
            rows.document_key(tenant, job_id, position),
            update="SET #status = :cancelled, ended_at = :now, updated_at = :now, changed = :changed, reserved = :none",
            condition="#status = :pending",
            names={"#status": "status"},
            cancelled=DocumentStatus.CANCELLED.value,
            pending=DocumentStatus.PENDING.value,
            now=now,
            changed=rows.changed(now, position),
            none=0,
        )

    def _ticket_goes(self, tenant: str, ticket: Ticket) -> Any:
        return self.table.action(rows.place_key(tenant, ticket), condition="attribute_exists(PK)")
