"""/api/v1/beta/webhook-configs: webhooks that are saved, and named by the jobs that are to be told to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from functions.api_llamacloud import wire_webhooks as wire
from functions.api_llamacloud.contract import NAME, check_webhooks, plain_id
from functions.api_llamacloud.contract import WebhookConfiguration as Own
from quire.domain.delivery import HOOKS
from quire.domain.endpoint import MOST_ENDPOINTS, Endpoint
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import endpoints
from quire.service.endpoint_limits import check_static, check_url
from quire.service.endpoints import Change, Wanted

MOST_OF_A_JOB = 10
"""Webhooks that one job tells: as many as it may bring along."""


def create_webhook(call: Call) -> Answer | Refusal:
    """Save a webhook configuration. It hears of the jobs that name it."""
    asked = call.json(wire.CreateWebhook)
    refused = _check(asked)
    if refused:
        return refused
    wanted = Wanted(asked.webhook_url, frozenset(), settings=asked.settings, static=asked.webhook_signing_secret)
    issued = endpoints.create(call.world, call.tenant, NAME, wanted)
    return issued if isinstance(issued, Refusal) else Answer(200, wire.say_webhook(issued.endpoint))


def get_webhook(call: Call) -> Answer | Refusal:
    """Show a webhook configuration."""
    return _said(_found(call, call.path["config_id"]))


def list_webhooks(call: Call) -> Answer | Refusal:
    """List the webhook configurations, the newest first."""
    page = endpoints.listed(call.world, call.tenant, NAME, MOST_ENDPOINTS)
    return page if isinstance(page, Refusal) else Answer(200, [_plain(endpoint) for endpoint in page.items])


def list_webhooks_by_page(call: Call) -> Answer | Refusal:
    """List the webhook configurations page by page, the newest first."""
    asked = call.query_as(wire.WebhookQuery)
    page = endpoints.listed(call.world, call.tenant, NAME, asked.page_size, asked.page_token)
    if isinstance(page, Refusal):
        return page
    total = len(endpoints.of_contract(call.world, call.tenant.id, NAME)) if asked.include_total else None
    items = [wire.say_webhook(endpoint) for endpoint in page.items]
    return Answer(200, wire.WebhookList(items=items, next_page_token=page.cursor, total_size=total))


def update_webhook(call: Call) -> Answer | Refusal:
    """Change what is named of a webhook configuration; jobs that were submitted keep it as it was."""
    asked = call.json(wire.UpdateWebhook)
    refused = _check(asked)
    before = refused or _found(call, call.path["config_id"])
    if isinstance(before, Refusal):
        return before
    change = Change(url=asked.webhook_url, settings={**before.settings, **asked.settings})
    if "webhook_signing_secret" in asked.model_fields_set:
        change = Change(url=change.url, settings=change.settings, static=asked.webhook_signing_secret)
    return _said(endpoints.update(call.world, call.tenant, NAME, before.id, change))


def delete_webhook(call: Call) -> Answer | Refusal:
    """Delete a webhook configuration; jobs that were submitted keep it."""
    config_id = plain_id(call.path["config_id"])
    refused = endpoints.delete(call.world, call.tenant, NAME, config_id) if config_id else _unknown()
    return refused or Answer(204)


def kept(call: Call, own: Sequence[Own] | None, named: Sequence[str] | None) -> Mapping[str, object] | Refusal:
    """What a job's `echo` keeps of the webhooks that it brings along, and of saved ones that it names."""
    refused = check_webhooks(own)
    if refused:
        return refused
    if len(own or ()) + len(named or ()) > MOST_OF_A_JOB:
        message = f"A job has at most {MOST_OF_A_JOB} webhooks."
        return invalid("body", message, "too_long", "webhook_configuration_ids")
    hooks: list[Mapping[str, Any]] = [webhook.model_dump(exclude_none=True) for webhook in own or ()]
    for config_id in named or ():
        endpoint = _found(call, config_id)
        secrets = None if isinstance(endpoint, Refusal) else call.world.endpoints.secrets(call.tenant.id, endpoint.id)
        if isinstance(endpoint, Refusal) or secrets is None:
            return _unknown()
        hooks.append(wire.of_a_job(endpoint, secrets))
    return {HOOKS: hooks} if hooks else {}


def _check(asked: wire.UpdateWebhook) -> Refusal | None:
    refused = check_url(asked.webhook_url, "webhook_url") if asked.webhook_url is not None else None
    return refused or check_static(asked.webhook_signing_secret)


def _found(call: Call, said: str) -> Endpoint | Refusal:
    config_id = plain_id(said)
    return endpoints.get(call.world, call.tenant, NAME, config_id) if config_id else _unknown()


def _said(found: Endpoint | Refusal) -> Answer | Refusal:
    return found if isinstance(found, Refusal) else Answer(200, wire.say_webhook(found))


def _plain(endpoint: Endpoint) -> dict[str, Any]:
    return wire.say_webhook(endpoint).model_dump(mode="json")


def _unknown() -> Refusal:
    return Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook configuration.")


_ALL = "/api/v1/beta/webhook-configs"
_ONE = f"{_ALL}/<config_id>"
_PAGES = "/api/v2/webhook-configs"
_SAYS = {200: wire.WebhookSaid}
ROUTES = (
    Route("POST", _ALL, create_webhook, asks=wire.CreateWebhook, says=_SAYS),
    Route("GET", _ALL, list_webhooks, says={200: list[wire.WebhookSaid]}),
    Route("GET", _PAGES, list_webhooks_by_page, query=wire.WebhookQuery, says={200: wire.WebhookList}),
    Route("GET", _ONE, get_webhook, says=_SAYS),
    Route("PUT", _ONE, update_webhook, asks=wire.UpdateWebhook, says=_SAYS),
    Route("DELETE", _ONE, delete_webhook, says={204: None}),
)
