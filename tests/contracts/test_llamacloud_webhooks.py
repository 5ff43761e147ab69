"""LlamaCloud's contract: webhook configurations that are saved, and the jobs that name them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_llamacloud import events
from quire.domain.delivery import hooks_of
from quire.domain.tenant import Tenant
from quire.service.deliver import deliver
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.golden import assert_golden
from tests.contracts.llamacloud import RESULT, SCHEMA, client, uploaded

ALL, PAGES = "/api/v1/beta/webhook-configs", "/api/v2/webhook-configs"
URL, SECRET = "https://example.com/hook", "a signing secret"
WHOLE = {
    "webhook_url": URL,
    "webhook_events": ["extract.success", "parse.success"],
    "webhook_headers": {"x-order": "7"},
    "webhook_output_format": "json",
    "webhook_signing_secret": SECRET,
}


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


def saved(call: Caller, **asked: Any) -> dict[str, Any]:
    answer = call("POST", ALL, {"webhook_url": URL, **asked})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def begun(call: Caller, *config_ids: str, **more: Any) -> Any:
    body = {"file_input": uploaded(call)["id"], "configuration": {"data_schema": SCHEMA}}
    return call("POST", "/api/v2/extract", {**body, "webhook_configuration_ids": list(config_ids), **more})


def test_a_configuration_is_saved_and_shown_without_its_secret(call: Caller) -> None:
    made = call("POST", ALL, WHOLE)
    assert_golden("llamacloud", "webhook_config", made)
    assert SECRET not in json.dumps(made.body)
    assert call("GET", f"{ALL}/{made.body['id']}").body == made.body


def test_an_update_changes_what_it_names(call: Caller) -> None:
    made = saved(call, **WHOLE)
    path = f"{ALL}/{made['id']}"
    call.world.clock.advance(1000)
    changed = call("PUT", path, {"webhook_url": f"{URL}/2", "webhook_events": None}).body
    assert (changed["webhook_url"], changed["webhook_events"]) == (f"{URL}/2", None)
    same = ("webhook_headers", "webhook_output_format", "has_secret", "created_at")
    assert [changed[name] for name in same] == [made[name] for name in same]
    assert changed["updated_at"] > made["updated_at"]
    assert call("PUT", path, {"webhook_signing_secret": None}).body["has_secret"] is False
    assert call("PUT", path, {"webhook_signing_secret": "another one"}).body["has_secret"] is True
    secrets = call.world.endpoints.secrets("acme", made["id"])
    assert secrets and secrets.static == "another one"


def test_configurations_are_listed_the_newest_first(call: Caller) -> None:
    made: list[str] = []
    for _ in range(3):
        made.insert(0, saved(call)["id"])
        call.world.clock.advance(1)
    assert [one["id"] for one in call("GET", ALL).body] == made
    first = call("GET", f"{PAGES}?page_size=2&include_total=true").body
    second = call("GET", f"{PAGES}?page_size=2&page_token={first['next_page_token']}").body
    assert [one["id"] for one in (*first["items"], *second["items"])] == made
    assert (first["total_size"], second["total_size"], second["next_page_token"]) == (3, None, None)


def test_a_deleted_configuration_is_gone(call: Caller) -> None:
    config_id = saved(call)["id"]
    assert call("DELETE", f"{ALL}/{config_id}").status == 204
    for method in ("GET", "DELETE"):
        assert call(method, f"{ALL}/{config_id}").status == 404
    assert call("PUT", f"{ALL}/{config_id}", {}).status == 404
    assert begun(call, config_id).status == 404


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"webhook_url": "http://example.com"}, "webhook_url"),
        ({"webhook_events": []}, "webhook_events"),
        ({"webhook_events": ["extract.unheard"]}, "webhook_events"),
        ({"webhook_output_format": "xml"}, "webhook_output_format"),
        ({"webhook_signing_secret": "short"}, "secret"),
        ({"webhook_evnts": ["extract.success"]}, None),
    ],
)
def test_what_cannot_be_saved_is_refused(call: Caller, wrong: dict[str, Any], place: str | None) -> None:
    config_id = saved(call)["id"]
    for method, path in (("POST", ALL), ("PUT", f"{ALL}/{config_id}")):
        refused = call(method, path, {"webhook_url": URL, **wrong})
        assert (refused.status, refused.body["detail"][0]["loc"][:2]) == (422, ["body", place] if place else ["body"])


def test_a_job_tells_those_that_it_names_and_no_others(call: Caller, world: World) -> None:
    named, _other = saved(call, **WHOLE), saved(call, webhook_url=f"{URL}/other")
    job = begun(call, named["id"], webhook_configurations=[{"webhook_url": f"{URL}/own"}]).body["id"]
    call.start(job)
    call.end(job, 0, json.dumps(RESULT).encode())
    kept = world.jobs.get("acme", job)
    assert kept and [hook["webhook_url"] for hook in hooks_of(kept)] == [f"{URL}/own", URL]
    for key in list(world.store.deliveries):
        deliver(world, key, {"llamacloud": events})
    sent = {one.url: one for one in world.web.sent}
    assert set(sent) == {f"{URL}/own", URL}
    assert sent[URL].headers["x-order"] == "7"
    assert sent[URL].headers["LC-Signature"].startswith("sha256=")
    assert json.loads(sent[URL].body)["event_type"] == "extract.success"


def test_a_job_keeps_a_configuration_as_it_was(call: Caller, world: World) -> None:
    made = saved(call, **WHOLE)
    job = begun(call, made["id"]).body["id"]
    call("DELETE", f"{ALL}/{made['id']}")
    kept = world.jobs.get("acme", job)
    assert kept and hooks_of(kept)[0] == WHOLE


def test_a_job_has_ten_webhooks_at_most(call: Caller) -> None:
    config_id, own = saved(call)["id"], [{"webhook_url": URL}]
    assert begun(call, *[config_id] * 9, webhook_configurations=own).status == 200
    assert begun(call, *[config_id] * 10, webhook_configurations=own).status == 422


def test_another_tenant_s_configuration_is_as_one_that_never_was(call: Caller, world: World) -> None:
    config_id, stranger = saved(call)["id"], client(world, Tenant("stranger"))
    assert stranger("GET", f"{ALL}/{config_id}").status == begun(stranger, config_id).status == 404
    assert stranger("GET", ALL).body == []
