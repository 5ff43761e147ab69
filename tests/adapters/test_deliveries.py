"""The port `Deliveries`, and the transactions that write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.delivery import MOST_ATTEMPTS, Attempt, Audience, Delivery, DeliveryStatus, Occasion
from quire.domain.document import Stored
from quire.domain.endpoint import Endpoint, Event
from quire.domain.extractor import Extractor, Version, new_extractor_id
from quire.domain.ids import new_id
from quire.domain.ports import DeliveryKey, Saving, Walk, World, key_of, place_of
from tests.adapters.rows import BROKEN, NOW, a_job, created, done, fund, job_of, running, waiting

RECEIVER = "0190a3d2-0000-7000-8000-000000000001"


def a_delivery(at: int = NOW, receiver: str = RECEIVER, tenant: str = "acme", **changes: object) -> Delivery:
    occasion = Occasion(tenant, Event.JOB_COMPLETED, at, "text", new_id(at), turn=3, name="Größe", version=2)
    bare = Delivery(occasion, occasion.id, receiver, "extend", at)
    return replace(bare, **changes)  # type: ignore[arg-type]


def put(world: World, delivery: Delivery) -> Delivery:
    world.deliveries.put(delivery)
    return delivery


def row(world: World, delivery: Delivery) -> Delivery:
    found = world.deliveries.get(key_of(delivery))
    assert found is not None
    return found


def an_endpoint(*events: Event, name: str = RECEIVER) -> Endpoint:
    return Endpoint("acme", name, "extend", "https://example.com/", frozenset(events), NOW, NOW)


# ---- as it was written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"hook": 0}, {"test": True}, {"tries": 4, "due_at": NOW + 9}])
def test_a_delivery_comes_back_as_it_was_put(world: World, changes: dict[str, object]) -> None:
    delivery = put(world, replace(a_delivery(), **changes))  # type: ignore[arg-type]
    assert world.deliveries.get(key_of(delivery)) == delivery
    assert world.deliveries.get(DeliveryKey("other", *key_of(delivery)[1:])) is None


def test_a_receiver_s_are_listed_the_newest_first(world: World) -> None:
    first, second, third = (put(world, a_delivery(NOW + at)) for at in range(3))
    put(world, a_delivery(receiver="hook-0-" + "0" * 32))
    put(world, a_delivery(tenant="other"))
    assert world.deliveries.listed("acme", RECEIVER, 10) == [third, second, first]
    assert world.deliveries.listed("acme", RECEIVER, 2) == [third, second]
    assert world.deliveries.listed("acme", RECEIVER, 10, after=third.id) == [second, first]
    assert world.deliveries.listed("acme", RECEIVER, 1, after=third.id) == [second]


def test_a_tenant_s_are_walked_over_all_receivers(world: World) -> None:
    first = put(world, a_delivery())
    second = put(world, replace(first, receiver="hook-0-" + "0" * 32))
    third = put(world, a_delivery(NOW + 1))
    put(world, a_delivery(tenant="other"))
    expected = sorted([first, second, third], key=place_of, reverse=True)
    assert world.deliveries.recent("acme", Walk(10)) == expected
    assert world.deliveries.recent("acme", Walk(2)) == expected[:2]
    assert world.deliveries.recent("acme", Walk(10, place_of(expected[1]))) == expected[2:]


# ---- tries -----------------------------------------------------------------------------------------------------------


def test_what_is_due_is_found_until_it_has_ended(world: World) -> None:
    late, early = put(world, a_delivery(due_at=NOW + 5)), put(world, a_delivery(due_at=NOW + 1))
    put(world, a_delivery(due_at=NOW + 6))
    put(world, a_delivery(tenant="other"))
    assert world.deliveries.due("acme", NOW + 5, 10) == [key_of(early), key_of(late)]
    assert world.deliveries.due("acme", NOW + 5, 1) == [key_of(early)]
    world.deliveries.postpone(early, NOW + 100)
    world.deliveries.ended(late, DeliveryStatus.DELIVERED, None, NOW)
    assert world.deliveries.due("acme", NOW + 5, 10) == []
    assert world.deliveries.due("acme", NOW + 100, 10)[-1] == key_of(early)


def test_a_try_begins_once(world: World) -> None:
    delivery = put(world, a_delivery())
    begun = world.deliveries.begin(delivery, NOW + 100)
    assert begun == replace(delivery, tries=1, due_at=NOW + 100)
    assert world.deliveries.begin(delivery, NOW + 100) is None
    assert world.deliveries.due("acme", NOW + 99, 10) == []


def test_what_became_of_a_try_is_remembered_by_it_alone(world: World) -> None:
    delivery = put(world, a_delivery())
    begun = world.deliveries.begin(delivery, NOW + 100)
    assert begun is not None
    attempt = Attempt(NOW, 503, 12, answer="busy")
    world.deliveries.postpone(delivery, NOW, attempt)
    world.deliveries.ended(delivery, DeliveryStatus.FAILED, attempt, NOW)
    assert row(world, delivery) == begun, "another try has begun"
    world.deliveries.postpone(begun, NOW + 50, attempt)
    waits = replace(begun, due_at=NOW + 50, attempts=(attempt,))
    assert row(world, delivery) == waits
    silence = Attempt(NOW + 50, None, 20_000, reason="too long")
    world.deliveries.ended(waits, DeliveryStatus.FAILED, silence, NOW + 60)
    ended = replace(waits, status=DeliveryStatus.FAILED, ended_at=NOW + 60, attempts=(attempt, silence))
    assert row(world, delivery) == ended
    assert world.deliveries.begin(ended, NOW + 900) is None


def test_only_the_last_attempts_are_remembered(world: World) -> None:
    delivery = put(world, a_delivery())
    for number in range(MOST_ATTEMPTS + 3):
        world.deliveries.postpone(delivery, NOW + number, Attempt(NOW + number, 500, 1))
        delivery = row(world, delivery)
    assert [attempt.at - NOW for attempt in delivery.attempts] == list(range(3, MOST_ATTEMPTS + 3))


def test_of_two_bodies_the_first_is_sent(world: World) -> None:
    delivery = put(world, a_delivery())
    assert world.deliveries.rendered(delivery, Stored("k", "v1")) == Stored("k", "v1")
    assert world.deliveries.rendered(delivery, Stored("k", "v2")) == Stored("k", "v1")
    assert row(world, delivery).body == Stored("k", "v1")


def test_waking_changes_nothing_of_it(world: World) -> None:
    delivery = put(world, a_delivery())
    world.deliveries.wake(key_of(delivery), NOW + 5)
    assert row(world, delivery) == delivery
    world.deliveries.wake(DeliveryKey("acme", RECEIVER, "nothing"), NOW)
    assert world.deliveries.get(DeliveryKey("acme", RECEIVER, "nothing")) is None


def test_it_starts_anew_once(world: World) -> None:
    delivery = put(world, a_delivery())
    attempt = Attempt(NOW, 500, 1)
    world.deliveries.ended(delivery, DeliveryStatus.FAILED, attempt, NOW + 1)
    failed = row(world, delivery)
    assert world.deliveries.restart(failed, NOW + 9)
    assert not world.deliveries.restart(failed, NOW + 9)
    assert row(world, delivery) == replace(delivery, due_at=NOW + 9, attempts=(attempt,))
    assert world.deliveries.due("acme", NOW + 9, 10) == [key_of(delivery)]


def test_a_receiver_rests_until_a_time(world: World) -> None:
    assert world.deliveries.resting("acme", RECEIVER) == 0
    world.deliveries.rest("acme", RECEIVER, NOW + 60)
    assert world.deliveries.resting("acme", RECEIVER) == NOW + 60
    assert world.deliveries.resting("other", RECEIVER) == 0
    assert world.deliveries.listed("acme", RECEIVER, 10) == []


# ---- told by the transaction that makes it happen --------------------------------------------------------------------

ENDINGS = Audience([an_endpoint(Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED, Event.JOB_PARTIALLY_FAILED)])


def told(world: World) -> list[tuple[Event, str | None]]:
    found = world.deliveries.listed("acme", RECEIVER, 100)
    return sorted((delivery.occasion.event, delivery.occasion.document_id) for delivery in found)


def test_each_end_is_told_and_the_last_one_s_of_the_job(world: World) -> None:
    fund(world)
    first, second = running(world, a_job(documents=2))
    assert world.pipeline.end(first, done(first), NOW + 1, ENDINGS)
    assert told(world) == [(Event.DOCUMENT_SUCCEEDED, first.id)]
    assert world.pipeline.end(second, BROKEN, NOW + 2, ENDINGS)
    assert told(world) == [
        (Event.DOCUMENT_FAILED, second.id), (Event.DOCUMENT_SUCCEEDED, first.id), (Event.JOB_PARTIALLY_FAILED, None),
    ]  # fmt: skip


def test_an_end_that_is_none_tells_nothing(world: World) -> None:
    fund(world)
    (document,) = running(world, a_job())
    assert world.pipeline.end(document, done(document), NOW + 1)
    assert not world.pipeline.end(document, BROKEN, NOW + 2, ENDINGS)
    assert told(world) == []


def test_an_end_may_tell_as_many_as_a_tenant_has_endpoints(world: World) -> None:
    fund(world)
    many = Audience([an_endpoint(*Event, name=f"e{number}") for number in range(40)])
    hooks = [{"webhook_url": f"https://{number}.example/"} for number in range(10)]
    (document,) = running(world, replace(a_job(), echo={"webhooks": hooks}))
    assert world.pipeline.end(document, done(document), NOW + 1, many)
    assert len(world.deliveries.recent("acme", Walk(100))) == 90


def test_a_cancelled_job_is_told_of_when_nothing_of_it_goes_on(world: World) -> None:
    fund(world)
    audience = Audience([an_endpoint(Event.JOB_CANCELLED)])
    job = a_job(documents=2)
    waiting(world, job)
    cancelled = world.jobs.cancel(job, NOW + 1, None, audience)
    assert cancelled is not None and cancelled.status == "cancelled"
    assert told(world) == [(Event.JOB_CANCELLED, None)]


def test_a_cancelled_job_of_which_something_runs_is_told_of_by_its_end(world: World) -> None:
    fund(world)
    audience = Audience([an_endpoint(Event.JOB_CANCELLED, Event.JOB_FAILED)])
    job = a_job()
    (document,) = running(world, job)
    assert world.jobs.cancel(job_of(world, job), NOW + 1, None, audience)
    assert told(world) == []
    assert world.pipeline.end(document, BROKEN, NOW + 2, audience)
    assert told(world) == [(Event.JOB_CANCELLED, None)]


def test_a_cancelling_that_comes_too_late_tells_nothing(world: World) -> None:
    fund(world)
    job = created(world, a_job())
    assert world.jobs.cancel(job, NOW + 1)
    assert world.jobs.cancel(job, NOW + 2, None, Audience([an_endpoint(*Event)])) is None
    assert told(world) == []


def test_what_is_written_of_an_extractor_is_told(world: World) -> None:
    extractor = Extractor("acme", new_extractor_id(NOW), "bill", NOW, NOW)
    version = Version("acme", extractor.id, 1, None, {}, NOW)
    occasions = [Occasion("acme", Event.EXTRACTOR_CREATED, NOW, extractor.id, turn=turn) for turn in range(4)]
    first, second, third, never = (Delivery(each, each.id, RECEIVER, "extend", NOW) for each in occasions)
    assert world.extractors.create(extractor, version, [first]) is Saving.SAVED
    renamed = replace(extractor, name="invoice", revision=2)
    assert world.extractors.save(extractor, renamed, None, [second]) is Saving.SAVED
    assert world.extractors.save(extractor, renamed, None, [never]) is Saving.CHANGED
    assert world.extractors.delete(renamed, [third]) is Saving.SAVED
    assert {delivery.id for delivery in world.deliveries.listed("acme", RECEIVER, 9)} == {first.id, second.id, third.id}
