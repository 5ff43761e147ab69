"""A page goes to a line of JSON and comes back the same."""

from __future__ import annotations

import json

import pytest

from quire.reading.model import (
    Answer,
    Box,
    Cell,
    KeyValue,
    Line,
    Mark,
    Page,
    Region,
    Signature,
    Table,
    Unread,
    Word,
    around,
    from_json,
    line_of,
    to_json,
)

WORD = Word("naïve", Box(1.25, 2.5, 30.0, 12.0), 0.987)
CELL = Cell("12.50 €", 1, 2, 1, 3, Box(0.0, 0.0, 10.0, 10.0), None, "summary")
PAGE = Page(
    number=7,
    width=612.0,
    height=792.0,
    source="ocr",
    lines=(Line("naïve\nline", WORD.box, None, (WORD, Word("x", Box(31.0, 2.0, 35.0, 12.0)))),),
    tables=(Table(Box(0.0, 0.0, 50.0, 20.0), 0.5, 1, 4, (CELL,), "Prices", "net"),),
    key_values=(
        KeyValue("Due:", "3 May", WORD.box, WORD.box, 0.75),
        KeyValue("Paid", "", WORD.box, None, None, selected=False),
    ),
    marks=(Mark(True, WORD.box, 0.5),),
    signatures=(Signature(WORD.box),),
    answers=(Answer("Who?", "who", "Ann", WORD.box, 0.9), Answer("When?", "", "", None, None)),
    regions=(Region("title", WORD.box, 0.9),),
    unread=Unread((Box(0.0, 20.0, 50.0, 90.0),), (Box(0.0, 5.0, 50.0, 5.0),), ((0, 1), (3, 2))),
)


@pytest.mark.parametrize("page", [PAGE, Page(1, 10.0, 20.0, "text")], ids=["full", "blank"])
def test_a_page_survives_json(page: Page) -> None:
    assert from_json(to_json(page)) == page


def test_a_page_of_words_and_tables_only_is_read() -> None:
    """As pages were written when they had nothing else."""
    stored = json.loads(to_json(PAGE))
    for later in ("key_values", "marks", "signatures", "answers", "regions", "unread"):
        del stored[later]
    for table in stored["tables"]:
        del table["title"], table["footer"]
        table["cells"] = [cell[:7] for cell in table["cells"]]
    page = from_json(json.dumps(stored).encode())
    assert page.lines == PAGE.lines
    assert page.key_values == ()
    assert page.tables[0].cells[0].text == "12.50 €"
    assert page.tables[0].cells[0].role == "body"


def test_a_page_is_one_line_of_utf_8() -> None:
    encoded = to_json(PAGE)
    assert b"\n" not in encoded
    assert "naïve".encode() in encoded


def test_words_are_those_of_the_lines_in_order() -> None:
    assert [word.text for word in PAGE.words] == ["naïve", "x"]


def test_a_line_is_as_sure_as_its_words_on_average() -> None:
    line = line_of([Word("a", Box(0, 0, 1, 1), 0.9), Word("b", Box(2, 0, 3, 1), 0.7)])
    assert (line.text, line.confidence, line.box) == ("a b", 0.8, Box(0, 0, 3, 1))


def test_a_line_of_a_text_layer_has_no_confidence() -> None:
    assert line_of([Word("a", Box(0, 0, 1, 1))]).confidence is None


def test_nothing_has_no_box() -> None:
    with pytest.raises(ValueError, match="no boxes"):
        around([])


def test_what_a_page_says_is_compared_by_what_it_is_and_does_not_change() -> None:
    word = Word("Total", Box(10, 20, 30, 40), 0.9)
    same = Word("Total", Box(10, 20, 30, 40), confidence=0.9)
    assert word == same and hash(word) == hash(same)
    with pytest.raises(AttributeError):
        word.text = "Sum"  # type: ignore[misc]
