"""FORMS, SIGNATURES, QUERIES and LAYOUT of an answer."""

from __future__ import annotations

from typing import Any

from quire.reading import textract
from quire.reading.model import Answer, Box, KeyValue, Mark, Page, Region, Signature
from tests.reading.build import block, children, text_line


def read(*blocks: dict[str, Any] | list[dict[str, Any]]) -> Page:
    flat = [part for given in blocks for part in (given if isinstance(given, list) else [given])]
    [page] = textract.pages([{"Blocks": [block("PAGE", "p"), *flat]}], {1: (600.0, 800.0)})
    return page


def key(identity: str, words: list[str], value: str, box: tuple[float, float, float, float]) -> dict[str, Any]:
    related = [*children(*words), {"Type": "VALUE", "Ids": [value]}]
    return block("KEY_VALUE_SET", identity, box, EntityTypes=["KEY"], Confidence=90.0, Relationships=related)


def value(identity: str, parts: list[str], box: tuple[float, float, float, float]) -> dict[str, Any]:
    related = {"Relationships": children(*parts)} if parts else {}
    return block("KEY_VALUE_SET", identity, box, EntityTypes=["VALUE"], Confidence=80.0, **related)


def test_a_key_with_its_value() -> None:
    page = read(
        text_line("Due date 3 May", 0, 0.1),
        key("k", ["wNone-0-0", "wNone-0-1"], "v", (0.1, 0.1, 0.09, 0.02)),
        value("v", ["wNone-0-2", "wNone-0-3"], (0.2, 0.1, 0.06, 0.02)),
    )
    assert page.key_values == (KeyValue("Due date", "3 May", Box(60, 80, 114, 96), Box(120, 80, 156, 96), 0.8),)


def test_a_key_left_blank() -> None:
    page = read(
        text_line("Fax", 0, 0.1),
        key("k", ["wNone-0-0"], "v", (0.1, 0.1, 0.03, 0.02)),
        value("v", [], (0.2, 0.1, 0.3, 0.02)),
    )
    assert page.key_values == (KeyValue("Fax", "", Box(60, 80, 78, 96), None, 0.9),)


def test_a_key_with_a_check_box() -> None:
    page = read(
        text_line("Married", 0, 0.1),
        key("k", ["wNone-0-0"], "v", (0.1, 0.1, 0.07, 0.02)),
        value("v", ["s"], (0.05, 0.1, 0.02, 0.02)),
        block("SELECTION_ELEMENT", "s", (0.05, 0.1, 0.02, 0.02), SelectionStatus="SELECTED", Confidence=99.0),
    )
    box = Box(30, 80, 42, 96)
    assert page.key_values == (KeyValue("Married", "", Box(60, 80, 102, 96), box, 0.8, selected=True),)
    assert page.marks == (Mark(True, box, 0.99),)


def test_pairs_of_ours_stand_beside_those_that_are_stated() -> None:
    page = read(
        text_line("Total: 12.00", 0, 0.1),
        text_line("Tax: 2.00", 1, 0.2),
        key("k", ["wNone-0-0"], "v", (0.1, 0.1, 0.06, 0.02)),
        value("v", ["wNone-0-1"], (0.17, 0.1, 0.05, 0.02)),
    )
    assert [(pair.key, pair.value) for pair in page.key_values] == [("Total:", "12.00"), ("Tax:", "2.00")]


def test_a_signature() -> None:
    assert read(block("SIGNATURE", "s", (0.1, 0.5, 0.2, 0.1), Confidence=75.0)).signatures == (
        Signature(Box(60, 400, 180, 480), 0.75),
    )


def test_answers_to_queries() -> None:
    page = read(
        block(
            "QUERY",
            "q1",
            Query={"Text": "What is due?", "Alias": "due"},
            Relationships=[{"Type": "ANSWER", "Ids": ["r"]}],
        ),
        block("QUERY_RESULT", "r", (0.1, 0.1, 0.1, 0.02), Text="12.00", Confidence=88.0),
        block("QUERY", "q2", Query={"Text": "Who pays?"}),
    )
    assert page.answers == (
        Answer("What is due?", "due", "12.00", Box(60, 80, 120, 96), 0.88),
        Answer("Who pays?", "", "", None, None),
    )


def test_regions_give_the_order_of_reading() -> None:
    """A remark at the side, which the answer says is read last."""
    page = read(
        text_line("Remark", 0, 0.1),
        text_line("Agreement", 1, 0.2),
        text_line("The parties agree", 2, 0.3),
        block("LAYOUT_TITLE", "t", (0.1, 0.2, 0.5, 0.02), Confidence=90.0),
        block("LAYOUT_TEXT", "x", (0.1, 0.3, 0.5, 0.02), Confidence=80.0),
        block("LAYOUT_FOOTER", "f", (0.1, 0.1, 0.5, 0.02)),
    )
    assert [line.text for line in page.lines] == ["Agreement", "The parties agree", "Remark"]
    assert [region.kind for region in page.regions] == ["title", "text", "footer"]
    assert page.regions[0] == Region("title", Box(60, 160, 360, 176), 0.9)


def test_a_table_has_its_header_title_and_footer() -> None:
    page = read(
        text_line("Prices Item Pipe Net", 0, 0.1),
        block(
            "TABLE",
            "t",
            (0.1, 0.2, 0.5, 0.2),
            Relationships=[
                *children("c1", "c2"),
                {"Type": "TABLE_TITLE", "Ids": ["title"]},
                {"Type": "TABLE_FOOTER", "Ids": ["footer"]},
            ],
        ),
        block(
            "CELL",
            "c1",
            (0.1, 0.2, 0.5, 0.1),
            RowIndex=1,
            ColumnIndex=1,
            EntityTypes=["COLUMN_HEADER"],
            Relationships=children("wNone-0-1"),
        ),
        block("CELL", "c2", (0.1, 0.3, 0.5, 0.1), RowIndex=2, ColumnIndex=1, Relationships=children("wNone-0-2")),
        block("TABLE_TITLE", "title", Relationships=children("wNone-0-0")),
        block("TABLE_FOOTER", "footer", Relationships=children("wNone-0-3")),
    )
    [table] = page.tables
    assert (table.title, table.footer) == ("Prices", "Net")
    assert [(cell.text, cell.role) for cell in table.cells] == [("Item", "header"), ("Pipe", "body")]
