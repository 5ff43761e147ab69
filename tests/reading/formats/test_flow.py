"""Blocks without places, laid out on a page of our own."""

from __future__ import annotations

import pytest

from quire.reading.broken import Broken
from quire.reading.formats import flow
from quire.reading.formats.flow import COLUMNS, Rows, Slot, Text, page, rows_of
from quire.reading.model import from_json, to_json
from tests.reading.flowing import cells, heads, said


def rows(*texts: tuple[str, ...], heads: int = 0) -> Rows:
    return Rows([[Slot(text) for text in row] for row in texts], heads)


def test_blocks_stand_below_each_other_in_their_order() -> None:
    made = page(3, [Text("Invoice"), rows(("Item", "Price"), ("Pipe", "4.10")), Text("Thank you")])
    assert said(made) == ["Invoice", "Item", "Price", "Pipe", "4.10", "Thank you"]
    assert (made.number, made.source, made.placed) == (3, "text", False)
    tops = [line.box.y0 for line in made.lines]
    assert tops == sorted(tops)


def test_a_page_without_places_stays_one_when_it_is_stored() -> None:
    made = page(1, [Text("Total: 12.00")])
    assert from_json(to_json(made)) == made
    assert not from_json(to_json(made)).placed


def test_an_empty_page_is_a_letter() -> None:
    made = page(1, [])
    assert (made.width, made.height, made.lines) == (612, 792, ())


def test_labels_and_values_are_paired() -> None:
    made = page(1, [Text("Invoice number: INV-7\nDate:\t3 May 2024")])
    assert [(pair.key, pair.value) for pair in made.key_values] == [
        ("Invoice number:", "INV-7"),
        ("Date:", "3 May 2024"),
    ]


def test_spaces_part_columns() -> None:
    assert said(page(1, [Text("Item        Qty\nLong pipe     3")])) == ["Item", "Qty", "Long pipe", "3"]


def test_a_table_of_lines_is_found_by_its_columns() -> None:
    lines = ["Item      Qty    Amount", "Pipe        3     49.20", "Joint       4     25.50", "Bend        5     12.10"]
    [table] = page(1, [Text("\n".join(lines))]).tables
    assert cells(table)[1] == ["Pipe", "3", "49.20"]


def test_a_long_line_goes_on_below() -> None:
    made = page(1, [Text("word " * 40)])
    assert {line.box.x1 <= made.width for line in made.lines} == {True}
    assert sum(len(line.words) for line in made.lines) == 40
    assert len(list(rows_of("word " * 40))) == 3


def test_a_row_is_never_wider_than_the_page_but_for_a_longer_word() -> None:
    text = " ".join("x" * n for n in (1, 50, 89, 200, 3))
    widths = [row[-1][0] + len(row[-1][1]) for row in rows_of(text)]
    assert widths == [52, 89, 200, 3]
    assert COLUMNS == 90


@pytest.mark.parametrize("before", ["a", "abcdef", "abcdefg", "abcdefgh"])
def test_a_tab_parts_what_it_stands_between(before: str) -> None:
    [[(_, first), (at, second)]] = rows_of(f"{before}\tx")
    assert (first, second) == (before, "x")
    assert at >= len(before) + 2


def test_the_cells_of_a_table_hold_their_words() -> None:
    made = page(1, [rows(("Item", "Price"), ("A rather long name of a thing", "4.10"), ("", "12"), heads=1)])
    [table] = made.tables
    assert cells(table) == [["Item", "Price"], ["A rather long name of a thing", "4.10"], ["", "12"]]
    assert heads(table) == ["Item", "Price"]
    for word in made.words:
        holders = [cell.text for cell in table.cells if cell.box.holds(*word.box.centre)]
        assert len(holders) == 1 and word.text in holders[0]


def test_a_huge_cell_grows_downwards() -> None:
    made = page(1, [rows(("Note", "Price"), ("word " * 2000, "4.10"))])
    assert made.width < 1000
    assert sum(word.text == "word" for word in made.words) == 2000


def test_the_values_tell_where_a_header_ends() -> None:
    [table] = page(1, [rows(("Item", "Price"), ("Pipe", "4.10"), ("Joint", "0.85"))]).tables
    assert heads(table) == ["Item", "Price"]


def test_merged_cells_take_their_places() -> None:
    block = Rows(
        [
            [Slot("Name", row_span=2), Slot("2024", column_span=2)],
            [Slot("Q1"), Slot("Q2")],
            [Slot("Pipe"), Slot("1"), Slot("2")],
        ]
    )
    [table] = page(1, [block]).tables
    assert (table.rows, table.columns) == (3, 3)
    places = {cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells}
    assert places["Name"] == (1, 1, 2, 1)
    assert places["2024"] == (1, 2, 1, 2)
    assert places["Q2"] == (2, 3, 1, 1)
    assert places["2"] == (3, 3, 1, 1)


def test_a_span_beyond_the_last_row_ends_with_it() -> None:
    [table] = page(1, [Rows([[Slot("a", row_span=900), Slot("b")], [Slot("c")]])]).tables
    assert (table.rows, table.columns) == (2, 2)


def test_a_page_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MOST_PARTS", 10)
    assert len(page(1, [Text("a " * 10)]).words) == 10
    for block in (Text("a " * 11), Rows([[Slot("")] * 11]), Rows([[Slot("", 4, 3)]] * 3)):
        with pytest.raises(Broken) as refused:
            page(1, [block])
        assert refused.value.kind == "document_too_complex"
