"""Rows of a page's lines, and the gutters that they leave free between columns."""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from quire.reading.model import Box, Line

_GUTTER = 0.4  # the narrowest space between two columns, in heights of a line

Gutter = tuple[float, float]  # from where to where (x)


@dataclass(slots=True)
class Row:
    """Lines side by side, from left to right; `height` is what they typically have, at least 4 points."""

    parts: list[Line]
    top: float
    bottom: float
    height: float


def row_of(parts: list[Line]) -> Row:
    boxes = [part.box for part in parts]
    if len(boxes) == 1:
        [box] = boxes
        return Row(parts, box.y0, box.y1, max(box.y1 - box.y0, 4.0))
    height = max(statistics.median([box.y1 - box.y0 for box in boxes]), 4.0)
    return Row(parts, min([box.y0 for box in boxes]), max([box.y1 for box in boxes]), height)


def narrowed(gutters: Sequence[Gutter], row: Row) -> list[Gutter] | None:
    """What stays free of each gutter beside this row's parts; None when one is crossed."""
    least = _GUTTER * row.height
    free: list[Gutter] = []
    boxes = [part.box for part in row.parts]
    for x0, x1 in gutters:
        pieces = [(x0, x1)]
        for box in boxes:
            left, right = box.x0, box.x1
            if left < x1 and x0 < right:
                pieces = [
                    piece
                    for a, b in pieces
                    for piece in ((a, b if b < left else left), (a if a > right else right, b))
                    if piece[1] > piece[0]
                ]
        wide = [piece for piece in pieces if piece[1] - piece[0] >= least]
        if not wide:
            return None
        # Two pieces: a part stands between the columns, as a sparse column of its own.
        free += wide[:2]
    return free


def crossed(gutters: Sequence[Gutter], row: Row) -> int:
    """How many of the gutters the row's parts leave no space of."""
    return sum(narrowed([gutter], row) is None for gutter in gutters)


def middles(gutters: Sequence[Gutter]) -> list[float]:
    """Where each column ends and the next begins, from left to right."""
    return sorted([(a + b) / 2 for a, b in gutters])


def column_of(box: Box, ends: Sequence[float]) -> tuple[int, int]:
    """The column (from 0) in which a part begins, and how many it spans; `ends` are the `middles` of the gutters."""
    slack = min(1.0, (box.x1 - box.x0) / 4)
    first, last = bisect_left(ends, box.x0 + slack), bisect_left(ends, box.x1 - slack)
    return first, max(last - first, 0) + 1
