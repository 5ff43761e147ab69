"""Tenants, their keys, rates and credits, in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from quire.adapters import buckets, rows
from quire.adapters.listing import OWNED
from quire.adapters.table import Table
from quire.domain.ports import Balance
from quire.domain.rate import Passage, Rate
from quire.domain.tenant import ApiKey, Tenant


@dataclass(frozen=True, slots=True)
class DynamoTenants:
    table: Table

    def put(self, tenant: Tenant) -> None:
        self.table.put({"PK": "tenants", "SK": tenant.id, **asdict(tenant)})

    def get(self, tenant_id: str) -> Tenant | None:
        row = self.table.get({"PK": "tenants", "SK": tenant_id})
        return _tenant(row) if row else None

    def all(self) -> Iterator[Tenant]:
        return map(_tenant, self.table.query("tenants"))

    def put_key(self, key: ApiKey) -> None:
        contracts = None if key.contracts is None else sorted(key.contracts)
        place = {"owner": rows.keys_owner(key.tenant), "listed": rows.listed((key.created_at, key.digest))}
        self.table.put({**_key(key.digest), **asdict(key), "contracts": contracts, **place})

    def key(self, digest: str) -> ApiKey | None:
        row = self.table.get(_key(digest))
        return _api_key(row) if row else None

    def keys(self, tenant_id: str) -> list[ApiKey]:
        places = self.table.query(rows.keys_owner(tenant_id), index=OWNED, by="owner")
        found = self.table.get_many([_key(rows.listed_of(place["listed"])[1]) for place in places])
        return sorted(map(_api_key, found), key=lambda key: (key.created_at, key.digest))

    def pass_rate(self, bucket: str, rate: Rate, now: int) -> Passage:
        """One conditional write where the bucket is full, two where it is in use."""
        return buckets.take(self.table, bucket, rate, now)

    def balance(self, tenant_id: str) -> Balance:
        row = self.table.get(rows.tenant_key(tenant_id, "credits")) or {}
        return Balance(row.get("available", 0), row.get("reserved", 0), row.get("spent", 0))

    def grant(self, tenant_id: str, pages: int) -> None:
        self.table.update(rows.tenant_key(tenant_id, "credits"), update="ADD available :pages", pages=pages)


def _key(digest: str) -> dict[str, str]:
    return {"PK": f"key#{digest}", "SK": "key"}


def _api_key(row: Mapping[str, Any]) -> ApiKey:
    contracts = row.get("contracts")
    return ApiKey(
        digest=row["digest"],
        tenant=row["tenant"],
        created_at=row["created_at"],
        expires_at=row.get("expires_at"),
        revoked_at=row.get("revoked_at"),
        name=row.get("name"),
        contracts=None if contracts is None else frozenset(contracts),
    )


def _tenant(row: dict[str, object]) -> Tenant:
    return Tenant(**{name: row[name] for name in Tenant.__slots__})  # type: ignore[arg-type]
