"""The data of many documents: fetched some ahead, in order, read one at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from quire.domain.document import Stored
from quire.export import Exported, Part
from quire.service.export_data import GONE, Waiting, fetched
from quire.testing.blobs import MemoryBlobs
from quire.testing.world import World


def _document(number: int) -> Exported:
    return Exported(f"{number}.pdf", f"d{number}", "succeeded")


def _stored(world: World, number: int) -> Stored:
    result = {"parts": [{"name": None, "pages": [1], "data": {"n": number}, "fields": [], "ungrounded": []}]}
    return world.blobs.put(f"results/acme/{number}.json", json.dumps(result).encode(), "application/json")


@dataclass(frozen=True, slots=True)
class WatchedBlobs(MemoryBlobs):
    """Calls `before` each download."""

    before: Callable[[str], None] = field(default=lambda _key: None)

    def download(self, what: Stored | str, path: Path) -> None:
        assert isinstance(what, Stored)
        self.before(what.key)
        MemoryBlobs.download(self, what, path)


def test_documents_come_in_their_order_with_their_data(world: World, tmp_path: Path) -> None:
    waiting: list[Waiting] = [(_document(n), None if n % 7 == 3 else _stored(world, n)) for n in range(100)]
    documents = list(fetched(world, waiting, tmp_path))
    assert [document.document_id for document in documents] == [f"d{n}" for n in range(100)]
    for number, document in enumerate(documents):
        assert list(document.parts) == ([] if number % 7 == 3 else [Part(None, [1], {"n": number})])
    assert list(tmp_path.iterdir()) == [], "what was read is removed"


def test_the_first_to_come_waits_for_those_before_it(world: World, tmp_path: Path) -> None:
    second_is_there = threading.Event()

    def before(key: str) -> None:
        if key.endswith("/0.json"):
            assert second_is_there.wait(60)
        if key.endswith("/1.json"):
            second_is_there.set()

    world.blobs = WatchedBlobs(world.clock, before=before)
    waiting = [(_document(n), _stored(world, n)) for n in range(2)]
    assert [document.document_id for document in fetched(world, waiting, tmp_path)] == ["d0", "d1"]


def test_only_a_few_are_fetched_ahead(world: World, tmp_path: Path) -> None:
    asked: list[int] = []

    def waiting() -> Iterator[Waiting]:
        for number in range(1000):
            asked.append(number)
            yield _document(number), _stored(world, number)

    documents = fetched(world, waiting(), tmp_path)
    for _ in range(10):
        next(documents)
    assert len(asked) <= 10 + 16
    documents.close()
    assert len(asked) <= 10 + 16


def test_data_that_is_gone_says_so(world: World, tmp_path: Path) -> None:
    (document,) = fetched(world, [(_document(0), Stored("results/acme/0.json", "v0"))], tmp_path)
    assert (document.error, list(document.parts)) == (GONE, [])


def test_a_fault_of_the_bucket_is_one_here(world: World, tmp_path: Path) -> None:
    def before(key: str) -> None:
        if key.endswith("/5.json"):
            raise OSError("slow down")

    world.blobs = WatchedBlobs(world.clock, before=before)
    documents = fetched(world, [(_document(n), _stored(world, n)) for n in range(50)], tmp_path)
    with pytest.raises(OSError, match="slow down"):
        list(documents)
