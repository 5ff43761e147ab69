"""Tables from rules, and from columns that line up."""

from __future__ import annotations

import cv2
import numpy as np

from local.textract import aligned, ruled
from local.textract.geometry import Box, Word
from local.textract.grid import Table
from local.textract.rules import Rules, rules_of
from local.textract.tables import tables_of
from tests.local.textract.pages import row, text_of

ITEMS = (
    row(10, x10="Item", x210="Quantity", x410="Price")
    + row(60, x10="Oak table", x210="1", x410="120.00")
    + row(110, x10="Chair", x210="4", x410="45.50")
)


def horizontal(y: float, left: float = 0, right: float = 600) -> Box:
    return Box(left, y - 1, right, y + 1)


def vertical(x: float, top: float = 0, bottom: float = 150) -> Box:
    return Box(x - 1, top, x + 1, bottom)


def texts(table: Table) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(text_of(cell.words))
    return list(rows.values())


GRID = Rules(tuple(map(horizontal, (0, 50, 100, 150))), tuple(map(vertical, (0, 200, 400, 600))))
EXPECTED = [["Item", "Quantity", "Price"], ["Oak table", "1", "120.00"], ["Chair", "4", "45.50"]]


def test_reads_a_ruled_table() -> None:
    (table,) = tables_of(ITEMS, GRID)

    assert texts(table) == EXPECTED
    assert table.header
    assert table.spans == ()
    assert table.confidence == ruled.CONFIDENCE


def test_rules_bound_a_table_whose_sides_are_open() -> None:
    (table,) = tables_of(ITEMS, Rules(GRID.horizontal, GRID.vertical[1:3]))

    assert texts(table) == EXPECTED


def test_squares_that_no_rule_parts_are_merged() -> None:
    rules = Rules(
        GRID.horizontal, (vertical(0), vertical(200, 50), vertical(400, 50), vertical(600))
    )  # the first row is one cell
    words = row(10, x210="Order 12") + [word for word in ITEMS if word.box.top > 50]

    (table,) = tables_of(words, rules)

    (span,) = table.spans
    assert (span.row, span.column, span.rows, span.columns) == (1, 1, 1, 3)
    assert len(table.cells) == 9


def test_two_nets_of_rules_are_two_tables() -> None:
    below = Rules(
        tuple(horizontal(y) for y in (300, 350, 400, 450)), tuple(vertical(x, 300, 450) for x in (0, 200, 400, 600))
    )
    words = ITEMS + [
        Word(w.text, 90, w.box._replace(top=w.box.top + 300, bottom=w.box.bottom + 300).quad) for w in ITEMS
    ]

    tables = tables_of(words, Rules(GRID.horizontal + below.horizontal, GRID.vertical + below.vertical))

    assert [table.box.top for table in tables] == [0, 300]


def test_a_frame_around_the_page_is_no_table() -> None:
    frame = Rules((horizontal(0), horizontal(150)), (vertical(0), vertical(600)))

    assert all(table.confidence == aligned.CONFIDENCE for table in tables_of(ITEMS, frame))


def test_reads_columns_that_line_up_without_rules() -> None:
    (table,) = tables_of([*row(-100, x10="A heading of its own"), *ITEMS], Rules())

    assert texts(table) == EXPECTED
    assert table.confidence == aligned.CONFIDENCE


def test_a_text_wider_than_its_column_stays_in_one_cell() -> None:
    words = ITEMS + row(160, x10="Delivery to the door", x410="9.00")

    (table,) = tables_of(words, Rules())

    assert texts(table)[-1] == ["Delivery to the door", "", "9.00"]


def test_two_columns_of_prose_are_no_table() -> None:
    words = [
        word
        for y in range(0, 300, 25)
        for word in row(y, x0="so it goes on and on for a line", x450="and here as well it goes on")
    ]

    assert tables_of(words, Rules()) == []


def test_a_header_has_no_digits_where_the_rows_below_have_some() -> None:
    plain = [word for word in ITEMS if word.box.top > 50] + row(160, x10="Bench", x210="2", x410="80.00")

    (table,) = tables_of(plain, Rules())

    assert not table.header


def test_finds_the_rules_of_a_page_but_not_its_letters() -> None:
    gray = np.full((1000, 800), 255, np.uint8)
    cv2.rectangle(gray, (50, 50), (750, 400), 0, 2)
    cv2.line(gray, (300, 50), (300, 400), 0, 2)
    cv2.putText(gray, "HILL 1000", (80, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 0, 2)

    letters = Word("HILL 1000", 99.0, Box(78, 180, 190, 206).quad)
    rules = rules_of(gray, [letters])

    assert [round(rule.center[1], -1) for rule in rules.horizontal] == [50, 400]
    assert sorted(round(rule.center[0], -1) for rule in rules.vertical) == [50, 300, 750]
