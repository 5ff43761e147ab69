"""Which origins the gateway lets call."""

from __future__ import annotations

import pytest

from local.emulator.front import cors
from local.emulator.front.payload import Request

ORIGIN = "https://app.example.com"
ASKED = [("origin", ORIGIN), ("access-control-request-method", "POST")]


def request(*headers: tuple[str, str], method: str = "OPTIONS") -> Request:
    return Request(method, "/", "", list(headers), b"", "127.0.0.1")


def test_without_a_configuration_nothing_is_said() -> None:
    assert cors.preflight({}, request(*ASKED)) is None
    assert cors.added({}, request(("origin", ORIGIN), method="GET")) == []


@pytest.mark.parametrize(
    ("origins", "said"),
    [([ORIGIN, "https://b.example"], ORIGIN), (["*"], "*"), (["https://b.example"], None), ([f"{ORIGIN}.evil"], None)],
)
def test_only_the_origins_that_are_listed_may_call(origins: list[str], said: str | None) -> None:
    configuration = {"AllowOrigins": origins, "AllowMethods": ["POST"]}
    answer = cors.preflight(configuration, request(*ASKED))
    assert answer is not None
    assert dict(answer.headers).get("access-control-allow-origin") == said
    assert bool(answer.headers) is (said is not None)
    added = cors.added(configuration, request(("origin", ORIGIN), method="GET"))
    assert dict(added).get("access-control-allow-origin") == said


def test_only_a_browser_s_question_is_answered() -> None:
    configuration = {"AllowOrigins": ["*"]}
    assert cors.preflight(configuration, request(("origin", ORIGIN))) is None
    assert cors.preflight(configuration, request(ASKED[1])) is None
    assert cors.preflight(configuration, request(*ASKED, method="POST")) is None
