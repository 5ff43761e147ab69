"""What a label leads to: right of it, below it and behind it in its line, each bound from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from quire.extraction.candidates import Candidate
from quire.extraction.ready import prepare
from quire.extraction.texts import labelled
from quire.extraction.view import View
from quire.reading.model import Page
from tests.extraction.pages import page, text

TEXT = {"type": ["string", "null"]}


def led(view: Page, name: str = "customer", *, lines: int = 1, **others: Any) -> list[Candidate]:
    ready = prepare({"type": "object", "properties": {name: TEXT, **others}})
    return list(labelled(View([view]), ready.labels, 0, lines=lines))


def by(made: list[Candidate], way: str) -> list[Candidate]:
    return [one for one in made if way in one.base]


def test_the_two_next_columns_are_looked_at_and_no_third() -> None:
    made = by(led(text("Customer    1    2    3")), "right")
    assert [(one.text, one.base["skipped"]) for one in made] == [("1", 0.0), ("2", 1.0)]


def test_beyond_words_nothing_is_looked_for() -> None:
    made = by(led(text("Customer    Acme    Bolt")), "right")
    assert [one.text for one in made if "joined" not in one.base] == ["Acme"]


def test_the_gap_is_a_share_of_the_page_s_width() -> None:
    (made,) = by(led(page((60, 40, "Customer"), (300, 40, "4711"))), "right")
    assert made.base["gap"] == pytest.approx((300 - 60 - 48) / 600)


@pytest.mark.parametrize(("label", "colon"), [("Customer:", 1.0), ("Customer #", 1.0), ("Customer", 0.0)])
def test_a_colon_or_number_sign_marks_a_label(label: str, colon: float) -> None:
    (made,) = by(led(page((60, 40, label), (300, 40, "4711"))), "right")
    assert made.base["colon"] == colon


@pytest.mark.parametrize(("shift", "aligned"), [(0, 1.0), (15, 1.0), (-15, 1.0), (16, 0.0)])
def test_what_stands_below_is_aligned_to_one_and_a_half_heights(shift: float, aligned: float) -> None:
    (made,) = by(led(page((60, 40, "Customer"), (60 + shift, 56, "4711"))), "below")
    assert (made.text, made.base["aligned"]) == ("4711", aligned)
    assert made.base["busy"] == 0.0


def test_a_column_to_the_right_makes_what_is_below_less_likely() -> None:
    (made,) = by(led(page((60, 40, "Customer"), (300, 40, "4711"), (60, 56, "4712"))), "below")
    assert (made.text, made.base["busy"]) == ("4712", 1.0)


@pytest.mark.parametrize(("y", "drop"), [(60, 1 / 3), (65, 0.5)])
def test_the_drop_is_counted_in_heights_up_to_three(y: float, drop: float) -> None:
    (made,) = by(led(page((60, 40, "Customer"), (60, y, "4711"))), "below")
    assert made.base["drop"] == pytest.approx(drop)


@pytest.mark.parametrize(
    ("lines", "value"), [(1, "Acme 1"), (2, "Acme 1 Main Road 2"), (3, "Acme 1 Main Road 2 Berlin 3")]
)
def test_a_block_has_as_many_lines_as_are_asked_for(lines: int, value: str) -> None:
    rows = [(300, 40 + 16 * n, each) for n, each in enumerate(("Acme 1", "Main Road 2", "Berlin 3", "Germany 4"))]
    (made, *_) = by(led(page((60, 40, "Customer"), *rows), lines=lines), "right")
    assert made.text == value


@pytest.mark.parametrize(("shift", "gap", "goes_on"), [(0, 9, True), (0, 9.5, False), (12, 6, True), (12.5, 6, False)])
def test_a_block_goes_on_below_its_edge_and_near(shift: float, gap: float, goes_on: bool) -> None:
    """Nine tenths of a height down, and 1.2 heights aside."""
    made = by(led(page((60, 40, "Customer"), (300, 40, "Acme 1"), (300 + shift, 50 + gap, "Road 2")), lines=2), "right")
    assert made[0].text == ("Acme 1 Road 2" if goes_on else "Acme 1")


@pytest.mark.parametrize(("words", "named"), [(8, True), (9, False)])
def test_a_label_has_eight_words_at_most(words: int, named: bool) -> None:
    label = " ".join(["Customer", *["of"] * (words - 1)])
    made = by(led(page((40, 40, label), (40 + 6 * len(label) + 60, 40, "4711"))), "right")
    assert bool(made) is named


def test_behind_a_colon_stands_the_value_up_to_the_next_label() -> None:
    (made,) = by(led(text("Customer: 4711 Date: today"), date=TEXT), "inline")
    assert (made.text, made.base["colon"]) == ("4711", 1.0)
    (alone,) = by(led(text("Customer 4711")), "inline")
    assert (alone.text, alone.base["colon"]) == ("4711", 0.0)


@pytest.mark.parametrize(("text_", "prose"), [("a b c d e f G", 1.0), ("a b c d e f", 0.0), ("A B C D e f g h", 0.0)])
def test_seven_words_mostly_small_are_prose(text_: str, prose: float) -> None:
    (made, *_) = by(led(page((60, 40, "Customer"), (300, 40, text_))), "right")
    assert made.base["prose"] == prose


@pytest.mark.parametrize(("value", "empty"), [("7", 1.0), ("A", 1.0), ("A7", 0.0), ("47", 0.0)])
def test_a_single_letter_or_figure_is_hardly_a_value(value: str, empty: float) -> None:
    (made, *_) = by(led(page((60, 40, "Customer"), (300, 40, value))), "right")
    assert made.base["empty"] == empty
