"""Textract's answers as pages."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quire.reading import textract
from quire.reading.model import Box, Page
from tests.reading import shared_data
from tests.reading.build import block, children, text_line

SIZE = (600.0, 800.0)


def answer(*blocks: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    flat = [part for given in blocks for part in (given if isinstance(given, list) else [given])]
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": flat}


def document(pages: int) -> list[dict[str, Any]]:
    """The blocks of a document whose n-th page says so in three lines."""
    return [
        made
        for page in range(1, pages + 1)
        for made in (
            block("PAGE", f"p{page}", Page=page),
            *(part for n in range(3) for part in text_line(f"line {n} of page {page}", n, 0.1 + 0.05 * n, page)),
        )
    ]


def read(*responses: Any, pages: int = 1, numbers: dict[int, int] | None = None) -> list[Page]:
    return list(textract.pages(responses, dict.fromkeys(range(1, pages + 1), SIZE), numbers))


def test_a_synchronous_answer_is_page_1_in_points() -> None:
    [page] = read(answer(block("PAGE", "p"), text_line("Total due", 1, 0.5)))
    assert (page.number, page.width, page.height, page.source) == (1, 600, 800, "ocr")
    [line] = page.lines
    assert line.text == "Total due"
    assert line.box == Box(60, 400, 114, 416)
    assert line.confidence == 0.95
    assert [(word.text, word.confidence) for word in line.words] == [("Total", 0.9), ("due", 0.91)]
    assert line.words[1].box == Box(96, 400, 114, 416)


def test_a_blank_page_is_a_page() -> None:
    [page] = read(answer(block("PAGE", "p")))
    assert page.lines == ()


def test_nothing_answered_nothing_read() -> None:
    assert read() == []
    assert read({"Blocks": None}, {"JobStatus": "SUCCEEDED"}) == []


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_parts_may_end_anywhere(size: int) -> None:
    blocks = document(4)
    parts = [json.dumps({"Blocks": blocks[n : n + size]}).encode() for n in range(0, len(blocks), size)]
    found = read(*parts, pages=4)
    assert [page.number for page in found] == [1, 2, 3, 4]
    assert [page.lines[2].text for page in found] == [f"line 2 of page {n}" for n in (1, 2, 3, 4)]


def test_a_page_is_given_before_the_rest_is_asked_for() -> None:
    asked: list[int] = []

    def parts() -> Iterator[dict[str, Any]]:
        for page in range(1, 4):
            asked.append(page)
            yield {"Blocks": [block("PAGE", f"p{page}", Page=page)]}

    given = textract.pages(parts(), dict.fromkeys((1, 2, 3), SIZE))
    assert next(given).number == 1
    assert asked == [1, 2]


def test_pages_of_a_cut_document_get_their_numbers_and_sizes_back() -> None:
    sizes = {3: (612.0, 792.0), 8: (842.0, 595.0)}
    found = list(textract.pages([{"Blocks": document(2)}], sizes, {1: 3, 2: 8}))
    assert [(page.number, page.width) for page in found] == [(3, 612.0), (8, 842.0)]


def test_a_page_that_was_not_sent_is_refused() -> None:
    with pytest.raises(ValueError, match="page 2 of the answer was not sent"):
        read({"Blocks": document(2)}, pages=1)


def test_pages_out_of_order_are_refused() -> None:
    blocks = document(2)
    with pytest.raises(ValueError, match="blocks of page 1 after those of page 2"):
        read({"Blocks": [*blocks, blocks[0]]}, pages=2)


def table_blocks() -> list[dict[str, Any]]:
    """A header merged over two columns, and a row of two cells, the second empty."""
    return [
        block(
            "TABLE",
            "t",
            (0.1, 0.1, 0.6, 0.2),
            Confidence=99.0,
            Relationships=[*children("c1", "c2", "c3", "c4"), {"Type": "MERGED_CELL", "Ids": ["m"]}],
        ),
        block("CELL", "c1", (0.1, 0.1, 0.3, 0.1), RowIndex=1, ColumnIndex=1, Relationships=children("w1")),
        block("CELL", "c2", (0.4, 0.1, 0.3, 0.1), RowIndex=1, ColumnIndex=2, Relationships=children("w2")),
        block("CELL", "c3", (0.1, 0.2, 0.3, 0.1), RowIndex=2, ColumnIndex=1, Relationships=children("w3")),
        block("CELL", "c4", (0.4, 0.2, 0.3, 0.1), RowIndex=2, ColumnIndex=2, Confidence=80.0),
        block(
            "MERGED_CELL",
            "m",
            (0.1, 0.1, 0.6, 0.1),
            RowIndex=1,
            ColumnIndex=1,
            RowSpan=1,
            ColumnSpan=2,
            Relationships=children("c1", "c2"),
        ),
        *(
            block("WORD", f"w{n}", (0.1 * n, 0.1, 0.05, 0.02), Text=text, Confidence=90.0)
            for n, text in enumerate(("Both", "years", "1999"), 1)
        ),
    ]


def test_a_merged_cell_takes_the_place_of_its_cells() -> None:
    [page] = read(answer(block("PAGE", "p"), table_blocks()))
    [table] = page.tables
    assert (table.rows, table.columns, table.confidence) == (2, 2, 0.99)
    assert [(c.text, c.row, c.column, c.column_span, c.confidence) for c in table.cells] == [
        ("Both years", 1, 1, 2, 0.9),
        ("1999", 2, 1, 1, 0.9),
        ("", 2, 2, 1, 0.8),
    ]
    assert table.cells[0].box == Box(60, 80, 420, 160)


def test_words_of_no_line_are_joined() -> None:
    [page] = read(answer(block("PAGE", "p"), table_blocks()))
    assert sorted(word.text for word in page.words) == ["1999", "Both", "years"]


def test_two_columns_are_read_one_after_the_other() -> None:
    text = "some words that make a line of a column of text"
    left = [part for n in range(6) for part in text_line(text, n, 0.2 + 0.03 * n)]
    right = [part for n in range(6) for part in text_line(text.upper(), 10 + n, 0.21 + 0.03 * n)]
    for part in right:
        geometry = part["Geometry"]
        geometry["BoundingBox"]["Left"] += 0.5
        for point in geometry["Polygon"]:
            point["X"] += 0.5
    mixed = [part for pair in zip(left, right, strict=True) for part in pair]
    [page] = read(answer(block("PAGE", "p"), mixed))
    assert [line.text.isupper() for line in page.lines] == [False] * 6 + [True] * 6


def test_a_page_on_its_side_is_read_in_its_own_direction() -> None:
    """Text that runs downwards: the first line is the rightmost one."""
    blocks: list[dict[str, Any]] = []
    for n, text in enumerate(("first", "second", "third")):
        x0, y0, x1, y1 = 0.8 - 0.1 * n, 0.1, 0.82 - 0.1 * n, 0.3
        corners = ((x1, y0), (x1, y1), (x0, y1), (x0, y0))  # the text's own top left comes first
        geometry = {
            "BoundingBox": {"Left": x0, "Top": y0, "Width": x1 - x0, "Height": y1 - y0},
            "Polygon": [{"X": x, "Y": y} for x, y in corners],
        }
        word = {"BlockType": "WORD", "Id": f"w{n}", "Text": text, "Geometry": geometry}
        blocks += [
            {
                "BlockType": "LINE",
                "Id": f"l{n}",
                "Text": text,
                "Geometry": geometry,
                "Relationships": children(f"w{n}"),
            },
            word,
        ]
    random.Random(3).shuffle(blocks)
    [page] = read(answer(blocks))
    assert [line.text for line in page.lines] == ["first", "second", "third"]
    assert page.lines[0].box == Box(480, 80, 492, 240)


def with_nulls(value: Any, at: tuple[str, ...]) -> Any:
    """`value` with null wherever the path `at` leads; "*" is each item of a list."""
    if not at:
        return None
    if isinstance(value, list):
        return [with_nulls(item, at[1:]) for item in value] if at[0] == "*" else value
    if not isinstance(value, dict) or at[0] not in value:
        return value
    return {**value, at[0]: with_nulls(value[at[0]], at[1:])}


def paths(value: Any, at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every path that leads somewhere in `value`."""
    if isinstance(value, dict):
        return {at}.union(*(paths(item, (*at, key)) for key, item in value.items()))
    if isinstance(value, list):
        return {at}.union(*(paths(item, (*at, "*")) for item in value))
    return {at}


def with_unknown(value: Any) -> Any:
    """`value` with fields, relationships and blocks that nobody has heard of."""
    if isinstance(value, list):
        return [with_unknown(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: with_unknown(item) for key, item in value.items()}
    made["Unheard-of"] = {"BlockType": "WORD", "Ids": [None]}
    if "Ids" in made:
        made["Ids"] = [None, *made["Ids"], "nowhere"]
    if "Blocks" in made:
        made["Blocks"] = [None, *made["Blocks"], {"BlockType": "HOLOGRAM", "Id": "new", "Text": "new"}, {}]
    if made.get("Relationships"):
        made["Relationships"] = [None, *made["Relationships"], {"Type": "UNHEARD_OF", "Ids": ["nowhere"]}]
    if "EntityTypes" in made:
        made["EntityTypes"] = [None, "UNHEARD_OF", *(made["EntityTypes"] or ())]
    return made


def real_answers() -> list[Path]:
    return [path for path in shared_data.answers() if "Blocks" in json.loads(path.read_bytes())]


def test_every_real_answer_keeps_its_words_and_tables() -> None:
    for path in real_answers():
        parsed = json.loads(path.read_bytes())
        found = read(parsed, pages=2)
        for kind, count in (
            ("WORD", sum(len(page.words) for page in found)),
            ("LINE", sum(len(page.lines) for page in found)),
        ):
            assert count == sum(given["BlockType"] == kind for given in parsed["Blocks"]), path.name
        tables = [given for given in parsed["Blocks"] if given["BlockType"] == "TABLE"]
        assert not tables or sum(len(page.tables) for page in found) == len(tables), path.name


def test_a_real_answer_with_a_null_in_any_place_is_read() -> None:
    """Each field that any answer has, null in all of its blocks, one field after the other."""
    tried: set[tuple[str, ...]] = set()
    for path in real_answers():
        parsed = json.loads(path.read_bytes())
        new = paths(parsed) - tried
        tried |= new
        for place in new:
            damaged = with_nulls(parsed, place)
            if damaged is not None:
                assert all(isinstance(page, Page) for page in read(damaged, pages=2)), (path.name, place)
    assert len(tried) > 30


def test_a_real_answer_with_nulls_here_and_there_is_read() -> None:
    """Any field of any block, one in twenty."""
    chance = random.Random(5)

    def damaged(value: Any) -> Any:
        if isinstance(value, list):
            return [damaged(item) if chance.random() > 0.05 else None for item in value]
        if isinstance(value, dict):
            return {key: damaged(item) if chance.random() > 0.05 else None for key, item in value.items()}
        return value

    for path in real_answers():
        blocks = json.loads(path.read_bytes())["Blocks"]
        read({"Blocks": [damaged(given) for given in blocks]}, pages=2)


def test_what_is_unknown_changes_nothing() -> None:
    for path in real_answers():
        parsed = json.loads(path.read_bytes())
        assert read(with_unknown(parsed), pages=2) == read(parsed, pages=2), path.name


def test_an_identity_document_is_read() -> None:
    [identity] = shared_data.answers("*analyze_id_from_path.json")
    [page] = read(identity.read_bytes())
    assert page.lines


def test_a_rotated_answer_reads_as_the_straight_one() -> None:
    """The same sheet, scanned straight and on its side (gib.json, gib__90_degrees.json)."""
    [straight], [turned] = (shared_data.answers(f"*~{name}.json") for name in ("gib", "gib__90_degrees"))
    rows = [
        [table.cells[0].text for page in read(path.read_bytes()) for table in page.tables]
        for path in (straight, turned)
    ]
    assert rows[0] == rows[1]
