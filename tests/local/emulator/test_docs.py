"""The page of the contracts: all that it needs is here."""

from __future__ import annotations

import json
import re

import pytest

from local.emulator.front.docs import OPENAPI, page
from local.openapi import TITLES


def served(path: str) -> str:
    found = page(path)
    assert found and found.status == 200, path
    return found.body.decode()


def test_the_page_and_all_that_it_names_is_served_from_here() -> None:
    html = served("/docs")
    named = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(named) == 5
    for path in named:
        assert path.startswith("/docs/"), "nothing comes from elsewhere"
        assert page(path), path
    assert "SwaggerUIBundle" in served("/docs/assets/swagger-ui-bundle.js")
    assert served("/docs/") == html


def test_every_contract_is_offered() -> None:
    offered = json.loads(served("/docs/contracts.json"))
    assert [one["url"] for one in offered] == [f"/docs/openapi/{name}.json" for name in sorted(TITLES)]
    for one in offered:
        assert json.loads(served(one["url"]))["info"]["title"] == one["name"]


def test_scripts_and_styles_have_their_types() -> None:
    kinds = {"docs.js": "javascript", "assets/swagger-ui.css": "text/css", "openapi/extract_page.json": "json"}
    for name, kind in kinds.items():
        found = page(f"/docs/{name}")
        assert found and kind in dict(found.headers)["content-type"]
        assert "default-src 'self'" in dict(found.headers)["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/", "/v1/files", "/docs/x", "/docs/openapi/../design.md", "/docs/openapi/..%2fdesign.md", "/docs/assets/..",
        "/docs/assets/", "/docs/openapi/../../design.md", "/docs/openapi/x.json", "/documents",
    ],
)  # fmt: skip
def test_nothing_else_is(path: str) -> None:
    assert OPENAPI.joinpath("../design.md").is_file(), "there is something to be found"
    assert page(path) is None
