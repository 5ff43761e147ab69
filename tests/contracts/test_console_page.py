"""The console's page and its files: what is served, to whom, and under which guards."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from functions.api_console import page

BUCKET = "https://bucket.s3.us-east-1.amazonaws.com"
FOLDER = Path(page.__file__).parent / "page"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "index.html")


def event(path: str, method: str = "GET", headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {"rawPath": path, "requestContext": {"http": {"method": method}}, "headers": headers}


def asked(path: str, method: str = "GET", **headers: str) -> dict[str, Any] | None:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return page.file_of(event(path, method, said), lambda: BUCKET)


def served(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    answer = asked(path, method, **headers)
    assert answer is not None
    return answer


def policy_of(answer: dict[str, Any]) -> dict[str, set[str]]:
    directives = (each.split() for each in answer["headers"]["content-security-policy"].split("; "))
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize("path", ["/console", "/console/"])
def test_the_page_is_served_without_a_key(path: str) -> None:
    answer = served(path)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/html; charset=utf-8")
    assert base64.b64decode(answer["body"]) == (FOLDER / "index.html").read_bytes()
    assert page.file_of(event(path), lambda: BUCKET) == answer, "a request may have no headers at all"


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_served_as_it_lies(name: str) -> None:
    answer = served(f"/console/assets/{name}")
    types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    assert answer["headers"]["content-type"] == types[Path(name).suffix]
    assert base64.b64decode(answer["body"]) == (FOLDER / name).read_bytes()


def test_whatever_the_page_names_is_there() -> None:
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:href|src)="(/[^"]*)"', html)
    assert any(name.endswith(".js") for name in named) and any(name.endswith(".css") for name in named)
    for name in named:
        assert served(name)["statusCode"] == 200


@pytest.mark.parametrize("path", ["/console", "/console/assets/main.js"])
def test_nothing_runs_but_our_own_scripts(path: str) -> None:
    policy = policy_of(served(path))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ({"'none'"}, {"'self'"}, {"'self'"})
    assert policy["connect-src"] == {"'self'", BUCKET}
    assert policy["img-src"] == {"'self'", "blob:", "data:", BUCKET}
    for closed in ("base-uri", "form-action", "frame-ancestors"):
        assert policy[closed] == {"'none'"}
    assert policy["require-trusted-types-for"] == {"'script'"}


def test_the_page_keeps_to_its_policy() -> None:
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", html), "nothing in line"
    for name in FILES:
        if name.endswith(".js"):
            script = (FOLDER / name).read_text(encoding="utf-8")
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", script), name


@pytest.mark.parametrize("path", ["/console", "/console/assets/main.js"])
def test_the_other_guards(path: str) -> None:
    headers = served(path)["headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_a_file_that_has_not_changed_is_not_sent_again() -> None:
    first = served("/console/assets/main.js")
    assert first["headers"]["cache-control"] == "no-cache", "asked for each time, by its tag"
    same = served("/console/assets/main.js", If_None_Match=first["headers"]["etag"])
    assert (same["statusCode"], same.get("body")) == (304, None)
    assert same["headers"]["etag"] == first["headers"]["etag"]
    assert "content-security-policy" in same["headers"]
    assert served("/console/assets/main.js", if_none_match='"other"')["statusCode"] == 200
    assert served("/console")["headers"]["etag"] != first["headers"]["etag"]


def test_its_head_alone_may_be_asked_for() -> None:
    assert served("/console", "HEAD")["headers"] == served("/console")["headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_the_api_s_to_refuse(method: str) -> None:
    assert asked("/console", method) is None and asked("/console/assets/main.js", method) is None


@pytest.mark.parametrize(
    "path",
    [
        "/console/assets/", "/console/assets/none.js", "/console/assets/index.html", "/console/assets/../page.py",
        "/console/assets/../handler.py", "/console/assets/%2e%2e/page.py", "/console/assets/..\\page.py",
        "/console/assets//main.js", "/console/assets/main.js/", "/console/assets/MAIN.JS", "/console/main.js",
        "/console/assets/main.js\x00", "/consoles", "/console/index.html", "/console/api/me", "", "/", "main.js",
        "/console/assets//etc/passwd", "index.html",
    ],
)  # fmt: skip
def test_nothing_else_is_a_file(path: str) -> None:
    assert page.file_of(event(path), lambda: pytest.fail("nobody needs to know where the bucket is")) is None
