"""The client: documents in, outcomes out as they end. `Client` for ordinary code, `AsyncClient` for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterable, Mapping
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from quire_client.connection import connect
from quire_client.models import Mode, Outcome, Progress, Target, Wanted
from quire_client.run import Run, Taken
from quire_client.state import State, asked_for
from quire_client.way_locked import LockedWay
from quire_client.way_saved import SavedWay
from quire_client.way_schema import SchemaWay
from quire_client.way_text import TextWay
from quire_client.ways import Way

Tell = Callable[[Progress], None]


class AsyncClient:
    """Of one service. Use it with `async with`; one client may run several `extract` at the same time.

    Args:
        base_url: where its API is.
        api_key: of a tenant.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url = base_url
        self._connection = connect(base_url, api_key)
        self._working: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An iterator that was left by an exception is not closed yet, and its work must not outlive the connection.
        await _ended(self._working)
        await self._connection.__aexit__(kind, error, trace)

    def extract(
        self,
        files: Iterable[str | PathLike[str]],
        *,
        schema: Mapping[str, Any] | None = None,
        extractor: str | None = None,
        pages: str | None = None,
        mode: Mode | None = None,
        target: Target | None = None,
        password: str | None = None,
        on_progress: Tell = lambda _: None,
        state: State | None = None,
    ) -> AsyncGenerator[Outcome, None]:
        """The outcome of each file as it ends, in no order. Closing the iterator stops the work on this side; what was
        submitted goes on over there.

        Args:
            files: paths; each is sent once.
            schema: the JSON Schema whose fields are wanted.
            extractor: or the name of a saved one. Without either: chunks of text and tables.
            pages: of these only, as in `1-3,7` or `4-`; under a schema or an extractor.
            mode: what Textract is asked.
            target: what one filling of the schema stands for; under a schema or an extractor.
            password: opens those files that need one; all the same. Not with a target.
            on_progress: is told each stage of each file.
            state: where an interrupted run is remembered, so that the same call goes on with it. Files whose outcome
                was taken from the iterator and succeeded are then left out.

        Raises:
            Contradiction: at once, where what is asked does not go together.
            Refused: while iterating, where the service refuses all documents alike (its key, schema, extractor). What
                concerns one document is its outcome.
            httpx.HTTPError: while iterating, where the service cannot be reached, after retries.
            OSError: while iterating, where a file cannot be read or the state not be kept; BlockingIOError where
                another run keeps it.
        """
        wanted = Wanted(schema, extractor, pages, mode, target, password)
        paths = list(dict.fromkeys(map(Path, files)))
        return self._outcomes(paths, wanted, on_progress, state or State(None))

    async def _outcomes(
        self, paths: list[Path], wanted: Wanted, tell: Tell, state: State
    ) -> AsyncGenerator[Outcome, None]:
        """The work is one task of its own, so that each outcome may be awaited by another one."""
        with state.alone():
            ended: asyncio.Queue[tuple[Outcome, Taken] | None] = asyncio.Queue()
            run = Run(self._way(wanted), state, tell, lambda outcome, taken: ended.put_nowait((outcome, taken)))
            working = asyncio.create_task(run.all(paths, asked_for(self._base_url, wanted)))
            working.add_done_callback(lambda _: ended.put_nowait(None))
            self._working.add(working)
            try:
                while each := await ended.get():
                    outcome, taken = each
                    yield outcome
                    taken()  # whoever asks for the next has dealt with this one
                await working
            finally:
                self._working.discard(working)
                await _ended([working])

    def _way(self, wanted: Wanted) -> Way:
        if wanted.password is not None and (wanted.schema is not None or wanted.extractor is not None):
            return LockedWay(self._connection, wanted)
        if wanted.schema is not None:
            return SchemaWay(self._connection, wanted)
        if wanted.extractor is not None:
            return SavedWay(self._connection, wanted)
        return TextWay(self._connection, wanted)


async def _ended(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Client:
    """`AsyncClient` for code without asyncio: the same, on an event loop in a thread of its own. Use it with `with`."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url, self._api_key = base_url, api_key
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._portal: BlockingPortal = opening.enter_context(start_blocking_portal())
            self._client = AsyncClient(self._base_url, self._api_key)
            opening.enter_context(self._portal.wrap_async_context_manager(self._client))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def extract(
        self,
        files: Iterable[str | PathLike[str]],
        *,
        schema: Mapping[str, Any] | None = None,
        extractor: str | None = None,
        pages: str | None = None,
        mode: Mode | None = None,
        target: Target | None = None,
        password: str | None = None,
        on_progress: Tell = lambda _: None,
        state: State | None = None,
    ) -> Generator[Outcome, None, None]:
        """See `AsyncClient.extract`. `on_progress` is called in the client's thread."""
        outcomes = self._client.extract(
            files, schema=schema, extractor=extractor, pages=pages, mode=mode, target=target,
            password=password, on_progress=on_progress, state=state,
        )  # fmt: skip
        return self._iterated(outcomes)

    def _iterated(self, outcomes: AsyncGenerator[Outcome, None]) -> Generator[Outcome, None, None]:
        async def following() -> Outcome | None:
            return await anext(outcomes, None)

        try:
            while outcome := self._portal.call(following):
                yield outcome
        finally:
            self._portal.call(outcomes.aclose)
