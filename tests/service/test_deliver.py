"""Deliver: one try after the other, until the receiver has it or there is nobody to have it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.delivery import MOST_ANSWER_BYTES, MOST_TRIES, PAUSES_S, WINDOW_MS, Delivery, DeliveryStatus
from quire.domain.endpoint import Endpoint, Event
from quire.domain.ports import NotPosted, key_of
from quire.domain.refusal import Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import endpoints
from quire.service.deliver import REST_MS, SLOW_MS, TRY_MS, deliver
from quire.service.jobs import delete_job
from quire.testing.web import Sent, answering, silent
from quire.testing.world import World
from tests.adapters.rows import NOW, a_job
from tests.service.receivers import BODY, URL, Plain, ended, endpoint, only, tried


@pytest.fixture
def pending(world: World, acme: Tenant) -> Delivery:
    """One delivery to one endpoint."""
    endpoint(world, acme)
    ended(world, a_job())
    return only(world, acme)


def again(world: World, delivery: Delivery) -> Delivery:
    """As it stands after its next try, when that is due."""
    world.clock.now = max(world.clock.now, delivery.due_at)
    return tried(world, delivery)


# ---- a try -----------------------------------------------------------------------------------------------------------


def test_what_happened_is_sent_and_taken(world: World, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(200, b"thanks", 7)
    stands = tried(world, pending)
    (sent,) = world.web.sent
    assert (sent.url, sent.body) == (URL, BODY)
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["X-Signed"].startswith(pending.id)
    assert (stands.status, stands.tries, stands.ended_at) == (DeliveryStatus.DELIVERED, 1, world.clock())
    (attempt,) = stands.attempts
    assert (attempt.status, attempt.milliseconds, attempt.answer, attempt.reason) == (200, 7, "thanks", None)


def test_woken_twice_it_is_sent_once(world: World, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(200)
    for _ in range(3):
        tried(world, pending)
    assert len(world.web.sent) == 1


def test_a_try_that_goes_on_is_not_begun_again(world: World, pending: Delivery) -> None:
    def meanwhile(_: Sent) -> NotPosted:
        tried(world, pending)
        return silent(_)

    world.web.receivers[URL] = meanwhile
    tried(world, pending)
    assert len(world.web.sent) == 1


def test_a_try_that_died_is_followed_by_another(world: World, pending: Delivery) -> None:
    def dies(_: Sent) -> NotPosted:
        raise RuntimeError("the function is gone")

    world.web.receivers[URL] = dies
    with pytest.raises(RuntimeError):
        tried(world, pending)
    world.web.receivers[URL] = answering(200)
    assert tried(world, pending).status is DeliveryStatus.PENDING, "not before it must have died"
    world.clock.advance(TRY_MS)
    assert tried(world, pending).status is DeliveryStatus.DELIVERED
    assert [sent.body for sent in world.web.sent] == [BODY, BODY]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_any_other_answer_is_tried_again_later(world: World, pending: Delivery, status: int) -> None:
    world.web.receivers[URL] = answering(status, b"no")
    stands = tried(world, pending)
    assert (stands.status, stands.attempts[0].status, stands.attempts[0].answer) == (
        DeliveryStatus.PENDING, status, "no",
    )  # fmt: skip
    assert stands.due_at >= world.clock() + 1000 * PAUSES_S[0]
    assert tried(world, stands).tries == 1, "it is not due yet"
    world.web.receivers[URL] = answering(204)
    assert again(world, stands).status is DeliveryStatus.DELIVERED


def test_the_same_bytes_are_sent_each_time_under_the_same_id_signed_anew(world: World, pending: Delivery) -> None:
    speaker = Plain()
    world.web.receivers[URL] = answering(500)
    stands = tried(world, pending, speaker)
    speaker.body = b"something else by now"
    world.clock.now = stands.due_at
    tried(world, stands, speaker)
    first, second = world.web.sent
    assert first.body == second.body == BODY
    assert len(speaker.said) == 1, "it is made once"
    signed = [sent.headers["X-Signed"].split(" ")[:2] for sent in (first, second)]
    assert [each[0] for each in signed] == [pending.id, pending.id] and signed[0] != signed[1]


def test_a_receiver_that_never_takes_it_is_asked_for_more_than_a_day(world: World, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(500)
    stands = pending
    for _ in range(MOST_TRIES):
        assert stands.status is DeliveryStatus.PENDING
        stands = again(world, stands)
    assert (stands.status, len(world.web.sent), len(stands.attempts)) == (
        DeliveryStatus.FAILED, MOST_TRIES, MOST_TRIES,
    )  # fmt: skip
    assert world.clock() - NOW > DAY_MS
    assert again(world, stands) == stands


def test_what_is_older_than_its_body_may_be_is_given_up(world: World, pending: Delivery) -> None:
    world.clock.advance(WINDOW_MS + 1)
    assert tried(world, pending).status is DeliveryStatus.FAILED
    assert world.web.sent == []


def test_of_a_long_answer_the_first_bytes_are_remembered_without_what_disturbs_a_page(
    world: World, pending: Delivery
) -> None:
    world.web.receivers[URL] = answering(500, b"\x1b[31m\x00bad\n" + b"\xff" + b"x" * 10_000)
    (attempt,) = tried(world, pending).attempts
    assert len(attempt.answer) <= MOST_ANSWER_BYTES
    assert attempt.answer.isprintable() and "bad" in attempt.answer


# ---- who is not there ------------------------------------------------------------------------------------------------


def test_a_receiver_that_wants_no_more_is_disabled(world: World, acme: Tenant, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(410)
    assert tried(world, pending).status is DeliveryStatus.FAILED
    stands = endpoints.find(world, acme, pending.receiver)
    assert isinstance(stands, Endpoint) and not stands.active
    ended(world, a_job("second"))
    assert len(world.store.deliveries) == 1


@pytest.mark.parametrize("what", ["deleted", "paused"])
def test_what_is_on_its_way_to_who_is_not_there_any_more_is_dropped(
    world: World, acme: Tenant, pending: Delivery, what: str
) -> None:
    if what == "deleted":
        assert endpoints.delete(world, acme, "plain", pending.receiver) is None
    else:
        endpoints.update(world, acme, "plain", pending.receiver, endpoints.Change(active=False))
    assert tried(world, pending).status is DeliveryStatus.DROPPED
    assert world.web.sent == []


def test_what_was_deleted_before_it_was_taken_is_not_sent_again(world: World, acme: Tenant, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(500)
    stands = tried(world, pending)
    (kept,) = (key for key in world.blobs.keys("results/acme/") if "/events/" in key)
    assert not isinstance(delete_job(world, acme, pending.occasion.job_id), Refusal)
    assert world.blobs.head(kept) is None and str(pending.occasion.job_id) in kept
    assert again(world, stands).status is DeliveryStatus.DROPPED
    assert len(world.web.sent) == 1


def test_what_has_no_word_is_dropped(world: World, pending: Delivery) -> None:
    assert tried(world, pending, Plain(body=None)).status is DeliveryStatus.DROPPED
    assert world.web.sent == []


def test_a_job_s_own_webhook_is_called_where_it_says(world: World, acme: Tenant) -> None:
    hooks = [{"webhook_url": "https://a.example/x"}, {"webhook_url": "https://b.example/y"}]
    ended(world, replace(a_job(), echo={"webhooks": hooks}))
    world.web.receivers["https://a.example/x"] = answering(200)
    statuses = [tried(world, delivery).status for delivery in list(world.store.deliveries.values())]
    assert statuses == [DeliveryStatus.DELIVERED, DeliveryStatus.PENDING]
    assert [sent.url for sent in world.web.sent] == ["https://a.example/x", "https://b.example/y"]


# ---- nobody else is held up ------------------------------------------------------------------------------------------


def test_a_receiver_that_does_not_answer_is_left_alone_for_a_while(world: World, acme: Tenant) -> None:
    endpoint(world, acme)
    ended(world, a_job("first"))
    ended(world, a_job("second"))
    first, second = world.store.deliveries.values()
    assert tried(world, first).attempts[0].reason == "The call failed: the server took too long."
    rested = tried(world, second)
    assert (len(world.web.sent), rested.tries, rested.attempts) == (1, 0, ()), "no try was lost by it"
    assert world.clock() + REST_MS <= rested.due_at < world.clock() + 2 * REST_MS
    world.web.receivers[URL] = answering(200)
    assert again(world, rested).status is DeliveryStatus.DELIVERED


def test_a_slow_receiver_has_it_and_then_some_rest(world: World, acme: Tenant, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(200, milliseconds=SLOW_MS)
    assert tried(world, pending).status is DeliveryStatus.DELIVERED
    assert world.deliveries.resting("acme", pending.receiver) > world.clock()


def test_one_dead_receiver_does_not_delay_another(world: World, acme: Tenant) -> None:
    endpoint(world, acme, url="https://dead.example/")
    endpoint(world, acme, url="https://well.example/")
    world.web.receivers["https://well.example/"] = answering(200)
    for name in ("a", "b", "c"):
        ended(world, a_job(name))
        for delivery in list(world.store.deliveries.values()):
            tried(world, delivery)
    assert [sent.url for sent in world.web.sent].count("https://dead.example/") == 1
    assert [sent.url for sent in world.web.sent].count("https://well.example/") == 3


# ---- what callers say ------------------------------------------------------------------------------------------------


def test_a_caller_s_headers_go_along_but_none_that_steer_the_call(world: World, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(200)
    custom = {"Authorization": "Bearer x", "host": "inside", "Content-Length": "5", "Transfer-Encoding": "chunked"}
    custom |= {"X-Two": "a\r\nX-Three: b", "Bad Name": "x", "X-Wide": "é", "X-Padded": " x"}
    tried(world, pending, Plain(custom=custom))
    (sent,) = world.web.sent
    assert sent.headers["Authorization"] == "Bearer x"
    assert {name.lower() for name in sent.headers} == {"authorization", "x-signed", "content-type", "user-agent"}


def test_two_good_secrets_take_turns(world: World, acme: Tenant, pending: Delivery) -> None:
    old = world.endpoints.secrets("acme", pending.receiver)
    assert old is not None
    rotated = endpoints.rotate_secret(world, acme, "plain", pending.receiver)
    assert isinstance(rotated, endpoints.Issued)
    world.web.receivers[URL] = answering(401)
    again(world, again(world, again(world, pending)))
    signed = [sent.headers["X-Signed"].split(" ")[2] for sent in world.web.sent]
    assert signed == [rotated.secret, old.current, rotated.secret]


def test_no_log_holds_a_url_or_a_body(world: World, pending: Delivery) -> None:
    world.web.receivers[URL] = answering(200, b"secret answer")
    tried(world, pending)
    assert world.log.named("delivery_ended")[0]["event_id"] == pending.id
    assert not any(word in repr(world.log.entries) for word in ("example.com", 'ended"', "secret answer"))


def test_nothing_is_done_for_a_delivery_that_is_not_there(world: World, acme: Tenant, pending: Delivery) -> None:
    deliver(world, key_of(replace(pending, id="0" * 36)), {})
    assert world.web.sent == [] and only(world, acme) == pending


def test_each_event_is_told_once_to_each_that_hears_of_it(world: World, acme: Tenant) -> None:
    endpoint(world, acme, Event.DOCUMENT_SUCCEEDED, url="https://a.example/")
    endpoint(world, acme, Event.JOB_COMPLETED, url="https://b.example/")
    world.web.receivers.update({url: answering(200) for url in ("https://a.example/", "https://b.example/")})
    ended(world, a_job(documents=3))
    for delivery in list(world.store.deliveries.values()):
        tried(world, delivery)
    assert sorted(sent.url for sent in world.web.sent) == ["https://a.example/"] * 3 + ["https://b.example/"]
