"""Pages as chunks: paragraphs and tables in reading order, as the extract.page contract names them."""

from __future__ import annotations

import heapq
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

import msgspec

from quire.extraction.markdown import table_markdown
from quire.reading.model import Box, Cell, Line, Page, Table, Word, around, line_of, mean_confidence
from quire.reading.pictures import Picture
from quire.reading.tables.continued import continued_by_page

# In heights of a line: single spacing leaves less than a height between two lines. A page that is set wider is measured
# by its own usual space, but what is this far apart belongs together nowhere.
_SINGLE_SPACING = 1.0
_WIDEST_SPACING = 1.6
# Times the usual space.
_NEW_PARAGRAPH = 1.25
# Type this much larger or smaller is a heading, or a note.
_OTHER_SIZE = 1.6
# Points: what a word may lie outside its cell, and the height of the bands by which cells are found.
_SLACK = 1.0
_BAND = 16.0

Chunk = dict[str, Any]
_Row = list[Line]  # lines side by side
_Piece = tuple[Page, Table, int]  # of a table: its page (without contents), itself, and how many rows repeat its header


def chunks(pages: Iterable[Page]) -> Iterator[Chunk]:
    """The chunks of `pages` (in order); none for a page without words.

    Each has `page_content`, `page_no` (from 1), `bbox` ([x0, y0, x1, y1], PDF points from the top left of the page as
    displayed; None where the page has no places of its own) and `chunk_type` "text" or "table"; `confidence` (0..100)
    only where the words came from OCR. A table also has `table`: `cells` (row and col from 1; confidence None in a text
    layer), `n_rows`, `n_cols`, `merged_from_pages`. What stands in a table is not repeated as text. A table over
    several pages is one chunk, where it begins: each cell says its page, and headers that repeat are left out.
    """
    held: list[Chunk | list[_Piece]] = []  # from a table on that may go on
    open_series = 0
    for page, parts in continued_by_page(pages):
        series = {id(part.table): part for part in parts}
        if not parts or parts[0].series != open_series:
            yield from map(_made, held)
            held, open_series = [], 0
        bare = replace(page, lines=(), tables=(), key_values=(), marks=(), answers=(), regions=())
        last = 0
        for item in _contents(page):
            if not isinstance(item, Table):
                held.append(item)
                continue
            part = series[id(item)]
            piece = (bare, item, part.repeated)
            goes_on = held[0] if part.series == open_series else None
            if isinstance(goes_on, list):
                goes_on.append(piece)
            else:
                held.append([piece])
            if part is parts[-1] and part.series != open_series:
                last = len(held) - 1
                open_series = part.series
        if not parts or open_series != parts[-1].series:
            last, open_series = len(held), 0
        yield from map(_made, held[:last])
        held = held[last:]
    yield from map(_made, held)


def with_pictures(told: Iterable[Chunk], pictures: Iterable[Picture]) -> Iterator[Chunk]:
    """Chunks and pictures, both in the order of their pages, with each page's pictures after its words. A picture's
    chunk has no content; `image_b64` is None where its bytes are beyond a limit (`quire.reading.pictures`)."""
    return heapq.merge(told, map(_picture, pictures), key=lambda chunk: int(chunk["page_no"]))


def _picture(picture: Picture) -> Chunk:
    box = picture.box
    return {
        "page_content": "",
        "page_no": picture.page,
        "bbox": [box.x0, box.y0, box.x1, box.y1],
        "chunk_type": "image",
        "image_b64": picture.base64,
        "image_mime": picture.mime,
        "image_width": picture.width,
        "image_height": picture.height,
    }


def _made(held: Chunk | list[_Piece]) -> Chunk:
    return _table(held) if isinstance(held, list) else held


def _contents(page: Page) -> Iterator[Chunk | Table]:
    """The page's paragraphs as chunks, and its tables, in reading order."""
    rows: list[_Row] = []
    for part in _parts(page):
        if isinstance(part, Table):
            yield from (_text(paragraph, page) for paragraph in _paragraphs(rows))
            rows = []
            yield part
        elif rows and _same_row(rows[-1][-1].box, part.box):
            rows[-1].append(part)
        else:
            rows.append([part])
    yield from (_text(paragraph, page) for paragraph in _paragraphs(rows))


def _parts(page: Page) -> Iterator[Line | Table]:
    """The page's lines in reading order, each table once in place of its first line."""
    left = _Tables([table for table in page.tables if any(cell.text for cell in table.cells)])
    given: set[int] = set()
    for line in page.lines:
        outside: list[Word] = []
        for word in line.words:
            holder = left.holder(word)
            if holder is None:
                outside.append(word)
            elif id(holder) not in given:
                given.add(id(holder))
                yield holder
        if len(outside) == len(line.words):
            yield line
        elif outside:
            yield line_of(outside)
    # A table whose words are in no line.
    yield from (table for table in left.tables if id(table) not in given)


class _Tables:
    """The page's tables, their cells found by the band of the page in which they lie: a sheet has thousands."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._bands: dict[int, list[tuple[Cell, Table]]] = {}
        for table in tables:
            for cell in table.cells:
                for band in range(int((cell.box.y0 - _SLACK) // _BAND), int((cell.box.y1 + _SLACK) // _BAND) + 1):
                    self._bands.setdefault(band, []).append((cell, table))

    def holder(self, word: Word) -> Table | None:
        """The table in one of whose cells the word stands."""
        x, y = word.box.centre
        near = self._bands.get(int(y // _BAND), ())
        return next((table for cell, table in near if cell.box.holds(x, y, _SLACK)), None)


def _paragraphs(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    usual = _usual_space(rows)
    paragraph: list[_Row] = []
    for row in rows:
        if paragraph and not _goes_on(paragraph, row, usual):
            yield paragraph
            paragraph = []
        paragraph.append(row)
    if paragraph:
        yield paragraph


def _usual_space(rows: Sequence[_Row]) -> float:
    """Between two rows, in heights of the upper one."""
    spaces = [(_extent(b).y0 - _extent(a).y1) / _type_size(a) for a, b in pairwise(rows)]
    return statistics.median([space for space in spaces if 0 < space < _WIDEST_SPACING] or [0.0])


def _goes_on(paragraph: Sequence[_Row], row: _Row, usual: float) -> bool:
    above, below = _extent(paragraph[-1]), _extent(row)
    height, other = _type_size(paragraph[-1]), _type_size(row)
    if max(height, other) > _OTHER_SIZE * min(height, other):
        return False
    gap = below.y0 - above.y1
    whole = around(_extent(part) for part in paragraph)
    beside = below.x0 >= whole.x1 or below.x1 <= whole.x0
    most = min(max(_SINGLE_SPACING, _NEW_PARAGRAPH * usual), _WIDEST_SPACING)
    return -height < gap <= most * max(height, other) and not beside


def _type_size(row: _Row) -> float:
    return max(max(line.box.height for line in row), 0.1)


def _extent(row: _Row) -> Box:
    return around(line.box for line in row)


def _same_row(a: Box, b: Box) -> bool:
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared >= 0.5 * min(a.height, b.height) and b.x0 >= a.x0


def _text(paragraph: Sequence[_Row], page: Page) -> Chunk:
    lines = list(chain.from_iterable(paragraph))
    content = "\n".join(" ".join(line.text for line in row) for row in paragraph)
    words = [word for line in lines for word in line.words]
    return _chunk(content, around(line.box for line in lines), "text", page, mean_confidence(words))


def _table(pieces: Sequence[_Piece]) -> Chunk:
    page, first, _ = pieces[0]
    cells: list[tuple[Cell, Page]] = []
    rows = 0
    for place, table, repeated in pieces:
        below = rows - repeated
        moved = (
            msgspec.structs.replace(cell, row=cell.row + below) if below else cell
            for cell in table.cells
            if cell.row > repeated
        )
        cells += [(cell, place) for cell in moved]
        rows += table.rows - repeated
    whole = replace(first, rows=rows, cells=tuple(cell for cell, _ in cells))
    chunk = _chunk(table_markdown(whole), first.box, "table", page, mean_confidence(whole.cells))
    chunk["table"] = {
        "cells": [
            {
                "text": cell.text,
                "row": cell.row,
                "col": cell.column,
                "row_span": cell.row_span,
                "col_span": cell.column_span,
                "bbox": _corners(cell.box, place),
                "confidence": _percent(cell.confidence),
                "page_no": place.number,
            }
            for cell, place in cells
        ],
        "n_rows": rows,
        "n_cols": first.columns,
        "merged_from_pages": [place.number for place, _, _ in pieces],
    }
    return chunk


def _chunk(content: str, box: Box, kind: str, page: Page, confidence: float | None) -> Chunk:
    chunk: Chunk = {"page_content": content, "page_no": page.number, "bbox": _corners(box, page), "chunk_type": kind}
    if page.source == "ocr" and confidence is not None:
        chunk["confidence"] = _percent(confidence)
    return chunk


def _percent(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence * 100, 2)


def _corners(box: Box, page: Page) -> list[float] | None:
    if not page.placed:
        return None
    rounded = box.rounded()
    return [rounded.x0, rounded.y0, rounded.x1, rounded.y1]
