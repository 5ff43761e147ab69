"""Jobs and documents in DynamoDB: expanded, cancelled, listed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from quire.adapters import rows
from quire.adapters.delivery_rows import delivery_row
from quire.adapters.items import Cancelled
from quire.adapters.listing import BY_EXTRACTOR, OWNED, walk
from quire.adapters.table import Table
from quire.domain.cursor import Place
from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import RESERVED_AT_SUBMIT, Document, DocumentStatus
from quire.domain.ids import locate
from quire.domain.job import Job
from quire.domain.ports import Expanding, Listed, Walk

CHANGES = "changes"
"""The index of a job's rows by (updated_at, position)."""


@dataclass(frozen=True, slots=True)
class DynamoJobs:
    table: Table

    # ---- expand ------------------------------------------------------------------------------------------------------

    def unexpanded(self, tenant: str) -> list[str]:
        partition = rows.tenant_key(tenant, "")["PK"]
        marks = self.table.query(partition, "begins_with(SK, :prefix)", prefix="expand#")
        return [mark["job_id"] for mark in marks]

    def add_documents(self, documents: Sequence[Document]) -> Expanding:
        first = documents[0]
        header = rows.job_key(first.tenant, first.job_id)
        pending = first.status is DocumentStatus.PENDING
        dropped: Any = {"now": first.updated_at, "number": len(documents)}
        check = (
            {"ConditionCheck": self.table.action(header, condition="attribute_not_exists(cancelled_at)")}
            if pending
            else {"Update": self.table.action(header, update="SET dropped_at = :now ADD dropped :number", **dropped)}
        )
        puts = [self.table.put_action(rows.document_row(d), "attribute_not_exists(PK)") for d in documents]
        tickets = [self.table.put_action(rows.ticket_row(d)) for d in documents] if pending else []
        try:
            self.table.transact([check, *({"Put": put} for put in puts + tickets)])
        except Cancelled as cancelled:
            if cancelled.failed[0]:
                return Expanding.CANCELLED
        return Expanding.WRITTEN

    def expanded(self, tenant: str, job_id: str) -> None:
        self.table.update(
            rows.job_key(tenant, job_id), update="SET expanded = :yes", condition="attribute_exists(PK)", yes=True
        )
        self.table.delete(rows.tenant_key(tenant, f"expand#{job_id}"))

    # ---- cancel ------------------------------------------------------------------------------------------------------

    def cancel(self, job: Job, now: int, held: int | None = None, audience: Audience = NOBODY) -> Job | None:
        pending = job.counts.pending
        counts = replace(job.counts, pending=0, cancelled=job.counts.cancelled + pending)
        cancelled = replace(job, counts=counts, cancelled_at=now, ended_at=None if counts.remaining else now)
        ended = {"ended": now} if cancelled.ended_at else {}
        header = self.table.action(
            rows.job_key(job.tenant, job.id),
            update="SET cancelled_at = :now, #pending = :none, cancelled = :cancelled, remaining = :remaining"
            + (", ended_at = :ended" if ended else ""),
            condition="attribute_not_exists(cancelled_at) AND #pending = :pending AND remaining = :before"
            " AND review_required = :reviews",
            names={"#pending": "pending"},
            now=now,
            none=0,
            pending=pending,
            cancelled=counts.cancelled,
            remaining=counts.remaining,
            before=job.counts.remaining,
            reviews=job.counts.review_required,
            **ended,
        )
        held = pending * RESERVED_AT_SUBMIT if held is None else held
        credits = self.table.action(
            rows.tenant_key(job.tenant, "credits"), update="ADD available :held, reserved :less", held=held, less=-held
        )
        held_back = self.table.put_action(rows.release_row(job)) if counts.review_required else None
        marks = [{"Put": held_back}] if held_back else []
        told = audience.of_job(cancelled, now) if cancelled.ended_at else []
        puts = [{"Put": self.table.put_action(delivery_row(delivery))} for delivery in told]
        try:
            self.table.transact([{"Update": header}, {"Update": credits}, *marks, *puts])
        except Cancelled:
            return None
        return cancelled

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, tenant: str, job_id: str) -> Job | None:
        row = self.table.get(rows.job_key(tenant, job_id))
        return rows.job_of(row) if row else None

    def document(self, tenant: str, document_id: str) -> Document | None:
        row = self.table.get(rows.document_key(tenant, *locate(document_id)))
        return rows.document_of(row) if row else None

    def documents(self, tenant: str, job_id: str, positions: Sequence[int] | None = None) -> list[Document]:
        if positions is None:
            partition = rows.job_key(tenant, job_id)["PK"]
            found = list(self.table.query(partition, "begins_with(SK, :prefix)", prefix="doc#"))
        else:
            found = self.table.get_many([rows.document_key(tenant, job_id, p) for p in dict.fromkeys(positions)])
        return sorted(map(rows.document_of, found), key=lambda document: document.position)

    def recent(self, tenant: str, page: Walk, extractor: str | None = None) -> list[Listed]:
        index = OWNED if extractor is None else BY_EXTRACTOR
        return walk(self.table, index, rows.jobs_owner(tenant, extractor), page)

    def get_many(self, tenant: str, job_ids: Sequence[str]) -> list[Job]:
        found = map(rows.job_of, self.table.get_many([rows.job_key(tenant, job_id) for job_id in job_ids]))
        by_id = {job.id: job for job in found}
        return [by_id[job_id] for job_id in job_ids if job_id in by_id]

    def changes(self, tenant: str, job_id: str, after: Place, limit: int) -> list[Place]:
        found = self.table.query(
            rows.job_key(tenant, job_id)["PK"],
            "changed > :after",
            index=CHANGES,
            limit=limit,
            after=rows.changed(*after),
        )
        return [rows.place_of(row["changed"]) for row in found]

    # ---- delete ------------------------------------------------------------------------------------------------------

    def delete(self, tenant: str, job_id: str, now: int, due: int) -> None:
        header = self.table.action(
            rows.job_key(tenant, job_id),
            update="SET deleted_at = :now",
            condition="attribute_exists(PK) AND attribute_not_exists(deleted_at)",
            now=now,
        )
        with suppress(Cancelled):  # deleted before
            self.table.transact(
                [{"Update": header}, {"Put": self.table.put_action(rows.forget_row(tenant, due, job_id))}]
            )

    def to_forget(self, tenant: str, now: int, limit: int) -> list[Listed]:
        first, last = (rows.forget_key(tenant, time, "")["SK"] for time in (0, now + 1))
        partition = rows.tenant_key(tenant, "")["PK"]
        found = self.table.query(partition, "SK BETWEEN :first AND :last", limit=limit, first=first, last=last)
        return [(mark["due_at"], mark["job_id"]) for mark in found]

    def forget_again(self, tenant: str, place: Listed, due: int | None) -> None:
        was_due, job_id = place
        if due == was_due:
            return
        if due is not None:
            self.table.put(rows.forget_row(tenant, due, job_id))
        self.table.delete(rows.forget_key(tenant, was_due, job_id))
