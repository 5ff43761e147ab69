"""Synchronous calls on a machine that is slower than the service: what is not read in time is read on, and the call is
throttled. The next call for the same page gets what was read. So no answer is lost, and waits grow with the load."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from local.textract.errors import TextractError

Blocks = list[dict[str, Any]]

ANSWER_WITHIN = 30.0
"""Seconds: clients wait for 60 (botocore's default, and ours)."""
MOST_WAITING = 8
"""Pages for each worker that may wait: more are throttled at once, as nobody would wait so long."""
MOST_KEPT = 200
"""Pages that were read after their call had ended, and that nobody has asked for again; the oldest go first."""


class Waiting:
    """The pages that synchronous calls have asked for; used from one event loop only."""

    def __init__(self, workers: int, within: float = ANSWER_WITHIN) -> None:
        self._most = MOST_WAITING * workers
        self._within = within
        self._pages: OrderedDict[str, asyncio.Task[Blocks]] = OrderedDict()

    async def read(self, key: str, read: Callable[[], Awaitable[Blocks]]) -> Blocks:
        """What `read` gives, or gave to an earlier call with the same `key` that did not wait for it.

        Raises:
            TextractError: ThrottlingException (call again), or what `read` raises.
        """
        page = self._pages.get(key)
        if page is None:
            if sum(not other.done() for other in self._pages.values()) >= self._most:
                raise TextractError("ProvisionedThroughputExceededException")
            page = self._pages[key] = asyncio.ensure_future(_awaited(read))
            self._forget_old()
        done, _ = await asyncio.wait((page,), timeout=self._within)
        if not done:
            raise TextractError("ThrottlingException")
        self._pages.pop(key, None)
        return page.result()

    async def close(self) -> None:
        """Stops; what is being read is lost, as the server's memory is."""
        for page in self._pages.values():
            page.cancel()
        await asyncio.gather(*self._pages.values(), return_exceptions=True)

    def _forget_old(self) -> None:
        ended = [key for key, page in self._pages.items() if page.done()]
        for key in ended[:-MOST_KEPT]:
            page = self._pages.pop(key)
            page.exception()  # seen: else asyncio complains of it


async def _awaited(read: Callable[[], Awaitable[Blocks]]) -> Blocks:
    return await read()
