"""A file that is elsewhere, by its ranges: what is read is right, and as little of it is fetched as can be."""

from __future__ import annotations

import io
import random

import pytest

from quire.reading.ranges import BLOCK, Remote, Served, Spent

CONTENT = random.Random(4711).randbytes(40 * BLOCK + 123)


class Source:
    """The file where it is, with a note of what was fetched."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.fetched: list[tuple[int, int]] = []

    def __call__(self, start: int, length: int) -> bytes:
        self.fetched.append((start, length))
        return self.content[start : start + length]


def served(source: Source, budget: int = 1 << 30) -> Served:
    return Served(source, len(CONTENT), budget)


def test_any_range_is_what_the_file_has_there() -> None:
    chance = random.Random(1)
    file = served(Source())
    for _ in range(300):
        start, length = chance.randrange(len(CONTENT) + 10), chance.randrange(3 * BLOCK)
        assert file.read(start, length) == CONTENT[start : start + length]


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, 0), (3, -2), (len(CONTENT), 1), (1 << 60, 1 << 60)])
def test_outside_of_the_file_is_nothing_and_nothing_is_fetched(start: int, length: int) -> None:
    source = Source()
    assert served(source).read(start, length) == b""
    assert source.fetched == []


def test_no_byte_is_fetched_twice() -> None:
    chance, source = random.Random(2), Source()
    file = served(source)
    for _ in range(300):
        file.read(chance.randrange(len(CONTENT)), chance.randrange(1, 4 * BLOCK))
    assert sum(length for _, length in source.fetched) == len(CONTENT)
    assert sorted(start for start, _ in source.fetched) == sorted({start for start, _ in source.fetched})


def test_what_is_asked_for_at_once_is_fetched_at_once() -> None:
    source = Source()
    served(source).read(5, 2 * BLOCK)
    assert source.fetched == [(0, 3 * BLOCK)]


def test_reading_on_takes_ever_longer_ranges() -> None:
    source = Source()
    file = served(source)
    for block in range(len(CONTENT) // BLOCK + 1):
        file.read(block * BLOCK, 10)
    assert [length // BLOCK for _, length in source.fetched] == [1, 2, 4, 8, 16, 9]


def test_places_far_apart_cost_a_block_each() -> None:
    source = Source()
    file = served(source)
    for block in (30, 10, 20, 0):
        file.read(block * BLOCK + 7, 100)
    assert source.fetched == [(block * BLOCK, BLOCK) for block in (30, 10, 20, 0)]


def test_the_budget_is_never_passed() -> None:
    source = Source()
    file = served(source, budget=12 * BLOCK)
    assert file.read(0, 1) == CONTENT[:1]
    with pytest.raises(Spent):
        file.read(5 * BLOCK, 9 * BLOCK)
    assert file.read(5 * BLOCK, 8 * BLOCK) == CONTENT[5 * BLOCK : 13 * BLOCK], "what fits into it is still to be had"
    assert sum(length for _, length in source.fetched) == 9 * BLOCK
    with pytest.raises(Spent):
        file.read(20 * BLOCK, 1)


def test_many_small_requests_spend_the_budget_as_well() -> None:
    source = Source()
    file = served(source, budget=1 << 20)
    for block in range(39, 23, -2):
        file.read(block * BLOCK, 1)
    with pytest.raises(Spent):
        file.read(0, 1)
    assert len(source.fetched) == 8


def test_a_file_that_ends_before_it_should_is_a_fault() -> None:
    with pytest.raises(EOFError):
        served(Source(CONTENT[: 3 * BLOCK])).read(2 * BLOCK, 2 * BLOCK)


def test_a_remote_file_is_read_as_a_file_is() -> None:
    chance, here = random.Random(3), io.BytesIO(CONTENT)
    file = io.BufferedReader(Remote(served(Source()).read, len(CONTENT)), BLOCK)
    for _ in range(200):
        where, whence = chance.randrange(-40, 4000), chance.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
        if whence == io.SEEK_SET:
            where = chance.randrange(len(CONTENT))
        elif whence == io.SEEK_END:
            where = -chance.randrange(len(CONTENT))
        elif here.tell() + where < 0:
            where = 0
        assert file.seek(where, whence) == here.seek(where, whence)
        length = chance.choice([0, 1, 20, BLOCK, 3 * BLOCK])
        assert file.read(length) == here.read(length)
        assert file.tell() == here.tell()
    assert file.seek(0) == 0 and file.read() == CONTENT


def test_a_remote_file_has_nothing_before_its_beginning() -> None:
    with pytest.raises(ValueError, match="before the file"):
        Remote(Source(), len(CONTENT)).seek(-1, io.SEEK_SET)
