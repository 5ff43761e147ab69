"""One local stack and one browser for all tests of the console; each test has a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.stack import Stack, start, stop
from tests.browser.console import LARGE, Console, Scheme, console, launch
from tests.browser.service import Service

Opens = Callable[..., Console]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("stack")
    yield start(state=state, port=0)
    assert stop(state)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def service(stack: Stack) -> Iterator[Service]:
    service = Service.of(stack)
    with service.http:
        yield service


@pytest.fixture
def opens(browser: Browser, stack: Stack) -> Iterator[Opens]:
    """Opens consoles; the test fails where one of them complained of what the test did not expect."""
    opened: list[Console] = []
    with ExitStack() as open_ones:

        def another(size: tuple[int, int] = LARGE, scheme: Scheme = "light", key: str | None = None) -> Console:
            made = console(browser, stack.base_url, key or stack.api_key, size, scheme)
            opened.append(open_ones.enter_context(made))
            return opened[-1]

        yield another
        assert [one.complained() for one in opened] == [[] for _ in opened]


@pytest.fixture
def desk(opens: Opens) -> Console:
    """A console on a large screen."""
    return opens()


@pytest.fixture(scope="session")
def invoice() -> bytes:
    return (SAMPLES / "invoice.pdf").read_bytes()


@pytest.fixture(scope="session")
def extractor(service: Service) -> str:
    """The id of the saved extractor `invoice`."""
    (found,) = [one["id"] for one in service.get("/extractors")["items"] if one["name"] == "invoice"]
    return str(found)


SAMPLES = Path(__file__).parents[2] / "samples"
