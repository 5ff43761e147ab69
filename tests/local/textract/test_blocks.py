"""Blocks of words laid out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from local.textract.answers import Answer
from local.textract.blocks import Reading, geometry, page_blocks
from local.textract.forms import Pair
from local.textract.geometry import Box, Line, Quad, around
from local.textract.grid import Cell, Span, Table
from local.textract.signatures import Signature
from tests.local.textract.pages import word

PAGE = Box(0, 0, 400, 200).quad


def ratios(quad: Quad) -> Quad:
    a, b, c, d = ((x / 400, y / 200) for x, y in quad)
    return a, b, c, d


def line(*words: Any) -> Line:
    return Line(words, around(w.box for w in words).quad)


def blocks_of(reading: Reading, number: int | None = None) -> list[dict[str, Any]]:
    return page_blocks(reading, PAGE, ratios, number)


def related(block: dict[str, Any], kind: str) -> list[str]:
    return [i for relation in block.get("Relationships", []) if relation["Type"] == kind for i in relation["Ids"]]


def test_a_page_holds_lines_and_a_line_its_words() -> None:
    blocks = blocks_of(Reading([line(word("Hello", 0, 0, 99), word("you", 60, 0, 97))]))

    page, text, *words = blocks
    assert [block["BlockType"] for block in blocks] == ["PAGE", "LINE", "WORD", "WORD"]
    assert related(page, "CHILD") == [text["Id"]]
    assert related(text, "CHILD") == [w["Id"] for w in words]
    assert (text["Text"], text["Confidence"]) == ("Hello you", 98)
    assert [(w["Text"], w["Confidence"], w["TextType"]) for w in words] == [
        ("Hello", 99, "PRINTED"),
        ("you", 97, "PRINTED"),
    ]
    assert words[0]["Geometry"]["BoundingBox"] == {"Left": 0, "Top": 0, "Width": 0.125, "Height": 0.1}


def test_a_blank_page_is_a_page() -> None:
    (page,) = blocks_of(Reading([]))

    assert page["BlockType"] == "PAGE"
    assert "Relationships" not in page
    assert page["Geometry"]["BoundingBox"] == {"Left": 0, "Top": 0, "Width": 1, "Height": 1}


@pytest.mark.parametrize("number", [None, 7])
def test_blocks_carry_the_pages_number_only_when_it_has_one(number: int | None) -> None:
    blocks = blocks_of(Reading([line(word("a", 0, 0))]), number)

    assert {block.get("Page") for block in blocks} == {number}


def test_a_table_has_a_cell_for_each_square_and_merged_cells_over_them() -> None:
    title, amount = word("Total", 0, 0), word("9", 0, 100)
    cells = tuple(
        Cell(r, c, Box(200 * (c - 1), 100 * (r - 1), 200 * c, 100 * r), held)
        for r, c, held in ((1, 1, (title,)), (1, 2, ()), (2, 1, (amount,)), (2, 2, ()))
    )
    table = Table(Box(0, 0, 400, 200), cells, (Span(1, 1, 1, 2),), True, 95.0)

    blocks = blocks_of(Reading([line(title), line(amount)], tables=[table]))

    by_type: dict[str, list[dict[str, Any]]] = {}
    for block in blocks:
        by_type.setdefault(block["BlockType"], []).append(block)
    (whole,), (merged,) = by_type["TABLE"], by_type["MERGED_CELL"]
    assert related(whole, "CHILD") == [cell["Id"] for cell in by_type["CELL"]]
    assert related(whole, "MERGED_CELL") == [merged["Id"]]
    assert whole["Id"] in related(by_type["PAGE"][0], "CHILD")
    assert [(c["RowIndex"], c["ColumnIndex"]) for c in by_type["CELL"]] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert {(c["RowSpan"], c["ColumnSpan"]) for c in by_type["CELL"]} == {(1, 1)}
    assert (merged["RowSpan"], merged["ColumnSpan"]) == (1, 2)
    assert related(merged, "CHILD") == [cell["Id"] for cell in by_type["CELL"][:2]]
    assert related(by_type["CELL"][2], "CHILD") == [by_type["WORD"][1]["Id"]]
    assert [c.get("EntityTypes") for c in by_type["CELL"]] == [["COLUMN_HEADER"]] * 2 + [None] * 2


def test_a_key_leads_to_its_value_and_an_empty_value_has_no_words() -> None:
    key, value, empty = word("Name:", 0, 0), word("Jane", 60, 0), word("Date:", 200, 0)
    pairs = [Pair((key,), (value,)), Pair((empty,), ())]

    blocks = blocks_of(Reading([line(key, value), line(empty)], pairs=pairs))

    by_id = {block["Id"]: block for block in blocks}
    keys = [block for block in blocks if block.get("EntityTypes") == ["KEY"]]
    (filled,), (blank,) = ([by_id[i] for i in related(k, "VALUE")] for k in keys)
    assert [by_id[i]["Text"] for i in related(keys[0], "CHILD")] == ["Name:"]
    assert [by_id[i]["Text"] for i in related(filled, "CHILD")] == ["Jane"]
    assert blank["EntityTypes"] == ["VALUE"]
    assert related(blank, "CHILD") == []


def test_a_query_leads_to_its_answer_and_one_without_has_none() -> None:
    value = word("12.50", 0, 0, 97)
    asked: list[tuple[dict[str, Any], Answer | None]] = [
        ({"Text": "What is the total?", "Alias": "total", "Pages": ["*"]}, Answer((value,), 90.0)),
        ({"Text": "What is the date?"}, None),
    ]

    blocks = blocks_of(Reading([line(value)], queries=asked), 3)

    first, result, second = blocks[-3:]
    assert [block["BlockType"] for block in (first, result, second)] == ["QUERY", "QUERY_RESULT", "QUERY"]
    assert first["Query"] == {"Text": "What is the total?", "Alias": "total"}
    assert related(first, "ANSWER") == [result["Id"]]
    assert (result["Text"], result["Confidence"], result["Page"]) == ("12.50", 90.0, 3)
    assert result["Geometry"]["BoundingBox"]["Width"] == 0.125
    assert "Geometry" not in first and "Relationships" not in second
    assert {first["Id"], result["Id"], second["Id"]} <= set(related(blocks[0], "CHILD"))


def test_a_signature_is_a_place() -> None:
    page, _, _, signature = blocks_of(
        Reading([line(word("a", 0, 0))], signatures=[Signature(Box(40, 100, 80, 120), 60.0)])
    )

    assert (signature["BlockType"], signature["Confidence"]) == ("SIGNATURE", 60.0)
    box = signature["Geometry"]["BoundingBox"]
    assert [box[side] for side in ("Left", "Top", "Width", "Height")] == pytest.approx([0.1, 0.5, 0.1, 0.1])
    assert signature["Id"] in related(page, "CHILD")


def test_geometry_stays_within_the_page() -> None:
    shape = geometry(((-0.1, 0.2), (1.2, 0.2), (1.2, 0.4), (-0.1, 0.4)))

    assert shape["BoundingBox"]["Left"] == 0
    assert shape["BoundingBox"]["Width"] == 1
    assert shape["Polygon"][0] == {"X": 0, "Y": 0.2}
