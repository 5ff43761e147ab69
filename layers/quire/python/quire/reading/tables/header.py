"""Which rows of a table name its columns."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from quire.reading.labels import is_value
from quire.reading.model import Cell, Table

_MOST_ROWS = 4


def with_header(table: Table) -> Table:
    """`table` with the role "header" for the cells of its first rows, as far as no column's values begin.

    Values are numbers, dates and the like; years over groups of columns are names. A table of words only keeps its
    first row as body: nothing tells whether it names or is an item.
    """
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.text:
            rows.setdefault(cell.row, []).append(cell)
    first = next((row for row in sorted(rows) if _has_values(rows[row], table.columns)), None)
    if first is None or not 1 < first <= _MOST_ROWS:
        return table
    heads = tuple(msgspec.structs.replace(cell, role="header") if cell.row < first else cell for cell in table.cells)
    return replace(table, cells=heads)


def _has_values(row: list[Cell], columns: int) -> bool:
    return 2 * len(row) > columns and any(is_value(cell.text) for cell in row)
