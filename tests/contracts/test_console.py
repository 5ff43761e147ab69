"""The console's API: who calls, how a refusal is said, whose key it is, files, extractors and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.api_console.contract import say_refusal
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant, digest_of
from quire.http.statuses import STATUS
from quire.service.credentials import make_key
from quire.testing.world import START_MS, World
from tests.contracts.conftest import Caller
from tests.contracts.console import ACME, API, client, submitted, uploaded, with_key
from tests.contracts.extend import SCHEMA

ABSENT = "0197712f-8a00-7abc-8def-0123456789ab"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_the_same_shape(kind: Kind) -> None:
    answer = say_refusal(Refusal(kind, "Why.", {"field": "name"}))
    assert answer.status == STATUS[kind]
    assert answer.body.model_dump() == {  # type: ignore[union-attr]
        "error": {"code": kind.value, "message": "Why.", "details": {"field": "name"}}
    }


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer qk_wrong"}, {"authorization": "Basic qk_wrong"}, {"x-api-key": "qk_wrong"}],
)
def test_a_key_that_is_missing_or_wrong(world: World, headers: dict[str, str]) -> None:
    said = Caller(client(world).contract, world, "acme", headers)("GET", f"{API}/me")
    assert (said.status, said.body["error"]["code"]) == (401, "unauthenticated")


def test_a_key_for_other_contracts_is_forbidden(world: World, call: Caller) -> None:
    key = make_key(world.tenants, "acme", START_MS, contracts=frozenset({"extend"})).secret
    assert with_key(world, key)("GET", f"{API}/me").status == 403


def test_paths_and_methods_that_are_not_there(call: Caller) -> None:
    for path in (f"{API}/nothing", f"{API}/jobs/1/2", "/console/other"):
        assert call("GET", path).status == 404
    for method in ("PATCH", "PUT"):
        refused = call(method, f"{API}/jobs")
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/jobs/{}", "job_not_found"), ("POST", "/jobs/{}/cancel", "job_not_found"),
        ("DELETE", "/jobs/{}", "job_not_found"), ("GET", "/documents/{}", "not_found"),
        ("POST", "/documents/{}/review", "not_found"), ("DELETE", "/keys/{}", "not_found"),
        ("POST", "/deliveries/{}/" + ABSENT + "/redeliver", "not_found"),
        ("POST", "/deliveries/" + ABSENT + "/{}/redeliver", "not_found"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", [ABSENT, ABSENT.upper(), "x", "..", "1" * 3000])
def test_what_is_not_there_is_absent(call: Caller, method: str, path: str, code: str, said: str) -> None:
    refused = call(method, API + path.format(said), {"verdict": "approved"})
    assert (refused.status, refused.body["error"]["code"]) == (404, code)


@pytest.mark.parametrize("path", ["/jobs", "/extractors", "/reviews", "/usage", "/deliveries"])
def test_cursors_and_limits_that_are_none_of_ours(call: Caller, path: str) -> None:
    for query in ("cursor=x", "limit=0", "limit=101", "limit=x", f"cursor={'x' * 257}"):
        refused = call("GET", f"{API}{path}?{query}")
        assert (refused.status, refused.body["error"]["code"]) == (400, "invalid_request"), query


def test_a_key_has_600_requests_a_minute(call: Caller) -> None:
    first = call("GET", f"{API}/me")
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("600", "599")


# ---- me --------------------------------------------------------------------------------------------------------------


def test_whose_key_this_is_and_what_is_left(world: World) -> None:
    client(world, replace(ACME, slots=3))
    key = make_key(world.tenants, "acme", START_MS, "laptop", expires_at=START_MS + DAY_MS).secret
    call = with_key(world, key)
    submitted(call)
    assert call("GET", f"{API}/me").body == {
        "tenant": "acme",
        "key": {"id": digest_of(key)[:12], "name": "laptop", "expires_at": "2025-06-16T15:06:40.000Z"},
        "credits": {"available": 99, "reserved": 1, "spent": 0},
        "slots": 3,
    }


# ---- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_announced_with_the_place_for_its_bytes(call: Caller) -> None:
    said = call("POST", f"{API}/files", {"name": "a.pdf", "size": 5, "media_type": "application/pdf"})
    assert (said.status, said.body["name"], said.body["size"]) == (201, "a.pdf", 5)
    assert f"uploads/acme/{said.body['id']}" in said.body["upload"]["url"]
    assert "method=PUT" in said.body["upload"]["url"] and "size=5" in said.body["upload"]["url"]
    assert said.body["upload"]["until"] == "2025-06-15T16:06:40.000Z"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"size": 5}, "name"),
        ({"name": "", "size": 5}, "name"),
        ({"name": "a", "size": 0}, "size"),
        ({"name": "a", "size": 10**12}, "size"),
    ],
)
def test_a_file_that_cannot_be(call: Caller, asked: dict[str, object], field: str) -> None:
    refused = call("POST", f"{API}/files", asked)
    assert refused.status == 400
    assert [error["loc"] for error in refused.body["error"]["details"]["errors"]] == [["body", field]]


# ---- extractors ------------------------------------------------------------------------------------------------------


def test_a_schema_is_saved_and_offered_again(call: Caller, stranger: Caller) -> None:
    made = call("POST", f"{API}/extractors", {"name": "Invoices", "json_schema": SCHEMA, "review_threshold": 80})
    assert made.status == 201
    assert made.body == {
        "id": made.body["id"], "name": "Invoices", "version": 1, "json_schema": SCHEMA, "review_threshold": 80,
    }  # fmt: skip
    assert call("GET", f"{API}/extractors").body == {"items": [made.body], "next_cursor": None}
    assert stranger("GET", f"{API}/extractors").body["items"] == []


def test_extractors_are_listed_in_pages_the_newest_first(call: Caller) -> None:
    for name in "abc":
        call("POST", f"{API}/extractors", {"name": name, "json_schema": SCHEMA})
        call.world.clock.advance(1000)
    first = call("GET", f"{API}/extractors?limit=2").body
    rest = call("GET", f"{API}/extractors?limit=2&cursor={first['next_cursor']}").body
    assert [one["name"] for one in [*first["items"], *rest["items"]]] == ["c", "b", "a"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"json_schema": {"type": "nothing"}}, "invalid_request"),
        ({"name": "", "json_schema": SCHEMA}, "invalid_request"),
        ({"json_schema": SCHEMA, "review_threshold": 100}, "invalid_request"),
        ({"name": "taken", "json_schema": SCHEMA}, "name_taken"),
    ],
)
def test_an_extractor_that_cannot_be(call: Caller, asked: dict[str, object], code: str) -> None:
    call("POST", f"{API}/extractors", {"name": "taken", "json_schema": SCHEMA})
    refused = call("POST", f"{API}/extractors", {"name": "new", **asked})
    assert refused.body["error"]["code"] == code and refused.status in (400, 409)
    assert len(call("GET", f"{API}/extractors").body["items"]) == 1


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_good_at_once(call: Caller, world: World) -> None:
    world.clock.advance(1)
    made = call("POST", f"{API}/keys", {"name": "laptop", "expires_in_days": 2})
    assert made.status == 201 and made.body["expires_at"] == "2025-06-17T15:06:40.001Z"
    assert with_key(world, made.body["key"])("GET", f"{API}/me").body["key"]["name"] == "laptop"
    listed = call("GET", f"{API}/keys")
    assert made.body["key"] not in str(listed.body)
    first, second = listed.body["items"]
    assert (first["current"], second["current"]) == (True, False)
    assert second == {name: value for name, value in made.body.items() if name != "key"}


def test_a_key_is_made_with_the_limits_of_the_one_that_makes_it(call: Caller, world: World) -> None:
    narrow = make_key(
        world.tenants, "acme", START_MS, "narrow", expires_at=START_MS + DAY_MS, contracts=frozenset({"console"})
    ).secret
    made = with_key(world, narrow)
    for asked, ends in (
        ({}, "2025-06-16T15:06:40.000Z"),
        ({"expires_in_days": 30}, "2025-06-16T15:06:40.000Z"),
    ):
        key = made("POST", f"{API}/keys", {"name": "child", **asked}).body
        assert (key["contracts"], key["expires_at"]) == (["console"], ends)
    assert call("POST", f"{API}/keys", {"name": "free"}).body["expires_at"] is None


def test_a_key_that_is_revoked_lets_nobody_in(call: Caller, world: World, stranger: Caller) -> None:
    made = call("POST", f"{API}/keys", {"name": "lost"}).body
    assert stranger("DELETE", f"{API}/keys/{made['id']}").status == 404
    world.clock.advance(1000)
    gone = call("DELETE", f"{API}/keys/{made['id']}")
    assert (gone.status, gone.body) == (204, None)
    assert with_key(world, made["key"])("GET", f"{API}/me").status == 401
    assert call("DELETE", f"{API}/keys/{made['id']}").status == 204, "revoked again"
    (shown,) = [key for key in call("GET", f"{API}/keys").body["items"] if key["id"] == made["id"]]
    assert shown["revoked_at"] == "2025-06-15T15:06:41.000Z"


def test_nobody_locks_themselves_out(call: Caller) -> None:
    own = call("GET", f"{API}/me").body["key"]["id"]
    refused = call("DELETE", f"{API}/keys/{own}")
    assert (refused.status, refused.body["error"]["code"]) == (409, "conflict")
    assert call("GET", f"{API}/me").status == 200


def test_a_key_has_a_name_and_lasts_a_day_at_least(call: Caller) -> None:
    for asked in ({}, {"name": ""}, {"name": "a", "expires_in_days": 0}, {"name": "a", "expires_in_days": 3651}):
        assert call("POST", f"{API}/keys", asked).status == 400
    assert len(call("GET", f"{API}/keys").body["items"]) == 1


def test_another_tenant_s_files_are_unknown(call: Caller, stranger: Caller) -> None:
    for said in (uploaded(call), ABSENT, "", "x" * 5000):
        refused = stranger("POST", f"{API}/jobs", {"file_ids": [said]})
        assert (refused.status, refused.body["error"]["code"]) == (404, "file_not_found")
