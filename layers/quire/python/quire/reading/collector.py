"""Python's search for reference cycles, kept away from work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 200_000  # as many lists and dicts as a part of an answer has: 1,000 blocks
_usual: list[tuple[int, int, int]] = []  # the thresholds before, once for each that is at work


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles after as many objects as a part of an answer has, not after 700.

    Blocks, pages and what is looked for in them have none. What a long document is kept in would be looked through
    again and again: that takes longer than parsing it, and a third of the time of an extraction.

    Several may be at work at once (a reader is one until its last page), and end in any order.
    """
    before = gc.get_threshold()
    _usual.append(_usual[0] if _usual else before)
    gc.set_threshold(max(before[0], _OBJECTS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        usual = _usual.pop()
        if not _usual:
            gc.set_threshold(*usual)
