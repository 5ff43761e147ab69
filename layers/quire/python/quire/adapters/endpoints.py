"""Webhook endpoints in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quire.adapters import rows
from quire.adapters.items import Cancelled
from quire.adapters.table import Table
from quire.domain.endpoint import Endpoint, Secrets

_AS_READ = "revision = :revision"


@dataclass(frozen=True, slots=True)
class DynamoEndpoints:
    """`quire.domain.ports.Endpoints`. A set of the tenant's endpoint ids bounds their number."""

    table: Table

    # ---- write -------------------------------------------------------------------------------------------------------

    def create(self, endpoint: Endpoint, secrets: Secrets, most: int) -> bool:
        room = self.table.action(
            rows.tenant_key(endpoint.tenant, "endpoints"),
            update="ADD endpoint_ids :this",
            condition="attribute_not_exists(endpoint_ids) OR size(endpoint_ids) < :most",
            this={endpoint.id},
            most=most,
        )
        head = self.table.put_action(rows.endpoint_row(endpoint))
        return self._transact([{"Update": room}, {"Put": head}, self._put(endpoint, secrets)])

    def save(self, before: Endpoint, after: Endpoint, secrets: Secrets | None = None) -> bool:
        head = self.table.put_action(rows.endpoint_row(after), _AS_READ, revision=before.revision)
        return self._transact([{"Put": head}, *([self._put(after, secrets)] if secrets else [])])

    def delete(self, endpoint: Endpoint) -> bool:
        key = rows.endpoints_key(endpoint.tenant, endpoint.id)
        head = self.table.action(key, condition=_AS_READ, revision=endpoint.revision)
        secrets = self.table.action(rows.secrets_key(endpoint.tenant, endpoint.id))
        room = self.table.action(
            rows.tenant_key(endpoint.tenant, "endpoints"), update="DELETE endpoint_ids :this", this={endpoint.id}
        )
        return self._transact([{"Delete": head}, {"Delete": secrets}, {"Update": room}])

    def _put(self, endpoint: Endpoint, secrets: Secrets) -> Any:
        return {"Put": self.table.put_action(rows.secrets_row(endpoint, secrets))}

    def _transact(self, actions: Sequence[Any]) -> bool:
        try:
            self.table.transact(actions)
        except Cancelled:
            return False
        return True

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        row = self.table.get(rows.endpoints_key(tenant, endpoint_id))
        return rows.endpoint_of(row) if row else None

    def listed(self, tenant: str) -> list[Endpoint]:
        return [rows.endpoint_of(row) for row in self.table.query(rows.endpoints_key(tenant, "")["PK"])]

    def secrets(self, tenant: str, endpoint_id: str) -> Secrets | None:
        row = self.table.get(rows.secrets_key(tenant, endpoint_id))
        return rows.secrets_of(row) if row else None
