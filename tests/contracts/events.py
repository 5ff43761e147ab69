"""What webhooks are sent: everything that is pending is delivered, by the words of each contract."""

from __future__ import annotations

import json
from typing import Any

from functions.deliver.handler import SPEAKERS
from quire.domain.delivery import DeliveryStatus
from quire.domain.ports import key_of
from quire.service.deliver import deliver
from quire.testing.web import Sent, answering
from quire.testing.world import World


def deliver_all(world: World) -> list[Sent]:
    """What is sent by it, in the order of the events."""
    before = len(world.web.sent)
    pending = [each for each in world.store.deliveries.values() if each.status is DeliveryStatus.PENDING]
    for delivery in sorted(pending, key=lambda each: each.id):
        deliver(world, key_of(delivery), SPEAKERS)
    return world.web.sent[before:]


def taken_at(world: World, *urls: str) -> None:
    """Receivers that take everything."""
    world.web.receivers.update({url: answering(200) for url in urls})


def body_of(sent: Sent) -> dict[str, Any]:
    return dict(json.loads(sent.body))


def lower(sent: Sent) -> dict[str, str]:
    """The headers by their lower-case names, as servers show them."""
    return {name.lower(): value for name, value in sent.headers.items()}
