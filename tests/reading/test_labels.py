"""What looks like a label, and what can only be a value."""

from __future__ import annotations

import pytest

from quire.reading.labels import is_value, likeness


@pytest.mark.parametrize("text", ["Date:", "Order number", "9. Applicant's Date of Employment", "c Employer's name"])
def test_is_a_label(text: str) -> None:
    assert likeness(text) > 0.6


@pytest.mark.parametrize("text", ["12.00", "", "$", "9 Dock Road", "and so the goods were sent to us,", "word " * 30])
def test_is_no_label(text: str) -> None:
    assert likeness(text) < 0.5


@pytest.mark.parametrize(
    "text", ["1.234,56 €", "$ 5600", "(702) 486-1404", "12/12/2006", "3 May 2024", "INV-17", "a@b.org"]
)
def test_is_a_value(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["Total", "9. Date", "16 State wages", "Jane Doe", ""])
def test_may_be_something_else(text: str) -> None:
    assert not is_value(text)


@pytest.mark.parametrize("text", ["Total", "31.54", "Amount due:", "12 May 2024", "INV-20", "Room 7:", "x"])
def test_a_known_value_changes_nothing_but_the_work(text: str) -> None:
    assert likeness(text, value=is_value(text)) == likeness(text)
