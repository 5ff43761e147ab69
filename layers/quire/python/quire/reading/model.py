"""The reading: what one page says, and where.

All coordinates are PDF points (1/72 inch) from the top left corner of the page *as displayed*: /Rotate and the CropBox
are applied, y grows downwards. A page is stored as one line of JSON Lines, so a document of any length is read page by
page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

import msgspec
import orjson

Source = Literal["text", "ocr"]
CellRole = Literal["body", "header", "section", "summary", "title", "footer"]
RegionKind = Literal[
    "title", "header", "footer", "section_header", "page_number", "list", "figure", "table", "key_value", "text"
]


class Box(msgspec.Struct, frozen=True, gc=False):
    """A rectangle in points, top left origin; x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def holds(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether the point lies inside, or within `slack` points of it."""
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack

    def rounded(self) -> Box:
        """To a hundredth of a point: finer than any printer, and half the JSON."""
        return Box(round(self.x0, 2), round(self.y0, 2), round(self.x1, 2), round(self.y1, 2))


class Word(msgspec.Struct, frozen=True, gc=False):
    """A run of characters without a space; `confidence` is 0..1, None where none is stated: always in a text layer."""

    text: str
    box: Box
    confidence: float | None = None


class Line(msgspec.Struct, frozen=True, gc=False):
    """Words that stand next to each other on one baseline: a wide gap (another column, a value) ends a line."""

    text: str
    box: Box
    confidence: float | None
    words: tuple[Word, ...]


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One cell of a table; `row` and `column` count from 1, a merged cell spans several.

    `role`: "header" heads columns, "section" heads the rows below it, "summary" sums up, "title" and "footer" speak of
    the whole table.
    """

    text: str
    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    confidence: float | None
    role: CellRole = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of `rows` x `columns`; cells row by row, empty ones too where they are known.

    `title` and `footer`: what stands above and below it as such, "" where nothing is known to.
    """

    box: Box
    confidence: float | None
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    title: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A label with what stands for it; `value` is "" and `value_box` None where the place is left blank.

    `selected`: of a label with a check box, whether it is ticked; None where there is no box.
    """

    key: str
    value: str
    key_box: Box
    value_box: Box | None
    confidence: float | None
    selected: bool | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A check box or radio button."""

    selected: bool
    box: Box
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A place where somebody has signed."""

    box: Box
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What Textract answers to a query: `text` is "" where it found nothing, `alias` the query's own name, or ""."""

    query: str
    alias: str
    text: str
    box: Box | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page that says one kind of thing."""

    kind: RegionKind
    box: Box
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PageWarning:
    """Something of the page that its reader should know of and that is not in its text: what was left out, and why.

    `kind` is for programs (`hidden_text`), `message` for people, without words of the document; `count`: of how many
    things (words, rows, cells …) it speaks.
    """

    kind: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What a page's text layer leaves to OCR, and what it takes to work out the page anew when OCR has read it.

    Attributes:
        pictures: where they are, and letters that are drawn as shapes.
        rulings: thin straight strokes, upright in the frame of the main text.
        turns: quarter turns clockwise in which text runs, and how many of the page's lines run so, in their order.
    """

    pictures: tuple[Box, ...]
    rulings: tuple[Box, ...]
    turns: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `number` counts from 1 in the document as uploaded, `lines` are in reading order.

    `placed`: whether its places are the document's own. Where it has none (a letter, a sheet) they are ours (`flow`),
    good for reading on and for nothing else: what is told outside names the page and the text, without a box.
    `unread`: of a text layer that is not all that the page says; None once OCR has read the rest (`joined`).
    """

    number: int
    width: float
    height: float
    source: Source
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    key_values: tuple[KeyValue, ...] = ()
    marks: tuple[Mark, ...] = ()
    signatures: tuple[Signature, ...] = ()
    answers: tuple[Answer, ...] = ()
    regions: tuple[Region, ...] = ()
    placed: bool = True
    warnings: tuple[PageWarning, ...] = ()
    unread: Unread | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word of the page, in reading order."""
        return tuple(chain.from_iterable(line.words for line in self.lines))

    @property
    def text(self) -> str:
        """The page's lines, in reading order."""
        return "\n".join(line.text for line in self.lines)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of `boxes`.

    Raises:
        ValueError: there is none.
    """
    rest = iter(boxes)
    first = next(rest, None)
    if first is None:
        raise ValueError("no boxes")
    x0, y0, x1, y1 = first.x0, first.y0, first.x1, first.y1
    for box in rest:
        # Comparisons, for min() and max() of two take several times as long, and most of what is asked has few boxes.
        if box.x0 < x0:
            x0 = box.x0
        if box.y0 < y0:
            y0 = box.y0
        if box.x1 > x1:
            x1 = box.x1
        if box.y1 > y1:
            y1 = box.y1
    return Box(x0, y0, x1, y1)


def mean_confidence(parts: Iterable[Word | Line | Cell]) -> float | None:
    """The mean of the stated confidences, None where none is stated."""
    stated = [part.confidence for part in parts if part.confidence is not None]
    return round(sum(stated) / len(stated), 4) if stated else None


def line_of(words: Sequence[Word], text: str | None = None) -> Line:
    """A line of `words` in their order; its text is theirs, a space between, unless the reader knows better."""
    return Line(
        text=" ".join(word.text for word in words) if text is None else text,
        box=around(word.box for word in words),
        confidence=mean_confidence(words),
        words=tuple(words),
    )


def to_json(page: Page) -> bytes:
    """One line of JSON Lines, UTF-8, without its newline. `from_json` gives the same page back."""
    document = {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "source": page.source,
        "placed": page.placed,
        "lines": [
            [
                line.text,
                _corners(line.box),
                line.confidence,
                [[w.text, *_corners(w.box), w.confidence] for w in line.words],
            ]
            for line in page.lines
        ],
        "tables": [
            {
                "box": _corners(table.box),
                "confidence": table.confidence,
                "rows": table.rows,
                "columns": table.columns,
                "cells": [
                    [c.text, c.row, c.column, c.row_span, c.column_span, _corners(c.box), c.confidence, c.role]
                    for c in table.cells
                ],
                "title": table.title,
                "footer": table.footer,
            }
            for table in page.tables
        ],
        "key_values": [
            [k.key, k.value, _corners(k.key_box), k.value_box and _corners(k.value_box), k.confidence, k.selected]
            for k in page.key_values
        ],
        "marks": [[m.selected, _corners(m.box), m.confidence] for m in page.marks],
        "signatures": [[_corners(s.box), s.confidence] for s in page.signatures],
        "answers": [[a.query, a.alias, a.text, a.box and _corners(a.box), a.confidence] for a in page.answers],
        "regions": [[r.kind, _corners(r.box), r.confidence] for r in page.regions],
        "warnings": [[w.kind, w.message, w.count] for w in page.warnings],
        "unread": page.unread
        and [
            [_corners(picture) for picture in page.unread.pictures],
            [_corners(ruling) for ruling in page.unread.rulings],
            page.unread.turns,
        ],
    }
    return orjson.dumps(document)


def from_json(line: bytes) -> Page:
    """The page that `to_json` wrote, also before it wrote key-values, marks, signatures, answers and regions.

    Raises:
        ValueError, KeyError: it is not such a line.
    """
    document: dict[str, Any] = orjson.loads(line)
    return Page(
        number=document["number"],
        width=document["width"],
        height=document["height"],
        source=document["source"],
        lines=tuple(
            Line(text, Box(*corners), confidence, tuple(Word(w[0], Box(*w[1:5]), w[5]) for w in words))
            for text, corners, confidence, words in document["lines"]
        ),
        tables=tuple(map(_table, document["tables"])),
        key_values=tuple(
            KeyValue(key, value, Box(*key_box), _box(value_box), *rest)
            for key, value, key_box, value_box, *rest in document.get("key_values", ())
        ),
        marks=tuple(Mark(selected, Box(*box), confidence) for selected, box, confidence in document.get("marks", ())),
        signatures=tuple(Signature(Box(*box), confidence) for box, confidence in document.get("signatures", ())),
        answers=tuple(
            Answer(query, alias, text, _box(box), confidence)
            for query, alias, text, box, confidence in document.get("answers", ())
        ),
        regions=tuple(Region(kind, Box(*box), confidence) for kind, box, confidence in document.get("regions", ())),
        placed=document.get("placed", True),
        warnings=tuple(PageWarning(*warning) for warning in document.get("warnings", ())),
        unread=_unread(document.get("unread")),
    )


def _table(stored: dict[str, Any]) -> Table:
    return Table(
        box=Box(*stored["box"]),
        confidence=stored["confidence"],
        rows=stored["rows"],
        columns=stored["columns"],
        cells=tuple(
            Cell(text, row, column, row_span, column_span, Box(*corners), *rest)
            for text, row, column, row_span, column_span, corners, *rest in stored["cells"]
        ),
        title=stored.get("title", ""),
        footer=stored.get("footer", ""),
    )


def _unread(stored: list[Any] | None) -> Unread | None:
    if stored is None:
        return None
    pictures, rulings, turns = stored
    return Unread(
        tuple(Box(*corners) for corners in pictures),
        tuple(Box(*corners) for corners in rulings),
        tuple((turn, count) for turn, count in turns),
    )


def _box(corners: list[float] | None) -> Box | None:
    return None if corners is None else Box(*corners)


def _corners(box: Box) -> list[float]:
    return [box.x0, box.y0, box.x1, box.y1]
