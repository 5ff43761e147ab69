"""Deliveries in DynamoDB: a row in its receiver's partition, of whose writes the table's stream tells; while it is
pending, the index `due` has it by the time of its next try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quire.adapters.delivery_rows import (
    PREFIX,
    attempt_value,
    deliveries_owner,
    delivery_key,
    delivery_of,
    delivery_row,
    due,
    due_owner,
    key_of_place,
    key_of_row,
    receiver_key,
)
from quire.adapters.listing import OWNED, walk
from quire.adapters.table import Failed, Table
from quire.domain.delivery import Attempt, Delivery, DeliveryStatus
from quire.domain.document import Stored
from quire.domain.ports import DeliveryKey, Walk, key_of

DUE = "due"
"""The index of what is pending by the time of its next try."""
_SAME_TRY = "#status = :pending AND tries = :tries AND due_at = :seen"
_FORGET_REST_S = 3600


@dataclass(frozen=True, slots=True)
class DynamoDeliveries:
    """`quire.domain.ports.Deliveries`."""

    table: Table

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, key: DeliveryKey) -> Delivery | None:
        row = self.table.get(delivery_key(key))
        return delivery_of(row) if row else None

    def listed(self, tenant: str, receiver: str, limit: int, after: str | None = None) -> list[Delivery]:
        found = self.table.query(
            receiver_key(tenant, receiver, "")["PK"],
            "SK BETWEEN :first AND :last",
            limit=limit + 1,
            ascending=False,
            first=PREFIX,
            last=f"{PREFIX}{after or '~'}",
        )
        return [delivery for row in found if (delivery := delivery_of(row)).id != after][:limit]

    def recent(self, tenant: str, page: Walk) -> list[Delivery]:
        places = walk(self.table, OWNED, deliveries_owner(tenant), page)
        keys = [key_of_place(tenant, place) for place in places]
        by_key = {key_of_row(row): delivery_of(row) for row in self.table.get_many(list(map(delivery_key, keys)))}
        return [by_key[key] for key in keys if key in by_key]

    def due(self, tenant: str, now: int, limit: int) -> list[DeliveryKey]:
        found = self.table.query(due_owner(tenant), "due <= :now", index=DUE, by="due_owner", limit=limit, now=due(now))
        return [key_of_row(row) for row in found]

    def resting(self, tenant: str, receiver: str) -> int:
        row = self.table.get(receiver_key(tenant, receiver, "rest"))
        return int(row["until"]) if row else 0

    # ---- write -------------------------------------------------------------------------------------------------------

    def put(self, delivery: Delivery) -> None:
        self.table.put(delivery_row(delivery))

    def begin(self, delivery: Delivery, until: int) -> Delivery | None:
        update = "SET due_at = :until, due = :due ADD tries :one"
        row = self._update(delivery, update, until=until, due=due(until), one=1)
        return None if isinstance(row, Failed) else delivery_of(row)

    def rendered(self, delivery: Delivery, body: Stored) -> Stored:
        row = self.table.update(
            delivery_key(key_of(delivery)),
            update="SET body = :body",
            condition="attribute_exists(PK) AND attribute_not_exists(body)",
            body=[body.key, body.version],
        )
        stands = row.item if isinstance(row, Failed) else row
        return Stored(*stands["body"]) if stands else body

    def ended(self, delivery: Delivery, status: DeliveryStatus, attempt: Attempt | None, now: int) -> None:
        self._update(
            delivery,
            "SET #status = :ended, ended_at = :now, attempts = :attempts REMOVE due_owner, due",
            ended=status.value,
            now=now,
            attempts=_attempts(delivery, attempt),
        )

    def postpone(self, delivery: Delivery, until: int, attempt: Attempt | None = None) -> None:
        update = "SET due_at = :until, due = :due, attempts = :attempts"
        self._update(delivery, update, until=until, due=due(until), attempts=_attempts(delivery, attempt))

    def wake(self, key: DeliveryKey, now: int) -> None:
        # An attribute that changes: a write that changes nothing is not in the stream (DynamoDB developer guide).
        self.table.update(
            delivery_key(key),
            update="SET woken_at = :now",
            condition="#status = :pending",
            names={"#status": "status"},
            now=now,
            pending=DeliveryStatus.PENDING.value,
        )

    def restart(self, delivery: Delivery, now: int) -> bool:
        row = self.table.update(
            delivery_key(key_of(delivery)),
            update="SET #status = :pending, tries = :none, due_at = :now, due = :due, due_owner = :owner"
            " REMOVE ended_at",
            condition="#status = :before AND tries = :tries AND due_at = :seen",
            names={"#status": "status"},
            pending=DeliveryStatus.PENDING.value,
            before=delivery.status.value,
            tries=delivery.tries,
            seen=delivery.due_at,
            none=0,
            now=now,
            due=due(now),
            owner=due_owner(delivery.tenant),
        )
        return not isinstance(row, Failed)

    def rest(self, tenant: str, receiver: str, until: int) -> None:
        self.table.put(receiver_key(tenant, receiver, "rest") | {"until": until, "TTL": until // 1000 + _FORGET_REST_S})

    def _update(self, delivery: Delivery, update: str, **values: Any) -> dict[str, Any] | Failed:
        return self.table.update(
            delivery_key(key_of(delivery)),
            update=update,
            condition=_SAME_TRY,
            names={"#status": "status"},
            pending=DeliveryStatus.PENDING.value,
            tries=delivery.tries,
            seen=delivery.due_at,
            **values,
        )


def _attempts(delivery: Delivery, attempt: Attempt | None) -> list[dict[str, Any]]:
    return [attempt_value(each) for each in delivery.with_attempt(attempt)]
