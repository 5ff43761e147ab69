"""Arrays from the tables that a reading knows, as Textract states them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.reading.formats import flow
from quire.reading.formats.flow import Rows, Slot, Text
from quire.reading.model import Box, Cell, Page, Table
from tests.extraction.pages import page

LINES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": ["string", "null"]},
            "quantity": {"type": ["number", "null"]},
            "amount": {"type": ["number", "null"]},
        },
    },
}
EDGES = (40.0, 300.0, 400.0, 500.0)


def stated(found: Page, *rows: tuple[float, float, tuple[str, ...]], head: bool = True) -> Page:
    """The page with a table of three columns; of each row where it begins and ends, and its texts."""
    cells = [
        Cell(text, n, m, 1, 1, Box(EDGES[m - 1], top, EDGES[m], bottom), 0.99, "header" if head and n == 1 else "body")
        for n, (top, bottom, texts) in enumerate(rows, 1)
        for m, text in enumerate(texts, 1)
    ]
    box = Box(EDGES[0], rows[0][0], EDGES[-1], rows[-1][1])
    return replace(found, tables=(Table(box, 0.99, len(rows), 3, tuple(cells)),))


def filled(*pages: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = extract(pages, {"type": "object", "properties": {"lines": LINES}}).data["lines"]
    return found


HEAD = ((40, 100, "Description"), (310, 100, "Quantity"), (420, 100, "Amount"))


def test_a_cell_of_two_lines_is_one_value() -> None:
    lines = page(*HEAD, (40, 116, "Apples"), (310, 122, "2"), (420, 122, "3.00"), (40, 138, "red"), (40, 150, "Pears"),
                 (310, 150, "1"), (420, 150, "2.00"))  # fmt: skip
    table = stated(
        lines,
        (98, 112, ("Description", "Quantity", "Amount")),
        (114, 148, ("Apples red", "2", "3.00")),
        (149, 164, ("Pears", "1", "2.00")),
    )
    assert filled(table) == [
        {"description": "Apples red", "quantity": 2.0, "amount": 3.0},
        {"description": "Pears", "quantity": 1.0, "amount": 2.0},
    ]


def test_a_table_without_headings_goes_on_with_that_of_the_page_before() -> None:
    first = stated(
        page(*HEAD, (40, 116, "Apples"), (310, 116, "2"), (420, 116, "3.00")),
        (98, 112, ("Description", "Quantity", "Amount")),
        (114, 128, ("Apples", "2", "3.00")),
    )
    second = stated(
        page((40, 100, "Pears"), (310, 100, "1"), (420, 100, "2.00"), number=2),
        (98, 112, ("Pears", "1", "2.00")),
        head=False,
    )
    assert [row["description"] for row in filled(first, second)] == ["Apples", "Pears"]


def test_a_row_that_says_the_headings_again_and_a_sum_are_no_items() -> None:
    lines = page(*HEAD, (40, 116, "Apples"), (310, 116, "2"), (420, 116, "3.00"), (40, 132, "Description"),
                 (310, 132, "Quantity"), (420, 132, "Amount"), (40, 148, "Pears"), (310, 148, "1"), (420, 148, "2.00"),
                 (40, 164, "Total"), (420, 164, "5.00"))  # fmt: skip
    table = stated(
        lines,
        (98, 112, ("Description", "Quantity", "Amount")),
        (114, 128, ("Apples", "2", "3.00")),
        (130, 144, ("Description", "Quantity", "Amount")),
        (146, 160, ("Pears", "1", "2.00")),
        (162, 176, ("Total", "", "5.00")),
    )
    assert [row["description"] for row in filled(table)] == ["Apples", "Pears"]


def test_a_table_of_other_things_leaves_the_lines_to_be_read() -> None:
    lines = page(*HEAD, (40, 116, "Apples"), (310, 116, "2"), (420, 116, "3.00"), (40, 132, "Pears"), (310, 132, "1"),
                 (420, 132, "2.00"), (40, 300, "Rate"), (310, 300, "Net"), (420, 300, "Tax"), (40, 316, "20%"),
                 (310, 316, "4.00"), (420, 316, "1.00"))  # fmt: skip
    table = stated(lines, (298, 312, ("Rate", "Net", "Tax")), (314, 328, ("20%", "4.00", "1.00")))
    assert [row["description"] for row in filled(table)] == ["Apples", "Pears"]


def test_what_stands_under_a_table_does_not_go_on_with_a_code() -> None:
    lines = page((40, 100, "Code"), (310, 100, "Quantity"), (420, 100, "Amount"), (40, 116, "INS-0050"),
                 (310, 116, "2"), (420, 116, "3.00"), (40, 132, "Pallets: 4"))  # fmt: skip
    table = stated(
        lines,
        (98, 112, ("Code", "Quantity", "Amount")),
        (114, 128, ("INS-0050", "2", "3.00")),
        (130, 144, ("Pallets: 4", "", "")),
    )
    items = {"code": {"type": ["string", "null"]}, "quantity": {"type": "number"}, "amount": {"type": "number"}}
    schema = {"properties": {"lines": {"type": "array", "items": {"type": "object", "properties": items}}}}
    assert extract([table], schema).data["lines"] == [{"code": "INS-0050", "quantity": 2.0, "amount": 3.0}]


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT, NUMBER = {"type": ["string", "null"]}, {"type": ["number", "null"]}


def test_a_merged_cell_of_a_sheet_counts_in_each_row_too() -> None:
    rows = [
        [Slot("Region"), Slot("Item"), Slot("Amount")],
        [Slot("North", row_span=2), Slot("Chair"), Slot("49.50")],
        [Slot("Desk"), Slot("199.50")],
        [Slot("South"), Slot("Lamp"), Slot("20.50")],
    ]
    orders = {"type": "array", "items": an_object(region=TEXT, item=TEXT, amount=NUMBER)}
    assert extract([flow.page(1, [Rows(rows, heads=1)])], an_object(orders=orders)).data["orders"] == [
        {"region": "North", "item": "Chair", "amount": 49.5},
        {"region": "North", "item": "Desk", "amount": 199.5},
        {"region": "South", "item": "Lamp", "amount": 20.5},
    ]


@pytest.mark.parametrize("mark", ["#####", "#N/A", "#REF!"])
def test_where_a_sheet_has_no_value_there_is_none(mark: str) -> None:
    rows = [
        [Slot("Item"), Slot("Price"), Slot("Amount")],
        [Slot("Chair"), Slot("49.90"), Slot(mark)],
        [Slot("Total"), Slot(""), Slot(mark)],
    ]
    page = flow.page(1, [Text(f"Date: 2024-05-03\nDue date: {mark}\nCustomer: {mark}"), Rows(rows, heads=1)])
    due = {"type": ["string", "null"], "format": "date"}
    items = {"type": "array", "items": an_object(item=TEXT, amount=NUMBER)}
    data = extract([page], an_object(total=NUMBER, due_date=due, customer=TEXT, items=items)).data
    assert [data["total"], data["due_date"], data["customer"]] == [None, None, None]
    assert all(item["amount"] is None for item in data["items"])


SALES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "region": {"type": ["string", "null"]},
            "quarter": {"type": ["string", "null"]},
            "sales": {"type": ["number", "null"]},
        },
    },
}


def merged(found: Page, rows: int, *cells: tuple[str, int, int, int, int]) -> list[dict[str, Any]]:
    """The page's items with a table of three columns; of each cell its text, row, column, row span and column span."""
    made = [
        Cell(text, row, column, high, wide, Box(EDGES[column - 1], 82 + 16 * row, EDGES[column - 1 + wide],
             82 + 16 * (row + high)), 0.99, "header" if row == 1 else "body")
        for text, row, column, high, wide in cells
    ]  # fmt: skip
    table = Table(Box(EDGES[0], 98, EDGES[-1], 98 + 16 * rows), 0.99, rows, 3, tuple(made))
    schema = {"type": "object", "properties": {"rows": SALES}}
    data: list[dict[str, Any]] = extract([replace(found, tables=(table,))], schema).data["rows"]
    return data


HEADS = (("Region", 1, 1, 1, 1), ("Quarter", 1, 2, 1, 1), ("Sales", 1, 3, 1, 1))
HEAD_WORDS = ((45, 100, "Region"), (310, 100, "Quarter"), (420, 100, "Sales"))


def test_a_merged_cell_counts_in_each_row_that_it_spans() -> None:
    found = page(*HEAD_WORDS, (45, 124, "North"), (310, 116, "Q1"), (420, 116, "10"), (310, 132, "Q2"),
                 (420, 132, "12"), (45, 148, "South"), (310, 148, "Q1"), (420, 148, "7"))  # fmt: skip
    assert merged(
        found,
        4,
        *HEADS,
        ("North", 2, 1, 2, 1),
        ("Q1", 2, 2, 1, 1),
        ("10", 2, 3, 1, 1),
        ("Q2", 3, 2, 1, 1),
        ("12", 3, 3, 1, 1),
        ("South", 4, 1, 1, 1),
        ("Q1", 4, 2, 1, 1),
        ("7", 4, 3, 1, 1),
    ) == [
        {"region": "North", "quarter": "Q1", "sales": 10.0},
        {"region": "North", "quarter": "Q2", "sales": 12.0},
        {"region": "South", "quarter": "Q1", "sales": 7.0},
    ]


def test_a_row_of_nothing_but_a_merged_cell_from_above_is_no_item() -> None:
    found = page(*HEAD_WORDS, (45, 124, "North"), (310, 116, "Q1"), (420, 116, "10"), (45, 148, "South"),
                 (310, 148, "Q1"), (420, 148, "7"))  # fmt: skip
    items = merged(
        found,
        4,
        *HEADS,
        ("North", 2, 1, 2, 1),
        ("Q1", 2, 2, 1, 1),
        ("10", 2, 3, 1, 1),
        ("", 3, 2, 1, 1),
        ("", 3, 3, 1, 1),
        ("South", 4, 1, 1, 1),
        ("Q1", 4, 2, 1, 1),
        ("7", 4, 3, 1, 1),
    )
    assert [item["region"] for item in items] == ["North", "South"]


def test_a_merged_cell_counts_in_each_column_that_it_spans_and_text_that_runs_over_does_not() -> None:
    def items(wide: str) -> list[dict[str, Any]]:
        found = page(*HEAD_WORDS, (45, 116, wide), (420, 116, "10"), (45, 132, "South"), (310, 132, "Q1"),
                     (420, 132, "7"))  # fmt: skip
        return merged(
            found,
            3,
            *HEADS,
            (wide, 2, 1, 1, 2),
            ("10", 2, 3, 1, 1),
            ("South", 3, 1, 1, 1),
            ("Q1", 3, 2, 1, 1),
            ("7", 3, 3, 1, 1),
        )

    assert items("Unknown")[0] == {"region": "Unknown", "quarter": "Unknown", "sales": 10.0}
    assert items("w" * 70)[0]["quarter"] is None


def test_a_step_between_two_sums_is_no_item_whatever_it_is_called() -> None:
    printed = (("Item", "Quantity", "Amount"), ("Widget", "2", "10.00"), ("Gadget", "1", "20.00"),
               ("Subtotal", "", "30.00"), ("Green levy", "", "3.00"), ("Total", "", "33.00"))  # fmt: skip
    rows = [[Slot(cell) for cell in row] for row in printed]
    number = {"type": "number"}
    lines = {"type": "array", "items": an_object(item={"type": "string"}, quantity=number, amount=number)}
    found = extract([flow.page(1, [Rows(rows, heads=1)])], an_object(lines=lines))
    assert [line["item"] for line in found.data["lines"]] == ["Widget", "Gadget"]
    assert not found.lists[0].short
