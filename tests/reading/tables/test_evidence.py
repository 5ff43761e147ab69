"""What tells a table: figures, numbered things, names without digits."""

from __future__ import annotations

import pytest

from quire.reading.tables.evidence import is_figure, names_columns, numbered_shape


@pytest.mark.parametrize("text", ["12", "1,234.50", "(12.00)", "$ 5", "EUR 7.20", "20%", "12.50 kg", "-", "n/a"])
def test_is_a_figure(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize("text", ["", "Total", "9 Dock Road", "Item 7", "twelve"])
def test_is_no_figure(text: str) -> None:
    assert not is_figure(text)


def test_numbered_things_are_of_one_shape() -> None:
    assert numbered_shape("Item 7") == numbered_shape(" Teil 112") == "a 0"
    assert numbered_shape("3 May 2024") == "0 a 0"
    assert numbered_shape("Total") is None


def test_names_of_columns_have_no_digits() -> None:
    assert names_columns(["Item", "Amount (net)"])
    assert not names_columns(["Item", "2024"])
