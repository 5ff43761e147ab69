"""Tenants, their keys, rates and credits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from quire.domain.rate import Passage, Rate
from quire.domain.tenant import ApiKey, Tenant


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits, in pages: free to use, and held for documents that have not ended."""

    available: int
    reserved: int
    spent: int


class Tenants(Protocol):
    def put(self, tenant: Tenant) -> None: ...

    def get(self, tenant_id: str) -> Tenant | None: ...

    def all(self) -> Iterator[Tenant]: ...

    def put_key(self, key: ApiKey) -> None: ...

    def key(self, digest: str) -> ApiKey | None: ...

    def keys(self, tenant_id: str) -> list[ApiKey]:
        """A tenant's, the oldest first; one that was made just now may be missing."""
        ...

    def pass_rate(self, bucket: str, rate: Rate, now: int) -> Passage:
        """Take one request's worth from a token bucket."""
        ...

    def balance(self, tenant_id: str) -> Balance: ...

    def grant(self, tenant_id: str, pages: int) -> None:
        """Add credits."""
        ...
