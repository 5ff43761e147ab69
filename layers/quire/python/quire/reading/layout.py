"""From a page's lines to the page: tables and key-values found, everything in reading order, as displayed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from quire.reading import key_values as key_value_finder
from quire.reading import marks as mark_finder
from quire.reading import tables as table_finder
from quire.reading.frame import Frame
from quire.reading.lines import visual_rows
from quire.reading.model import (
    Answer,
    Box,
    Cell,
    KeyValue,
    Line,
    Mark,
    Page,
    Region,
    Signature,
    Source,
    Table,
    Word,
)
from quire.reading.order import reading_order


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page besides its lines, in displayed coordinates; `regions` in reading order."""

    tables: Sequence[Table] = ()
    key_values: Sequence[KeyValue] = ()
    marks: Sequence[Mark] = ()
    signatures: Sequence[Signature] = ()
    answers: Sequence[Answer] = ()
    regions: Sequence[Region] = ()


def compose(
    number: int,
    size: tuple[float, float],
    source: Source,
    groups: Sequence[tuple[Frame, Sequence[Line]]],
    rulings: Sequence[Box] = (),
    known: Known | None = None,
    from_right: bool = False,
) -> Page:
    """The page of these lines.

    Args:
        number: of the page, from 1.
        size: width and height in points, as displayed.
        source: of its words.
        groups: lines by the direction in which they run, in upright coordinates of their frame, the main text first;
            what runs another way (a note up the margin) is read after it.
        rulings: upright in the frame of the main text.
        known: what the reader of the page found already. When there are tables, none is looked for; its key-values and
            marks stand, and others are only added beside them.
        from_right: whether columns, and what stands side by side, are read from the right, as in Hebrew.
    """
    known = known or Known()
    ordered: list[Line] = []
    found = list(known.tables)
    pairs = list(known.key_values)
    marks = list(known.marks)
    for n, (frame, lines) in enumerate(groups):
        table_boxes: list[Box] = []
        if n == 0:
            if known.tables:
                upright = [_upright_table(frame, table) for table in known.tables]
            else:
                upright = table_finder.find(lines, rulings)
                found = [_table(frame, table) for table in upright]
            table_boxes = [table.box for table in upright]
            if not marks:
                marks = [_mark(frame, mark) for mark in mark_finder.find(lines)]
            pairs += _beside(
                known.key_values, [_key_value(frame, pair) for pair in key_value_finder.find(lines, upright, rulings)]
            )
        in_order = _in_order(lines, table_boxes, from_right)
        if known.regions:
            in_order = _by_region(in_order, [frame.upright_box(region.box) for region in known.regions])
        ordered += [_line(frame, line) for line in in_order]
    width, height = size
    return Page(
        number,
        round(width, 2),
        round(height, 2),
        source,
        tuple(ordered),
        tuple(found),
        tuple(pairs),
        tuple(marks),
        tuple(known.signatures),
        tuple(known.answers),
        tuple(known.regions),
    )


def _beside(known: Sequence[KeyValue], found: Sequence[KeyValue]) -> list[KeyValue]:
    """Those of `found` that touch nothing that is known already."""
    taken = [box for pair in known for box in (pair.key_box, pair.value_box) if box is not None]
    return [
        pair
        for pair in found
        if not any(
            mine is not None and mine.x0 < box.x1 and box.x0 < mine.x1 and mine.y0 < box.y1 and box.y0 < mine.y1
            for box in taken
            for mine in (pair.key_box, pair.value_box)
        )
    ]


def _by_region(lines: Sequence[Line], regions: Sequence[Box]) -> list[Line]:
    """Lines in the order of the regions in which they stand; what stands in none stays with what it followed."""
    at = -1
    keyed: list[tuple[int, Line]] = []
    for line in lines:
        x, y = line.box.centre
        at = next((n for n, region in enumerate(regions) if region.holds(x, y)), at)
        keyed.append((at, line))
    keyed.sort(key=lambda item: item[0])
    return [line for _, line in keyed]


def _in_order(lines: Sequence[Line], tables: Sequence[Box], from_right: bool) -> list[Line]:
    """Lines in reading order; a table is read as a whole, row by row."""
    inside: list[list[Line]] = [[] for _ in tables]
    outside: list[Line] = [] if tables else list(lines)
    for line in lines if tables else ():
        holder = next((n for n, box in enumerate(tables) if box.holds(*line.box.centre)), None)
        (outside if holder is None else inside[holder]).append(line)
    boxes = [line.box for line in outside] + list(tables)
    if from_right:
        boxes = [Box(-box.x1, box.y0, -box.x0, box.y1) for box in boxes]
    ordered: list[Line] = []
    for index in reading_order(boxes):
        if index < len(outside):
            ordered.append(outside[index])
        else:
            rows = visual_rows(inside[index - len(outside)])
            ordered += [line for row in rows for line in (reversed(row) if from_right else row)]
    return ordered


def _line(frame: Frame, line: Line) -> Line:
    if frame.level:
        return line
    words = tuple([Word(word.text, frame.displayed(word.box), word.confidence) for word in line.words])
    return Line(line.text, frame.displayed(line.box), line.confidence, words)


def _table(frame: Frame, table: Table) -> Table:
    if frame.level:
        return table
    return _moved(table, frame.displayed)


def _upright_table(frame: Frame, table: Table) -> Table:
    if frame.level:
        return table
    return _moved(table, frame.upright_box)


def _moved(table: Table, place: Callable[[Box], Box]) -> Table:
    cells = tuple(
        [
            Cell(c.text, c.row, c.column, c.row_span, c.column_span, place(c.box), c.confidence, c.role)
            for c in table.cells
        ]
    )
    return replace(table, box=place(table.box), cells=cells)


def _key_value(frame: Frame, pair: KeyValue) -> KeyValue:
    if frame.level:
        return pair
    value_box = None if pair.value_box is None else frame.displayed(pair.value_box)
    return replace(pair, key_box=frame.displayed(pair.key_box), value_box=value_box)


def _mark(frame: Frame, mark: Mark) -> Mark:
    return mark if frame.level else replace(mark, box=frame.displayed(mark.box))
