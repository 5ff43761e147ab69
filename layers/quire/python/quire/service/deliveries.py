"""The log of deliveries, and what a person may do about one: send it again, or send a test."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from quire.domain.cursor import seal, unseal
from quire.domain.delivery import WINDOW_MS, Delivery, DeliveryStatus, Occasion
from quire.domain.endpoint import Event
from quire.domain.ids import new_id
from quire.domain.ports import DeliveryKey, Walk, World, key_of, place_of
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import endpoints
from quire.service.wait import until

_ID = re.compile("[0-9a-f-]{36}")
_RECEIVER = re.compile(r"[0-9a-f-]{36}|hook-\d{1,2}-[0-9a-f]{32}")
_PLACE = re.compile(r"(\d{1,15})\.([^#]{36}#.{1,60})")


class DeliveryPage(NamedTuple):
    """Newest first; `cursor` leads to the next page, None after the last."""

    deliveries: Sequence[Delivery]
    cursor: str | None


# ---- read ------------------------------------------------------------------------------------------------------------


def listed(
    world: World, tenant: Tenant, limit: int, cursor: str | None = None, *, receiver: str | None = None
) -> DeliveryPage | Refusal:
    """A tenant's deliveries, or one receiver's: an endpoint's by its id. INVALID_REQUEST: a cursor of another list."""
    if receiver is None:
        return _over_all(world, tenant, limit, cursor)
    after = None if cursor is None else unseal(cursor)
    if cursor is not None and (after is None or not _ID.fullmatch(after)):
        return _no_cursor()
    if not _RECEIVER.fullmatch(receiver):
        return DeliveryPage([], None)
    found = world.deliveries.listed(tenant.id, receiver, limit + 1, after)
    return DeliveryPage(found[:limit], seal(found[limit - 1].id) if len(found) > limit else None)


def _over_all(world: World, tenant: Tenant, limit: int, cursor: str | None) -> DeliveryPage | Refusal:
    place = _PLACE.fullmatch(unseal(cursor) or "") if cursor is not None else None
    if cursor is not None and place is None:
        return _no_cursor()
    after = (int(place[1]), place[2]) if place else None
    found = world.deliveries.recent(tenant.id, Walk(limit + 1, after))
    if len(found) <= limit:
        return DeliveryPage(found, None)
    created_at, name = place_of(found[limit - 1])
    return DeliveryPage(found[:limit], seal(f"{created_at}.{name}"))


def get(world: World, tenant: Tenant, receiver: str, delivery_id: str) -> Delivery | Refusal:
    """NOT_FOUND."""
    well_formed = _RECEIVER.fullmatch(receiver) and _ID.fullmatch(delivery_id)
    found = world.deliveries.get(DeliveryKey(tenant.id, receiver, delivery_id)) if well_formed else None
    return found or Refusal(Kind.NOT_FOUND, "There is no such delivery.")


# ---- write -----------------------------------------------------------------------------------------------------------


def redeliver(world: World, tenant: Tenant, receiver: str, delivery_id: str) -> Delivery | Refusal:
    """Send the same event again, with the same id and the same body, from the first try on.

    NOT_FOUND; RESULT_EXPIRED: its body is not kept any more; CONFLICT: a try began at the same time."""
    found = get(world, tenant, receiver, delivery_id)
    if isinstance(found, Refusal):
        return found
    now = world.clock()
    if now - found.created_at > WINDOW_MS:
        return Refusal(Kind.RESULT_EXPIRED, "The event has passed its retention: it cannot be sent again.")
    if not world.deliveries.restart(found, now):
        return Refusal(Kind.CONFLICT, "The delivery is being tried at the moment: look again.")
    return get(world, tenant, receiver, delivery_id)


def send_test(
    world: World, tenant: Tenant, endpoint_id: str, answer_by: int, sleep: Callable[[float], None] = time.sleep
) -> Delivery | Refusal:
    """Send a made-up event to an endpoint, active or not, once; the delivery as it stands when it has ended, or at
    `answer_by` (milliseconds since 1970).

    ENDPOINT_NOT_FOUND."""
    endpoint = endpoints.find(world, tenant, endpoint_id)
    if isinstance(endpoint, Refusal):
        return endpoint
    now = world.clock()
    occasion = Occasion(tenant.id, Event.JOB_COMPLETED, now)
    sent = Delivery(occasion, new_id(now), endpoint.id, endpoint.contract, now, test=True)
    world.deliveries.put(sent)

    def ended() -> Delivery | None:
        stands = world.deliveries.get(key_of(sent))
        return stands if stands and stands.status is not DeliveryStatus.PENDING else None

    return until(ended, world.clock, answer_by, sleep) or sent


def _no_cursor() -> Refusal:
    return Refusal(Kind.INVALID_REQUEST, "The cursor is not one of this list.")
