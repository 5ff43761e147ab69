"""Words as they are compared, whatever their spelling."""

from __future__ import annotations

import pytest

from quire.extraction.words import phrase


@pytest.mark.parametrize("text", ["MwSt", "MWST", "mwst", "MwSt. 19%", "USt", "VAT"])
def test_an_abbreviation_of_syllables_is_one_word(text: str) -> None:
    assert phrase(text) == ("tax",)


@pytest.mark.parametrize("text", ["unitPrice", "UnitPrice", "unit_price", "unit price"])
def test_the_words_of_a_name_are_parted(text: str) -> None:
    assert phrase(text) == ("unit", "price")


def test_a_short_first_word_is_parted_too() -> None:
    assert phrase("PoNumber") == phrase("PONumber") == phrase("purchase order number")
