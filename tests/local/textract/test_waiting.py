"""Synchronous calls while the machine is busy: throttled, never lost, and a page is read once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from local.textract.errors import TextractError
from local.textract.waiting import MOST_WAITING, Waiting

BLOCKS = [{"BlockType": "PAGE"}]


class Page:
    """A page that is read when `ready` is set; counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.ready = asyncio.Event()

    async def read(self) -> list[dict[str, Any]]:
        self.begun += 1
        await self.ready.wait()
        return BLOCKS


def run(scene: Callable[[Waiting], Awaitable[None]]) -> None:
    async def play() -> None:
        waiting = Waiting(workers=1, within=0.05)
        try:
            await scene(waiting)
        finally:
            await waiting.close()

    asyncio.run(play())


async def code_of(call: Awaitable[Any]) -> str:
    with pytest.raises(TextractError) as error:
        await call
    return error.value.code


def test_a_page_that_is_read_in_time_is_answered() -> None:
    async def scene(waiting: Waiting) -> None:
        page = Page()
        page.ready.set()
        assert await waiting.read("a", page.read) == BLOCKS

    run(scene)


def test_a_call_that_would_wait_too_long_is_throttled_and_the_next_gets_what_was_read() -> None:
    async def scene(waiting: Waiting) -> None:
        page = Page()
        assert await code_of(waiting.read("a", page.read)) == "ThrottlingException"
        assert await code_of(waiting.read("a", page.read)) == "ThrottlingException"
        page.ready.set()
        assert await waiting.read("a", page.read) == BLOCKS
        assert page.begun == 1

    run(scene)


def test_a_refusal_that_comes_late_is_told_to_the_next_call() -> None:
    async def scene(waiting: Waiting) -> None:
        page = Page()

        async def refused() -> list[dict[str, Any]]:
            await page.read()
            raise TextractError("BadDocumentException")

        assert await code_of(waiting.read("a", refused)) == "ThrottlingException"
        page.ready.set()
        assert await code_of(waiting.read("a", refused)) == "BadDocumentException"

    run(scene)


def test_more_than_can_wait_are_throttled_at_once() -> None:
    async def scene(waiting: Waiting) -> None:
        page = Page()
        for n in range(MOST_WAITING):
            assert await code_of(waiting.read(str(n), page.read)) == "ThrottlingException"
        assert await code_of(waiting.read("more", page.read)) == "ProvisionedThroughputExceededException"
        assert page.begun == MOST_WAITING
        page.ready.set()
        assert await waiting.read("0", page.read) == BLOCKS

    run(scene)
