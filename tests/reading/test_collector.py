"""The garbage collector is left alone while pages are read, and is as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from quire.extraction.engine import extract
from quire.reading.collector import rarely_collected
from quire.reading.model import Page

SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}


@pytest.fixture
def usual() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*before)


def test_looks_after_many_objects_only(usual: tuple[int, int, int]) -> None:
    with rarely_collected():
        assert gc.get_threshold()[0] > 100 * usual[0]
    assert gc.get_threshold() == usual


def test_stays_off_where_it_was_off(usual: tuple[int, int, int]) -> None:
    gc.set_threshold(0)
    with rarely_collected():
        assert gc.get_threshold()[0] == 0


def test_is_as_before_when_the_first_to_begin_ends_first(usual: tuple[int, int, int]) -> None:
    first, second = rarely_collected(), rarely_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() != usual
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_is_as_before_when_reading_fails_amid_an_extraction(usual: tuple[int, int, int]) -> None:
    def broken() -> Iterator[Page]:
        assert gc.get_threshold() != usual
        yield Page(1, 612.0, 792.0, "ocr")
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        extract(broken(), SCHEMA)
    assert gc.get_threshold() == usual
