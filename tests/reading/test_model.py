"""A page goes to a line of JSON and comes back the same."""

from __future__ import annotations

import pytest

from quire.reading.model import Box, Cell, Line, Page, Table, Word, around, from_json, line_of, to_json

WORD = Word("naïve", Box(1.25, 2.5, 30.0, 12.0), 0.987)
CELL = Cell("12.50 €", 1, 2, 1, 3, Box(0.0, 0.0, 10.0, 10.0), None)
PAGE = Page(
    number=7,
    width=612.0,
    height=792.0,
    source="ocr",
    lines=(Line("naïve\nline", WORD.box, None, (WORD, Word("x", Box(31.0, 2.0, 35.0, 12.0)))),),
    tables=(Table(Box(0.0, 0.0, 50.0, 20.0), 0.5, 1, 4, (CELL,)),),
)


@pytest.mark.parametrize("page", [PAGE, Page(1, 10.0, 20.0, "text")], ids=["full", "blank"])
def test_a_page_survives_json(page: Page) -> None:
    assert from_json(to_json(page)) == page


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
