"""Queries answered by the page's own words."""

from __future__ import annotations

import pytest

from local.textract.answers import answer_of
from tests.local.textract.pages import row, word

PAGE = (
    row(0, x0="Invoice number: INV-7", x400="Date: 3 May")
    + row(40, x0="Net amount", x300="10.00")
    + row(80, x0="Total amount due", x300="12.50")
    + row(120, x0="Ship to")
    + row(145, x0="Jane Roe")
    + row(190, x0="Order number", x300="Delivery")
    + row(215, x0="4711", x300="by ship")
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the invoice number?", "INV-7"),
        ("What is the date (the day on which the net amount was invoiced)?", "3 May"),
        ("What is the total amount?", "12.50"),
        ("total amount due", "12.50"),
        ("What is the net amount?", "10.00"),
        ("Ship to", "Jane Roe"),
        ("What is the order number?", "4711"),
    ],
)
def test_what_stands_at_the_label_that_the_question_names(question: str, text: str) -> None:
    answer = answer_of(question, PAGE)
    assert answer
    assert answer.text == text


@pytest.mark.parametrize("question", ["What is the tax rate?", "Who signed?", "?"])
def test_no_label_no_answer(question: str) -> None:
    assert answer_of(question, PAGE) is None


def test_an_answer_is_as_sure_as_its_words_and_its_label() -> None:
    words = [word("Total:", 0, 0, 99), word("12", 80, 0, 60)]
    exact, partly = answer_of("What is the total?", words), answer_of("What is the total amount?", words)
    assert exact and partly
    assert exact.confidence == 60
    assert partly.confidence < exact.confidence


def test_a_blank_page_answers_nothing() -> None:
    assert answer_of("What is the total?", []) is None
