"""Words in rows, rows in segments: what tables and key-values are told by. Words are level (not skewed)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from local.textract.geometry import Box, Word, around


@dataclass(frozen=True)
class Segment:
    """Words of one row with no wide blank between them."""

    words: tuple[Word, ...]

    @cached_property
    def box(self) -> Box:
        return around(word.box for word in self.words)

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words by rows from top to bottom, each from left to right.

    A word joins a row when its middle lies within half a height of the row's.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.center[1]):
        # The row's last words, as a long row may drift.
        nearby = rows[-1][-8:] if rows else []
        if nearby:
            middle = median(other.box.center[1] for other in nearby)
            height = median(other.box.height for other in nearby)
            if abs(word.box.center[1] - middle) < 0.5 * min(height, word.box.height):
                rows[-1].append(word)
                continue
        rows.append([word])
    return [sorted(row, key=lambda w: w.box.left) for row in rows]


def segments_of(row: Sequence[Word], gap: float = 1.0) -> list[Segment]:
    """The row's words parted where the blank between two is wider than `gap` times the row's height."""
    height = median(word.box.height for word in row)
    runs = [[row[0]]]
    for before, after in pairwise(row):
        if after.box.left - before.box.right > gap * height:
            runs.append([])
        runs[-1].append(after)
    return [Segment(tuple(run)) for run in runs]
