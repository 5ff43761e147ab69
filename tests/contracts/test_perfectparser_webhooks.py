"""PerfectParser's contract: webhooks. What they are sent: `test_events`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from quire.domain.delivery import Delivery
from quire.domain.endpoint import MOST_ENDPOINTS, Event
from quire.domain.tenant import Tenant
from quire.service import deliveries
from quire.testing.web import answering
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.events import deliver_all
from tests.contracts.golden import assert_golden
from tests.contracts.perfectparser import client

DOCUMENT, JOB = "extraction.document_completed", "extraction.job_completed"
URL = "https://example.com/hook"


@pytest.fixture
def delivered_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a delivery finds it delivered."""

    def until(look: Callable[[], Delivery | None], *_: object) -> Delivery | None:
        deliver_all(world)
        return look()

    monkeypatch.setattr(deliveries, "until", until)


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=10))


def webhook(call: Caller, url: str = URL, **more: Any) -> dict[str, Any]:
    answer = call("POST", "/v1/webhooks", {"url": url, "events": [JOB], **more})
    assert answer.status == 201, answer.body
    return dict(answer.body["webhook"])


def test_a_webhook_is_created_and_its_signing_secret_said_once(call: Caller) -> None:
    body = {"url": URL, "events": [JOB, DOCUMENT, JOB], "secret": "a static word"}
    created = call("POST", "/v1/webhooks", body)
    assert_golden("perfectparser", "webhook_created", created)
    said = dict(created.body["webhook"])
    secret = said.pop("signing_secret")
    assert secret.startswith("wh_sec_")
    again = call("GET", f"/v1/webhooks/{said['webhook_id']}")
    assert again.body["webhook"] == {**said, "deliveries": []}
    assert secret not in str(call("GET", "/v1/webhooks").body)
    (endpoint,) = call.world.endpoints.listed("acme")
    kept = call.world.endpoints.secrets("acme", endpoint.id)
    assert kept and (kept.static, f"wh_sec_{kept.current}") == ("a static word", secret)


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        (DOCUMENT, {Event.DOCUMENT_SUCCEEDED, Event.DOCUMENT_FAILED, Event.DOCUMENT_CANCELLED}),
        (JOB, {Event.JOB_COMPLETED, Event.JOB_PARTIALLY_FAILED, Event.JOB_FAILED, Event.JOB_CANCELLED,
               Event.JOB_EXPIRED}),
    ],
)  # fmt: skip
def test_completed_is_whatever_has_ended(call: Caller, name: str, heard: set[Event]) -> None:
    assert webhook(call, events=[name])["events"] == [name]
    (endpoint,) = call.world.endpoints.listed("acme")
    assert endpoint.events == heard


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"events": [JOB]}, "url"),
        ({"url": URL}, "events"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["batch.completed"]}, "events.0"),
        ({"url": "http://example.com/hook", "events": [JOB]}, "url"),
        ({"url": "ftp://example.com/hook", "events": [JOB]}, "url"),
        ({"url": "https://user:word@example.com/hook", "events": [JOB]}, "url"),
        ({"url": "no url", "events": [JOB]}, "url"),
        ({"url": URL, "events": [JOB], "secret": "seven77"}, "secret"),
    ],
)
def test_a_webhook_that_is_not_well_described(call: Caller, body: dict[str, Any], field: str) -> None:
    answer = call("POST", "/v1/webhooks", body)
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")
    assert field in [detail["field"] for detail in answer.body["error"]["details"]]
    assert call.world.endpoints.listed("acme") == []


def test_a_secret_of_8_characters_will_do(call: Caller) -> None:
    assert "secret" not in webhook(call, secret="eight888")


def test_what_an_update_leaves_out_stays(call: Caller) -> None:
    made = webhook(call)
    del made["signing_secret"]
    path = f"/v1/webhooks/{made['webhook_id']}"
    paused = call("PATCH", path, {"is_active": False})
    assert (paused.status, paused.body["webhook"]) == (200, {**made, "is_active": False})
    moved = call("PATCH", path, {"url": "https://example.com/other", "events": [DOCUMENT]}).body["webhook"]
    assert (moved["url"], moved["events"], moved["is_active"]) == ("https://example.com/other", [DOCUMENT], False)
    assert call("PATCH", path, {"events": []}).status == 400
    assert call("PATCH", path, {"url": "http://example.com"}).status == 400


def test_a_deleted_webhook_is_gone(call: Caller) -> None:
    path = f"/v1/webhooks/{webhook(call)['webhook_id']}"
    answer = call("DELETE", path)
    assert (answer.status, answer.body) == (204, None)
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test")):
        assert call(method, path + rest, {}).body["error"]["code"] == "RESOURCE_NOT_FOUND"


def test_webhooks_are_listed_the_newest_first_page_by_page(call: Caller) -> None:
    made = []
    for _ in range(5):
        made.append(webhook(call)["webhook_id"])
        call.world.clock.advance(1)
    seen: list[str] = []
    cursor = ""
    while True:
        page = call("GET", f"/v1/webhooks?limit=2{cursor}").body
        seen += [each["webhook_id"] for each in page["webhooks"]]
        if not page["pagination"]["has_next_page"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert seen == made[::-1]
    assert call("GET", "/v1/webhooks?limit=0").status == call("GET", "/v1/webhooks?cursor=!").status == 400


def test_a_test_is_sent_and_what_became_of_it_is_said(call: Caller, delivered_at_once: None) -> None:
    path = f"/v1/webhooks/{webhook(call)['webhook_id']}"
    call.world.web.receivers[URL] = answering(200, b"thanks")
    answer = call("POST", f"{path}/test")
    assert_golden("perfectparser", "webhook_tested", answer)
    assert (answer.body["delivered"], answer.body["payload"]["test"]) == (True, True)
    assert json.loads(call.world.web.sent[0].body) == answer.body["payload"]
    assert_golden("perfectparser", "webhook_with_deliveries", call("GET", path))


def test_a_test_that_is_not_taken_says_why(call: Caller, delivered_at_once: None) -> None:
    path = f"/v1/webhooks/{webhook(call)['webhook_id']}"
    silent = call("POST", f"{path}/test").body
    assert (silent["delivered"], silent["message"]) == (False, "The call failed: the server took too long.")
    call.world.web.receivers[URL] = answering(503)
    refused = call("POST", f"{path}/test").body
    assert (refused["success"], refused["message"]) == (False, "The test was answered with status 503.")
    shown = call("GET", path).body["webhook"]["deliveries"]
    assert [each["status"] for each in shown] == ["failed", "failed"]


def test_a_tenant_has_only_so_many(call: Caller) -> None:
    for _ in range(MOST_ENDPOINTS):
        webhook(call)
    answer = call("POST", "/v1/webhooks", {"url": URL, "events": [JOB]})
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")


def test_another_tenant_s_webhook_is_as_one_that_never_was(call: Caller, world: World) -> None:
    stranger = client(world, Tenant("other"))
    path = f"/v1/webhooks/{webhook(call)['webhook_id']}"
    never = stranger("GET", "/v1/webhooks/wh_" + "0" * 32)
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test")):
        answer = stranger(method, path + rest, {})
        assert (answer.status, answer.body) == (never.status, never.body)
    assert stranger("GET", "/v1/webhooks").body["webhooks"] == []
    assert call("GET", path).status == 200
