"""Check boxes written as text."""

from __future__ import annotations

import pytest

from quire.reading.marks import find
from quire.reading.model import Box

from .build import line, word


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("☐ Yes ☒ No", [False, True]),
        ("☑ Agreed", [True]),
        ("[x] Paid [ ] Due", [True, False]),
        ("[X]Urgent []Later", [True, False]),
        ("\uf0a8 Single \uf0fe Married", [False, True]),
        ("• An item of a list", []),
        ("see [1] and [2]", []),
        ("( ) 555-0100", []),
    ],
)
def test_marks(text: str, selected: list[bool]) -> None:
    assert [mark.selected for mark in find([line(text, 50, 100)])] == selected


def test_a_box_that_sticks_to_its_label_is_where_its_characters_are() -> None:
    text = word("☐Yes", 50, 100)
    [mark] = find([line("☐Yes", 50, 100)])
    assert mark.box == Box(50, 100, 50 + text.box.width / 4, 110)
