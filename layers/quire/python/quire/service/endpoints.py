"""Webhook endpoints: created, changed, listed and deleted; which of them an event concerns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, Protocol, TypeVar

from quire.domain.cursor import seal, unseal
from quire.domain.endpoint import MOST_ENDPOINTS, Endpoint, Event, Secrets, new_secret
from quire.domain.ids import new_id
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import extractors
from quire.service.endpoint_limits import check_endpoint, check_static
from quire.service.extractors import KEEP, Keep

_TRIES = 8
_ID = re.compile("[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new endpoint. `extractors` are the ids of those it is limited to; `static` is a word of the caller's that each
    call repeats; `settings` are what its contract wants to find there again."""

    url: str
    events: frozenset[Event]
    name: str = ""
    active: bool = True
    extractors: frozenset[str] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    static: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; None and KEEP leave things as they are. `static` None: it has no such word any more."""

    url: str | None = None
    events: frozenset[Event] | None = None
    name: str | None = None
    active: bool | None = None
    extractors: frozenset[str] | Keep | None = KEEP
    settings: Mapping[str, object] | None = None
    static: str | Keep | None = field(default=KEEP, repr=False)


class Issued(NamedTuple):
    """An endpoint and its new secret, which nothing answers again; a contract writes it behind its own prefix."""

    endpoint: Endpoint
    secret: str


class _Listed(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Listed)


class Page(NamedTuple, Generic[Item]):
    """`cursor` leads to the next page, None after the last."""

    items: Sequence[Item]
    cursor: str | None


# ---- write -----------------------------------------------------------------------------------------------------------


def create(world: World, tenant: Tenant, contract: str, wanted: Wanted) -> Issued | Refusal:
    """INVALID_REQUEST also when the tenant has as many endpoints as it may; EXTRACTOR_NOT_FOUND for one of those that
    it is to be limited to."""
    now = world.clock()
    endpoint = Endpoint(
        tenant=tenant.id,
        id=new_id(now),
        contract=contract,
        url=wanted.url,
        events=wanted.events,
        created_at=now,
        updated_at=now,
        name=wanted.name,
        active=wanted.active,
        extractors=wanted.extractors,
        settings=wanted.settings,
    )
    refused = (
        check_endpoint(endpoint)
        or check_static(wanted.static)
        or _check_extractors(world, tenant, wanted.extractors or frozenset())
    )
    if refused:
        return refused
    secret = new_secret()
    if not world.endpoints.create(endpoint, Secrets(secret, static=wanted.static), MOST_ENDPOINTS):
        # Not a conflict: clients try those again.
        return Refusal(Kind.INVALID_REQUEST, f"There are {MOST_ENDPOINTS} webhook endpoints, the most: delete one.")
    return Issued(endpoint, secret)


def update(world: World, tenant: Tenant, contract: str, endpoint_id: str, change: Change) -> Endpoint | Refusal:
    """CONFLICT: others write to it all the time, and nothing is written."""

    def changed(before: Endpoint) -> Endpoint | Refusal:
        after = replace(
            before,
            url=before.url if change.url is None else change.url,
            events=before.events if change.events is None else change.events,
            name=before.name if change.name is None else change.name,
            active=before.active if change.active is None else change.active,
            extractors=before.extractors if change.extractors is KEEP else change.extractors,
            settings=before.settings if change.settings is None else change.settings,
        )
        # One that was deleted since may stay among them.
        added = (after.extractors or frozenset()) - (before.extractors or frozenset())
        return _check_extractors(world, tenant, added) or after

    static = change.static
    if isinstance(static, Keep):
        return rewrite(world, tenant, contract, endpoint_id, changed)
    return check_static(static) or rewrite(world, tenant, contract, endpoint_id, changed, _with_static(world, static))


def _with_static(world: World, static: str | None) -> Callable[[Endpoint], Secrets | None]:
    def secrets_of(before: Endpoint) -> Secrets | None:
        secrets = world.endpoints.secrets(before.tenant, before.id)
        return secrets and replace(secrets, static=static)

    return secrets_of


def delete(world: World, tenant: Tenant, contract: str, endpoint_id: str) -> Refusal | None:
    """Away with an endpoint, its subscriptions and its secrets."""
    for _ in range(_TRIES):
        found = get(world, tenant, contract, endpoint_id)
        if isinstance(found, Refusal):
            return found
        if world.endpoints.delete(found):
            return None
    return _busy()


def rotate_secret(
    world: World, tenant: Tenant, contract: str, endpoint_id: str, overlap_ms: int = DAY_MS
) -> Issued | Refusal:
    """A new secret; the one before signs beside it for `overlap_ms`, and one before that no more.

    CONFLICT: somebody else changed the endpoint at the same time. Were it tried again, two rotations at once would end
    the secret that the receiver knows."""
    before = get(world, tenant, contract, endpoint_id)
    if isinstance(before, Refusal):
        return before
    secrets = world.endpoints.secrets(tenant.id, endpoint_id)
    if secrets is None:
        return _unknown()
    now, secret = world.clock(), new_secret()
    after = _next(before, now)
    rotated = replace(secrets, current=secret, previous=secrets.current, previous_ends_at=now + overlap_ms)
    return Issued(after, secret) if world.endpoints.save(before, after, rotated) else _busy()


def rewrite(
    world: World,
    tenant: Tenant,
    contract: str,
    endpoint_id: str,
    change: Callable[[Endpoint], Endpoint | Refusal],
    secrets_of: Callable[[Endpoint], Secrets | None] = lambda _before: None,
) -> Endpoint | Refusal:
    """Write what `change` makes of the endpoint as it stands: anew, where somebody else wrote first. `secrets_of` are
    its new secrets; None: they stay."""
    for _ in range(_TRIES):
        before = get(world, tenant, contract, endpoint_id)
        if isinstance(before, Refusal):
            return before
        changed = change(before)
        if isinstance(changed, Refusal):
            return changed
        refused = check_endpoint(changed)
        if refused:
            return refused
        after = _next(changed, world.clock())
        if world.endpoints.save(before, after, secrets_of(before)):
            return after
    return _busy()


def _next(endpoint: Endpoint, now: int) -> Endpoint:
    return replace(endpoint, updated_at=max(now, endpoint.updated_at), revision=endpoint.revision + 1)


def _check_extractors(world: World, tenant: Tenant, extractor_ids: frozenset[str]) -> Refusal | None:
    found = (extractors.get(world, tenant, extractor_id) for extractor_id in sorted(extractor_ids))
    return next((refusal for refusal in found if isinstance(refusal, Refusal)), None)


# ---- read ------------------------------------------------------------------------------------------------------------


def get(world: World, tenant: Tenant, contract: str, endpoint_id: str) -> Endpoint | Refusal:
    """One of this contract's: ENDPOINT_NOT_FOUND for another's, whose words it could not say."""
    found = find(world, tenant, endpoint_id)
    return found if isinstance(found, Refusal) or found.contract == contract else _unknown()


def find(world: World, tenant: Tenant, endpoint_id: str) -> Endpoint | Refusal:
    """Of whatever contract. ENDPOINT_NOT_FOUND."""
    found = world.endpoints.get(tenant.id, endpoint_id) if is_id(endpoint_id) else None
    return found or _unknown()


def listed(
    world: World,
    tenant: Tenant,
    contract: str,
    limit: int,
    cursor: str | None = None,
    *,
    active: bool | None = None,
    ascending: bool = False,
) -> Page[Endpoint] | Refusal:
    """A page of a contract's endpoints, the newest first; of those only that are `active`, or are not."""
    found = [endpoint for endpoint in of_contract(world, tenant.id, contract) if active in (None, endpoint.active)]
    return paged(found, limit, cursor, ascending=ascending)


def covering(world: World, tenant: str, contract: str, extractor_id: str | None, event: Event) -> list[Endpoint]:
    """The endpoints that are to be told of an event of an extractor, or of a job without one; the oldest first."""
    found = of_contract(world, tenant, contract)
    return [endpoint for endpoint in found if endpoint.covers(event, extractor_id)]


def of_contract(world: World, tenant: str, contract: str) -> list[Endpoint]:
    """All of them, the oldest first."""
    return [endpoint for endpoint in world.endpoints.listed(tenant) if endpoint.contract == contract]


def paged(items: Sequence[Item], limit: int, cursor: str | None, *, ascending: bool) -> Page[Item] | Refusal:
    """Those behind the cursor by their ids, which begin with the time."""
    after = None if cursor is None else unseal(cursor)
    if cursor is not None and (after is None or not is_id(after)):
        return Refusal(Kind.INVALID_REQUEST, "The cursor is not one of this list.")
    order = sorted(items, key=lambda item: item.id, reverse=not ascending)
    behind = [item for item in order if after is None or (item.id > after if ascending else item.id < after)]
    page = behind[:limit]
    return Page(page, seal(page[-1].id) if len(behind) > limit else None)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def _unknown() -> Refusal:
    return Refusal(Kind.ENDPOINT_NOT_FOUND, "There is no such webhook endpoint.")


def _busy() -> Refusal:
    return Refusal(Kind.CONFLICT, "The webhook endpoint was changed by somebody else at the same time: try again.")
