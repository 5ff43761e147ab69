"""Key-value pairs by the colon."""

from __future__ import annotations

import pytest

from local.textract.forms import pairs_of
from local.textract.geometry import Word
from tests.local.textract.pages import row, text_of, word


def pairs(words: list[Word]) -> list[tuple[str, str]]:
    return [(text_of(pair.key), text_of(pair.value)) for pair in pairs_of(words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (row(0, x0="Date: 3 May"), [("Date:", "3 May")]),
        (row(0, x0="Date: 3 May No: 7"), [("Date:", "3 May"), ("No:", "7")]),
        (row(0, x0="Invoice date : 3 May"), [("Invoice date :", "3 May")]),
        (row(0, x0="Total due:", x300="12.50 EUR"), [("Total due:", "12.50 EUR")]),
        (row(0, x0="Name:") + row(30, x0="Jane Roe"), [("Name:", "Jane Roe")]),
        (row(0, x0="Name:", x300="Date:") + row(30, x0="Jane", x300="3 May"), [("Name:", "Jane"), ("Date:", "3 May")]),
        (row(0, x0="Signature:") + row(200, x0="Page 1"), [("Signature:", "")]),
        (row(0, x0="12:", x100="30"), []),
        (row(0, x0="Opens at 12:30 sharp"), []),
        (row(0, x0="we write this long sentence and then a colon: so"), []),
        ([], []),
    ],
    ids=[
        "in line",
        "two in line",
        "colon apart",
        "to the right",
        "below",
        "two, each below",
        "left empty",
        "no letter",
        "a time",
        "a sentence",
        "blank page",
    ],
)
def test_finds_labels_and_their_values(words: list[Word], expected: list[tuple[str, str]]) -> None:
    assert pairs(words) == expected


def test_a_pair_is_as_sure_as_its_worst_word() -> None:
    (pair,) = pairs_of([word("Total:", 0, 0, 99), word("12", 80, 0, 61), word("EUR", 110, 0, 98)])

    assert pair.confidence == 61
