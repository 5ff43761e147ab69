"""Textract's answers as pages.

Blocks are read as a stream, a page at a time: a thousand pages parsed whole cost gigabytes. What the reader relies on,
from the Amazon Textract developer guide ("Text detection and document analysis response objects", API reference
"Block"): blocks come page by page; relationships never leave a page; geometry is a ratio of the page, the polygon's
first point the top left of the text itself, so its first side shows where the text runs; confidences are 0..100.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from quire.reading.frame import Frame, frame
from quire.reading.layout import compose
from quire.reading.lines import lines as lines_of
from quire.reading.model import Box, Cell, Line, Page, Table, Word, around, line_of, mean_confidence

_Block = dict[str, Any]
_Point = tuple[float, float]


def pages(
    responses: Iterable[Mapping[str, Any] | bytes],
    sizes: Mapping[int, tuple[float, float]],
    numbers: Mapping[int, int] | None = None,
) -> Iterator[Page]:
    """The pages of one answer, each as soon as its last block was seen; only one page is held at a time.

    Args:
        responses: the answer's parts in order (a synchronous answer is one part), parsed or as JSON; a part may end in
            the middle of a page.
        sizes: page number in the document -> width and height in points, as displayed.
        numbers: page number in the answer -> in the document, where only some pages were sent; else they are the same.

    Raises:
        ValueError: a page that was not sent, or blocks not in the order of pages: another document's answer.
    """
    current: list[_Block] = []
    at = 0
    for response in responses:
        part: Mapping[str, Any] = json.loads(response) if isinstance(response, bytes) else response
        for block in part.get("Blocks") or ():
            number = block.get("Page") or 1
            if number != at:
                if number < at:
                    raise ValueError(f"blocks of page {number} after those of page {at}")
                if current:
                    yield _page(current, at, sizes, numbers)
                current, at = [], number
            current.append(block)
    if current:
        yield _page(current, at, sizes, numbers)


def _page(
    blocks: Sequence[_Block], answered: int, sizes: Mapping[int, tuple[float, float]], numbers: Mapping[int, int] | None
) -> Page:
    number = answered if numbers is None else numbers.get(answered, 0)
    if number not in sizes:
        raise ValueError(f"page {answered} of the answer was not sent")
    size = sizes[number]
    by_id = {block["Id"]: block for block in blocks if block.get("Id")}
    line_blocks = [block for block in blocks if block.get("BlockType") == "LINE"]
    groups = _by_direction(line_blocks, size)
    claimed: set[str] = set()
    upright: list[tuple[Frame, list[Line]]] = []
    for direction, members in groups:
        lines = [line for block in members if (line := _line(block, by_id, size, direction, claimed))]
        upright.append((direction, lines))
    stray = [
        word
        for block in blocks
        if block.get("BlockType") == "WORD"
        and block.get("Id") not in claimed
        and (word := _word(block, size, upright[0][0] if upright else Frame(0.0)))
    ]
    if stray:  # words of no line: ours to join
        if upright:
            upright[0][1].extend(lines_of(stray))
        else:
            upright = [(Frame(0.0), lines_of(stray))]
    tables = [table for block in blocks if block.get("BlockType") == "TABLE" and (table := _table(block, by_id, size))]
    return compose(number, size, "ocr", upright, tables=tables)


def _by_direction(blocks: Sequence[_Block], size: tuple[float, float]) -> list[tuple[Frame, list[_Block]]]:
    """Lines by the quarter turn they are nearest to, the one with the most text first.

    Each quarter's frame has the mean direction of its lines, so that a skewed scan is levelled.
    """
    members: dict[int, list[_Block]] = {}
    along: dict[int, list[_Point]] = {}
    for block in blocks:
        dx, dy = _direction(block, size)
        quarter = round(math.atan2(dy, dx) / (math.pi / 2)) % 4
        members.setdefault(quarter, []).append(block)
        along.setdefault(quarter, []).append((dx, dy))
    groups: list[tuple[float, Frame, list[_Block]]] = []
    for quarter, found in members.items():
        dx, dy = (sum(values) for values in zip(*along[quarter], strict=True))
        groups.append((math.hypot(dx, dy), frame(math.degrees(math.atan2(dy, dx))), found))
    groups.sort(key=lambda group: -group[0])
    return [(direction, found) for _, direction, found in groups]


def _direction(block: _Block, size: tuple[float, float]) -> _Point:
    """The polygon's first side in points; rightwards where there is none."""
    polygon = (block.get("Geometry") or {}).get("Polygon") or ()
    if len(polygon) < 2:
        return 1.0, 0.0
    (ax, ay), (bx, by) = (_scaled(point, size) for point in polygon[:2])
    return (bx - ax, by - ay) if (ax, ay) != (bx, by) else (1.0, 0.0)


def _line(
    block: _Block, by_id: Mapping[str, _Block], size: tuple[float, float], direction: Frame, claimed: set[str]
) -> Line | None:
    own = _box(block, size, direction)
    words: list[Word] = []
    for identity in _children(block):
        child = by_id.get(identity)
        if child is not None and child.get("BlockType") == "WORD" and identity not in claimed:
            word = _word(child, size, direction, own)
            if word:
                claimed.add(identity)
                words.append(word)
    text = block.get("Text") or ""
    if not words:
        # An answer stripped of its words still has the line.
        return line_of([Word(text, own, _confidence(block))]) if text and own and not _children(block) else None
    confidence = _confidence(block)
    return Line(
        text=text or " ".join(word.text for word in words),
        box=own or around(word.box for word in words),
        confidence=mean_confidence(words) if confidence is None else confidence,
        words=tuple(words),
    )


def _word(block: _Block, size: tuple[float, float], direction: Frame, fallback: Box | None = None) -> Word | None:
    """A word, in its line's place when it has none; what is nowhere cannot be cited and is left out."""
    text = block.get("Text")
    box = _box(block, size, direction) or fallback
    return Word(text, box, _confidence(block)) if text and box else None


def _table(block: _Block, by_id: Mapping[str, _Block], size: tuple[float, float]) -> Table | None:
    """A TABLE block with its cells; a MERGED_CELL takes the place of the cells that it covers."""
    level = Frame(0.0)
    merged = [by_id[i] for i in _children(block, "MERGED_CELL") if i in by_id]
    covered = {i for cell in merged for i in _children(cell)}
    cells: list[Cell] = []
    for identity in [*_children(block), *(cell["Id"] for cell in merged)]:
        cell = by_id.get(identity)
        if cell is None or identity in covered or cell.get("BlockType") not in ("CELL", "MERGED_CELL"):
            continue
        parts = [cell] if cell["BlockType"] == "CELL" else [by_id[i] for i in _children(cell) if i in by_id]
        words = [
            word
            for part in parts
            for i in _children(part)
            if i in by_id and by_id[i].get("BlockType") == "WORD" and (word := _word(by_id[i], size, level))
        ]
        box = _box(cell, size, level)
        row, column = cell.get("RowIndex"), cell.get("ColumnIndex")
        if not (box and row and column):
            continue
        cells.append(
            Cell(
                text=" ".join(word.text for word in words),
                row=row,
                column=column,
                row_span=cell.get("RowSpan") or 1,
                column_span=cell.get("ColumnSpan") or 1,
                box=box.rounded(),
                confidence=mean_confidence(words) if words else _confidence(cell),
            )
        )
    if not cells:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Table(
        box=(_box(block, size, level) or around(cell.box for cell in cells)).rounded(),
        confidence=_confidence(block),
        rows=max(cell.row + cell.row_span - 1 for cell in cells),
        columns=max(cell.column + cell.column_span - 1 for cell in cells),
        cells=tuple(cells),
    )


def _children(block: _Block, kind: str = "CHILD") -> list[str]:
    return [
        identity
        for relationship in block.get("Relationships") or ()
        if relationship and relationship.get("Type") == kind
        for identity in relationship.get("Ids") or ()
    ]


def _confidence(block: _Block) -> float | None:
    stated = block.get("Confidence")
    return None if stated is None else round(min(max(stated, 0.0), 100.0) / 100, 4)


def _box(block: _Block, size: tuple[float, float], direction: Frame) -> Box | None:
    """Where the block stands, in points, upright: by its polygon, which is tight on turned text, else by its box."""
    geometry = block.get("Geometry") or {}
    polygon = geometry.get("Polygon")
    bounding = geometry.get("BoundingBox")
    if polygon and (bounding is None or not direction.level):
        return direction.upright(_scaled(point, size) for point in polygon)
    if bounding is None:
        return None
    left, top = (bounding.get("Left") or 0.0) * size[0], (bounding.get("Top") or 0.0) * size[1]
    right, bottom = left + (bounding.get("Width") or 0.0) * size[0], top + (bounding.get("Height") or 0.0) * size[1]
    return direction.upright_box(Box(left, top, right, bottom))


def _scaled(point: Mapping[str, Any], size: tuple[float, float]) -> _Point:
    return (point.get("X") or 0.0) * size[0], (point.get("Y") or 0.0) * size[1]
