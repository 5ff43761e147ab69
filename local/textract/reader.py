"""Documents read page by page by the pool of workers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.textract.tasks import Task
from local.textract.workers import Workers


@dataclass(frozen=True)
class Wanted:
    """What AnalyzeDocument is asked for beside text."""

    features: Sequence[str] = ()
    queries: Sequence[dict[str, Any]] = ()

    @classmethod
    def of(cls, request: dict[str, Any]) -> Wanted:
        return cls(request.get("FeatureTypes", ()), request.get("QueriesConfig", {}).get("Queries", ()))


class Reader:
    """Counts and reads pages.

    Pages of jobs are given to the workers no faster than they are done, so that a synchronous call waits for
    pages being read, not for those of every job that came before it.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._job_pages = asyncio.Semaphore(workers.size)

    async def count(self, path: Path) -> int:
        """How many pages the document has.

        Raises:
            TextractError: what the document is refused for.
        """
        return (await self._workers.do(Task(str(path)))).pages

    async def read(self, path: Path, wanted: Wanted) -> list[dict[str, Any]]:
        """The blocks of a document of one page, without page numbers.

        Raises:
            TextractError: what the document is refused for.
        """
        return (await self._workers.do(Task(str(path), 1, wanted.features, wanted.queries))).blocks

    async def read_all(self, path: Path, pages: int, wanted: Wanted) -> AsyncIterator[list[dict[str, Any]]]:
        """Each page's blocks in order; a few pages are read ahead.

        Raises:
            TextractError: what a page is refused for.
        """
        ahead: deque[asyncio.Task[list[dict[str, Any]]]] = deque()
        try:
            for number in range(1, pages + 1):
                ahead.append(asyncio.create_task(self._page(path, number, wanted)))
                if len(ahead) > self._workers.size:
                    yield await ahead.popleft()
            while ahead:
                yield await ahead.popleft()
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def _page(self, path: Path, number: int, wanted: Wanted) -> list[dict[str, Any]]:
        queries = [query for query in wanted.queries if _asked(query, number)]
        async with self._job_pages:
            return (await self._workers.do(Task(str(path), number, wanted.features, queries, number))).blocks


def _asked(query: dict[str, Any], number: int) -> bool:
    """Whether a query's Pages ("1", "2-4", "3-*", "*"; the first page when absent) hold the page."""
    for pages in query.get("Pages", ("1",)):
        first, dash, last = pages.partition("-")
        last = last if dash else first
        if (first == "*" or int(first) <= number) and (last == "*" or number <= int(last)):
            return True
    return False
