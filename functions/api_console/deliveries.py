"""Webhook endpoints, and what became of each call to them."""

from __future__ import annotations

from pydantic import BaseModel

from functions.api_console.contract import Page, Paging, time_or_none
from quire.domain.delivery import Delivery
from quire.domain.refusal import Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time
from quire.service import deliveries


class EndpointShown(BaseModel):
    id: str
    contract: str
    name: str
    url: str
    active: bool
    events: list[str]


class Try(BaseModel):
    """`status` of the answer, or the `reason` why there was none; `answer`: the first bytes of it, as text."""

    at: str
    status: int | None
    reason: str | None
    latency_ms: int
    answer: str


class DeliveryShown(BaseModel):
    """`id` is the event's, the same for all `receiver`s: endpoints, or webhooks that a job brought along. While it is
    pending, the next try begins at `next_at`."""

    id: str
    receiver: str
    url: str | None
    contract: str
    event: str
    job_id: str | None
    document_id: str | None
    status: str
    test: bool
    tries: list[Try]
    created_at: str
    next_at: str | None
    ended_at: str | None


class DeliveryQuery(Paging):
    receiver: str | None = None


def list_endpoints(call: Call) -> Answer:
    """List the webhook endpoints of all contracts, the oldest first."""
    items = [
        EndpointShown(
            id=endpoint.id,
            contract=endpoint.contract,
            name=endpoint.name,
            url=endpoint.url,
            active=endpoint.active,
            events=sorted(endpoint.events),
        )
        for endpoint in call.world.endpoints.listed(call.tenant.id)
    ]
    return Answer(200, Page[EndpointShown](items=items))


def list_deliveries(call: Call) -> Answer | Refusal:
    """List the deliveries, the newest first; all, or one receiver's."""
    asked = call.query_as(DeliveryQuery)
    page = deliveries.listed(call.world, call.tenant, asked.limit, asked.cursor, receiver=asked.receiver)
    if isinstance(page, Refusal):
        return page
    urls = _urls(call)
    items = [_say(delivery, urls.get(delivery.receiver)) for delivery in page.deliveries]
    return Answer(200, Page[DeliveryShown](items=items, next_cursor=page.cursor))


def redeliver(call: Call) -> Answer | Refusal:
    """Send an event again, with the same id and the same body."""
    sent = deliveries.redeliver(call.world, call.tenant, call.path["receiver"], call.path["delivery_id"])
    return sent if isinstance(sent, Refusal) else Answer(200, _say(sent, _urls(call).get(sent.receiver)))


def _urls(call: Call) -> dict[str, str]:
    return {endpoint.id: endpoint.url for endpoint in call.world.endpoints.listed(call.tenant.id)}


def _say(delivery: Delivery, url: str | None) -> DeliveryShown:
    occasion = delivery.occasion
    return DeliveryShown(
        id=delivery.id,
        receiver=delivery.receiver,
        url=url,
        contract=delivery.contract,
        event=occasion.event.value,
        job_id=occasion.job_id,
        document_id=occasion.document_id,
        status=delivery.status.value,
        test=delivery.test,
        tries=[
            Try(
                at=say_time(one.at),
                status=one.status,
                reason=one.reason,
                latency_ms=one.milliseconds,
                answer=one.answer,
            )
            for one in delivery.attempts
        ],
        created_at=say_time(delivery.created_at),
        next_at=None if delivery.ended_at else say_time(delivery.due_at),
        ended_at=time_or_none(delivery.ended_at),
    )


_DELIVERIES = "/console/api/deliveries"
ROUTES = (
    Route("GET", "/console/api/endpoints", list_endpoints, says={200: Page[EndpointShown]}),
    Route("GET", _DELIVERIES, list_deliveries, query=DeliveryQuery, says={200: Page[DeliveryShown]}),
    Route("POST", f"{_DELIVERIES}/<receiver>/<delivery_id>/redeliver", redeliver, says={200: DeliveryShown}),
)
