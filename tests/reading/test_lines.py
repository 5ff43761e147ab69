"""Words into lines."""

from __future__ import annotations

import random

from quire.reading.lines import lines, visual_rows
from quire.reading.model import Box

from .build import line, word, words


def texts(*given: str) -> list[str]:
    return sorted(given)


def test_words_a_space_apart_make_a_line_whatever_their_order() -> None:
    given = words("the quick brown fox", 50, 100)
    random.Random(1).shuffle(given)
    assert [found.text for found in lines(given)] == ["the quick brown fox"]


def test_a_wide_gap_ends_a_line() -> None:
    given = words("Invoice number", 50, 100) + words("INV-17", 200, 100)
    assert texts(*(found.text for found in lines(given))) == texts("Invoice number", "INV-17")


def test_two_columns_whose_baselines_differ_stay_apart() -> None:
    left = [word for n in range(5) for word in words("left column text", 50, 100 + 14 * n)]
    right = [word for n in range(5) for word in words("right column text", 150, 107 + 14 * n)]
    assert texts(*(found.text for found in lines(left + right))) == texts(
        *["left column text"] * 5, *["right column text"] * 5
    )


def test_a_superscript_and_a_comma_stay_on_their_line() -> None:
    given = [word("area", 50, 100), word("2", 71, 98, height=5), word(",", 77, 107, height=4)]
    assert [found.text for found in lines(given)] == ["area 2 ,"]


def test_lines_set_solid_are_not_joined() -> None:
    given = words("first line", 50, 100) + words("second line", 50, 110)
    assert [found.text for found in lines(given)] == ["first line", "second line"]


def test_a_vertical_ruling_parts_words_that_are_close() -> None:
    given = [word("12", 50, 100), word("34", 64, 100)]
    assert len(lines(given)) == 1
    assert len(lines(given, [Box(62, 90, 62, 120)])) == 2
    assert len(lines(given, [Box(62, 130, 62, 160)])) == 1


def test_a_justified_line_is_whole_though_its_spaces_are_wide() -> None:
    above = words("a line of plain text in a column", 50, 86)
    stretched = [word("nearly", 50, 100), word("empty", 100, 100), word("words", 145, 100), word("at", 182.5, 100)]
    assert [found.text for found in lines(above + stretched)] == [
        "a line of plain text in a column",
        "nearly empty words at",
    ]


def test_cells_under_a_sentence_stay_apart() -> None:
    above = words("a line of plain text in a column", 50, 86)
    cells = [word("Item", 50, 100), word("Price", 90, 100)]
    assert [found.text for found in lines(above + cells)][1:] == ["Item", "Price"]


def test_a_line_box_holds_its_words() -> None:
    [found] = lines(words("a line", 50, 100))
    assert found.box == Box(50, 100, 77.5, 110)


def test_no_words_no_lines() -> None:
    assert lines([]) == []


def test_rows_run_from_left_to_right() -> None:
    given = [line("right", 300, 101), line("left", 50, 100), line("below", 50, 120)]
    assert [[part.text for part in row] for row in visual_rows(given)] == [["left", "right"], ["below"]]
