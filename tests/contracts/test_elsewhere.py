"""What lies under no contract's paths: the way to the console, the definitions, and a contract's own 404."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.elsewhere import handler as elsewhere
from local.openapi import TITLES, written
from quire.domain.tenant import Tenant
from quire.testing.world import World
from tests.contracts.conftest import tenant_key

EXTEND = {"authorization": "Bearer {}", "x-extend-api-version": "2026-02-09"}
BEARER = {"authorization": "Bearer {}"}
TERRAFAI = {"authorization": "api-key {}"}
X_API_KEY = {"X-API-KEY": "{}"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(elsewhere, "world", world)
    return world


@pytest.fixture
def key(world: World) -> str:
    return tenant_key(world, Tenant("acme"))


def ask(method: str, path: str, credential: Mapping[str, str], key: str = "") -> dict[str, Any]:
    event = {
        "rawPath": path,
        "requestContext": {"http": {"method": method}, "requestId": "r-1"},
        "headers": {name: value.format(key) for name, value in credential.items()},
    }
    return dict(elsewhere.handler(event, None))


def body(answer: Mapping[str, Any]) -> Any:
    return json.loads(answer["body"])


SPOKEN = [
    ("POST", "/parse", EXTEND, "extend"),
    ("POST", "/parse", BEARER, "extend"),
    ("GET", "/v1/workflows", EXTEND, "extend"),
    ("GET", "/api/v1/pipelines", BEARER, "llamacloud"),
    ("POST", "/api/v1/templates", TERRAFAI, "terrafai"),
    ("GET", "/nowhere", TERRAFAI, "terrafai"),
    ("GET", "/v1/nowhere", X_API_KEY, "extract_page"),
    ("GET", "/api/v1/nowhere", X_API_KEY, "extract_page"),
]


def _code_and_message(contract: str, answer: Mapping[str, Any]) -> tuple[str, str]:
    said = body(answer)
    match contract:
        case "extend":
            assert said.keys() == {"code", "message", "retryable"}
            return said["code"], said["message"]
        case "llamacloud":
            return said["code"], said["detail"]
        case "terrafai":
            assert said["success"] is False
            return said["error"]["code"], said["error"]["message"]
        case _:
            return said["error"], said["message"]


@pytest.mark.parametrize(("method", "path", "credential", "contract"), SPOKEN)
def test_an_unknown_path_is_refused_in_the_words_that_its_caller_speaks(
    key: str, method: str, path: str, credential: Mapping[str, str], contract: str
) -> None:
    answer = ask(method, path, credential, key)
    code, message = _code_and_message(contract, answer)
    assert (answer["statusCode"], code.lower()) == (404, "not_found")
    assert message == f"{method} {path} is not offered here."


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("method", "path", "credential", "contract"), SPOKEN)
def test_without_a_good_key_it_is_a_401_in_the_same_words(
    method: str, path: str, credential: Mapping[str, str], contract: str
) -> None:
    answer = ask(method, path, credential, "wrong")
    code, message = _code_and_message(contract, answer)
    assert (answer["statusCode"], message) == (401, "The API key is missing or not valid.")
    assert code.lower() in ("unauthorized", "unauthenticated", "invalid_api_key")


@pytest.mark.parametrize(
    ("path", "contract"), [("/parse", "extend"), ("/api/v3/x", "llamacloud"), ("/v1/x", "extract_page")]
)
@pytest.mark.usefixtures("world")
def test_who_sends_no_credential_is_told_from_the_path(path: str, contract: str) -> None:
    answer = ask("POST", path, {})
    assert answer["statusCode"] == 401
    assert all(_code_and_message(contract, answer))


@pytest.mark.usefixtures("world")
def test_the_root_leads_to_the_console() -> None:
    for method in ("GET", "HEAD"):
        answer = ask(method, "/", {})
        assert (answer["statusCode"], answer["headers"]["location"]) == (302, "/console")
    assert ask("POST", "/", {})["statusCode"] == 401


@pytest.mark.usefixtures("world")
def test_the_definitions_are_those_of_the_routes() -> None:
    listed = body(ask("GET", "/openapi.json", {}))["documents"]
    assert [each["name"] for each in listed] == sorted(TITLES)
    for each in listed:
        answer = ask("GET", each["url"], {})
        assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "application/json")
        assert answer["body"] == written(each["name"])
        assert body(answer)["info"]["title"] == each["title"]
    assert ask("HEAD", "/openapi.json", {})["body"] == ""


@pytest.mark.parametrize("path", ["/openapi/", "/openapi/../extend.json", "/openapi/none.json", "/openapi.json/x"])
def test_no_other_file_is_among_them(key: str, path: str) -> None:
    assert ask("GET", path, X_API_KEY, key)["statusCode"] == 404
