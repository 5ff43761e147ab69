"""What kind of words a line has."""

from __future__ import annotations

import pytest

from quire.extraction.lexicon import is_legal, said


@pytest.mark.parametrize("name", ["Acme Sdn. Bhd.", "ACME S.A.R.L.", "Acme GmbH", "99 MART 5/B", "Acme Inc"])
def test_a_company_says_of_what_kind_it_is(name: str) -> None:
    assert said(name).legal
    assert not said(name.split()[0]).legal


def test_words_that_ocr_glued_are_known_by_how_they_end_and_begin() -> None:
    assert said("SANYUSTATIONERYSHOP").trade
    assert said("JALANSETIAINDAH 5").streets == 1


def test_a_german_street_ends_with_its_kind() -> None:
    assert said("Bahnhofstrasse 12").streets == 1
    assert said("Bahnhofstrasse 12").address > said("Bahnhof").address


def test_a_telephone_number_begins_no_address() -> None:
    assert said("Tel: 020 7946 0101").stops
    assert not said("12 High Street").stop


def test_a_postal_code_needs_figures() -> None:
    assert said("40170 Shah Alam").postal
    assert not said("Shah Alam").postal


def test_only_a_word_of_the_law_is_one() -> None:
    assert is_legal("Ltd.,") and not is_legal("Limestone")
