"""The log of deliveries; sending again, and tests."""

from __future__ import annotations

import pytest

from quire.domain.delivery import WINDOW_MS, Delivery, DeliveryStatus
from quire.domain.ids import new_id
from quire.domain.ports import key_of
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import deliveries, endpoints
from quire.service.deliveries import DeliveryPage
from quire.service.wait import ANSWER_MS
from quire.testing.web import answering
from quire.testing.world import World
from tests.adapters.rows import NOW, a_job
from tests.service.receivers import URL, ended, endpoint, only, tried

BY = NOW + ANSWER_MS


@pytest.fixture
def delivered(world: World, acme: Tenant) -> Delivery:
    endpoint(world, acme)
    ended(world, a_job())
    world.web.receivers[URL] = answering(200)
    return tried(world, only(world, acme))


def page(outcome: DeliveryPage | Refusal) -> DeliveryPage:
    assert isinstance(outcome, DeliveryPage)
    return outcome


def walked(world: World, tenant: Tenant, receiver: str | None, limit: int) -> list[str]:
    """The ids of all, page by page."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        found = page(deliveries.listed(world, tenant, limit, cursor, receiver=receiver))
        assert len(found.deliveries) <= limit
        seen += [delivery.id for delivery in found.deliveries]
        cursor = found.cursor
        if cursor is None:
            return seen


# ---- the log ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_they_are_listed_the_newest_first_page_by_page(world: World, acme: Tenant, limit: int) -> None:
    mine, other = endpoint(world, acme), endpoint(world, acme, url="https://other.example/")
    for number in range(5):
        world.clock.advance(1)
        ended(world, a_job(str(number)))
    all_of_one = sorted((each.id for each in world.store.deliveries.values() if each.receiver == mine.id), reverse=True)
    assert len(all_of_one) == 5
    assert walked(world, acme, mine.id, limit) == walked(world, acme, other.id, limit) == all_of_one
    everything = walked(world, acme, None, limit)
    assert len(everything) == 10 and everything == sorted(everything, reverse=True)


def test_one_is_shown_with_its_tries(world: World, acme: Tenant, delivered: Delivery) -> None:
    assert deliveries.get(world, acme, delivered.receiver, delivered.id) == delivered
    assert delivered.attempts[0].status == 200


def test_another_tenant_s_are_as_if_they_never_were(world: World, delivered: Delivery) -> None:
    other = Tenant("other")
    world.tenants.put(other)
    for outcome in (
        deliveries.get(world, other, delivered.receiver, delivered.id),
        deliveries.redeliver(world, other, delivered.receiver, delivered.id),
    ):
        assert isinstance(outcome, Refusal) and outcome.kind is Kind.NOT_FOUND
    assert page(deliveries.listed(world, other, 10, receiver=delivered.receiver)).deliveries == []
    assert page(deliveries.listed(world, other, 10)).deliveries == []


@pytest.mark.parametrize("said", ["", "x", "a#b", "../x", "hook-1-zz", "é"])
def test_what_is_no_name_of_ours_leads_nowhere(world: World, acme: Tenant, delivered: Delivery, said: str) -> None:
    for outcome in (
        deliveries.get(world, acme, said, delivered.id),
        deliveries.get(world, acme, delivered.receiver, said),
    ):
        assert isinstance(outcome, Refusal) and outcome.kind is Kind.NOT_FOUND
    assert page(deliveries.listed(world, acme, 10, receiver=said)).deliveries == []


@pytest.mark.parametrize("receiver", [None, "0190a3d2-0000-7000-8000-000000000000"])
def test_a_cursor_of_another_list_is_refused(world: World, acme: Tenant, receiver: str | None) -> None:
    outcome = deliveries.listed(world, acme, 10, "eyJ4", receiver=receiver)
    assert isinstance(outcome, Refusal) and outcome.kind is Kind.INVALID_REQUEST


# ---- sent again ------------------------------------------------------------------------------------------------------


def test_it_is_sent_again_with_the_same_id_and_bytes(world: World, acme: Tenant, delivered: Delivery) -> None:
    restarted = deliveries.redeliver(world, acme, delivered.receiver, delivered.id)
    assert isinstance(restarted, Delivery)
    assert (restarted.status, restarted.tries, restarted.ended_at) == (DeliveryStatus.PENDING, 0, None)
    stands = tried(world, restarted)
    assert (stands.status, len(stands.attempts)) == (DeliveryStatus.DELIVERED, 2)
    first, second = world.web.sent
    assert first.body == second.body and first.headers["X-Signed"].split()[0] == second.headers["X-Signed"].split()[0]


def test_what_is_not_kept_any_more_is_not_sent_again(world: World, acme: Tenant, delivered: Delivery) -> None:
    world.clock.now = NOW + WINDOW_MS + 1
    outcome = deliveries.redeliver(world, acme, delivered.receiver, delivered.id)
    assert isinstance(outcome, Refusal) and outcome.kind is Kind.RESULT_EXPIRED


# ---- tests -----------------------------------------------------------------------------------------------------------


def test_a_test_is_sent_once_and_its_outcome_told(world: World, acme: Tenant) -> None:
    to = endpoint(world, acme, active=False)
    world.web.receivers[URL] = answering(500, b"broken")

    def meanwhile(_seconds: float) -> None:
        tried(world, only(world, acme))

    outcome = deliveries.send_test(world, acme, to.id, BY, meanwhile)
    assert isinstance(outcome, Delivery)
    assert (outcome.status, outcome.test, outcome.attempts[0].answer) == (DeliveryStatus.FAILED, True, "broken")
    assert len(world.web.sent) == 1


def test_a_test_that_is_unwanted_disables_nothing(world: World, acme: Tenant) -> None:
    to = endpoint(world, acme)
    world.web.receivers[URL] = answering(410)

    def meanwhile(_seconds: float) -> None:
        tried(world, only(world, acme))

    deliveries.send_test(world, acme, to.id, BY, meanwhile)
    stands = endpoints.find(world, acme, to.id)
    assert not isinstance(stands, Refusal) and stands.active


def test_a_test_that_takes_longer_is_shown_as_it_stands(world: World, acme: Tenant) -> None:
    outcome = deliveries.send_test(world, acme, endpoint(world, acme).id, BY, lambda _: None)
    assert isinstance(outcome, Delivery) and outcome.status is DeliveryStatus.PENDING
    assert world.deliveries.get(key_of(outcome)) == outcome


def test_nobody_is_tested_who_is_not_there(world: World, acme: Tenant) -> None:
    outcome = deliveries.send_test(world, acme, new_id(NOW), BY, lambda _: None)
    assert isinstance(outcome, Refusal) and outcome.kind is Kind.ENDPOINT_NOT_FOUND
