"""When a text layer is to be believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.reading.model import Box, Word
from quire.reading.pdf.soundness import Evidence, fault
from tests.reading.build import word, words

TEXT = "Payment for the services rendered in the month of October is due within thirty days of this invoice"
WORDS = tuple(part for n in range(4) for part in words(TEXT, 50, 100 + 14 * n))
WHOLE_PAGE = Box(0, 0, 612, 792)
SOUND = Evidence(
    words=WORDS, unmapped=0, images=(), width=612, height=792, outlines=0, drawn=True, hidden=False, painted_over=False
)


def test_plain_text_is_sound() -> None:
    assert fault(SOUND) is None


def test_a_blank_page_is_sound() -> None:
    assert fault(replace(SOUND, words=(), drawn=False)) is None


def test_a_page_of_pictures_or_drawings_only_is_not() -> None:
    assert fault(replace(SOUND, words=(), images=(WHOLE_PAGE,)))
    assert fault(replace(SOUND, words=()))


def test_text_that_is_not_painted_does_not_count() -> None:
    assert fault(replace(SOUND, words=(), drawn=False, hidden=True))
    assert fault(replace(SOUND, words=(), images=(WHOLE_PAGE,), hidden=True))


def test_a_stamp_on_a_scan_is_not_its_text() -> None:
    stamp = tuple(words("Received 12 March 2024 page 1 of 2", 300, 10))
    assert fault(replace(SOUND, words=stamp, images=(WHOLE_PAGE,))) == "mostly a picture"
    strips = tuple(Box(0, 99 * n, 612, 99 * (n + 1)) for n in range(8))
    assert fault(replace(SOUND, words=stamp, images=strips)) == "mostly a picture"


def test_a_scan_pasted_beside_text_is_read_too() -> None:
    assert fault(replace(SOUND, images=(Box(0, 200, 612, 792),))) == "mostly a picture"


def test_text_on_a_background_picture_is_sound() -> None:
    assert fault(replace(SOUND, images=(WHOLE_PAGE,))) is None


def test_a_logo_changes_nothing() -> None:
    assert fault(replace(SOUND, images=(Box(400, 20, 580, 120),))) is None


@pytest.mark.parametrize("character", ["\ufffd", "\ue010", "\x02", "\u0378"])
def test_characters_without_a_meaning(character: str) -> None:
    garbage = tuple(word(character * 4, 50 + 30 * n, 300) for n in range(20))
    assert fault(replace(SOUND, words=WORDS + garbage)) == "characters without a meaning"
    assert fault(replace(SOUND, words=(*WORDS, word(character, 40, 100)))) is None  # one bullet


def test_a_font_that_maps_to_no_characters() -> None:
    assert fault(replace(SOUND, unmapped=len(WORDS))) == "characters without a meaning"
    assert fault(replace(SOUND, unmapped=2)) is None


def test_a_font_whose_letters_are_shuffled() -> None:
    shuffled = str.maketrans("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")
    garbled = tuple(Word(w.text.lower().translate(shuffled), w.box) for w in WORDS)
    assert fault(replace(SOUND, words=garbled)) == "letters that make no words"


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung Nummer zahlbar innerhalb dreißig Tagen Betrag Umsatzsteuer Gesamtbetrag Lieferung Kunde",
        "Facture numéro échéance montant hors taxes total toutes taxes comprises adresse livraison désignation",
        "Faktura termin płatności sprzedawca nabywca kwota wartość netto brutto zamówienie przesyłka",
        "Laskun numero eräpäivä yhteensä arvonlisävero maksuehto toimitus asiakas viivästyskorko",
        "Fatura numarası toplam tutar ödeme tarihi müşteri adresi hizmet bedeli vergi dairesi",
    ],
)
def test_other_languages_are_words(text: str) -> None:
    assert fault(replace(SOUND, words=tuple(words(text, 50, 100)))) is None


def test_codes_repeated_in_a_table_are_no_evidence() -> None:
    codes = tuple(w for n in range(40) for w in words("WPSG MRBPBK MTWTF", 50, 200 + 12 * n))
    assert fault(replace(SOUND, words=WORDS + codes)) is None


def test_text_drawn_as_shapes() -> None:
    page_number = (word("12", 300, 760),)
    assert fault(replace(SOUND, words=page_number, outlines=400)) == "text is drawn as shapes"
    assert fault(replace(SOUND, outlines=100)) is None  # a chart


def test_text_that_is_painted_over() -> None:
    assert fault(replace(SOUND, painted_over=True)) == "something is painted over text"


def of(*texts: str, unmapped: int = 0, outlines: int = 0) -> Evidence:
    """A page of these words, one below the other."""
    placed = tuple(word(text, 50, 20 + 12 * n) for n, text in enumerate(texts))
    return replace(SOUND, words=placed, unmapped=unmapped, outlines=outlines)


def test_a_tenth_of_the_characters_may_be_strange_and_no_more() -> None:
    assert fault(of("e" * 90, "\ue010" * 10)) is None
    assert fault(of("e" * 89, "\ue010" * 11)) == "characters without a meaning"


def test_a_tenth_of_the_words_may_be_unmapped_and_no_more() -> None:
    assert fault(of(*["total"] * 20, unmapped=2)) is None
    assert fault(of(*["total"] * 20, unmapped=3)) == "characters without a meaning"


@pytest.mark.parametrize(("characters", "outlines"), [(1, 20), (19, 20), (30, 30)])
def test_as_many_shapes_as_characters_are_no_text_but_twenty_always(characters: int, outlines: int) -> None:
    assert fault(of("e" * characters, outlines=outlines)) is None
    assert fault(of("e" * characters, outlines=outlines + 1)) == "text is drawn as shapes"


@pytest.mark.parametrize("across", [False, True])
def test_half_a_page_may_be_picture_and_no_more(across: bool) -> None:
    def picture(share: float) -> Box:
        return Box(0, 0, 612 * share, 792) if across else Box(0, 792 * (1 - share), 612, 792)

    apart = replace(SOUND, words=(word("total", 580, 20),))
    assert fault(replace(apart, images=(picture(16 / 32),))) is None
    assert fault(replace(apart, images=(picture(17 / 32),))) == "mostly a picture"
    twice = (picture(16 / 32), picture(16 / 32))
    assert fault(replace(apart, images=twice)) is None  # what overlaps counts once


def test_a_picture_that_reaches_beyond_the_page_counts_on_it_alone() -> None:
    beyond = Box(-600, -700, 306, 1500)
    assert fault(replace(of("total"), images=(beyond,))) is None


def test_thirty_words_on_a_picture_are_a_text_and_fewer_are_not() -> None:
    assert fault(replace(of(*["total"] * 30), images=(WHOLE_PAGE,))) is None
    assert fault(replace(of(*["total"] * 29), images=(WHOLE_PAGE,))) == "mostly a picture"


def test_letters_are_judged_from_fifty_on_and_by_the_common_ones_among_them() -> None:
    assert fault(of("x" * 49)) is None
    assert fault(of("x" * 50)) == "letters that make no words"
    assert fault(of("e" * 21 + "x" * 29)) is None
    assert fault(of("e" * 20 + "x" * 30)) == "letters that make no words"
    assert fault(of("é" * 21 + "x" * 29)) is None
    assert fault(of(*(f"x{a}{b}" for a in "bcdfgh" for b in "bcdfgh"))) is None  # three letters are no word
    assert fault(of(*(f"xx{a}{b}" for a in "bcdfgh" for b in "bcdfgh"))) == "letters that make no words"
