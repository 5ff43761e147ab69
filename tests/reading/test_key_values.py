"""Key-values from words and rulings."""

from __future__ import annotations

import pytest

from quire.reading.key_values import find
from quire.reading.model import Box, Line
from quire.reading.tables import find as find_tables

from .build import grid, line


def pairs(lines: list[Line], rulings: tuple[Box, ...] = ()) -> list[tuple[str, str]]:
    return [(pair.key, pair.value) for pair in find(lines, rulings=rulings)]


def box_of_form(x0: float, y0: float, x1: float, y1: float) -> tuple[Box, ...]:
    return Box(x0, y0, x1, y0), Box(x0, y1, x1, y1), Box(x0, y0, x0, y1), Box(x1, y0, x1, y1)


def test_label_and_value_in_one_line() -> None:
    [pair] = find([line("Invoice date: 3 May 2024", 50, 100)])
    assert (pair.key, pair.value) == ("Invoice date:", "3 May 2024")
    assert pair.key_box == Box(50, 100, 112.5, 110)
    assert pair.value_box == Box(115, 100, 160, 110)
    assert pair.selected is None


def test_several_pairs_in_one_line() -> None:
    assert pairs([line("State: CA Zip Code: 12345 Phone: 646-555-0111", 50, 100)]) == [
        ("State:", "CA"),
        ("Zip Code:", "12345"),
        ("Phone:", "646-555-0111"),
    ]


def test_the_value_far_to_the_right() -> None:
    assert pairs([line("Due date", 50, 100), line("2 June 2024", 250, 100)]) == [("Due date", "2 June 2024")]


def test_right_aligned_totals() -> None:
    amounts = ["1,204.00", "84.28", "1,288.28"]
    lines = [
        part
        for n, (label, amount) in enumerate(zip(["Subtotal", "Sales tax 7%", "TOTAL"], amounts, strict=True))
        for part in (line(label, 300, 400 + 16 * n), line(amount, 550 - 5 * len(amount), 400 + 16 * n))
    ]
    found = dict(pairs(lines))
    assert found["Subtotal"] == "1,204.00"
    assert found["TOTAL"] == "1,288.28"


def test_labels_above_their_values() -> None:
    lines = grid(
        [["Order number", "Order date", "Customer"], ["A-1190", "12/03/2024", "4711"]], [50, 200, 350], 100, 13
    )
    assert pairs(lines) == [("Order number", "A-1190"), ("Order date", "12/03/2024"), ("Customer", "4711")]


def test_the_boxes_of_a_form() -> None:
    lines = [
        line("1. Name and address of employer", 52, 102),
        line("Alejandro Rosalez", 70, 114),
        line("123 Any Street", 70, 126),
        line("2. Position held", 302, 102),
        line("Baker", 320, 114),
        line("3. Date hired", 52, 146),
        line("04/04/2004", 70, 158),
    ]
    rulings = (*box_of_form(50, 100, 300, 144), *box_of_form(300, 100, 550, 144), *box_of_form(50, 144, 300, 170))
    assert pairs(lines, rulings) == [
        ("1. Name and address of employer", "Alejandro Rosalez 123 Any Street"),
        ("2. Position held", "Baker"),
        ("3. Date hired", "04/04/2004"),
    ]


def test_a_wall_parts_a_label_from_what_is_beside_it() -> None:
    lines = [line("Phone", 52, 102), line("555-0100", 70, 114), line("4411", 90, 102)]
    wall = Box(85, 100, 85, 112)
    assert ("Phone", "4411") not in pairs([lines[0], lines[1]], (wall,))


def test_a_value_of_several_lines() -> None:
    lines = [
        line("Home address:", 50, 100),
        line("123 Any Street", 150, 100),
        line("Any Town", 150, 112),
        line("Phone:", 50, 140),
        line("555-0100", 150, 140),
    ]
    assert pairs(lines) == [("Home address:", "123 Any Street Any Town"), ("Phone:", "555-0100")]


def test_a_label_of_two_lines() -> None:
    lines = [line("Lender's number", 50, 100), line("(optional)", 50, 112), line("5555-5555", 55, 126)]
    assert pairs(lines) == [("Lender's number (optional)", "5555-5555")]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Ref # 1498308145C0", ("Ref #", "1498308145C0")),
        ("OMB No. 1545-0008", ("OMB No.", "1545-0008")),
        ("Trans ID - 2516267815", ("Trans ID -", "2516267815")),
        ("Key2:value2", ("Key2:", "value2")),
    ],
)
def test_other_ways_to_end_a_label(text: str, pair: tuple[str, str]) -> None:
    assert pairs([line(text, 50, 100)]) == [pair]


def test_a_currency_at_the_far_edge_goes_with_its_amount() -> None:
    assert pairs([line("Gross pay", 50, 100), line("$", 150, 100), line("452.43", 190, 100)]) == [
        ("Gross pay", "$ 452.43")
    ]


def test_rows_of_a_table_are_no_pairs() -> None:
    lines = grid(
        [["Item", "Quantity", "Price"], ["Pipe", "12", "4.10"], ["Joint", "30", "0.85"], ["Wire", "2", "18.00"]],
        [50, 200, 300],
        100,
    )
    assert find(lines, find_tables(lines)) == []


PROSE = "We write to you about the terms on which we deliver our goods to you and to others"


@pytest.mark.parametrize(
    "lines",
    [
        [line(PROSE, 50, 100 + 14 * n) for n in range(5)],
        [line("Our office opens at 10:30 and https://quire.example answers always", 50, 100)],
        [line("Note: this is a long remark that goes on and on for more words than any value has", 50, 100)],
        [],
    ],
    ids=["prose", "times and addresses", "a remark", "nothing"],
)
def test_is_no_pair(lines: list[Line]) -> None:
    assert pairs(lines) == []


def test_a_pair_is_as_sure_as_its_words_and_its_place() -> None:
    [beside] = find([line("Total: 12.00", 50, 100)])
    [above] = find([line("Total", 50, 100), line("12.00", 50, 113)])
    assert beside.confidence is not None and above.confidence is not None
    assert 0 < above.confidence < beside.confidence <= 1
