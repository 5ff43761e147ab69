"""Extend's contract: webhook endpoints and subscriptions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quire.domain.endpoint import Event
from quire.domain.tenant import Tenant
from quire.http.ids import plain_id, say_id
from quire.service.endpoints import covering
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.extend import client, save, walk
from tests.contracts.golden import assert_golden

NEVER = "0190a3d2-0000-7000-8000-000000000000"
ASKED = {
    "url": "https://example.com/hook",
    "name": "Ours",
    "enabledEvents": ["extract_run.processed", "batch_processor_run.processed", "workflow.created"],
    "apiVersion": "2026-02-09",
}


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=100))


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other", rate_factor=100))


def endpoint(call: Caller, **asked: Any) -> dict[str, Any]:
    answer = call("POST", "/webhook_endpoints", {**ASKED, **asked})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def subscription(call: Caller, endpoint_id: str, extractor_id: str, *events: str) -> dict[str, Any]:
    asked = {
        "webhookEndpointId": endpoint_id,
        "resourceType": "extractor",
        "resourceId": extractor_id,
        "enabledEvents": events or ["extract_run.failed"],
    }
    answer = call("POST", "/webhook_subscriptions", asked)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def told(call: Caller, event: Event, extractor: str | None = None) -> int:
    """How many endpoints hear of it."""
    plain = plain_id("ex", extractor) if extractor else None
    return len(covering(call.world, call.tenant, "extend", plain, event))


# ---- endpoints -------------------------------------------------------------------------------------------------------


def test_an_endpoint_shows_its_secret_once(call: Caller) -> None:
    advanced = {"headers": {"X-Ours": "1"}, "payload": {"format": "url", "urlThresholdBytes": 1000}}
    answer = call("POST", "/webhook_endpoints", {**ASKED, "advancedOptions": advanced})
    assert_golden("extend", "endpoint_created", answer)
    made = dict(answer.body)
    assert made["id"].startswith("wh_") and made.pop("signingSecret").startswith("wss_")
    assert made["advancedOptions"] == advanced
    assert call("GET", f"/webhook_endpoints/{made['id']}").body == made
    assert walk(call, "/webhook_endpoints") == [made]


def test_the_events_of_an_endpoint_are_ours_by_their_own_names(call: Caller) -> None:
    made = endpoint(call)
    assert made["enabledEvents"] == ASKED["enabledEvents"]
    heard = {event for event in Event if told(call, event)}
    assert heard == {Event.DOCUMENT_SUCCEEDED, Event.JOB_COMPLETED, Event.JOB_PARTIALLY_FAILED}
    changed = call("POST", f"/webhook_endpoints/{made['id']}", {"enabledEvents": ["extractor.version.published"]})
    assert changed.body["enabledEvents"] == ["extractor.version.published"]
    assert {event for event in Event if told(call, event)} == {Event.EXTRACTOR_RELEASED}


def test_a_change_replaces_what_it_names(call: Caller) -> None:
    made = endpoint(call, advancedOptions={"headers": {"A": "b"}})
    path = f"/webhook_endpoints/{made['id']}"
    changed = call("POST", path, {"name": "Other", "status": "disabled", "url": "https://example.com/2"}).body
    assert (changed["name"], changed["status"], changed["url"]) == ("Other", "disabled", "https://example.com/2")
    assert changed["advancedOptions"] == {"headers": {"A": "b"}} and changed["enabledEvents"] == made["enabledEvents"]
    assert told(call, Event.DOCUMENT_SUCCEEDED) == 0
    assert call("POST", path, {"advancedOptions": None}).body["advancedOptions"] is None


def test_endpoints_are_listed_newest_first_and_by_status(call: Caller) -> None:
    made = []
    for n in range(5):
        made.append(endpoint(call, status="disabled" if n % 2 else "enabled")["id"])
        call.world.clock.advance(10)
    assert [one["id"] for one in walk(call, "/webhook_endpoints")] == made[::-1]
    assert [one["id"] for one in walk(call, "/webhook_endpoints?sortDir=asc&status=disabled")] == [made[1], made[3]]


def test_a_deleted_endpoint_is_gone_with_its_subscriptions(call: Caller) -> None:
    made = endpoint(call)["id"]
    own = subscription(call, made, save(call)["id"])["id"]
    assert call("DELETE", f"/webhook_endpoints/{made}").body == {"id": made}
    gone = [call("GET", path).status for path in (f"/webhook_endpoints/{made}", f"/webhook_subscriptions/{own}")]
    assert gone == [404, 404]


@pytest.mark.parametrize(
    "asked",
    [
        {"url": "http://example.com/hook"},
        {"url": "nowhere"},
        {"name": ""},
        {"enabledEvents": ["extract_run.done"]},
        {"apiVersion": "2025-04-21"},
        {"status": "on"},
        {"advancedOptions": {"payload": {"format": "xml"}}},
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(call: Caller, asked: dict[str, Any]) -> None:
    answer = call("POST", "/webhook_endpoints", {**ASKED, **asked})
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (400, "INVALID_REQUEST", False)


# ---- subscriptions ---------------------------------------------------------------------------------------------------


def test_a_subscription_is_about_one_extractor(call: Caller) -> None:
    made, extractor, other = endpoint(call, enabledEvents=[]), save(call)["id"], save(call, "other")["id"]
    asked = {
        "webhookEndpointId": made["id"],
        "resourceType": "extractor",
        "resourceId": extractor,
        "enabledEvents": ["extract_run.failed"],
    }
    answer = call("POST", "/webhook_subscriptions", asked)
    assert_golden("extend", "subscription_created", answer)
    assert answer.body["id"].startswith("whes_")
    assert call("GET", f"/webhook_subscriptions/{answer.body['id']}").body == answer.body
    assert (told(call, Event.DOCUMENT_FAILED, extractor), told(call, Event.DOCUMENT_FAILED, other)) == (1, 0)


def test_to_subscribe_again_changes_the_events(call: Caller) -> None:
    made, extractor = endpoint(call, enabledEvents=[])["id"], save(call)["id"]
    first = subscription(call, made, extractor)
    again = subscription(call, made, extractor, "extract_run.processed")
    assert again["id"] == first["id"] and again["enabledEvents"] == ["extract_run.processed"]
    path = f"/webhook_subscriptions/{first['id']}"
    events = ["batch_processor_run.failed"]
    assert call("POST", path, {"enabledEvents": events}).body["enabledEvents"] == events
    assert told(call, Event.JOB_FAILED, extractor) == 1 and told(call, Event.DOCUMENT_SUCCEEDED, extractor) == 0


def test_subscriptions_are_listed_by_endpoint_and_by_extractor(call: Caller) -> None:
    ends = [endpoint(call, enabledEvents=[])["id"] for _ in range(2)]
    subjects = [save(call, f"n{n}")["id"] for n in range(2)]
    made = {}
    for end in ends:
        for subject in subjects:
            made[end, subject] = subscription(call, end, subject)["id"]
            call.world.clock.advance(10)
    path = "/webhook_subscriptions"
    assert [one["id"] for one in walk(call, path)] == list(made.values())[::-1]
    of_end = walk(call, f"{path}?webhookEndpointId={ends[0]}&sortDir=asc")
    assert [one["id"] for one in of_end] == [made[ends[0], subject] for subject in subjects]
    of_subject = walk(call, f"{path}?resourceId={subjects[1]}&sortDir=asc")
    assert [one["id"] for one in of_subject] == [made[end, subjects[1]] for end in ends]
    assert walk(call, f"{path}?resourceId=ex_1") == walk(call, f"{path}?webhookEndpointId=wh_1") == []


def test_a_deleted_subscription_is_gone(call: Caller) -> None:
    own = subscription(call, endpoint(call)["id"], save(call)["id"])["id"]
    assert call("DELETE", f"/webhook_subscriptions/{own}").body == {"id": own}
    assert [call(method, f"/webhook_subscriptions/{own}").status for method in ("GET", "DELETE")] == [404, 404]


def test_what_cannot_be_subscribed_to_is_refused(call: Caller) -> None:
    made, extractor = endpoint(call)["id"], save(call)["id"]
    asked = {"webhookEndpointId": made, "resourceType": "extractor", "resourceId": extractor, "enabledEvents": []}
    for wrong, status in (
        ({"webhookEndpointId": "wh_1"}, 404),
        ({"webhookEndpointId": say_id("wh", NEVER)}, 404),
        ({"resourceId": "ex_1"}, 404),
        ({"resourceId": say_id("ex", NEVER)}, 404),
        ({"resourceType": "workflow"}, 404),
        ({"resourceType": "thing"}, 400),
        ({"enabledEvents": ["extractor.created"]}, 400),
    ):
        assert call("POST", "/webhook_subscriptions", {**asked, **wrong}).status == status, wrong


# ---- of others -------------------------------------------------------------------------------------------------------


def test_what_is_anothers_is_as_if_it_had_never_been(call: Caller, stranger: Caller) -> None:
    made = endpoint(call)["id"]
    own = subscription(call, made, save(call)["id"])["id"]
    for path, theirs, never in (
        ("/webhook_endpoints", made, say_id("wh", NEVER)),
        ("/webhook_subscriptions", own, say_id("whes", NEVER)),
    ):
        for method, body in (("GET", None), ("POST", {"enabledEvents": []}), ("DELETE", None)):
            answers = [stranger(method, f"{path}/{one}", body) for one in (theirs, never, "x_1")]
            assert {answer.status for answer in answers} == {404}
            assert len({json.dumps(answer.body) for answer in answers}) == 1
        assert walk(stranger, path) == []
        assert call("GET", f"{path}/{theirs}").status == 200
