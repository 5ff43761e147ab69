"""The rows above the first values name the columns."""

from __future__ import annotations

import pytest

from quire.reading.model import Box, Cell, Table
from quire.reading.tables.header import with_header


def table(*rows: list[str]) -> Table:
    cells = tuple(
        Cell(text, r, c, 1, 1, Box(0, 0, 1, 1), None) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)
    )
    return Table(Box(0, 0, 1, 1), None, len(rows), len(rows[0]), cells)


def header(found: Table) -> list[str]:
    return [cell.text for cell in found.cells if cell.role == "header" and cell.text]


BODY = ["Copper pipe", "12", "49.20"]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([["Item", "Quantity", "Amount"], BODY], ["Item", "Quantity", "Amount"]),
        ([["", "2020", ""], ["Item", "Number", "Value"], BODY], ["2020", "Item", "Number", "Value"]),
        ([BODY, BODY], []),
        ([["Name", "Town", "Trade"], ["Miller", "Leeds", "Baker"]], []),
    ],
    ids=["one row", "years above", "none", "words only"],
)
def test_header(rows: list[list[str]], names: list[str]) -> None:
    assert header(with_header(table(*rows))) == names
