"""Subscriptions of a webhook endpoint: what it hears of single extractors. They are part of their endpoint, and go with
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from quire.domain.endpoint import Endpoint, Event, Subscription
from quire.domain.ids import new_id
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.endpoints import Page, of_contract, paged, rewrite

# ---- write -----------------------------------------------------------------------------------------------------------


def subscribe(
    world: World,
    tenant: Tenant,
    contract: str,
    endpoint_id: str,
    extractor_id: str,
    events: frozenset[Event],
    settings: Mapping[str, object],
) -> Subscription | Refusal:
    """Hear of events of an extractor, instead of those that the endpoint heard of it so far.

    ENDPOINT_NOT_FOUND, EXTRACTOR_NOT_FOUND; INVALID_REQUEST when the endpoint has as many as it may. `settings` are
    what its contract wants to find there again."""
    now = world.clock()
    fresh = Subscription(new_id(now), endpoint_id, extractor_id, events, now, settings)

    def subscribed(before: Endpoint) -> Endpoint | Refusal:
        extractor = extractors.get(world, tenant, extractor_id)
        if isinstance(extractor, Refusal):
            return extractor
        own = _about(before, extractor_id)
        return _with(before, own, replace(own or fresh, events=events, settings=settings))

    after = rewrite(world, tenant, contract, endpoint_id, subscribed)
    return after if isinstance(after, Refusal) else _about(after, extractor_id) or _unknown()


def update(
    world: World,
    tenant: Tenant,
    contract: str,
    subscription_id: str,
    events: frozenset[Event],
    settings: Mapping[str, object],
) -> Subscription | Refusal:
    """Hear of these events instead."""

    def updated(before: Endpoint) -> Endpoint | Refusal:
        own = _in(before.subscriptions, subscription_id)
        if isinstance(own, Refusal):
            return own
        return _with(before, own, replace(own, events=events, settings=settings))

    found = get(world, tenant, contract, subscription_id)
    if isinstance(found, Refusal):
        return found
    after = rewrite(world, tenant, contract, found.endpoint_id, updated)
    return after if isinstance(after, Refusal) else _in(after.subscriptions, subscription_id)


def delete(world: World, tenant: Tenant, contract: str, subscription_id: str) -> Refusal | None:
    def without(before: Endpoint) -> Endpoint | Refusal:
        own = _in(before.subscriptions, subscription_id)
        return own if isinstance(own, Refusal) else _with(before, own)

    found = get(world, tenant, contract, subscription_id)
    if isinstance(found, Refusal):
        return found
    after = rewrite(world, tenant, contract, found.endpoint_id, without)
    return after if isinstance(after, Refusal) else None


def _with(endpoint: Endpoint, old: Subscription | None, *new: Subscription) -> Endpoint:
    """The endpoint with the new one instead of the old."""
    kept = [own for own in endpoint.subscriptions if own is not old]
    return replace(endpoint, subscriptions=(*kept, *new))


# ---- read ------------------------------------------------------------------------------------------------------------


def get(world: World, tenant: Tenant, contract: str, subscription_id: str) -> Subscription | Refusal:
    return _in(_all(world, tenant, contract), subscription_id)


def listed(
    world: World,
    tenant: Tenant,
    contract: str,
    limit: int,
    cursor: str | None = None,
    *,
    endpoint_id: str | None = None,
    extractor_id: str | None = None,
    ascending: bool = False,
) -> Page[Subscription] | Refusal:
    """A page of a contract's subscriptions, the newest first; of those only of one endpoint, or of one extractor."""
    found = [
        own
        for own in _all(world, tenant, contract)
        if endpoint_id in (None, own.endpoint_id) and extractor_id in (None, own.extractor_id)
    ]
    return paged(found, limit, cursor, ascending=ascending)


def _all(world: World, tenant: Tenant, contract: str) -> list[Subscription]:
    return [own for endpoint in of_contract(world, tenant.id, contract) for own in endpoint.subscriptions]


def _in(subscriptions: Sequence[Subscription], subscription_id: str) -> Subscription | Refusal:
    return next((own for own in subscriptions if own.id == subscription_id), None) or _unknown()


def _about(endpoint: Endpoint, extractor_id: str) -> Subscription | None:
    return next((own for own in endpoint.subscriptions if own.extractor_id == extractor_id), None)


def _unknown() -> Refusal:
    return Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook subscription.")
