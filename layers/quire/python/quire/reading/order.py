"""Reading order: top to bottom, but a column of prose is read to its end before the next one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from quire.reading.model import Box

# What makes both sides of a gutter columns of prose, and not a label with its value or cells side by side:
_LINES = 4  # this many lines on each side,
_LENGTH = 9.0  # typically this many times as long as high (about twenty characters).
# Gutters tried per region: the columns of a page are few, the gaps in its tables many.
_MOST_GUTTERS = 24


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """The indices of `boxes` (lines or tables of one upright page) in the order in which one reads them."""
    return _ordered(list(range(len(boxes))), boxes, 0)


def _ordered(region: list[int], boxes: Sequence[Box], depth: int) -> list[int]:
    split = _columns(region, boxes) if depth < 12 else None
    if split is None:
        return _by_rows(region, boxes)
    return [index for part in split for index in _ordered(part, boxes, depth + 1)]


def _columns(region: list[int], boxes: Sequence[Box]) -> tuple[list[int], ...] | None:
    """The region's parts (above, left, right, below) around its tallest gutter between columns of prose."""
    if len(region) < 2 * _LINES:
        return None
    best: tuple[float, tuple[list[int], ...]] | None = None
    for x in _gutters(region, boxes):
        crossing = sorted((boxes[i] for i in region if boxes[i].x0 < x < boxes[i].x1), key=lambda box: box.y0)
        top = min(boxes[i].y0 for i in region) - 1
        for y0, y1 in _free_bands(top, max(boxes[i].y1 for i in region) + 1, crossing):
            inside = [i for i in region if y0 <= boxes[i].centre[1] <= y1 and not boxes[i].x0 < x < boxes[i].x1]
            left = [i for i in inside if boxes[i].x1 <= x]
            right = [i for i in inside if boxes[i].x0 >= x]
            if not (_is_prose(left, boxes) and _is_prose(right, boxes)):
                continue
            # What stands higher than both columns begin belongs above them, likewise below.
            start = max(min(boxes[i].y0 for i in side) for side in (left, right))
            end = min(max(boxes[i].y1 for i in side) for side in (left, right))
            if end <= start or (best is not None and end - start <= best[0]):
                continue
            members = set(inside)
            above = [i for i in region if i not in members and boxes[i].centre[1] < (y0 + y1) / 2]
            below = [i for i in region if i not in members and boxes[i].centre[1] >= (y0 + y1) / 2]
            best = (end - start, (above, left, right, below))
    return best[1] if best else None


def _gutters(region: list[int], boxes: Sequence[Box]) -> list[float]:
    """x positions between neighbours at the same height, the most frequent first."""
    counts: dict[int, list[float]] = {}
    by_top = sorted(region, key=lambda i: boxes[i].y0)
    for n, i in enumerate(by_top):
        a = boxes[i]
        for j in by_top[n + 1 :]:
            b = boxes[j]
            if b.y0 >= a.y1:
                break
            left, right = (a, b) if a.x0 < b.x0 else (b, a)
            if right.x0 - left.x1 > 0:
                # The right neighbours begin at one edge, while the left ones end raggedly: place the cut beside it.
                counts.setdefault(round(right.x0 / 4), []).append(right.x0)
    frequent = sorted(counts.values(), key=len, reverse=True)[:_MOST_GUTTERS]
    return [min(edges) - 0.5 for edges in frequent]


def _free_bands(top: float, bottom: float, crossing: Sequence[Box]) -> list[tuple[float, float]]:
    bands: list[tuple[float, float]] = []
    for box in crossing:
        if box.y0 > top:
            bands.append((top, box.y0))
        top = max(top, box.y1)
    bands.append((top, bottom))
    return bands


def _is_prose(side: list[int], boxes: Sequence[Box]) -> bool:
    if len(side) < _LINES:
        return False
    return statistics.median(boxes[i].width / max(boxes[i].height, 1.0) for i in side) >= _LENGTH


def _by_rows(region: list[int], boxes: Sequence[Box]) -> list[int]:
    rows: list[list[int]] = []
    for i in sorted(region, key=lambda i: (boxes[i].centre[1], boxes[i].x0)):
        first = boxes[rows[-1][0]] if rows else None
        shared = min(first.y1, boxes[i].y1) - max(first.y0, boxes[i].y0) if first else 0.0
        if first and shared >= 0.5 * min(first.height, boxes[i].height):
            rows[-1].append(i)
        else:
            rows.append([i])
    return [i for row in rows for i in sorted(row, key=lambda i: boxes[i].x0)]
