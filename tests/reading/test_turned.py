"""A page that was scanned turned or askew says what the straight one says; long and parted pages are read whole."""

from __future__ import annotations

import math
from typing import Any

import pytest

from quire.reading import textract
from quire.reading.model import Line, Page

from ..work import steps
from .build import grid, line

SIZE = 800.0  # points; the page is square, so that it can be turned about its centre

ROWS = [
    ["Item", "Quantity", "Amount"],
    ["Copper pipe", "12", "49.20"],
    ["Elbow joint", "30", "25.50"],
    ["Solder wire", "2", "36.00"],
]
SHEET = [
    line("Delivery note", 300, 80),
    line("Invoice number: 4711", 100, 140),
    line("Date: 3 May 2024", 450, 140),
    line("Ship to:", 100, 180),
    line("Acme Depot", 200, 180),
    line("9 Dock Road", 200, 192),
    *grid(ROWS, [100, 300, 450], 260),
]


def turned(lines: list[Line], degrees: float) -> dict[str, Any]:
    """The answer for a page with these lines, turned clockwise about its centre."""
    cos, sin, half = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), SIZE / 2

    def geometry(box: Any) -> dict[str, Any]:
        corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
        points = [
            ((half + (x - half) * cos - (y - half) * sin) / SIZE, (half + (x - half) * sin + (y - half) * cos) / SIZE)
            for x, y in corners
        ]
        left, top = (min(values) for values in zip(*points, strict=True))
        right, bottom = (max(values) for values in zip(*points, strict=True))
        return {
            "BoundingBox": {"Left": left, "Top": top, "Width": right - left, "Height": bottom - top},
            "Polygon": [{"X": x, "Y": y} for x, y in points],
        }

    blocks: list[dict[str, Any]] = [{"BlockType": "PAGE", "Id": "page"}]
    for n, one in enumerate(lines):
        ids = [f"{n}-{m}" for m in range(len(one.words))]
        blocks.append(
            {
                "BlockType": "LINE",
                "Id": str(n),
                "Text": one.text,
                "Confidence": 99.0,
                "Geometry": geometry(one.box),
                "Relationships": [{"Type": "CHILD", "Ids": ids}],
            }
        )
        blocks += [
            {"BlockType": "WORD", "Id": i, "Text": word.text, "Confidence": 98.0, "Geometry": geometry(word.box)}
            for i, word in zip(ids, one.words, strict=True)
        ]
    return {"Blocks": blocks}


def read(lines: list[Line], degrees: float = 0) -> Page:
    [page] = textract.pages([turned(lines, degrees)], {1: (SIZE, SIZE)})
    return page


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 3, -7, 15, 97])
def test_a_turned_page_says_the_same(degrees: float) -> None:
    page = read(SHEET, degrees)
    assert [found.text for found in page.lines] == [given.text for given in SHEET]
    assert [(pair.key, pair.value) for pair in page.key_values] == [
        ("Invoice number:", "4711"),
        ("Date:", "3 May 2024"),
        ("Ship to:", "Acme Depot 9 Dock Road"),
    ]
    [table] = page.tables
    assert [cell.text for cell in table.cells] == [text for row in ROWS for text in row]


@pytest.mark.parametrize("degrees", [90, 10])
def test_what_is_found_on_a_turned_page_lies_where_it_is_shown(degrees: float) -> None:
    page = read(SHEET, degrees)
    words = {word.text: word.box for word in page.words}
    number = next(pair for pair in page.key_values if pair.key == "Invoice number:")
    assert number.value_box is not None
    x, y = words["4711"].centre
    assert number.value_box.holds(x, y)
    wire = next(cell for cell in page.tables[0].cells if cell.text == "Solder wire")
    assert wire.box.holds(*words["Solder"].centre)


def test_pairs_in_two_columns_stay_in_theirs() -> None:
    left = [line(text, 60, 100 + 16 * n) for n, text in enumerate(["Buyer: Acme", "Town: Leeds", "Phone: 555-0100"])]
    right = [line(text, 440, 104 + 18 * n) for n, text in enumerate(["Seller: Pipes", "Town: York", "Phone: 555-0199"])]
    assert {(pair.key, pair.value) for pair in read([*left, *right]).key_values} == {
        ("Buyer:", "Acme"),
        ("Town:", "Leeds"),
        ("Phone:", "555-0100"),
        ("Seller:", "Pipes"),
        ("Town:", "York"),
        ("Phone:", "555-0199"),
    }


def long_table(rows: int) -> list[Line]:
    return grid([ROWS[0], *([f"Pipe {n}", str(n), f"{n}.50"] for n in range(rows))], [100, 300, 450], 20)


def test_thousands_of_rows_are_one_table() -> None:
    [page] = textract.pages([turned(long_table(4000), 0)], {1: (SIZE, SIZE)})
    assert [table.rows for table in page.tables] == [4001]


def test_a_table_of_more_rows_takes_work_in_proportion() -> None:
    def read(rows: int) -> int:
        answer = turned(long_table(rows), 0)
        return steps(lambda: list(textract.pages([answer], {1: (SIZE, SIZE)})))

    assert read(1600) < 4.4 * read(400)
