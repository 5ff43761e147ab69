"""Whose key is this?"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from quire.domain.ports import Tenants, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import ApiKey, Tenant, digest_of, is_tenant_id, new_key

_MOST_KEY = 512


def authenticate(world: World, key: str | None) -> tuple[Tenant, ApiKey] | Refusal:
    """The tenant that a key belongs to. Absent, unknown, expired and revoked keys get the same refusal."""
    refused = Refusal(Kind.UNAUTHENTICATED, "The API key is missing or not valid.")
    if not key or len(key) > _MOST_KEY or not key.isascii():
        return refused
    known = world.tenants.key(digest_of(key))
    if known is None or not known.valid(world.clock()):
        return refused
    tenant = world.tenants.get(known.tenant)
    return (tenant, known) if tenant else refused


def add_tenant(tenants: Tenants, tenant: Tenant, credits: int, now: int) -> str:
    """Create a tenant with some credits (pages) and answer its first API key, which is kept nowhere."""
    if not is_tenant_id(tenant.id):
        raise ValueError("a tenant's id is 1 to 24 of a-z, 0-9 and hyphen")
    tenants.put(tenant)
    tenants.grant(tenant.id, credits)
    return make_key(tenants, tenant.id, now).secret


class MadeKey(NamedTuple):
    """A new key as its holder gets it, this once, and as it is kept."""

    secret: str
    key: ApiKey


def make_key(
    tenants: Tenants,
    tenant_id: str,
    now: int,
    name: str | None = None,
    *,
    expires_at: int | None = None,
    contracts: frozenset[str] | None = None,
) -> MadeKey:
    """Make another API key of a tenant's. `expires_at` in milliseconds since 1970; `contracts`: the only ones that it
    may use."""
    secret = new_key()
    key = ApiKey(digest_of(secret), tenant_id, now, expires_at=expires_at, name=name, contracts=contracts)
    tenants.put_key(key)
    return MadeKey(secret, key)


def revoke_key(tenants: Tenants, tenant_id: str, key_id: str, now: int) -> ApiKey | Refusal:
    """Nobody gets in with it from now on; revoked twice, the first time stays. `key_id` as `ApiKey.id`. NOT_FOUND: the
    tenant has no such key."""
    found = next((key for key in tenants.keys(tenant_id) if key.id == key_id), None)
    if found is None:
        return Refusal(Kind.NOT_FOUND, "The tenant has no such key.")
    revoked = replace(found, revoked_at=now if found.revoked_at is None else found.revoked_at)
    tenants.put_key(revoked)
    return revoked
