"""Reading order: from the top, from the left; but columns of prose, and blocks side by side, one after the other."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import compress

from quire.reading.columns import columns
from quire.reading.lines import same_row
from quire.reading.model import Box, around

_DEEPEST = 12
# A block: lines that begin at one edge, close under each other; an address is one.
_LINES_OF_A_BLOCK = 3
_WIDTH = 12.0  # heights; labels are shorter
_SAME_EDGE = 0.7  # heights
_MOST_LEADING = 1.5  # heights
_LATELY = 30  # blocks that a line may still belong to: what is side by side on a page is fewer


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """The indices of `boxes` (lines or tables of one upright page) in the order in which one reads them."""
    return _ordered(list(range(len(boxes))), boxes, 0)


def _ordered(region: Sequence[int], boxes: Sequence[Box], depth: int) -> list[int]:
    split = columns(region, boxes) if depth < _DEEPEST else None
    if split is not None:
        return [index for part in split for index in _ordered(part, boxes, depth + 1)]
    blocks = _side_by_side(region, boxes)
    if not blocks:
        return [index for row in _level(region, boxes) for index in row]
    in_blocks = {i for block in blocks for i in block}
    units = blocks + [[i] for i in region if i not in in_blocks]
    ordered: list[int] = []
    for row in _rows(units, boxes):
        # What stands beside the blocks is read by itself, row by row.
        singles: list[int] = []
        for unit in row:
            if len(unit) == 1:
                singles += unit
                continue
            ordered += _ordered(singles, boxes, _DEEPEST)
            singles = []
            ordered += unit
        ordered += _ordered(singles, boxes, _DEEPEST)
    return ordered


def _level(region: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Boxes that share most of their height, rows from the top, each from left to right."""
    rows: list[list[int]] = []
    for i in sorted(region, key=lambda i: boxes[i].y0 + boxes[i].y1):
        if rows and same_row(boxes[rows[-1][0]], boxes[i]):
            rows[-1].append(i)
        else:
            rows.append([i])
    rows.sort(key=lambda row: boxes[row[0]].y0)
    return [sorted(row, key=lambda i: boxes[i].x0) for row in rows]


def _rows(units: Sequence[list[int]], boxes: Sequence[Box]) -> list[list[list[int]]]:
    """Units (of one or more boxes) that share most of their height, rows from the top, each from left to right."""
    outlined = sorted(((around(boxes[i] for i in unit), unit) for unit in units), key=lambda item: item[0].centre[1])
    tall: list[list[tuple[Box, list[int]]]] = []
    for box, unit in outlined:
        if len(unit) > 1:
            row = next((row for row in tall if same_row(row[0][0], box)), None)
            if row is None:
                tall.append([(box, unit)])
            else:
                row.append((box, unit))
    flat: list[list[tuple[Box, list[int]]]] = []
    for box, unit in outlined:
        if len(unit) > 1:
            continue
        row = next((row for row in tall if any(len(u) > 1 and same_row(other, box) for other, u in row)), None)
        if row is not None:
            row.append((box, unit))
        elif flat and same_row(flat[-1][0][0], box):
            flat[-1].append((box, unit))
        else:
            flat.append([(box, unit)])
    rows = sorted(tall + flat, key=lambda row: row[0][0].y0)
    return [[unit for _, unit in sorted(row, key=lambda item: item[0].x0)] for row in rows]


def _side_by_side(region: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Wide blocks with another beside them; not where mostly other things stand there, as in a table."""
    blocks = [block for block in _blocks(region, boxes) if len(block) >= _LINES_OF_A_BLOCK]
    outlines = [around(boxes[i] for i in block) for block in blocks]
    wide = [
        box.width >= _WIDTH * statistics.median(boxes[i].height for i in block)
        for block, box in zip(blocks, outlines, strict=True)
    ]
    blocks, outlines = list(compress(blocks, wide)), list(compress(outlines, wide))
    chosen: list[list[int]] = []
    for n, (block, box) in enumerate(zip(blocks, outlines, strict=True)):
        if not any(m != n and same_row(box, other) for m, other in enumerate(outlines)):
            continue
        others = sum(same_row(box, boxes[i]) for i in region)
        beside = sum(len(blocks[m]) for m, other in enumerate(outlines) if same_row(box, other))
        if others <= 2 * beside:
            chosen.append(block)
    return chosen


def _blocks(region: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    blocks: list[list[int]] = []
    reach: dict[int, float] = {}  # the number of a block that may go on -> the lowest that its next line may begin
    for i in sorted(region, key=lambda i: boxes[i].y0):
        box = boxes[i]
        reach = {n: y for n, y in reach.items() if box.y0 <= y and n >= len(blocks) - _LATELY}
        at = next((n for n in reversed(reach) if _goes_on(boxes[blocks[n][-1]], box)), len(blocks))
        if at == len(blocks):
            blocks.append([])
        blocks[at].append(i)
        reach[at] = box.y1 + _MOST_LEADING * max(box.y1 - box.y0, 1.0)
    return blocks


def _goes_on(last: Box, box: Box) -> bool:
    """Whether a line goes on with the block whose last line is `last`."""
    lower, higher = last.y1 - last.y0, box.y1 - box.y0
    if lower > higher:
        lower, higher = higher, lower
    height = lower if lower > 1.0 else 1.0
    return (
        abs(last.x0 - box.x0) <= _SAME_EDGE * height
        and -0.3 * height <= box.y0 - last.y1 <= _MOST_LEADING * height
        and higher <= 1.6 * height
    )
