"""Deliveries in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quire.domain.delivery import Attempt, Delivery, DeliveryStatus
from quire.domain.document import Stored
from quire.domain.ports import DeliveryKey, Walk, key_of, place_of
from quire.testing.jobs import walk
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryDeliveries:
    """`quire.domain.ports.Deliveries`. `woken` are those that were written anew as they were, with the time."""

    store: Store
    rests: dict[tuple[str, str], int] = field(default_factory=dict)
    woken: list[tuple[DeliveryKey, int]] = field(default_factory=list)

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, key: DeliveryKey) -> Delivery | None:
        return self.store.deliveries.get(key)

    def listed(self, tenant: str, receiver: str, limit: int, after: str | None = None) -> list[Delivery]:
        mine = [each for each in self._of(tenant) if each.receiver == receiver and (after is None or each.id < after)]
        return sorted(mine, key=lambda delivery: delivery.id, reverse=True)[:limit]

    def recent(self, tenant: str, page: Walk) -> list[Delivery]:
        places = {place_of(delivery): delivery for delivery in self._of(tenant)}
        return [places[place] for place in walk(list(places), page)]

    def due(self, tenant: str, now: int, limit: int) -> list[DeliveryKey]:
        pending = [each for each in self._of(tenant) if each.status is DeliveryStatus.PENDING and each.due_at <= now]
        return [key_of(delivery) for delivery in sorted(pending, key=lambda delivery: delivery.due_at)[:limit]]

    def resting(self, tenant: str, receiver: str) -> int:
        return self.rests.get((tenant, receiver), 0)

    def _of(self, tenant: str) -> list[Delivery]:
        with self.store.lock:
            return [delivery for key, delivery in self.store.deliveries.items() if key.tenant == tenant]

    # ---- write -------------------------------------------------------------------------------------------------------

    def put(self, delivery: Delivery) -> None:
        with self.store.lock:
            self.store.tell([delivery])

    def begin(self, delivery: Delivery, until: int) -> Delivery | None:
        return self._write(delivery, due_at=until, tries=delivery.tries + 1)

    def rendered(self, delivery: Delivery, body: Stored) -> Stored:
        with self.store.lock:
            stands = self.get(key_of(delivery))
            if stands is None:
                return body
            if stands.body is None:
                self.store.tell([replace(stands, body=body)])
            return stands.body or body

    def ended(self, delivery: Delivery, status: DeliveryStatus, attempt: Attempt | None, now: int) -> None:
        self._write(delivery, status=status, ended_at=now, attempts=delivery.with_attempt(attempt))

    def postpone(self, delivery: Delivery, until: int, attempt: Attempt | None = None) -> None:
        self._write(delivery, due_at=until, attempts=delivery.with_attempt(attempt))

    def wake(self, key: DeliveryKey, now: int) -> None:
        with self.store.lock:
            stands = self.get(key)
            if stands and stands.status is DeliveryStatus.PENDING:
                self.woken.append((key, now))

    def restart(self, delivery: Delivery, now: int) -> bool:
        with self.store.lock:
            stands = self.get(key_of(delivery))
            if stands is None or _try(stands) != _try(delivery):
                return False
            self.store.tell([replace(stands, status=DeliveryStatus.PENDING, tries=0, due_at=now, ended_at=None)])
        return True

    def rest(self, tenant: str, receiver: str, until: int) -> None:
        self.rests[tenant, receiver] = until

    def _write(self, delivery: Delivery, **changes: object) -> Delivery | None:
        with self.store.lock:
            stands = self.get(key_of(delivery))
            if stands is None or stands.status is not DeliveryStatus.PENDING or _try(stands) != _try(delivery):
                return None
            written = replace(stands, **changes)  # type: ignore[arg-type]
            self.store.tell([written])
            return written


def _try(delivery: Delivery) -> tuple[object, ...]:
    return delivery.status, delivery.tries, delivery.due_at
