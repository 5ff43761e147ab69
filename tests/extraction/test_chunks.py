"""Pages as the chunks of the extract.page contract."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec

from quire.extraction.chunks import Chunk, chunks, with_pictures
from quire.reading.model import Box, Line, Page, Table, Word, line_of
from quire.reading.pictures import Picture
from quire.reading.tables import find

from ..reading.build import grid, line

ITEMS = [["Item", "Price", "Amount"], ["Pipe", "4.10", "49.20"], ["Joint", "0.85", "25.50"]]


def page(lines: list[Line], tables: list[Table] | None = None, source: str = "text") -> Page:
    return Page(3, 612.0, 792.0, "ocr" if source == "ocr" else "text", tuple(lines), tuple(tables or ()))


def cut(*pages: Page) -> list[Chunk]:
    return list(chunks(pages))


def contents(made: list[Chunk]) -> list[str]:
    return [chunk["page_content"] for chunk in made]


def read_by_ocr(given: Line, *confidences: float) -> Line:
    return line_of(
        [msgspec.structs.replace(word, confidence=c) for word, c in zip(given.words, confidences, strict=True)]
    )


def test_lines_close_together_are_a_paragraph() -> None:
    lines = [
        line("First line of the first", 50, 100),
        line("and its second.", 50, 114),
        line("Another paragraph.", 50, 138),
    ]
    assert contents(cut(page(lines))) == ["First line of the first\nand its second.", "Another paragraph."]


def test_lines_set_wide_are_a_paragraph_too() -> None:
    lines = [line(f"double spaced line {n}", 50, 100 + 23 * n) for n in range(4)]
    assert len(cut(page([*lines, line("Another paragraph.", 50, 200)]))) == 2


def test_a_heading_in_larger_type_stands_alone() -> None:
    heading = line_of([Word("Heading", Box(50, 80, 150, 98))])
    assert contents(cut(page([heading, line("The text below it.", 50, 102)]))) == ["Heading", "The text below it."]


def test_the_next_column_is_another_paragraph() -> None:
    lines = [
        line("left one", 50, 100),
        line("left two", 50, 114),
        line("right one", 300, 100),
        line("right two", 300, 114),
    ]
    assert contents(cut(page(lines))) == ["left one\nleft two", "right one\nright two"]


def test_a_label_and_its_value_are_one_line() -> None:
    lines = [line("Total due", 50, 100), line("120.00", 300, 100), line("Tax", 50, 114), line("20.00", 300, 114)]
    assert contents(cut(page(lines))) == ["Total due 120.00\nTax 20.00"]


def test_a_text_chunk_has_the_fields_of_the_contract() -> None:
    [chunk] = cut(page([line("Total", 50, 100)]))
    assert chunk == {"page_content": "Total", "page_no": 3, "bbox": [50, 100, 75, 110], "chunk_type": "text"}


def test_confidence_is_in_per_cent_and_of_ocr_only() -> None:
    [chunk] = cut(page([read_by_ocr(line("two words", 50, 100), 0.9, 0.8)], source="ocr"))
    assert chunk["confidence"] == 85.0
    [unstated] = cut(page([line("two words", 50, 100)], source="ocr"))
    assert "confidence" not in unstated


def test_a_table_stands_where_it_is_read_and_is_not_repeated_as_text() -> None:
    items = grid(ITEMS, [50, 200, 300], 100)
    lines = [line("Delivered in May", 50, 60), *items, line("Due in thirty days", 50, 190)]
    before, table, after = cut(page(lines, find(lines)))
    assert (before["page_content"], after["page_content"]) == ("Delivered in May", "Due in thirty days")
    assert table["chunk_type"] == "table"
    assert table["page_content"].splitlines()[2] == "| Pipe | 4.10 | 49.20 |"
    assert table["bbox"] == [50, 100, 330, 142]
    grid_of = table["table"]
    assert (grid_of["n_rows"], grid_of["n_cols"], grid_of["merged_from_pages"]) == (3, 3, [3])
    assert grid_of["cells"][4] == {
        "text": "4.10",
        "row": 2,
        "col": 2,
        "row_span": 1,
        "col_span": 1,
        "bbox": [200, 116, 220, 126],
        "confidence": None,
        "page_no": 3,
    }


def test_words_beside_a_table_on_its_lines_are_not_lost() -> None:
    lines = grid(ITEMS, [50, 200, 300], 100)
    joined = line_of([*lines[5].words, *line("see note", 400, 116).words])
    made = cut(page([*lines[:5], joined, *lines[6:]], find(lines)))
    assert sorted(chunk["chunk_type"] for chunk in made) == ["table", "text"]
    assert "see note" in contents(made)


def test_a_table_is_as_sure_as_its_words() -> None:
    lines = [read_by_ocr(given, 0.5) for given in grid(ITEMS, [50, 200, 300], 100)]
    [table] = cut(page(lines, find(lines), source="ocr"))
    assert table["confidence"] == 50.0
    assert {cell["confidence"] for cell in table["table"]["cells"]} == {50.0}


def test_a_page_without_words_has_no_chunks() -> None:
    assert cut(page([])) == []


def test_chunks_are_plain_json() -> None:
    lines = grid(ITEMS, [50, 200, 300], 100)
    made = cut(page(lines, find(lines)))
    assert json.loads(json.dumps(made)) == made


def test_a_page_without_places_is_said_without_boxes() -> None:
    [table] = find(grid(ITEMS, (40, 200, 300), 100))
    lines = [line("Prices", 40, 40), *grid(ITEMS, (40, 200, 300), 100)]
    made = cut(replace(page(lines, [table]), placed=False))
    assert [chunk["chunk_type"] for chunk in made] == ["text", "table"]
    assert [chunk["bbox"] for chunk in made] == [None, None]
    assert {cell["bbox"] for cell in made[1]["table"]["cells"]} == {None}
    assert [chunk["page_no"] for chunk in made] == [3, 3]


def numbered(number: int, rows: list[list[str]], *lines: Line) -> Page:
    laid = grid(rows, (50, 250, 450), 200)
    return replace(page([*laid, *lines], find(laid)), number=number)


def test_a_table_that_goes_on_over_pages_is_one_chunk_where_it_begins() -> None:
    more = [["Item", "Price", "Amount"], ["Valve", "3.00", "6.00"], ["Elbow", "1.00", "2.00"]]
    first, second, third = numbered(1, ITEMS), numbered(2, more), numbered(3, more, line("Another list.", 50, 150))

    table, *rest = cut(first, second, third)
    text, other = sorted(rest, key=lambda chunk: str(chunk["chunk_type"]), reverse=True)

    assert [table["page_no"], text["page_content"], other["page_no"]] == [1, "Another list.", 3]
    assert table["table"]["merged_from_pages"] == [1, 2]
    assert (table["table"]["n_rows"], table["table"]["n_cols"]) == (5, 3)
    said = [(cell["row"], cell["page_no"], cell["text"]) for cell in table["table"]["cells"] if cell["col"] == 1]
    assert said == [(1, 1, "Item"), (2, 1, "Pipe"), (3, 1, "Joint"), (4, 2, "Valve"), (5, 2, "Elbow")]
    assert table["page_content"].count("Item") == 1 and "Elbow" in table["page_content"]
    assert other["table"]["merged_from_pages"] == [3]


def test_what_stands_after_a_table_waits_until_the_table_ends() -> None:
    foot = line("Page 1 of 2", 280, 770)
    pages = [numbered(1, ITEMS, foot), numbered(2, ITEMS, msgspec.structs.replace(foot, text="Page 2 of 2"))]
    assert [(chunk["chunk_type"], chunk["page_no"]) for chunk in cut(*pages)] == [
        ("table", 1),
        ("text", 1),
        ("text", 2),
    ]


def test_pictures_come_after_the_words_of_their_page() -> None:
    told = cut(*(replace(page([line(f"page {n}", 50, 100)]), number=n) for n in (1, 2, 3)))
    pictures = [Picture(n, Box(1, 2, 3, 4), "image/png", 20, 10, content) for n, content in ((2, "QUJD"), (4, None))]
    made = list(with_pictures(told, pictures))
    assert [(chunk["page_no"], chunk["chunk_type"]) for chunk in made] == [
        (1, "text"), (2, "text"), (2, "image"), (3, "text"), (4, "image"),
    ]  # fmt: skip
    assert made[2] == {
        "page_content": "", "page_no": 2, "bbox": [1, 2, 3, 4], "chunk_type": "image",
        "image_b64": "QUJD", "image_mime": "image/png", "image_width": 20, "image_height": 10,
    }  # fmt: skip
    assert made[4]["image_b64"] is None
