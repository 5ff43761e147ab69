"""From a page's lines to the page: tables found, everything in reading order, back in displayed coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quire.reading import tables as table_finder
from quire.reading.frame import Frame
from quire.reading.lines import visual_rows
from quire.reading.model import Box, Line, Page, Source, Table, Word
from quire.reading.order import reading_order


def compose(
    number: int,
    size: tuple[float, float],
    source: Source,
    groups: Sequence[tuple[Frame, Sequence[Line]]],
    rulings: Sequence[Box] = (),
    tables: Sequence[Table] = (),
) -> Page:
    """The page of these lines.

    Args:
        number: of the page, from 1.
        size: width and height in points, as displayed.
        groups: lines by the direction in which they run, in upright coordinates of their frame, the main text first;
            what runs another way (a note up the margin) is read after it.
        rulings: upright in the frame of the main text.
        tables: those that are known already, in displayed coordinates; when there are any, none is looked for.
    """
    ordered: list[Line] = []
    found = list(tables)
    for n, (frame, lines) in enumerate(groups):
        if n == 0 and not tables:
            upright_tables = table_finder.find(lines, rulings)
            found = [_table(frame, table) for table in upright_tables]
        else:
            upright_tables = [_table_box(frame, table) for table in tables] if n == 0 else []
        ordered += [_line(frame, line) for line in _in_order(lines, [table.box for table in upright_tables])]
    width, height = size
    return Page(number, round(width, 2), round(height, 2), source, tuple(ordered), tuple(found))


def _in_order(lines: Sequence[Line], tables: Sequence[Box]) -> list[Line]:
    """Lines in reading order; a table is read as a whole, row by row."""
    inside: list[list[Line]] = [[] for _ in tables]
    outside: list[Line] = []
    for line in lines:
        holder = next((n for n, box in enumerate(tables) if box.holds(*line.box.centre)), None)
        (outside if holder is None else inside[holder]).append(line)
    boxes = [line.box for line in outside] + list(tables)
    ordered: list[Line] = []
    for index in reading_order(boxes):
        if index < len(outside):
            ordered.append(outside[index])
        else:
            ordered += [line for row in visual_rows(inside[index - len(outside)]) for line in row]
    return ordered


def _line(frame: Frame, line: Line) -> Line:
    words = tuple(Word(word.text, frame.displayed(word.box).rounded(), word.confidence) for word in line.words)
    return Line(line.text, frame.displayed(line.box).rounded(), line.confidence, words)


def _table(frame: Frame, table: Table) -> Table:
    if frame.level:
        return table
    cells = tuple(replace(cell, box=frame.displayed(cell.box).rounded()) for cell in table.cells)
    return replace(table, box=frame.displayed(table.box).rounded(), cells=cells)


def _table_box(frame: Frame, table: Table) -> Table:
    return replace(table, box=frame.upright_box(table.box))
