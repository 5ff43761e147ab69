"""A page range names pages of a document, or is refused."""

from __future__ import annotations

import re

import pytest

from quire.domain.pages import PAGES, chosen
from quire.domain.refusal import Kind, Refusal


@pytest.mark.parametrize(
    ("pages", "most", "numbers"),
    [
        (None, None, [1, 2, 3, 4, 5]),
        ("1-3,5", None, [1, 2, 3, 5]),
        ("2", None, [2]),
        (" 4 - 5 , 1 ", None, [1, 4, 5]),
        ("2-4,3,4-4", None, [2, 3, 4]),
        ("4-", None, [4, 5]),
        ("-2", None, [1, 2]),
        (None, 2, [1, 2]),
        ("3-5", 2, [3, 4]),
        (None, 9, [1, 2, 3, 4, 5]),
    ],
)
def test_the_numbers_of_the_wanted_pages(pages: str | None, most: int | None, numbers: list[int]) -> None:
    assert chosen(pages, most, 5) == numbers


@pytest.mark.parametrize(("pages", "named"), [("6", "6"), ("1,4-6", "4-6"), ("7-", "7-"), ("3-2", "3-2"), ("-6", "-6")])
def test_a_range_that_leaves_the_document_is_refused_by_name(pages: str, named: str) -> None:
    refusal = chosen(pages, None, 5)
    assert isinstance(refusal, Refusal)
    assert refusal.kind is Kind.INVALID_PAGES
    assert f"range {named} " in refusal.message
    assert "5 pages" in refusal.message


@pytest.mark.parametrize("text", ["1", "1-3,7", "4-", "-3", " 1 , 2 - 3 "])
def test_the_form_of_a_range(text: str) -> None:
    assert re.match(PAGES, text)


@pytest.mark.parametrize("text", ["", "0", "a", "1;2", "1,,2", "-", "1-2-3", ",1", "1.5", "0-2", "123456"])
def test_what_has_not_its_form(text: str) -> None:
    assert not re.match(PAGES, text)
