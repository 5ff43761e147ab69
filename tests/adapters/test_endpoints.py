"""The port `Endpoints`: webhook endpoints, their subscriptions and their secrets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.domain.endpoint import Endpoint, Event, Secrets, Subscription
from quire.domain.ids import new_id
from quire.domain.ports import World
from tests.adapters.conftest import JOBS
from tests.adapters.rows import NOW

EVENTS = frozenset({Event.DOCUMENT_SUCCEEDED, Event.JOB_COMPLETED})
SECRETS = Secrets("current", "previous", NOW + 5, "static")
MOST = 50


def _an_endpoint(tenant: str = "acme", at: int = NOW) -> Endpoint:
    return Endpoint(tenant, new_id(at), "extend", "https://example.com/hook", EVENTS, at, at)


def _created(world: World, endpoint: Endpoint, secrets: Secrets = SECRETS) -> Endpoint:
    assert world.endpoints.create(endpoint, secrets, MOST)
    return endpoint


def _next(endpoint: Endpoint, **changes: object) -> Endpoint:
    return replace(endpoint, revision=endpoint.revision + 1, **changes)  # type: ignore[arg-type]


def _at_once(number: int, act: Callable[[int], bool]) -> list[bool]:
    outcomes: list[bool] = []
    threads = [threading.Thread(target=lambda at=at: outcomes.append(act(at))) for at in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == number
    return outcomes


# ---- as it was written -----------------------------------------------------------------------------------------------


def test_an_endpoint_comes_back_as_it_was_created(world: World) -> None:
    bare = _an_endpoint()
    subscription = Subscription(
        new_id(NOW), bare.id, new_id(NOW), frozenset({Event.JOB_FAILED}), NOW, {"words": ["a", 1.0]}
    )
    endpoint = replace(
        bare,
        name="Größe",
        active=False,
        extractors=frozenset({"invoice", "receipt"}),
        subscriptions=(subscription,),
        settings={"version": None, "factor": 1.0, "headers": {"X-A": "b"}},
    )
    _created(world, endpoint)
    assert world.endpoints.get("acme", endpoint.id) == endpoint
    assert world.endpoints.listed("acme") == [endpoint]


def test_one_without_events_or_limits_comes_back_so(world: World) -> None:
    endpoint = _created(world, replace(_an_endpoint(), events=frozenset()))
    limited = _created(world, replace(_an_endpoint(at=NOW + 1), extractors=frozenset()))
    assert world.endpoints.listed("acme") == [endpoint, limited]
    assert endpoint.extractors is None and limited.extractors == frozenset()


def test_one_of_the_largest_size_fits(world: World) -> None:
    bare = _an_endpoint()
    subscriptions = tuple(
        Subscription(new_id(NOW), bare.id, new_id(NOW), frozenset(Event), NOW, {"words": "é" * 490}) for _ in range(100)
    )
    endpoint = replace(
        bare,
        url="https://example.com/" + "é" * 2_000,
        events=frozenset(Event),
        name="é" * 255,
        extractors=frozenset(new_id(NOW) for _ in range(100)),
        subscriptions=subscriptions,
        settings={"headers": "é" * 7_990},
    )
    _created(world, endpoint)
    assert world.endpoints.get("acme", endpoint.id) == endpoint


@pytest.mark.parametrize("secrets", [SECRETS, Secrets("current")])
def test_secrets_come_back_as_they_were_written(world: World, secrets: Secrets) -> None:
    endpoint = _created(world, _an_endpoint(), secrets)
    assert world.endpoints.secrets("acme", endpoint.id) == secrets


def test_who_lists_endpoints_reads_no_secret(aws: Aws) -> None:
    endpoint = _created(aws, _an_endpoint())
    key = {":pk": {"S": "tenant#acme#endpoints"}}
    found = clients.dynamodb().query(TableName=JOBS, KeyConditionExpression="PK = :pk", ExpressionAttributeValues=key)
    assert [item["SK"] for item in found["Items"]] == [{"S": endpoint.id}]
    assert not {"current", "previous", "static"} & found["Items"][0].keys()


def test_what_is_not_there_is_none(world: World) -> None:
    endpoint = _an_endpoint()
    assert world.endpoints.get("acme", endpoint.id) is None
    assert world.endpoints.secrets("acme", endpoint.id) is None
    assert world.endpoints.listed("acme") == []


def test_a_tenant_s_endpoints_are_its_own(world: World) -> None:
    mine, theirs = _created(world, _an_endpoint()), _created(world, _an_endpoint("other"))
    assert world.endpoints.get("other", mine.id) is None
    assert world.endpoints.secrets("other", mine.id) is None
    assert world.endpoints.listed("other") == [theirs]
    assert world.endpoints.listed("acme") == [mine]


def test_a_list_begins_with_the_oldest(world: World) -> None:
    third, first, second = (_created(world, _an_endpoint(at=NOW + at)) for at in (3, 1, 2))
    assert world.endpoints.listed("acme") == [first, second, third]


# ---- as many as may be -----------------------------------------------------------------------------------------------


def test_a_tenant_has_no_more_endpoints_than_it_may(world: World) -> None:
    first = _an_endpoint()
    assert world.endpoints.create(first, SECRETS, 2)
    assert world.endpoints.create(_an_endpoint(), SECRETS, 2)
    one_too_many = _an_endpoint()
    assert not world.endpoints.create(one_too_many, SECRETS, 2)
    assert world.endpoints.get("acme", one_too_many.id) is None
    assert world.endpoints.secrets("acme", one_too_many.id) is None
    assert world.endpoints.create(_an_endpoint("other"), SECRETS, 2)
    assert world.endpoints.delete(first)
    assert world.endpoints.create(one_too_many, SECRETS, 2)


def test_of_many_created_at_once_no_more_than_that_many_are(world: World) -> None:
    outcomes = _at_once(5, lambda _: world.endpoints.create(_an_endpoint(), SECRETS, 2))
    assert sorted(outcomes) == [False, False, False, True, True]
    assert len(world.endpoints.listed("acme")) == 2


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_keeps_the_secrets_unless_it_brings_some(world: World) -> None:
    endpoint = _created(world, _an_endpoint())
    moved = _next(endpoint, url="https://example.com/other", updated_at=NOW + 1)
    assert world.endpoints.save(endpoint, moved)
    assert world.endpoints.get("acme", endpoint.id) == moved
    assert world.endpoints.secrets("acme", endpoint.id) == SECRETS
    assert world.endpoints.save(moved, _next(moved), Secrets("next", "current", NOW + 9))
    assert world.endpoints.secrets("acme", endpoint.id) == Secrets("next", "current", NOW + 9)


def test_of_two_who_read_the_same_one_writes_and_the_other_is_told(world: World) -> None:
    endpoint = _created(world, _an_endpoint())
    first = _next(endpoint, name="first")
    assert world.endpoints.save(endpoint, first, Secrets("first"))
    assert not world.endpoints.save(endpoint, _next(endpoint, name="second"), Secrets("second"))
    assert world.endpoints.get("acme", endpoint.id) == first
    assert world.endpoints.secrets("acme", endpoint.id) == Secrets("first")


def test_of_many_who_save_at_once_one_writes(world: World) -> None:
    endpoint = _created(world, _an_endpoint())
    outcomes = _at_once(4, lambda at: world.endpoints.save(endpoint, _next(endpoint, updated_at=NOW + at)))
    assert sorted(outcomes) == [False, False, False, True]


# ---- deleting --------------------------------------------------------------------------------------------------------


def test_a_deleted_endpoint_is_gone_with_its_secrets(world: World) -> None:
    kept, endpoint = _created(world, _an_endpoint()), _created(world, _an_endpoint(at=NOW + 1))
    assert world.endpoints.delete(endpoint)
    assert world.endpoints.get("acme", endpoint.id) is None
    assert world.endpoints.secrets("acme", endpoint.id) is None
    assert world.endpoints.listed("acme") == [kept]


def test_a_deletion_and_a_change_of_the_same_do_not_both_happen(world: World) -> None:
    endpoint = _created(world, _an_endpoint())
    after = _next(endpoint, name="new")
    assert world.endpoints.save(endpoint, after)
    assert not world.endpoints.delete(endpoint)
    assert world.endpoints.secrets("acme", endpoint.id) == SECRETS
    assert world.endpoints.delete(after)
    assert not world.endpoints.save(after, _next(after), Secrets("late"))
    assert not world.endpoints.delete(after)
    assert world.endpoints.get("acme", endpoint.id) is None
    assert world.endpoints.secrets("acme", endpoint.id) is None
