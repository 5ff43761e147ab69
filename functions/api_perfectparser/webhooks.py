"""/v1/webhooks: their records, their deliveries, and tests."""

from __future__ import annotations

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_webhooks as wire
from functions.api_perfectparser.contract import NAME, WEBHOOK
from quire.domain.endpoint import Endpoint, shown_secret
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import plain_id
from quire.service import deliveries, endpoints

MOST_DELIVERIES = 10
"""That a webhook is shown with."""


def create_webhook(call: Call) -> Answer | Refusal:
    """Create a webhook; its signing secret is said here only."""
    asked = call.json(wire.CreateWebhook)
    wanted = endpoints.Wanted(asked.url, wire.to_events(asked.events), static=asked.secret)
    issued = endpoints.create(call.world, call.tenant, NAME, wanted)
    if isinstance(issued, Refusal):
        return issued
    secret = shown_secret(NAME, issued.secret)
    said = wire.WebhookCreated(**wire.say_webhook(issued.endpoint), signing_secret=secret)
    return Answer(201, wire.CreateAnswer(webhook=said))


def list_webhooks(call: Call) -> Answer | Refusal:
    """List the webhooks, the newest first."""
    paging = call.query_as(contract.Paging)
    page = endpoints.listed(call.world, call.tenant, NAME, paging.limit, paging.cursor)
    if isinstance(page, Refusal):
        return page
    found, cursor = page
    said = [wire.WebhookSaid(**wire.say_webhook(endpoint)) for endpoint in found]
    return Answer(200, wire.WebhookList(webhooks=said, pagination=contract.say_pagination(paging.limit, cursor)))


def get_webhook(call: Call) -> Answer | Refusal:
    """Show a webhook with its last deliveries."""
    found = _found(call)
    if isinstance(found, Refusal):
        return found
    page = deliveries.listed(call.world, call.tenant, MOST_DELIVERIES, receiver=found.id)
    if isinstance(page, Refusal):
        return page
    said = [wire.say_delivery(delivery) for delivery in page.deliveries]
    return Answer(200, wire.DetailAnswer(webhook=wire.WebhookDetail(**wire.say_webhook(found), deliveries=said)))


def update_webhook(call: Call) -> Answer | Refusal:
    """Change a webhook."""
    asked = call.json(wire.UpdateWebhook)
    webhook_id = plain_id(WEBHOOK, call.path["webhook_id"])
    if webhook_id is None:
        return _unknown()
    events = None if asked.events is None else wire.to_events(asked.events)
    change = endpoints.Change(url=asked.url, events=events, active=asked.is_active)
    changed = endpoints.update(call.world, call.tenant, NAME, webhook_id, change)
    if isinstance(changed, Refusal):
        return changed
    return Answer(200, wire.WebhookAnswer(webhook=wire.WebhookSaid(**wire.say_webhook(changed))))


def delete_webhook(call: Call) -> Answer | Refusal:
    """Delete a webhook."""
    webhook_id = plain_id(WEBHOOK, call.path["webhook_id"])
    refused = endpoints.delete(call.world, call.tenant, NAME, webhook_id) if webhook_id else _unknown()
    return refused or Answer(204)


def test_webhook(call: Call) -> Answer | Refusal:
    """Send a made-up event, and say what became of it."""
    found = _found(call)
    if isinstance(found, Refusal):
        return found
    sent = deliveries.send_test(call.world, call.tenant, found.id, call.answer_by)
    return sent if isinstance(sent, Refusal) else Answer(200, wire.say_tested(sent))


def _found(call: Call) -> Endpoint | Refusal:
    webhook_id = plain_id(WEBHOOK, call.path["webhook_id"])
    return endpoints.get(call.world, call.tenant, NAME, webhook_id) if webhook_id else _unknown()


def _unknown() -> Refusal:
    return Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook.")


_ONE = "/v1/webhooks/<webhook_id>"
ROUTES = (
    Route("POST", "/v1/webhooks", create_webhook, asks=wire.CreateWebhook, says={201: wire.CreateAnswer}),
    Route("GET", "/v1/webhooks", list_webhooks, query=contract.Paging, says={200: wire.WebhookList}),
    Route("GET", _ONE, get_webhook, says={200: wire.DetailAnswer}),
    Route("PATCH", _ONE, update_webhook, asks=wire.UpdateWebhook, says={200: wire.WebhookAnswer}),
    Route("DELETE", _ONE, delete_webhook, says={204: None}),
    Route("POST", f"{_ONE}/test", test_webhook, says={200: wire.Tested}),
)
