"""Webhook endpoints, and subscriptions to what happens under single extractors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from pydantic import Field

from functions.api_extend.contract import NAME, VERSION, Deleted, Listed, Paging, Wire, our_id, with_id
from functions.api_extend.events import EVENTS
from quire.domain.endpoint import Endpoint, Event, Subscription, shown_secret
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import plain_id, say_id
from quire.http.times import say_time
from quire.service import endpoints, subscriptions
from quire.service.endpoints import Change, Page, Wanted

RunEvent = Literal[
    "extract_run.processed", "extract_run.failed", "batch_processor_run.processed", "batch_processor_run.failed"
]
_RUN_EVENTS: tuple[str, ...] = get_args(RunEvent)
EndpointEvent = Literal[
    RunEvent,
    "extractor.created",
    "extractor.updated",
    "extractor.deleted",
    "extractor.draft.updated",
    "extractor.version.published",
    "parse_run.processed",
    "parse_run.failed",
    "edit_run.processed",
    "edit_run.failed",
    "form_detection_run.processed",
    "form_detection_run.failed",
    "classify_run.processed",
    "classify_run.failed",
    "split_run.processed",
    "split_run.failed",
    "batch_parse_run.processed",
    "batch_parse_run.failed",
    "classifier.created",
    "classifier.updated",
    "classifier.deleted",
    "classifier.draft.updated",
    "classifier.version.published",
    "splitter.created",
    "splitter.updated",
    "splitter.deleted",
    "splitter.draft.updated",
    "splitter.version.published",
    "workflow.created",
    "workflow.deployed",
    "workflow.deleted",
]
Status = Literal["enabled", "disabled"]
_WORDS, _OPTIONS = "enabledEvents", "advancedOptions"
"""Extend's own words among the settings that are kept."""


# ---- models ----------------------------------------------------------------------------------------------------------


class PayloadOptions(Wire):
    format: Literal["json", "url"]
    url_threshold_bytes: int | None = Field(default=None, ge=0)


class DeliveryOptions(Wire):
    headers: dict[str, str] | None = Field(default=None, max_length=50)
    payload: PayloadOptions | None = None


class CreateEndpoint(Wire):
    url: str
    name: str = Field(min_length=1, max_length=255)
    enabled_events: list[EndpointEvent] = Field(max_length=100)
    api_version: Literal["2026-02-09"] = VERSION
    status: Status = "enabled"
    advanced_options: DeliveryOptions | None = None


class UpdateEndpoint(Wire):
    url: str | None = None
    name: str | None = Field(default=None, min_length=1, max_length=255)
    enabled_events: list[EndpointEvent] | None = Field(default=None, max_length=100)
    status: Status | None = None
    advanced_options: DeliveryOptions | None = None


class EndpointsQuery(Paging):
    status: Status | None = None


class CreateSubscription(Wire):
    webhook_endpoint_id: str = Field(max_length=64)
    resource_type: Literal["extractor", "classifier", "splitter", "workflow"]
    resource_id: str = Field(max_length=64)
    enabled_events: list[str] = Field(max_length=100)


class UpdateSubscription(Wire):
    enabled_events: list[str] = Field(max_length=100)


class SubscriptionsQuery(Paging):
    webhook_endpoint_id: str | None = Field(default=None, max_length=64)
    resource_id: str | None = Field(default=None, max_length=64)


class EndpointSaid(Wire):
    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    id: str
    url: str
    name: str
    status: Status
    enabled_events: list[str]
    api_version: str
    advanced_options: dict[str, Any] | None
    created_at: str
    created_by: dict[str, str] | None = None


class EndpointCreated(EndpointSaid):
    signing_secret: str


class SubscriptionSaid(Wire):
    object: Literal["webhook_subscription"] = "webhook_subscription"
    id: str
    webhook_endpoint_id: str
    resource_type: Literal["extractor"] = "extractor"
    resource_id: str
    enabled_events: list[str]
    created_at: str


# ---- how they are said -----------------------------------------------------------------------------------------------


def _fields(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": say_id("wh", endpoint.id),
        "url": endpoint.url,
        "name": endpoint.name,
        "status": "enabled" if endpoint.active else "disabled",
        "enabled_events": endpoint.settings[_WORDS],
        "api_version": VERSION,
        "advanced_options": endpoint.settings[_OPTIONS],
        "created_at": say_time(endpoint.created_at),
    }


def say_endpoint(endpoint: Endpoint) -> EndpointSaid:
    return EndpointSaid(**_fields(endpoint))


def say_subscription(subscription: Subscription) -> SubscriptionSaid:
    words: Any = subscription.settings[_WORDS]
    return SubscriptionSaid(
        id=say_id("whes", subscription.id),
        webhook_endpoint_id=say_id("wh", subscription.endpoint_id),
        resource_id=say_id("ex", subscription.extractor_id),
        enabled_events=words,
        created_at=say_time(subscription.created_at),
    )


def _events(words: Sequence[str]) -> frozenset[Event]:
    """Of what is not offered here nothing ever comes."""
    return frozenset[Event]().union(*(EVENTS.get(word, frozenset()) for word in words))


def _options(asked: DeliveryOptions | None) -> dict[str, Any] | None:
    return None if asked is None else asked.model_dump(mode="json", by_alias=True, exclude_unset=True)


# ---- endpoints -------------------------------------------------------------------------------------------------------


def create_endpoint(call: Call) -> Answer | Refusal:
    """Create a webhook endpoint; its signing secret is shown this once."""
    asked = call.json(CreateEndpoint)
    words = list(dict.fromkeys(asked.enabled_events))
    wanted = Wanted(
        url=asked.url,
        events=_events(words),
        name=asked.name,
        active=asked.status == "enabled",
        settings={_WORDS: words, _OPTIONS: _options(asked.advanced_options)},
    )
    issued = endpoints.create(call.world, call.tenant, NAME, wanted)
    if isinstance(issued, Refusal):
        return issued
    return Answer(200, EndpointCreated(**_fields(issued.endpoint), signing_secret=shown_secret(NAME, issued.secret)))


def list_endpoints(call: Call) -> Answer | Refusal:
    """The webhook endpoints, newest first."""
    asked = call.query_as(EndpointsQuery)
    page = endpoints.listed(
        call.world,
        call.tenant,
        NAME,
        asked.max_page_size,
        asked.next_page_token,
        active=None if asked.status is None else asked.status == "enabled",
        ascending=asked.ascending,
    )
    if isinstance(page, Refusal):
        return page
    said = [say_endpoint(one) for one in page.items]
    return Answer(200, Listed[EndpointSaid](data=said, next_page_token=page.cursor))


@with_id("wh")
def get_endpoint(call: Call, endpoint_id: str) -> Answer | Refusal:
    """A webhook endpoint."""
    return _endpoint(endpoints.get(call.world, call.tenant, NAME, endpoint_id))


@with_id("wh")
def update_endpoint(call: Call, endpoint_id: str) -> Answer | Refusal:
    """Change what is named of a webhook endpoint."""
    asked = call.json(UpdateEndpoint)
    before = endpoints.get(call.world, call.tenant, NAME, endpoint_id)
    if isinstance(before, Refusal):
        return before
    words = None if asked.enabled_events is None else list(dict.fromkeys(asked.enabled_events))
    settings = dict(before.settings)
    if words is not None:
        settings[_WORDS] = words
    if "advanced_options" in asked.model_fields_set:
        settings[_OPTIONS] = _options(asked.advanced_options)
    change = Change(
        url=asked.url,
        events=None if words is None else _events(words),
        name=asked.name,
        active=None if asked.status is None else asked.status == "enabled",
        settings=settings,
    )
    return _endpoint(endpoints.update(call.world, call.tenant, NAME, endpoint_id, change))


@with_id("wh")
def delete_endpoint(call: Call, endpoint_id: str) -> Answer | Refusal:
    """Delete a webhook endpoint with its subscriptions."""
    refused = endpoints.delete(call.world, call.tenant, NAME, endpoint_id)
    return refused or Answer(200, Deleted(id=say_id("wh", endpoint_id)))


def _endpoint(found: Endpoint | Refusal) -> Answer | Refusal:
    return found if isinstance(found, Refusal) else Answer(200, say_endpoint(found))


# ---- subscriptions ---------------------------------------------------------------------------------------------------


def create_subscription(call: Call) -> Answer | Refusal:
    """Hear of an extractor's runs; where that was subscribed to before, of these events instead."""
    asked = call.json(CreateSubscription)
    endpoint_id, extractor_id = our_id("wh", asked.webhook_endpoint_id), plain_id("ex", asked.resource_id)
    refused = endpoint_id if isinstance(endpoint_id, Refusal) else None
    if refused is None and (asked.resource_type != "extractor" or extractor_id is None):
        refused = Refusal(Kind.NOT_FOUND, f"There is no such {asked.resource_type}.")
    refused = refused or _check_events(asked.enabled_events)
    if refused or isinstance(endpoint_id, Refusal) or extractor_id is None:
        return refused or Refusal(Kind.NOT_FOUND, "There is no such resource.")
    words = list(dict.fromkeys(asked.enabled_events))
    return _subscription(
        subscriptions.subscribe(
            call.world, call.tenant, NAME, endpoint_id, extractor_id, _events(words), {_WORDS: words}
        )
    )


def list_subscriptions(call: Call) -> Answer | Refusal:
    """The subscriptions, newest first."""
    asked = call.query_as(SubscriptionsQuery)
    endpoint_id = plain_id("wh", asked.webhook_endpoint_id) if asked.webhook_endpoint_id else None
    extractor_id = plain_id("ex", asked.resource_id) if asked.resource_id else None
    nobody = (asked.webhook_endpoint_id and not endpoint_id) or (asked.resource_id and not extractor_id)
    page = subscriptions.listed(
        call.world,
        call.tenant,
        NAME,
        asked.max_page_size,
        asked.next_page_token,
        endpoint_id=endpoint_id,
        extractor_id=extractor_id,
        ascending=asked.ascending,
    )
    if isinstance(page, Refusal):
        return page
    page = Page[Subscription]([], None) if nobody else page
    said = [say_subscription(one) for one in page.items]
    return Answer(200, Listed[SubscriptionSaid](data=said, next_page_token=page.cursor))


@with_id("whes")
def get_subscription(call: Call, subscription_id: str) -> Answer | Refusal:
    """A subscription."""
    return _subscription(subscriptions.get(call.world, call.tenant, NAME, subscription_id))


@with_id("whes")
def update_subscription(call: Call, subscription_id: str) -> Answer | Refusal:
    """Change the events of a subscription."""
    asked = call.json(UpdateSubscription)
    refused = _check_events(asked.enabled_events)
    if refused:
        return refused
    words = list(dict.fromkeys(asked.enabled_events))
    return _subscription(
        subscriptions.update(call.world, call.tenant, NAME, subscription_id, _events(words), {_WORDS: words})
    )


@with_id("whes")
def delete_subscription(call: Call, subscription_id: str) -> Answer | Refusal:
    """Delete a subscription."""
    refused = subscriptions.delete(call.world, call.tenant, NAME, subscription_id)
    return refused or Answer(200, Deleted(id=say_id("whes", subscription_id)))


def _check_events(words: Sequence[str]) -> Refusal | None:
    wrong = next((word for word in words if word not in _RUN_EVENTS), None)
    if wrong is None:
        return None
    message = f"{wrong[:100]!r} is no event of an extractor: these are {', '.join(_RUN_EVENTS)}."
    return invalid("body", message, "value_error", "enabledEvents")


def _subscription(found: Subscription | Refusal) -> Answer | Refusal:
    return found if isinstance(found, Refusal) else Answer(200, say_subscription(found))


ROUTES = (
    Route("POST", "/webhook_endpoints", create_endpoint, asks=CreateEndpoint, says={200: EndpointCreated}),
    Route("GET", "/webhook_endpoints", list_endpoints, query=EndpointsQuery, says={200: Listed[EndpointSaid]}),
    Route("GET", "/webhook_endpoints/<id>", get_endpoint, says={200: EndpointSaid}),
    Route("POST", "/webhook_endpoints/<id>", update_endpoint, asks=UpdateEndpoint, says={200: EndpointSaid}),
    Route("DELETE", "/webhook_endpoints/<id>", delete_endpoint, says={200: Deleted}),
    Route("POST", "/webhook_subscriptions", create_subscription, asks=CreateSubscription, says={200: SubscriptionSaid}),
    Route(
        "GET",
        "/webhook_subscriptions",
        list_subscriptions,
        query=SubscriptionsQuery,
        says={200: Listed[SubscriptionSaid]},
    ),
    Route("GET", "/webhook_subscriptions/<id>", get_subscription, says={200: SubscriptionSaid}),
    Route(
        "POST",
        "/webhook_subscriptions/<id>",
        update_subscription,
        asks=UpdateSubscription,
        says={200: SubscriptionSaid},
    ),
    Route("DELETE", "/webhook_subscriptions/<id>", delete_subscription, says={200: Deleted}),
)
