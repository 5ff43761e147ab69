"""Rows that share columns as the cells of a table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from quire.reading.model import Cell, Line, Table, around, mean_confidence
from quire.reading.tables.evidence import GridRow, is_figure, numbered_shape
from quire.reading.tables.rows import Gutter, Row, column_of, middles


@dataclass(slots=True)
class Run:
    """Rows that share columns while they are collected.

    Attributes:
        rows: their numbers in the block, from the top down once it is whole.
        gutters: what they leave free between the columns.
        crossing: those rows in which a part stands across a gutter.
    """

    rows: list[int]
    gutters: list[Gutter]
    crossing: set[int] = field(default_factory=set)


def grid_of(rows: Sequence[Row], run: Run) -> list[GridRow]:
    """The run's rows as cells; a row that only continues cells of the one above is joined to it."""
    ends = middles(run.gutters)
    gaps = [rows[b].top - rows[a].bottom for a, b in pairwise(run.rows) if len(rows[b].parts) > 1]
    usual = statistics.median(gaps) if gaps else 0.0
    grid: list[GridRow] = []
    above: list[Line] = []
    bottom = 0.0
    figures = False  # seen: what comes before them are names of columns, often in several lines
    for i in run.rows:
        row = rows[i]
        if (
            grid
            and i not in run.crossing
            and row.top - bottom < 0.75 * usual
            and ((not figures and _names(above, row.parts)) or _continues(above, bottom, row, ends))
        ):
            above, bottom = [*above, *row.parts], max(bottom, row.bottom)
        else:
            grid.append({})
            above, bottom = row.parts, row.bottom
            # Years over groups of columns are names too.
            figures = figures or (
                2 * len(row.parts) > len(run.gutters) + 1 and any(is_figure(part.text) for part in row.parts)
            )
        for part in row.parts:
            _place(grid[-1], part, ends)
    return grid


def table_of(grid: Sequence[GridRow], columns: int) -> Table:
    cells: list[Cell] = []
    for n, row in enumerate(grid, 1):
        for (column, span), parts in sorted(row.items()):
            words = [word for part in parts for word in part.words]
            text = " ".join([part.text for part in parts])
            box = around([part.box for part in parts]).rounded()
            cells.append(Cell(text, n, column + 1, 1, span, box, mean_confidence(words)))
    box = around(part.box for row in grid for parts in row.values() for part in parts).rounded()
    return Table(box, mean_confidence(cells), len(grid), columns, tuple(cells))


def ends_in_continuation(rows: Sequence[Row], run: Run) -> bool:
    """Whether the run's last row only continues cells of the one above it."""
    above = rows[run.rows[-2]]
    return _continues(above.parts, above.bottom, rows[run.rows[-1]], middles(run.gutters))


def _names(above: Sequence[Line], parts: Sequence[Line]) -> bool:
    """Whether both rows may be lines of the names of columns."""
    return len(above) > 1 and not any(any(map(str.isdigit, part.text)) for part in (*above, *parts))


def _continues(above: Sequence[Line], bottom: float, row: Row, ends: Sequence[float]) -> bool:
    """Whether `row` is a second line of cells of the row above: close, in columns filled there, and no figures."""
    if len(row.parts) >= len(above) or row.top - bottom > 0.5 * row.parts[0].box.height:
        return False
    columns = {column_of(part.box, ends)[0] for part in above}
    if not all(
        column_of(part.box, ends)[0] in columns
        and any(a.box.x0 < part.box.x1 and part.box.x0 < a.box.x1 for a in above)
        for part in row.parts
    ):
        return False
    shapes = {numbered_shape(part.text) for part in above} - {None}
    return not any(is_figure(part.text) or numbered_shape(part.text) in shapes for part in row.parts)


def _place(row: GridRow, part: Line, ends: Sequence[float]) -> None:
    column, span = column_of(part.box, ends)
    for (first, wide), parts in row.items():
        if first <= column < first + wide:
            parts.append(part)
            return
    row[column, span] = [part]
