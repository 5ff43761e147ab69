"""The port `Tenants`: tenants, keys, rates, credits."""

from __future__ import annotations

import threading
from dataclasses import replace

from quire.domain.ports import Balance, World
from quire.domain.rate import Rate
from quire.domain.tenant import ApiKey, Tenant, digest_of
from tests.adapters.rows import ACME, NOW

THREE = Rate(limit=3, period_ms=3000)


def test_a_tenant_comes_back_with_its_settings(world: World) -> None:
    tenant = Tenant("acme", slots=2, rate_factor=100, upload_retention_ms=1000, result_retention_ms=2000)
    world.tenants.put(tenant)
    assert world.tenants.get("acme") == tenant


def test_an_unknown_tenant_is_none(world: World) -> None:
    assert world.tenants.get("nobody") is None


def test_a_tenant_s_settings_can_be_changed(world: World) -> None:
    world.tenants.put(ACME)
    world.tenants.put(replace(ACME, slots=9))
    assert list(world.tenants.all()) == [replace(ACME, slots=9)]


def test_all_tenants_are_listed(world: World) -> None:
    assert list(world.tenants.all()) == []
    tenants = [Tenant(name) for name in ("c", "a", "b")]
    for tenant in tenants:
        world.tenants.put(tenant)
    assert [tenant.id for tenant in world.tenants.all()] == ["a", "b", "c"]


def test_a_key_is_found_by_its_digest(world: World) -> None:
    keys = [
        ApiKey(digest_of("qk_plain"), "acme", NOW),
        ApiKey(digest_of("qk_limited"), "acme", NOW, expires_at=NOW + 5, revoked_at=NOW + 3),
    ]
    for key in keys:
        world.tenants.put_key(key)
    assert [world.tenants.key(key.digest) for key in keys] == keys
    assert world.tenants.key(digest_of("qk_unknown")) is None


def test_a_key_can_be_revoked(world: World) -> None:
    key = ApiKey(digest_of("qk_plain"), "acme", NOW)
    world.tenants.put_key(key)
    world.tenants.put_key(replace(key, revoked_at=NOW + 1))
    assert world.tenants.key(key.digest) == replace(key, revoked_at=NOW + 1)


def test_the_keys_of_a_tenant_are_listed_the_oldest_first(world: World) -> None:
    keys = [ApiKey(digest_of(f"qk_{number}"), "acme", NOW - number, name=f"key {number}") for number in range(3)]
    for key in [*keys, ApiKey(digest_of("qk_other"), "other", NOW)]:
        world.tenants.put_key(key)
    revoked = replace(keys[1], revoked_at=NOW)
    world.tenants.put_key(revoked)
    assert world.tenants.keys("acme") == [keys[2], revoked, keys[0]]
    assert world.tenants.keys("nobody") == []


def test_a_tenant_begins_without_credits(world: World) -> None:
    assert world.tenants.balance("acme") == Balance(0, 0, 0)


def test_granted_credits_add_up(world: World) -> None:
    world.tenants.grant("acme", 5)
    world.tenants.grant("acme", 7)
    world.tenants.grant("other", 1)
    assert world.tenants.balance("acme") == Balance(12, 0, 0)


def test_a_whole_bucket_may_come_at_once(world: World) -> None:
    passed = [world.tenants.pass_rate("b", THREE, NOW) for _ in range(4)]
    assert [passage.allowed for passage in passed] == [True, True, True, False]
    assert [passage.remaining for passage in passed] == [2, 1, 0, 0]
    assert {passage.limit for passage in passed} == {3}


def test_a_refused_caller_is_told_when_to_come_again(world: World) -> None:
    for _ in range(3):
        world.tenants.pass_rate("b", THREE, NOW)
    refused = world.tenants.pass_rate("b", THREE, NOW + 400)
    assert (refused.allowed, refused.retry_after_ms, refused.reset_ms) == (False, 600, 2600)
    assert not world.tenants.pass_rate("b", THREE, NOW + 980).allowed
    assert world.tenants.pass_rate("b", THREE, NOW + 1000).allowed
    assert not world.tenants.pass_rate("b", THREE, NOW + 1000).allowed, "one interval, one request"


def test_a_refusal_costs_nothing(world: World) -> None:
    for _ in range(50):
        world.tenants.pass_rate("b", THREE, NOW)
    assert world.tenants.pass_rate("b", THREE, NOW + 1000).allowed


def test_a_bucket_is_full_again_after_its_period_and_no_fuller(world: World) -> None:
    for _ in range(3):
        world.tenants.pass_rate("b", THREE, NOW)
    later = NOW + 60_000
    assert [world.tenants.pass_rate("b", THREE, later).allowed for _ in range(4)] == [True, True, True, False]


def test_buckets_are_apart(world: World) -> None:
    for _ in range(3):
        world.tenants.pass_rate("b", THREE, NOW)
    assert world.tenants.pass_rate("c", THREE, NOW).remaining == 2


def test_requests_at_once_pass_no_more_often_than_the_limit(world: World) -> None:
    allowed: list[bool] = []

    def ask() -> None:
        for _ in range(4):
            allowed.append(world.tenants.pass_rate("b", THREE, NOW).allowed)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 13 + [True] * 3
