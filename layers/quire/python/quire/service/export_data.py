"""The data of many documents, fetched some ahead, read one at a time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from quire.domain.document import Stored
from quire.domain.ports import World
from quire.export import Exported, Part

GONE = "The result has passed its retention and is gone."
_THREADS = 8
_AHEAD = 16

Waiting = tuple[Exported, Stored | None]
"""A document without its data, and where that is."""


def fetched(world: World, documents: Iterable[Waiting], folder: Path) -> Generator[Exported, None, None]:
    """The documents in their order, with the data of those that have some; `folder` holds the few that are fetched and
    not read yet. Close it when it is not read to its end."""
    pool = ThreadPoolExecutor(_THREADS)
    asked: deque[tuple[Exported, Path, Future[bool] | None]] = deque()
    rest = enumerate(documents)

    def ask(number: int) -> None:
        for place, (document, stored) in islice(rest, number):
            path = folder / f"{place}.json"
            asked.append((document, path, pool.submit(_fetch, world, stored, path) if stored else None))

    try:
        ask(_AHEAD)
        while asked:
            document, path, coming = asked.popleft()
            ask(1)
            if coming is None:
                yield document
            elif coming.result():
                yield replace(document, parts=_parts(path))
            else:
                yield replace(document, error=GONE)
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(world: World, stored: Stored, path: Path) -> bool:
    try:
        world.blobs.download(stored, path)
    except KeyError:
        return False
    return True


def _parts(path: Path) -> list[Part]:
    """The parts that `quire.service.written` wrote; chunks are one part."""
    with path.open(encoding="utf-8") as body:
        result: dict[str, Any] = json.load(body)
    path.unlink()
    if "parts" in result:
        return [Part(part["name"], part["pages"], part["data"]) for part in result["parts"]]
    pages = sorted({chunk["page_no"] for chunk in result["chunks"]})
    return [Part(None, pages, result)]
