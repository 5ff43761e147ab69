"""Patterns of many words: any of them, the longest that fits, whatever is special in them."""

from __future__ import annotations

import re

from quire.extraction.alternation import one_of


def test_of_words_with_one_beginning_the_longest_is_found() -> None:
    found = re.compile(one_of(["r", "rs", "rub", "eur", "euros"]))
    assert [match[0] for match in found.finditer("rub rs r euros eur")] == ["rub", "rs", "r", "euros", "eur"]


def test_each_word_stands_for_itself() -> None:
    found = re.compile(one_of(["us$", "$", "jan."]))
    assert [found.fullmatch(text) is not None for text in ("us$", "$", "jan.", "jane", "us")] == [
        True,
        True,
        True,
        False,
        False,
    ]
