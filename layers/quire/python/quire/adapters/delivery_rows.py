"""How a delivery lies in its row of the `jobs` table (`quire.adapters.rows` has the list)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quire.adapters.rows import listed
from quire.domain.delivery import REMEMBERED_MS, Attempt, Delivery, DeliveryStatus, Occasion
from quire.domain.document import Stored
from quire.domain.endpoint import Event
from quire.domain.ports import DeliveryKey, Listed, place_of

PREFIX = "delivery#"


def receiver_key(tenant: str, receiver: str, what: str) -> dict[str, str]:
    """In an endpoint's partition, for the table's stream takes those of one partition in turn."""
    return {"PK": f"tenant#{tenant}#endpoint#{receiver}", "SK": what}


def delivery_key(key: DeliveryKey) -> dict[str, str]:
    return receiver_key(key.tenant, key.receiver, f"{PREFIX}{key.id}")


def key_of_row(row: Mapping[str, Any]) -> DeliveryKey:
    """The row's, or its keys' alone."""
    _, tenant, _, receiver = row["PK"].split("#")
    return DeliveryKey(tenant, receiver, row["SK"].removeprefix(PREFIX))


def key_of_place(tenant: str, place: Listed) -> DeliveryKey:
    delivery_id, _, receiver = place[1].partition("#")
    return DeliveryKey(tenant, receiver, delivery_id)


def deliveries_owner(tenant: str) -> str:
    return f"deliveries#{tenant}"


def due_owner(tenant: str) -> str:
    """Whose deliveries are due: the rows of the index `due`, in the order of time."""
    return f"due#{tenant}"


def due(at: int) -> str:
    return f"{at:015d}"


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    occasion = delivery.occasion
    return delivery_key(DeliveryKey(delivery.tenant, delivery.receiver, delivery.id)) | {
        "tenant": occasion.tenant,
        "event": occasion.event.value,
        "at": occasion.at,
        "extractor_id": occasion.extractor_id,
        "job_id": occasion.job_id,
        "document_id": occasion.document_id,
        "turn": occasion.turn,
        "name": occasion.name,
        "version": occasion.version,
        "id": delivery.id,
        "receiver": delivery.receiver,
        "contract": delivery.contract,
        "due_at": delivery.due_at,
        "hook": delivery.hook,
        "test": delivery.test,
        "status": delivery.status.value,
        "tries": delivery.tries,
        "owner": deliveries_owner(delivery.tenant),
        "listed": listed(place_of(delivery)),
        "due_owner": due_owner(delivery.tenant),
        "due": due(delivery.due_at),
        "TTL": (delivery.created_at + REMEMBERED_MS) // 1000,
    }


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    return Delivery(
        occasion=Occasion(
            tenant=row["tenant"],
            event=Event(row["event"]),
            at=row["at"],
            extractor_id=row.get("extractor_id"),
            job_id=row.get("job_id"),
            document_id=row.get("document_id"),
            turn=row["turn"],
            name=row.get("name"),
            version=row.get("version"),
        ),
        id=row["id"],
        receiver=row["receiver"],
        contract=row["contract"],
        due_at=row["due_at"],
        hook=row.get("hook"),
        test=row["test"],
        status=DeliveryStatus(row["status"]),
        tries=row["tries"],
        body=Stored(*row["body"]) if "body" in row else None,
        ended_at=row.get("ended_at"),
        attempts=tuple(map(_attempt_of, row.get("attempts", ()))),
    )


def attempt_value(attempt: Attempt) -> dict[str, Any]:
    said = {
        "at": attempt.at,
        "status": attempt.status,
        "milliseconds": attempt.milliseconds,
        "reason": attempt.reason,
        "answer": attempt.answer,
    }
    return {name: value for name, value in said.items() if value is not None}


def _attempt_of(value: Mapping[str, Any]) -> Attempt:
    return Attempt(value["at"], value.get("status"), value["milliseconds"], value.get("reason"), value["answer"])
