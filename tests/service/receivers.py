"""A tenant with webhook endpoints, a job that ends, and receivers of what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quire.domain.delivery import Delivery
from quire.domain.endpoint import Endpoint, Event
from quire.domain.job import Job
from quire.domain.ports import World as AnyWorld
from quire.domain.ports import key_of
from quire.domain.tenant import Tenant
from quire.service import endpoints, outbox
from quire.service.deliver import deliver
from quire.service.endpoints import Wanted
from quire.service.speaking import Message, Target
from quire.testing.world import World
from tests.adapters.rows import done, running

URL = "https://example.com/hook"
BODY = b'{"it": "ended"}'


@dataclass
class Plain:
    """`quire.service.speaking.Speaker`: says the same of everything; `said` are the deliveries that it was asked."""

    body: bytes | None = BODY
    custom: Mapping[str, str] = field(default_factory=dict)
    said: list[Delivery] = field(default_factory=list)

    def say(self, world: AnyWorld, delivery: Delivery, target: Target) -> bytes | None:
        self.said.append(delivery)
        return self.body

    def envelope(self, delivery: Delivery, target: Target, payload: bytes, link: Callable[[], str]) -> bytes:
        return payload

    def headers(self, message: Message) -> Mapping[str, str]:
        turn = message.secret if message.target.secrets else ""
        return {**self.custom, "X-Signed": f"{message.delivery.id} {message.seconds} {turn}"}


def endpoint(world: World, tenant: Tenant, *events: Event, url: str = URL, **wanted: Any) -> Endpoint:
    asked = Wanted(url, frozenset(events or (Event.JOB_COMPLETED,)), **wanted)
    issued = endpoints.create(world, tenant, "plain", asked)
    assert isinstance(issued, endpoints.Issued), issued
    return issued.endpoint


def ended(world: World, job: Job) -> None:
    """Its documents succeed, one after the other."""
    for document in running(world, job):
        assert outbox.end(world, document, done(document))


def only(world: World, tenant: Tenant) -> Delivery:
    """The one delivery there is."""
    (delivery,) = world.store.deliveries.values()
    assert delivery.tenant == tenant.id
    return delivery


def tried(world: World, delivery: Delivery, speaker: Plain | None = None) -> Delivery:
    """The delivery as it stands after it was woken."""
    deliver(world, key_of(delivery), {"plain": speaker or Plain(), "extract_page": speaker or Plain()})
    stands = world.deliveries.get(key_of(delivery))
    assert stands is not None
    return stands
