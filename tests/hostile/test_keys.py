"""API keys: kept as a digest, looked up by it, and good for nothing once they are revoked or expired, or elsewhere than
they were made for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from quire.adapters.aws import Aws
from quire.domain.refusal import Refusal
from quire.domain.tenant import ApiKey, Tenant, digest_of, new_key
from quire.service.credentials import add_tenant, authenticate, make_key, revoke_key
from quire.testing.tenants import MemoryTenants
from tests.hostile.asking import CONTRACTS, Said, ask, at_once
from tests.hostile.matrix import Scene, Shape, shapes, values_of
from tests.hostile.state import kept, others, put_back

FORBIDDEN = 403


@cache
def scene() -> Scene:
    return Scene.set()


def asked_with(key: str, shape: Shape) -> Said:
    with at_once():
        return ask(shape.contract, scene().world, shape.request(key, values_of(shape, scene().caller)))


def changed(how: Callable[[ApiKey], ApiKey]) -> str:
    """Another key of the caller's, with something about it."""
    world = scene().world
    put_back(world, scene().without)
    key = make_key(world.tenants, scene().caller.tenant, world.clock()).secret
    known = world.tenants.key(digest_of(key))
    assert known
    world.tenants.put_key(how(known))
    return key


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("why", ["revoked", "expired", "expires now", "of nobody"])
def test_a_key_that_is_not_good_gets_what_an_unknown_one_gets(name: str, why: str) -> None:
    now = scene().world.clock()
    ways: dict[str, Callable[[ApiKey], ApiKey]] = {
        "revoked": lambda key: replace(key, revoked_at=now),
        "expired": lambda key: replace(key, expires_at=now - 1),
        "expires now": lambda key: replace(key, expires_at=now),
        "of nobody": lambda key: replace(key, tenant="nobody"),
    }
    key = changed(ways[why])
    before = kept(scene().world)
    for shape in shapes(name):
        refused = asked_with(key, shape)
        assert refused.status == 401, shape.name
        assert refused == asked_with(new_key(), shape) == asked_with("", shape)
    assert kept(scene().world) == before, "nothing was counted, nothing written"


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_key_that_has_not_expired_is_good(name: str) -> None:
    key = changed(lambda one: replace(one, expires_at=scene().world.clock() + 1))
    shape = next(one for one in shapes(name) if one.route.method == "GET")
    assert asked_with(key, shape).status == 200


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_key_of_other_contracts_is_forbidden_on_every_route(name: str) -> None:
    named = {other: contract.name for other, contract in CONTRACTS.items()}
    key = changed(lambda one: replace(one, contracts=frozenset(named.values()) - {named[name]}))
    own = (scene().caller.tenant, digest_of(key))
    before = others(scene().world, *own)
    said: list[Said] = []
    for shape in shapes(name):
        refused = asked_with(key, shape)
        said.append(refused)
        assert refused.status == FORBIDDEN, shape.name
    assert all(one == said[0] for one in said), "whatever is asked"
    assert others(scene().world, *own) == before
    elsewhere = next(other for other in CONTRACTS if named[other] != named[name])
    shape = next(one for one in shapes(elsewhere) if one.route.method == "GET")
    assert asked_with(key, shape).status == 200


def test_a_key_is_in_no_row_and_no_object(account: Aws) -> None:
    key = add_tenant(account.tenants, Tenant("acme"), 10, account.clock())
    second = make_key(account.tenants, "acme", account.clock(), "second").secret
    rows = repr(others(account))
    assert digest_of(key) in rows and digest_of(second) in rows
    assert key not in rows and second not in rows and key[3:] not in rows
    assert not isinstance(authenticate(account, key), Refusal)
    known = revoke_key(account.tenants, "acme", digest_of(key)[:12], account.clock())
    assert isinstance(known, ApiKey) and isinstance(authenticate(account, key), Refusal)
    assert not isinstance(authenticate(account, second), Refusal)


def test_a_key_is_looked_up_by_its_digest_and_compared_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the time that it takes tells of no part of a key."""
    asked: list[str] = []
    put_back(scene().world, scene().without)
    monkeypatch.setattr(MemoryTenants, "keys", lambda *_: pytest.fail("the keys are not gone through"))

    def by_digest(self: MemoryTenants, digest: str) -> ApiKey | None:
        asked.append(digest)
        return self.store.keys.get(digest)

    monkeypatch.setattr(MemoryTenants, "key", by_digest)
    near = scene().caller.key[:-1] + ("a" if scene().caller.key[-1] != "a" else "b")
    assert not isinstance(authenticate(scene().world, scene().caller.key), Refusal)
    assert isinstance(authenticate(scene().world, near), Refusal)
    assert asked == [digest_of(scene().caller.key), digest_of(near)]


def test_keys_are_long_and_differ() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("qk_") and len(key) == 46 for key in keys), "256 bits"
