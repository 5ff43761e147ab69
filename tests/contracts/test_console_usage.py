"""The console's API: what jobs took, webhook endpoints, and the log of their deliveries."""

from __future__ import annotations

import pytest

from quire.domain import cost
from quire.domain.delivery import WINDOW_MS
from quire.domain.endpoint import Event
from quire.domain.tenant import Tenant
from quire.service import endpoints
from quire.service.endpoints import Issued, Wanted
from quire.testing.web import answering
from quire.testing.world import World
from tests.contracts import extend
from tests.contracts.conftest import Caller
from tests.contracts.console import ACME, API, client, ended, row, submitted, uploaded
from tests.contracts.events import deliver_all

URL = "https://example.com/hook"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


def heard(call: Caller, url: str = URL, answer: int = 200) -> str:
    """A new endpoint of no contract, whose receiver answers so."""
    wanted = Wanted(url, frozenset({Event.DOCUMENT_SUCCEEDED}), "hook")
    issued = endpoints.create(call.world, ACME, "standard", wanted)
    assert isinstance(issued, Issued), issued
    call.world.web.receivers[url] = answering(answer, b"<b>said</b>")
    return issued.endpoint.id


# ---- usage -----------------------------------------------------------------------------------------------------------


def test_each_job_says_what_it_took(call: Caller, stranger: Caller) -> None:
    document = ended(call, mode="premium")
    call.world.clock.advance(1000)
    job = submitted(call, uploaded(call), uploaded(call, "b.pdf"))["id"]
    newer, older = call("GET", f"{API}/usage").body["items"]
    assert newer == {
        "job_id": job, "contract": "console", "mode": "fast", "documents": 2, "pages": 0,
        "usd_at_most": round(cost.cost("fast", 0, 2), 6), "created_at": "2025-06-15T15:06:41.000Z",
    }  # fmt: skip
    assert (older["job_id"], older["pages"]) == (row(call, document).job_id, 1)
    assert older["usd_at_most"] == pytest.approx(0.07, abs=0.001)
    assert stranger("GET", f"{API}/usage").body["items"] == []


def test_usage_is_listed_in_pages(call: Caller) -> None:
    jobs = []
    for _ in range(3):
        jobs.append(submitted(call)["id"])
        call.world.clock.advance(1000)
    first = call("GET", f"{API}/usage?limit=2").body
    rest = call("GET", f"{API}/usage?limit=2&cursor={first['next_cursor']}").body
    assert [one["job_id"] for one in [*first["items"], *rest["items"]]] == jobs[::-1]


# ---- endpoints -------------------------------------------------------------------------------------------------------


def test_the_endpoints_of_every_contract_are_listed_without_their_secrets(call: Caller, stranger: Caller) -> None:
    of_none = heard(call)
    call.world.clock.advance(1000)
    asked = {"url": URL, "name": "mine", "enabledEvents": ["extract_run.processed"]}
    of_extend = extend.client(call.world, ACME)("POST", "/webhook_endpoints", asked).body
    said = call("GET", f"{API}/endpoints").body
    assert {(one["contract"], one["name"]) for one in said["items"]} == {("standard", "hook"), ("extend", "mine")}
    assert said["items"][0] == {
        "id": of_none, "contract": "standard", "name": "hook", "url": URL, "active": True,
        "events": ["document.succeeded"],
    }  # fmt: skip
    assert of_extend["signingSecret"] not in str(said)
    assert stranger("GET", f"{API}/endpoints").body["items"] == []


# ---- deliveries ------------------------------------------------------------------------------------------------------


def test_a_delivery_is_shown_with_each_try(call: Caller) -> None:
    receiver = heard(call, answer=500)
    document = ended(call)
    (pending,) = call("GET", f"{API}/deliveries").body["items"]
    assert (pending["status"], pending["tries"], pending["next_at"]) == ("pending", [], pending["created_at"])
    deliver_all(call.world)
    (tried,) = call("GET", f"{API}/deliveries").body["items"]
    (attempt,) = tried["tries"]
    assert (attempt["status"], attempt["reason"], attempt["answer"]) == (500, None, "<b>said</b>")
    assert (tried["receiver"], tried["url"], tried["event"]) == (receiver, URL, "document.succeeded")
    assert (tried["document_id"], tried["job_id"]) == (document, row(call, document).job_id)
    assert tried["next_at"] > attempt["at"] and tried["ended_at"] is None


def test_deliveries_are_listed_the_newest_first_all_or_one_receiver_s(call: Caller, stranger: Caller) -> None:
    mine, other = heard(call), heard(call, "https://other.example/")
    for _ in range(2):
        ended(call)
        call.world.clock.advance(1000)
    assert len(call("GET", f"{API}/deliveries").body["items"]) == 4
    assert {one["receiver"] for one in call("GET", f"{API}/deliveries?receiver={mine}").body["items"]} == {mine}
    first = call("GET", f"{API}/deliveries?receiver={other}&limit=1").body
    rest = call("GET", f"{API}/deliveries?receiver={other}&limit=1&cursor={first['next_cursor']}").body
    assert first["items"][0]["created_at"] > rest["items"][0]["created_at"]
    for query in ("", f"?receiver={mine}", "?receiver=nobody"):
        assert stranger("GET", f"{API}/deliveries{query}").body["items"] == []


def test_a_delivery_is_sent_again_under_the_same_id(call: Caller, stranger: Caller) -> None:
    receiver = heard(call)
    ended(call)
    (first,) = deliver_all(call.world)
    (shown,) = call("GET", f"{API}/deliveries").body["items"]
    assert shown["status"] == "delivered"
    path = f"{API}/deliveries/{receiver}/{shown['id']}/redeliver"
    assert stranger("POST", path).status == 404
    again = call("POST", path)
    assert (again.status, again.body["id"], again.body["status"]) == (200, shown["id"], "pending")
    (second,) = deliver_all(call.world)
    assert second.body == first.body


def test_what_is_past_its_retention_is_not_sent_again(call: Caller) -> None:
    receiver = heard(call)
    ended(call)
    deliver_all(call.world)
    (shown,) = call("GET", f"{API}/deliveries").body["items"]
    call.world.clock.advance(WINDOW_MS + 1)
    refused = call("POST", f"{API}/deliveries/{receiver}/{shown['id']}/redeliver")
    assert (refused.status, refused.body["error"]["code"]) == (410, "result_expired")
