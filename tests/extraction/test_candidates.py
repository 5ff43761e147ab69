"""What speaks for a number as the value of a field, each bound from both sides."""

from __future__ import annotations

import math

import pytest

from quire.extraction.candidates import Candidate, amounts_of, codes_of, dates_of, shaped_of
from quire.extraction.view import View
from tests.extraction.pages import page, text


def amounts(*rows: str) -> dict[str, Candidate]:
    """The numbers of these rows by what is printed."""
    return {made.text: made for made in amounts_of(View([text(*rows)]))}


def signs(of: Candidate, *names: str) -> list[float]:
    return [of.base.get(name, 0.0) for name in names]


def test_what_a_number_is_by_its_figures() -> None:
    names = ("decimals", "integer", "zero", "negative", "percent")
    found = amounts("a 0.00", "b -3.00", "c 7%", "d 0", "e 1.5")
    assert {text: signs(made, *names) for text, made in found.items()} == {
        "0.00": [1, 0, 1, 0, 0],
        "-3.00": [1, 0, 0, 1, 0],
        "7%": [0, 1, 0, 0, 1],
        "0": [0, 1, 1, 0, 0],
        "1.5": [0, 0, 0, 0, 0],
    }


@pytest.mark.parametrize(
    ("printed", "year"),
    [("1899", 0), ("1900", 1), ("2100", 1), ("2101", 0), ("02000", 0)],
)
def test_a_year_is_of_two_centuries(printed: str, year: float) -> None:
    assert signs(amounts(f"a {printed} b")[printed], "year") == [year]


@pytest.mark.parametrize(("printed", "long"), [("12345", 0), ("123456", 1)])
def test_six_figures_are_long(printed: str, long: float) -> None:
    assert signs(amounts(f"a {printed}")[printed], "long") == [long]


def test_the_largest_is_of_those_with_cents() -> None:
    found = amounts("a 12.00", "b -13.00", "c 9999", "d 12.99")
    assert {text for text, made in found.items() if made.base.get("largest")} == {"-13.00"}


@pytest.mark.parametrize(("times", "repeated"), [(1, 0.0), (2, 1 / 3), (4, 1.0), (5, 1.0)])
def test_a_repetition_counts_up_to_four_times(times: int, repeated: float) -> None:
    assert signs(amounts(" ".join(["8.50"] * times))["8.50"], "repeated") == [repeated]


def test_whole_numbers_repeat_by_chance() -> None:
    assert signs(amounts("8 8 8")["8"], "repeated") == [0.0]


def test_the_rightmost_is_in_the_last_column_with_nothing_named_behind_it() -> None:
    found = amounts("Total    12.00    13.00", "Total    14.00 apples")
    assert {text: signs(made, "rightmost") for text, made in found.items()} == {
        "12.00": [0.0],
        "13.00": [1.0],
        "14.00": [0.0],
    }


def test_a_mark_for_no_value_stands_where_an_amount_would() -> None:
    found = amounts("Total    #N/A    12.00", "Sum    11.00    #####")
    assert math.isnan(found["#N/A"].value) and math.isnan(found["#####"].value)
    assert signs(found["#N/A"], "decimals", "rightmost") == [1.0, 0.0]
    assert signs(found["#####"], "decimals", "rightmost") == [1.0, 1.0]
    assert found["#N/A"].left == ("total",)


@pytest.mark.parametrize(("number", "crowd"), [(1, 0.0), (2, 0.2), (6, 1.0), (7, 1.0)])
def test_a_head_that_others_share_names_none_alone(number: int, crowd: float) -> None:
    head = "Charges for services and for goods of all the months"
    made = amounts_of(View([text(head, " ".join(f"{n}.00" for n in range(1, number + 1)))]))
    assert [signs(one, "crowd") for one in made] == [[crowd]] * number


@pytest.mark.parametrize(("apart", "mates"), [("to", True), ("-", True), ("until", True), ("and", False)])
def test_two_days_make_a_period_where_a_word_says_so(apart: str, mates: bool) -> None:
    first, last = dates_of(View([text(f"Valid 2024-03-01 {apart} 2024-03-31")]))
    assert (first.mate is last and last.mate is first) is mates
    assert signs(first, "first") == signs(last, "second") == [float(mates)]


def test_a_day_that_stands_alone_or_again() -> None:
    (sole,) = dates_of(View([text("Issued 2024-03-01")]))
    assert signs(sole, "sole", "repeated") == [1.0, 0.0]
    once, again, other = dates_of(View([text("Issued 2024-03-01", "Printed 2024-03-01", "Due 2024-04-01")]))
    assert signs(once, "sole", "repeated") == signs(again, "sole", "repeated") == [0.0, 1 / 3]
    assert signs(other, "sole", "repeated") == [0.0, 0.0]


@pytest.mark.parametrize(("day", "short"), [("3/14/24", 1.0), ("3/4/2024", 0.0), ("14 March 2024", 0.0)])
def test_a_day_of_less_than_eight_characters_is_short(day: str, short: float) -> None:
    (made,) = dates_of(View([text(f"Issued {day}")]))
    assert (made.text, signs(made, "short")) == (day, [short])


@pytest.mark.parametrize(("code", "digits"), [("12345", 0.5), ("1234567890", 1.0), ("12345678901", 1.0)])
def test_figures_count_up_to_ten(code: str, digits: float) -> None:
    (made,) = codes_of(View([text(f"Number {code}")]))
    assert signs(made, "digits", "alone") == [digits, 0.0]


@pytest.mark.parametrize(("x", "right"), [(285, 0.0), (286, 1.0)])
def test_the_right_half_begins_in_the_middle(x: float, right: float) -> None:
    """Of a page of 600 points, for what is 30 wide."""
    (made,) = amounts_of(View([page((x, 40, "12.00"))]))
    assert signs(made, "right_half") == [right]


@pytest.mark.parametrize(("before", "label"), [(7, 7), (8, 7)])
def test_a_label_in_a_line_has_seven_words_at_most(before: int, label: int) -> None:
    words = ["red", "green", "blue", "black", "white", "brown", "grey", "pink"][:before]
    (made,) = amounts_of(View([text(" ".join([*words, "12.00"]))]))
    assert len(made.inline) == label


@pytest.mark.parametrize(("code", "short"), [("12", 1.0), ("A12", 1.0), ("123", 0.0)])
def test_a_code_of_two_figures_is_short(code: str, short: float) -> None:
    (made,) = codes_of(View([text(f"Number {code}")]))
    assert signs(made, "short", "letters") == [short, float(code.startswith("A"))]


@pytest.mark.parametrize(("gap", "joined"), [(40, True), (41, False)])
def test_an_area_s_code_is_near_its_number(gap: int, joined: bool) -> None:
    """Four heights of ten points at the most."""
    view = View([page((40, 40, "(555)"), (40 + 30 + gap, 40, "555-0184"))])
    assert [made.text for made in shaped_of(view, "phone")] == (["(555) 555-0184"] if joined else ["555-0184"])
