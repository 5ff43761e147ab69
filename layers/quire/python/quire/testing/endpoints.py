"""Webhook endpoints in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from quire.domain.endpoint import Endpoint, Secrets
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryEndpoints:
    """`quire.domain.ports.Endpoints`. The keys name their tenant first."""

    store: Store
    heads: dict[tuple[str, str], Endpoint] = field(default_factory=dict)
    kept: dict[tuple[str, str], Secrets] = field(default_factory=dict)

    def create(self, endpoint: Endpoint, secrets: Secrets, most: int) -> bool:
        key = (endpoint.tenant, endpoint.id)
        with self.store.lock:
            if len(self.listed(endpoint.tenant)) >= most:
                return False
            self.heads[key] = endpoint
            self.kept[key] = secrets
        return True

    def save(self, before: Endpoint, after: Endpoint, secrets: Secrets | None = None) -> bool:
        key = (before.tenant, before.id)
        with self.store.lock:
            if not self._stands(before):
                return False
            self.heads[key] = after
            if secrets:
                self.kept[key] = secrets
        return True

    def delete(self, endpoint: Endpoint) -> bool:
        key = (endpoint.tenant, endpoint.id)
        with self.store.lock:
            if not self._stands(endpoint):
                return False
            del self.heads[key], self.kept[key]
        return True

    def _stands(self, endpoint: Endpoint) -> bool:
        found = self.get(endpoint.tenant, endpoint.id)
        return found is not None and found.revision == endpoint.revision

    def get(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        return self.heads.get((tenant, endpoint_id))

    def listed(self, tenant: str) -> list[Endpoint]:
        mine = [endpoint for (owner, _), endpoint in self.heads.items() if owner == tenant]
        return sorted(mine, key=lambda endpoint: endpoint.id)

    def secrets(self, tenant: str, endpoint_id: str) -> Secrets | None:
        return self.kept.get((tenant, endpoint_id))
