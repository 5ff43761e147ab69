"""Whose key is this?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant, digest_of
from quire.service.credentials import add_tenant, authenticate, make_key, revoke_key
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


def test_another_key_opens_too_until_it_is_revoked(world: World) -> None:
    first = add_tenant(world.tenants, ACME, credits=1, now=START_MS)
    second = make_key(world.tenants, "acme", START_MS + 1, "CI").secret
    assert [key.name for key in world.tenants.keys("acme")] == [None, "CI"]
    revoked = revoke_key(world.tenants, "acme", digest_of(second)[:12], START_MS + 2)
    assert not isinstance(revoked, Refusal) and revoked.revoked_at == START_MS + 2
    assert isinstance(authenticate(world, second), Refusal)
    assert not isinstance(authenticate(world, first), Refusal)
    assert revoke_key(world.tenants, "acme", revoked.id, START_MS + 9) == revoked, "the first time stays"


def test_only_a_tenant_s_own_key_can_be_revoked(world: World) -> None:
    add_tenant(world.tenants, ACME, credits=1, now=START_MS)
    key = add_tenant(world.tenants, Tenant("other"), credits=1, now=START_MS)
    for key_id in (digest_of(key)[:12], "", "nothing"):
        refused = revoke_key(world.tenants, "acme", key_id, START_MS)
        assert isinstance(refused, Refusal) and refused.kind is Kind.NOT_FOUND
    assert not isinstance(authenticate(world, key), Refusal)


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
