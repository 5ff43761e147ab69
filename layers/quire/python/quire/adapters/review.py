"""Documents that are held for a person, in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quire.adapters import rows
from quire.adapters.delivery_rows import delivery_row
from quire.adapters.items import Cancelled
from quire.adapters.table import Failed, Table
from quire.domain.delivery import Delivery
from quire.domain.document import Decision, Document, DocumentStatus, Review
from quire.domain.ids import locate
from quire.domain.ports import Listed

_HELD = DocumentStatus.REVIEW_REQUIRED.value


@dataclass(frozen=True, slots=True)
class DynamoReviews:
    table: Table

    def hold(self, document: Document, review: Review, now: int, told: Sequence[Delivery] = ()) -> bool:
        tenant = document.tenant
        slot = self.table.action(rows.tenant_key(tenant, "slots"), update="DELETE holders :this", this={document.id})
        place = rows.review_row(tenant, review.deadline, document.id)
        try:
            self.table.transact(
                [
                    {"Update": self._row_held(document, review, now)},
                    {"Update": self._header_held(document)},
                    {"Update": slot},
                    {"Put": self.table.put_action(place)},
                    *({"Put": self.table.put_action(delivery_row(delivery))} for delivery in told),
                ]
            )
        except Cancelled:
            return False
        return True

    def _row_held(self, document: Document, review: Review, now: int) -> Any:
        values = rows.review_values(review)
        return self.table.action(
            _key(document),
            update="SET #status = :held, updated_at = :now, changed = :changed"
            + "".join(f", {name} = :{name}" for name in values)
            + " REMOVE ocr_token",
            condition="#status = :running",
            names={"#status": "status"},
            held=_HELD,
            running=DocumentStatus.RUNNING.value,
            now=now,
            changed=rows.changed(now, document.position),
            **values,
        )

    def _header_held(self, document: Document) -> Any:
        return self.table.action(
            rows.job_key(document.tenant, document.job_id),
            update="ADD running :less, review_required :one",
            condition="attribute_exists(PK) AND attribute_not_exists(cancelled_at)",
            less=-1,
            one=1,
        )

    def wait(self, document: Document, token: str) -> Document | None:
        """The token and the decision are one row's, so of this write and that of a decision one sees the other."""
        written = self.table.update(
            _key(document),
            update="SET review_token = :token",
            condition="#status = :held",
            names={"#status": "status"},
            token=token,
            held=_HELD,
        )
        return None if isinstance(written, Failed) else rows.document_of(written)

    def decide(self, document: Document, decision: Decision) -> Document | None:
        if document.review is None:
            return None
        row = self.table.action(
            _key(document),
            update="SET decision = :decision",
            condition="#status = :held AND attribute_not_exists(decision)",
            names={"#status": "status"},
            decision=rows.decision_value(decision),
            held=_HELD,
        )
        not_cancelled = self.table.action(
            rows.job_key(document.tenant, document.job_id), condition="attribute_not_exists(cancelled_at)"
        )
        place = self.table.action(rows.review_key(document.tenant, document.review.deadline, document.id))
        try:
            self.table.transact(
                [
                    {"Update": row},
                    {"ConditionCheck": not_cancelled},
                    {"Delete": place},
                    {"Put": self.table.put_action(rows.decided_row(document, decision))},
                ]
            )
        except Cancelled:
            return None
        stands = self.table.get(_key(document))
        return rows.document_of(stands) if stands else None

    def queue(self, tenant: str, limit: int, after: Listed | None = None) -> list[Listed]:
        partition = rows.review_key(tenant, 0, "")["PK"]
        if after is None:
            found = self.table.query(partition, limit=limit)
        else:
            found = self.table.query(partition, "SK > :after", limit=limit, after=rows.listed(after))
        return [rows.listed_of(row["SK"]) for row in found]

    def held(self, tenant: str, document_ids: Sequence[str]) -> list[Document]:
        keys = [rows.document_key(tenant, *locate(document_id)) for document_id in dict.fromkeys(document_ids)]
        by_id = {document.id: document for document in map(rows.document_of, self.table.get_many(keys))}
        return [by_id[document_id] for document_id in document_ids if document_id in by_id]

    def decided(self, tenant: str) -> list[Listed]:
        marks = self._marks(tenant, "decided#")
        return [(mark["decided_at"], mark["document_id"]) for mark in marks]

    def releasing(self, tenant: str) -> list[str]:
        return [mark["job_id"] for mark in self._marks(tenant, "release#")]

    def released(self, tenant: str, job_id: str) -> None:
        self.table.delete(rows.release_key(tenant, job_id))

    def _marks(self, tenant: str, prefix: str) -> list[dict[str, Any]]:
        return list(self.table.query(rows.tenant_key(tenant, "")["PK"], "begins_with(SK, :prefix)", prefix=prefix))


def _key(document: Document) -> dict[str, str]:
    return rows.document_key(document.tenant, document.job_id, document.position)
