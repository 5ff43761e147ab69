"""Right-to-left text as it is read, from where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from quire.reading.bidi import in_reading_order, spelled
from quire.reading.lines import read_lines
from quire.reading.model import Word

from .build import words

SUPPLIER = "ספק"
EQUIPMENT = "ציוד"
COMPANY = "(ישראל)"


def read(shown: str, from_right: bool = False) -> str:
    """The words that show so from the left, each spelled as it is read, as a line."""
    return " ".join(word.text for word in in_reading_order(words(shown, 50, 100), from_right))


def places(count: int, step: float = 5.0) -> list[tuple[float, float]]:
    return [(step * n, step * n + 5) for n in range(count)]


def test_hebrew_words_are_read_from_the_right() -> None:
    assert read(f"{EQUIPMENT} {SUPPLIER}") == f"{SUPPLIER} {EQUIPMENT}"


def test_latin_lines_are_left_alone() -> None:
    assert read("Questions about your bill? 12", from_right=True) == "Questions about your bill? 12"


@pytest.mark.parametrize("from_right", [False, True])
def test_a_label_with_its_colon_tells_how_its_line_is_read(from_right: bool) -> None:
    assert read(f"Supplier: {EQUIPMENT} {SUPPLIER}", from_right) == f"Supplier: {SUPPLIER} {EQUIPMENT}"
    assert read(f"International Company Acme {SUPPLIER}:", from_right) == f"{SUPPLIER}: International Company Acme"


def test_numbers_and_latin_words_keep_their_own_order() -> None:
    assert read(f"12/03/2024 {EQUIPMENT}") == f"{EQUIPMENT} 12/03/2024"
    assert read(f"{EQUIPMENT} Acme Ltd 2024 {SUPPLIER}") == f"{SUPPLIER} Acme Ltd 2024 {EQUIPMENT}"
    assert read(f"{EQUIPMENT} 7 {SUPPLIER}") == f"{SUPPLIER} 7 {EQUIPMENT}"


def test_the_page_around_decides_on_a_line_of_both() -> None:
    line = f"Acme International {SUPPLIER}"
    assert read(line, from_right=False) == line
    assert read(line, from_right=True) == f"{SUPPLIER} Acme International"


@pytest.mark.parametrize("text", [SUPPLIER, COMPANY, f"{SUPPLIER}:", 'סה"כ:', "א-12.5", "فاتورة"])
def test_letters_are_read_whatever_way_they_were_stored(text: str) -> None:
    """PDFium's order is that of reading where letters are stored from the left, and from the left where backwards."""
    stands = places(len(text))[::-1]
    if "12.5" in text:
        stands = [*stands[:2], *stands[2:][::-1]]
    assert spelled(text, stands) == text
    turned = str.maketrans("()", ")(")
    letters, at = zip(*sorted(zip(text.translate(turned), stands, strict=True), key=lambda pair: pair[1]), strict=True)
    assert spelled(letters, at) == text


def test_what_ends_a_latin_word_follows_it() -> None:
    assert spelled(":Supplier", [(40.0, 45.0), *places(8)]) == "Supplier:"
    assert spelled(":123", places(4)) == "123:"
    assert spelled("(12)", [(15.0, 20.0), (5.0, 10.0), (10.0, 15.0), (0.0, 5.0)]) == "(12)"


def test_marks_stay_on_their_letters_and_ligatures_together() -> None:
    assert spelled(("ש", "ׁ", "ל"), [(10.0, 15.0), (12.0, 13.0), (0.0, 9.0)]) == "שׁל"
    assert spelled(("ل", "ا", "م"), [(10.0, 15.0), (10.0, 15.0), (0.0, 9.0)]) == "لام"


def test_letters_in_forms_for_display_are_plain() -> None:
    assert spelled(("ﻓ", "ﺎ"), [(10.0, 15.0), (0.0, 9.0)]) == "فا"


def test_a_page_of_lines() -> None:
    page: Sequence[Word] = [*words(f"{EQUIPMENT} {SUPPLIER}", 300, 100), *words(f"Acme Ltd {EQUIPMENT}", 300, 120)]
    assert [line.text for line in read_lines(page)] == [f"{SUPPLIER} {EQUIPMENT}", f"{EQUIPMENT} Acme Ltd"]
