"""The committed OpenAPI documents are what the routes say, and OpenAPI."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from local.openapi import FOLDER, TITLES, contract_of, written


@pytest.fixture(params=TITLES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def committed(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def test_the_committed_document_is_what_the_routes_say(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == written(name), "`make openapi` writes it anew"


def test_it_is_openapi(committed: dict[str, Any]) -> None:
    assert committed["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(committed).iter_errors()) == []


def test_each_route_is_an_operation_with_an_answer(name: str, committed: dict[str, Any]) -> None:
    said = {
        (method.upper(), path): operation
        for path, item in committed["paths"].items()
        for method, operation in item.items()
    }
    routes = {(route.method, re.sub(r"<(\w+)>", r"{\1}", route.path)) for route in contract_of(name).routes}
    assert said.keys() == routes
    for place, operation in said.items():
        assert any(status.startswith(("2", "3")) for status in operation["responses"]), place
        assert operation["summary"], place
    ids = [operation["operationId"] for operation in said.values()]
    assert len(ids) == len(set(ids))


def test_what_changes_something_names_its_body(name: str, committed: dict[str, Any]) -> None:
    """Bodies come with POST, PUT and PATCH alone; a POST without one is an action on what its path names."""
    for path, item in committed["paths"].items():
        for method, operation in item.items():
            if "requestBody" in operation:
                assert method in ("post", "put", "patch"), path
            elif method in ("put", "patch"):
                pytest.fail(f"{method} {path} names no body")


def test_every_contract_has_one() -> None:
    folders = {folder.name.removeprefix("api_") for folder in (FOLDER.parents[1] / "functions").glob("api_*")}
    assert folders == TITLES.keys()
    assert {path.stem for path in FOLDER.glob("*.json")} == TITLES.keys()
