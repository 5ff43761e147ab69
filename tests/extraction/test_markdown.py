"""Tables as Markdown."""

from __future__ import annotations

from quire.extraction.markdown import table_markdown
from quire.reading.model import Box, Cell, Table

BOX = Box(0, 0, 1, 1)


def table(rows: int, columns: int, *cells: Cell) -> Table:
    return Table(BOX, None, rows, columns, cells)


def test_the_first_row_is_the_header_and_empty_places_stay() -> None:
    made = table(
        2,
        2,
        Cell("Item", 1, 1, 1, 1, BOX, None),
        Cell("Price", 1, 2, 1, 1, BOX, None),
        Cell("5", 2, 2, 1, 1, BOX, None),
    )
    assert table_markdown(made) == "| Item | Price |\n| --- | --- |\n|  | 5 |"


def test_a_merged_cell_stands_in_its_first_place() -> None:
    made = table(1, 3, Cell("Years", 1, 1, 1, 2, BOX, None), Cell("Sum", 1, 3, 1, 1, BOX, None))
    assert table_markdown(made).splitlines()[0] == "| Years |  | Sum |"


def test_bars_and_line_breaks_do_not_break_the_table() -> None:
    made = table(1, 1, Cell("a|b\nc", 1, 1, 1, 1, BOX, None))
    assert table_markdown(made) == "| a\\|b c |\n| --- |"
