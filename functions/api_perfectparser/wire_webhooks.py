"""Webhooks on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from functions.api_perfectparser.contract import WEBHOOK, Pagination
from quire.domain.delivery import Delivery, DeliveryStatus
from quire.domain.endpoint import Endpoint, Event
from quire.http.ids import say_id
from quire.http.times import say_time

EventName = Literal["extraction.document_completed", "extraction.job_completed"]
EVENTS: Mapping[EventName, frozenset[Event]] = {
    "extraction.document_completed": frozenset(
        {Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED, Event.DOCUMENT_CANCELLED}
    ),
    "extraction.job_completed": frozenset(
        {Event.JOB_COMPLETED, Event.JOB_PARTIALLY_FAILED, Event.JOB_FAILED, Event.JOB_CANCELLED, Event.JOB_EXPIRED}
    ),
}
"""A document or a job is `completed` when it has ended, however."""
WORDS = {event: word for word, events in EVENTS.items() for event in events}
EVENT = "evt"


class CreateWebhook(BaseModel):
    """`secret` is repeated by each call in X-Webhook-Secret."""

    url: str
    events: list[EventName] = Field(min_length=1, max_length=16)
    secret: str | None = None


class UpdateWebhook(BaseModel):
    url: str | None = None
    events: list[EventName] | None = Field(default=None, min_length=1, max_length=16)
    is_active: bool | None = None


class WebhookSaid(BaseModel):
    webhook_id: str
    url: str
    events: list[EventName]
    is_active: bool
    created_at: str


class WebhookCreated(WebhookSaid):
    """The one answer with the signing secret."""

    signing_secret: str


DeliveryState = Literal["pending", "delivered", "failed", "dropped"]


class DeliverySaid(BaseModel):
    """`response_status` and `response_time_ms` of its last try; `error_message` where there was no answer."""

    delivery_id: str
    event: EventName | None
    status: DeliveryState
    attempts: int
    response_status: int | None
    response_time_ms: int | None
    error_message: str | None
    created_at: str
    last_attempt_at: str | None
    next_attempt_at: str | None


class WebhookDetail(WebhookSaid):
    """With its last 10 deliveries."""

    deliveries: list[DeliverySaid]


class CreateAnswer(BaseModel):
    webhook: WebhookCreated


class WebhookAnswer(BaseModel):
    webhook: WebhookSaid


class DetailAnswer(BaseModel):
    webhook: WebhookDetail


class WebhookList(BaseModel):
    webhooks: list[WebhookSaid]
    pagination: Pagination


class Tested(BaseModel):
    """What a test sent, and whether it was taken."""

    success: bool
    delivered: bool
    message: str
    payload: dict[str, Any]


def to_events(names: list[EventName]) -> frozenset[Event]:
    return frozenset().union(*(EVENTS[name] for name in names))


def say_webhook(endpoint: Endpoint) -> dict[str, Any]:
    """`WebhookSaid`."""
    return {
        "webhook_id": say_id(WEBHOOK, endpoint.id),
        "url": endpoint.url,
        "events": [name for name, events in EVENTS.items() if events <= endpoint.events],
        "is_active": endpoint.active,
        "created_at": say_time(endpoint.created_at),
    }


def say_delivery(delivery: Delivery) -> DeliverySaid:
    last = delivery.attempts[-1] if delivery.attempts else None
    return DeliverySaid(
        delivery_id=say_id(EVENT, delivery.id),
        event=WORDS.get(delivery.occasion.event),
        status=delivery.status.value,
        attempts=len(delivery.attempts),
        response_status=last.status if last else None,
        response_time_ms=last.milliseconds if last else None,
        error_message=last.reason if last else None,
        created_at=say_time(delivery.created_at),
        last_attempt_at=say_time(last.at) if last else None,
        next_attempt_at=say_time(delivery.due_at) if delivery.status is DeliveryStatus.PENDING else None,
    )


def say_tested(sent: Delivery) -> Tested:
    delivered = sent.status is DeliveryStatus.DELIVERED
    last = sent.attempts[-1] if sent.attempts else None
    if last is None:
        message = "The test has not been answered yet: the webhook's deliveries will show it."
    elif last.status is None:
        message = last.reason or "The test was not answered."
    else:
        message = f"The test was answered with status {last.status}."
    payload = made_up_payload(sent.created_at)
    return Tested(success=delivered, delivered=delivered, message=message, payload=payload)


def made_up_payload(now: int) -> dict[str, Any]:
    """An `extraction.job_completed` of no job."""
    return {
        "event": "extraction.job_completed",
        "test": True,
        "created_at": say_time(now),
        "extraction": {
            "extraction_id": "ext_test",
            "parser_id": "prs_test",
            "status": "completed",
            "file_count": 1,
            "document_summary": {"total": 1, "completed": 1, "failed": 0, "processing": 0},
            "completed_at": say_time(now),
        },
    }
