"""Columns of prose: found by the gutter between them, and only as far down the page as both go."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from quire.reading.model import Box

# What makes both sides of a gutter columns of prose, and not a label with its value or cells side by side:
_LINES = 4  # this many lines on each side,
_LENGTH = 9.0  # typically this many times as long as high (about twenty characters).
# Within a column two paragraphs are at most this many heights further apart than two lines are; a new section is more.
_MOST_SKIPPED = 1.0
# Gutters tried per region: the columns of a page are few, the gaps in its tables many.
_MOST_GUTTERS = 24


class Split(NamedTuple):
    """A region's parts (indices) in reading order."""

    above: list[int]
    left: list[int]
    right: list[int]
    below: list[int]


def columns(region: Sequence[int], boxes: Sequence[Box]) -> Split | None:
    """The region around the tallest gutter between columns of prose; None where there is none."""
    if len(region) < 2 * _LINES:
        return None
    long = _long(region, boxes)
    if len(long) < _LINES:
        return None
    first, last = _outermost(long, boxes)
    gutters = [x for x in _gutters(region, boxes) if first <= x <= last]
    by_middle = sorted(region, key=lambda i: boxes[i].y0 + boxes[i].y1) if gutters else ()
    best: tuple[float, Split] | None = None
    for x in gutters:
        for band in _free_bands(by_middle, boxes, x):
            found = _sides(band, boxes, x)
            if found is None:
                continue
            left, right = found
            common = min(_bottom(left, boxes), _bottom(right, boxes)) - max(_top(left, boxes), _top(right, boxes))
            if common > 0 and (best is None or common > best[0]):
                best = common, _split(region, boxes, left, right)
    return best[1] if best else None


def _is_prose(side: Sequence[int], boxes: Sequence[Box]) -> bool:
    """Whether these lines are typically long."""
    return statistics.median(boxes[i].width / max(boxes[i].height, 1.0) for i in side) >= _LENGTH


def _long(lines: Sequence[int], boxes: Sequence[Box]) -> list[int]:
    """Those of these lines that are as long as those of prose."""
    return [i for i in lines if boxes[i].x1 - boxes[i].x0 >= _LENGTH * max(boxes[i].y1 - boxes[i].y0, 1.0)]


def _outermost(long: Sequence[int], boxes: Sequence[Box]) -> tuple[float, float]:
    """From where to where (x) a gutter may stand: of four typically long lines at least two are long, on each side."""
    ends, starts = sorted([boxes[i].x1 for i in long]), sorted([boxes[i].x0 for i in long])
    return ends[_LINES // 2 - 1], starts[-(_LINES // 2)]


def _gutters(region: Sequence[int], boxes: Sequence[Box]) -> list[float]:
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
            if right.x0 > left.x1:
                # The right neighbours begin at one edge, while the left ones end raggedly: the cut is beside it.
                counts.setdefault(round(right.x0 / 4), []).append(right.x0)
    frequent = sorted(counts.values(), key=len, reverse=True)[:_MOST_GUTTERS]
    return [min(edges) - 0.5 for edges in frequent]


def _free_bands(by_middle: Sequence[int], boxes: Sequence[Box], x: float) -> list[list[int]]:
    """The parts of the region (its boxes from the top down) between the lines that cross x."""
    bands: list[list[int]] = [[]]
    floor = float("-inf")
    for i in by_middle:
        box = boxes[i]
        if box.x0 < x < box.x1:
            floor = max(floor, box.y1)
            if bands[-1]:
                bands.append([])
        elif (box.y0 + box.y1) / 2 > floor:
            bands[-1].append(i)
    return bands


def _sides(band: Sequence[int], boxes: Sequence[Box], x: float) -> tuple[list[int], list[int]] | None:
    """The lines of the two columns beside x: stretches of the one that overlap stretches of the other."""
    on_left = [i for i in band if boxes[i].x1 <= x]
    on_right = [i for i in band if boxes[i].x0 >= x]
    if min(len(_long(on_left, boxes)), len(_long(on_right, boxes))) < _LINES // 2:
        return None
    lefts, rights = _stretches(on_left, boxes), _stretches(on_right, boxes)
    pairs = [
        (a, b)
        for a in lefts
        for b in rights
        if min(len(a), len(b)) >= _LINES and _is_prose(a, boxes) and _is_prose(b, boxes) and _beside(a, b, boxes)
    ]
    if not pairs:
        return None
    left, right = max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]))
    # A stretch beside what was taken belongs to its column as well, a subheading that stands free for instance.
    for _ in range(2):
        left = [i for stretch in lefts if _beside(stretch, right, boxes) for i in stretch]
        right = [i for stretch in rights if _beside(stretch, left, boxes) for i in stretch]
    return left, right


def _stretches(side: list[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Lines of one side, parted where the space between two of them is more than a paragraph's."""
    side.sort(key=lambda i: boxes[i].y0)
    if len(side) < 2:
        return [side] if side else []
    gaps = [boxes[b].y0 - boxes[a].y1 for a, b in pairwise(side)]
    height = statistics.median(boxes[i].height for i in side)
    most = max(statistics.median(gaps), 0.0) + _MOST_SKIPPED * height
    stretches = [[side[0]]]
    bottom = boxes[side[0]].y1
    for i in side[1:]:
        if boxes[i].y0 - bottom > most:
            stretches.append([])
        stretches[-1].append(i)
        bottom = max(bottom, boxes[i].y1)
    return stretches


def _split(region: Sequence[int], boxes: Sequence[Box], left: list[int], right: list[int]) -> Split:
    taken = {*left, *right}
    middle = (min(_top(left, boxes), _top(right, boxes)) + max(_bottom(left, boxes), _bottom(right, boxes))) / 2
    rest = [i for i in region if i not in taken]
    above = [i for i in rest if boxes[i].centre[1] < middle]
    return Split(above, left, right, [i for i in rest if boxes[i].centre[1] >= middle])


def _beside(a: Sequence[int], b: Sequence[int], boxes: Sequence[Box]) -> bool:
    return min(_bottom(a, boxes), _bottom(b, boxes)) > max(_top(a, boxes), _top(b, boxes))


def _top(side: Sequence[int], boxes: Sequence[Box]) -> float:
    return min((boxes[i].y0 for i in side), default=0.0)


def _bottom(side: Sequence[int], boxes: Sequence[Box]) -> float:
    return max((boxes[i].y1 for i in side), default=0.0)
