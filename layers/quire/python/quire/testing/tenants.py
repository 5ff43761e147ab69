"""Tenants, their keys, rates and credits, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quire.domain.ports import Balance
from quire.domain.rate import Passage, Rate, next_full_at, passage
from quire.domain.tenant import ApiKey, Tenant
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryTenants:
    """`quire.domain.ports.Tenants`."""

    store: Store

    def put(self, tenant: Tenant) -> None:
        self.store.tenants[tenant.id] = tenant

    def get(self, tenant_id: str) -> Tenant | None:
        return self.store.tenants.get(tenant_id)

    def all(self) -> Iterator[Tenant]:
        return iter(sorted(self.store.tenants.values(), key=lambda tenant: tenant.id))

    def put_key(self, key: ApiKey) -> None:
        self.store.keys[key.digest] = key

    def key(self, digest: str) -> ApiKey | None:
        return self.store.keys.get(digest)

    def keys(self, tenant_id: str) -> list[ApiKey]:
        with self.store.lock:
            ours = [key for key in self.store.keys.values() if key.tenant == tenant_id]
        return sorted(ours, key=lambda key: (key.created_at, key.digest))

    def pass_rate(self, bucket: str, rate: Rate, now: int) -> Passage:
        with self.store.lock:
            stands = self.store.full_at.get(bucket, now)
            after = next_full_at(rate, stands, now)
            if after is None:
                return passage(rate, stands, now, allowed=False)
            self.store.full_at[bucket] = after
            return passage(rate, after, now, allowed=True)

    def balance(self, tenant_id: str) -> Balance:
        return self.store.balances.get(tenant_id, Balance(0, 0, 0))

    def grant(self, tenant_id: str, pages: int) -> None:
        with self.store.lock:
            self.store.move_credits(tenant_id, available=pages)
