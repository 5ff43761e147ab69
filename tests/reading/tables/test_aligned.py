"""Tables that are only aligned: figures in columns are one, columns of words are not."""

from __future__ import annotations

import pytest

from quire.reading.model import Box, Line, Table
from quire.reading.tables import find
from tests.reading.build import grid, line

HEADER = ["Item", "Quantity", "Price", "Amount"]
XS = [50.0, 250.0, 330.0, 420.0]
ROWS = [
    HEADER,
    ["Copper pipe", "12", "4.10", "49.20"],
    ["Elbow joint", "30", "0.85", "25.50"],
    ["Solder wire, lead free", "2", "18.00", "36.00"],
]


def content(table: Table) -> list[list[str]]:
    texts = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        texts[cell.row - 1][cell.column - 1] = cell.text
    return texts


def only(lines: list[Line], rulings: tuple[Box, ...] = ()) -> Table:
    [table] = find(lines, rulings)
    return table


def right_aligned(texts: list[list[str]], edges: list[float], y: float) -> list[Line]:
    return [
        line(text, edge if n == 0 else edge - 5 * len(text), y + 16 * r)
        for r, row in enumerate(texts)
        for n, (text, edge) in enumerate(zip(row, edges, strict=True))
    ]


def test_figures_in_columns_under_a_header() -> None:
    table = only(grid(ROWS, XS, 100))
    assert content(table) == ROWS
    assert {(cell.row_span, cell.column_span) for cell in table.cells} == {(1, 1)}


def test_right_aligned_numbers_of_any_length() -> None:
    texts = [
        ["Region", "Sales", "Share"],
        ["North", "5", "0.1"],
        ["South", "1,234,567.00", "99.8"],
        ["West", "1,020.50", "0.1"],
    ]
    assert content(only(right_aligned(texts, [50, 300, 400], 100))) == texts


def test_a_cell_of_two_lines_is_one_cell() -> None:
    above = grid(ROWS[:2], XS, 100, leading=26)
    second = [line("22 mm, per metre", 50, 138)]
    below = grid(ROWS[2:], XS, 164, leading=26)
    table = only(above + second + below)
    assert content(table) == [HEADER, ["Copper pipe 22 mm, per metre", "12", "4.10", "49.20"], *ROWS[2:]]


def test_an_empty_cell_leaves_its_column_where_it_is() -> None:
    texts = [*ROWS, ["Delivery", "", "", "15.00"], ["Pipe cutter", "1", "", "22.00"]]
    assert content(only(grid(texts, XS, 100))) == texts


def test_a_header_over_two_columns_spans_them() -> None:
    top = [line("Year ended", 300, 84), line("Notes", 50, 84)]
    texts = [
        ["Account", "2023", "2022", "2021"],
        ["Sales", "120", "110", "90"],
        ["Costs", "80", "75", "70"],
        ["Profit", "40", "35", "20"],
    ]
    table = only(top + grid(texts, [50, 280, 340, 420], 100))
    assert table.rows == 5
    [spanning] = [cell for cell in table.cells if cell.text == "Year ended"]
    assert (spanning.row, spanning.column, spanning.column_span) == (1, 2, 2)


def test_text_around_a_table_is_not_in_it() -> None:
    before = line("The following items were delivered on 3 May and are due for payment now", 50, 80)
    after = line("Payment within thirty days to the account named below please", 50, 175)
    table = only([before, *grid(ROWS, XS, 100), after])
    assert content(table) == ROWS
    assert table.box.y0 >= 100
    assert table.box.y1 <= 170


def test_titles_above_a_table_are_not_in_it() -> None:
    titles = [
        line("Northern Water", 50, 40),
        line("Annual report", 400, 40),
        line("Income", 50, 60),
        line("In pounds", 50, 80),
    ]
    assert content(only(titles + grid(ROWS, XS, 100))) == ROWS


def test_two_columns_need_a_header_and_figures() -> None:
    texts = [["Description", "Amount"], ["Tea", "2.50"], ["Coffee", "3.10"], ["Cake", "4.00"]]
    assert content(only(grid(texts, [50, 200], 100))) == texts


def test_words_between_rulings_are_a_table() -> None:
    texts = [["Name", "Role", "Team"], ["Ada", "Engineer", "Engines"], ["Grace", "Admiral", "Compilers"]]
    rules = tuple(Box(48, y, 480, y) for y in (96, 113, 145))
    assert content(only(grid(texts, [50, 200, 350], 100), rules)) == texts
    assert find(grid(texts, [50, 200, 350], 100)) == []


def test_one_item_under_its_header() -> None:
    assert content(only(grid(ROWS[:2], XS, 100))) == ROWS[:2]


def test_numbered_things_need_no_header() -> None:
    texts = [[f"Cell {row}.{column}" for column in range(4)] for row in range(3)]
    assert content(only(grid(texts, XS, 100, leading=50))) == texts


def test_tables_side_by_side_are_two() -> None:
    left = [["Deduction", "Now", "Year"], ["Tax", "12.00", "120.00"], ["Pension", "5.00", "50.00"], ["Bond", "1", "10"]]
    right = [["Benefit", "Total"], ["Leave", "16"], ["Sickness", "4"], ["Training", "2"], ["Travel", "40"]]
    lines = grid(left, [50, 150, 210], 100) + grid(right, [330, 450], 100, leading=21)
    assert [content(table) for table in find(lines)] == [left, right]


PROSE = "We write to you about the terms on which we delivered"
NOT_TABLES = {
    "prose": [line(PROSE, 50, 100 + 14 * n) for n in range(10)],
    "two columns of prose": grid([[PROSE, PROSE]] * 10, [50, 340], 100, leading=14),
    "addresses side by side": grid(
        [
            ["Bill to", "Ship to", "From"],
            ["Acme Corp", "Acme Depot", "Pipes Ltd"],
            ["12 High Street", "9 Dock Road", "1 Works"],
            ["Leeds LS1 4AP", "Hull HU1 3DZ", "York YO1"],
        ],
        [50, 220, 390],
        100,
    ),
    "labels and values": grid(
        [["Invoice number:", "INV-17"], ["Date:", "3 May 2024"], ["Due date:", "2 June 2024"], ["Customer:", "4711"]],
        [50, 200],
        100,
    ),
    "two pairs of labels and values": grid(
        [
            ["Invoice:", "17", "Date:", "3 May"],
            ["Order:", "4711", "Due:", "2 June"],
            ["Terms:", "30 days", "Page:", "1"],
        ],
        [50, 140, 300, 380],
        100,
    ),
    "totals": grid([["Subtotal", "100.00"], ["Tax", "20.00"], ["Total", "120.00"]], [50, 200], 100),
    "contents": grid([[f"Chapter {n}", str(n * 7)] for n in range(1, 9)], [50, 400], 100),
    "two rows of words": grid([HEADER, ["Copper pipe", "few", "high", "much"]], XS, 100),
    "nothing": [],
}


@pytest.mark.parametrize("name", NOT_TABLES)
def test_is_no_table(name: str) -> None:
    assert find(NOT_TABLES[name]) == []
