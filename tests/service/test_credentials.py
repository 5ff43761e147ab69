"""Whose key is this?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant, digest_of
from quire.service.credentials import add_tenant, authenticate
from quire.testing.world import START_MS, World

ACME = Tenant("acme")


def test_a_new_tenant_has_credits_and_a_key_that_opens(world: World) -> None:
    key = add_tenant(world.tenants, ACME, credits=50, now=START_MS)
    outcome = authenticate(world, key)
    assert not isinstance(outcome, Refusal)
    tenant, known = outcome
    assert (tenant, known.tenant) == (ACME, "acme")
    assert world.tenants.balance("acme") == Balance(50, 0, 0)


def test_the_key_itself_is_kept_nowhere(world: World) -> None:
    key = add_tenant(world.tenants, ACME, credits=1, now=START_MS)
    assert key not in repr(world.store)
    assert digest_of(key) in repr(world.store)


@pytest.mark.parametrize("name", ["", "Acme", "a/b", "a" * 25])
def test_a_tenant_needs_a_plain_id(world: World, name: str) -> None:
    with pytest.raises(ValueError, match="tenant's id"):
        add_tenant(world.tenants, Tenant(name), credits=1, now=START_MS)
    assert world.store.tenants == {}


def test_absent_unknown_expired_and_revoked_keys_are_refused_alike(world: World) -> None:
    key = add_tenant(world.tenants, ACME, credits=1, now=START_MS)
    expired, revoked, orphan = "qk_expired", "qk_revoked", "qk_orphan"
    known = world.tenants.key(digest_of(key))
    assert known
    world.tenants.put_key(replace(known, digest=digest_of(expired), expires_at=START_MS))
    world.tenants.put_key(replace(known, digest=digest_of(revoked), revoked_at=START_MS))
    world.tenants.put_key(replace(known, digest=digest_of(orphan), tenant="gone"))
    tried = (None, "", "qk_unknown", key[:-1], key + "x", digest_of(key), "x" * 100_000, expired, revoked, orphan)
    refusals = [authenticate(world, said) for said in tried]
    assert {refusal.kind for refusal in refusals if isinstance(refusal, Refusal)} == {Kind.UNAUTHENTICATED}
    assert len({repr(refusal) for refusal in refusals}) == 1
