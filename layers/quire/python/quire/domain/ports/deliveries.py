"""Deliveries of events to webhooks. They are written by the transactions that they tell of; each write to one wakes the
function that delivers."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from quire.domain.delivery import Attempt, Delivery, DeliveryStatus
from quire.domain.document import Stored
from quire.domain.ports.jobs import Listed, Walk


class DeliveryKey(NamedTuple):
    tenant: str
    receiver: str
    id: str


class Deliveries(Protocol):
    def put(self, delivery: Delivery) -> None:
        """One that no transaction tells of."""
        ...

    def get(self, key: DeliveryKey) -> Delivery | None:
        """Strongly consistent."""
        ...

    def listed(self, tenant: str, receiver: str, limit: int, after: str | None = None) -> list[Delivery]:
        """A receiver's, the newest first; strongly consistent. `after` is the id of the last one seen."""
        ...

    def recent(self, tenant: str, page: Walk) -> list[Delivery]:
        """A tenant's in the order of their creation, over all receivers, by `place_of`; which they are is eventually
        consistent."""
        ...

    def due(self, tenant: str, now: int, limit: int) -> list[DeliveryKey]:
        """Those whose next try may begin, what is overdue longest in front; eventually consistent."""
        ...

    def begin(self, delivery: Delivery, until: int) -> Delivery | None:
        """A try begins, and no other before `until`. None: another has begun, or it has ended, since it was read."""
        ...

    def rendered(self, delivery: Delivery, body: Stored) -> Stored:
        """Remember what is sent. Answers what was remembered first."""
        ...

    def ended(self, delivery: Delivery, status: DeliveryStatus, attempt: Attempt | None, now: int) -> None:
        """It is over. Nothing happens when another try has begun."""
        ...

    def postpone(self, delivery: Delivery, until: int, attempt: Attempt | None = None) -> None:
        """The next try is due then; after a try, with what became of it. Nothing happens when another has begun."""
        ...

    def wake(self, key: DeliveryKey, now: int) -> None:
        """Write it anew as it is."""
        ...

    def restart(self, delivery: Delivery, now: int) -> bool:
        """Try it anew from the beginning. False: it does not stand as it was read."""
        ...

    def rest(self, tenant: str, receiver: str, until: int) -> None:
        """Leave a receiver that does not answer alone until then."""
        ...

    def resting(self, tenant: str, receiver: str) -> int:
        """Until when it is left alone, in milliseconds since 1970; 0: it is not."""
        ...


def place_of(delivery: Delivery) -> Listed:
    """Its place in the list of a tenant's deliveries: those of one event stand together."""
    return delivery.created_at, f"{delivery.id}#{delivery.receiver}"


def key_of(delivery: Delivery) -> DeliveryKey:
    return DeliveryKey(delivery.tenant, delivery.receiver, delivery.id)
