"""Numbers of the world."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.extraction.amounts import decimal_mark, find, value_of


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1'234.50", 1234.5),
        ("1 234,50 €", 1234.5),
        ("12 345,00 EUR", 12345.0),
        ("1,23,456.00", 123456.0),
        ("12.345.678,90", 12345678.9),
        ("$1,234", 1234.0),
        ("€ 128 037,50", 128037.5),
        ("RM33.90", 33.9),
        ("0,5", 0.5),
        (".75", 0.75),
        ("8 .70", 8.7),
        ("50%", 50.0),
        ("1,234", 1234.0),
        ("2.9000", 2.9),
    ],
)
def test_formats(printed: str, value: float) -> None:
    assert [number.value for number in find(printed)] == [value]


@pytest.mark.parametrize(
    "printed", ["(12.00)", "-12.00", "12.00-", "$-12.00", "-$12.00", "12.00 CR", "($12.00)", "−12.00"]
)
def test_negative_amounts(printed: str) -> None:
    assert [number.value for number in find(printed)] == [-12.0]


@pytest.mark.parametrize("printed", ["", "no figures", "12AB", "12/03/2021", "10:45", "A12", "1.2.3.4.5"])
def test_what_is_no_number(printed: str) -> None:
    assert find(printed) == []


def test_a_space_parts_two_numbers_unless_the_document_groups_with_it() -> None:
    assert [number.value for number in find("12 345")] == [12.0, 345.0]
    assert [number.value for number in find("12 345", ",")] == [12345.0]


def test_a_lone_separator_before_three_digits_is_read_as_the_document_writes() -> None:
    assert find("1.234", ",")[0].value == 1234.0
    assert find("1,234", ",")[0].value == 1.234
    assert find("1,234", ".")[0].value == 1234.0


def test_the_decimal_mark_is_what_most_amounts_have() -> None:
    assert decimal_mark(["Total 1.234,56", "TVA 12,00", "v 1.25"]) == ","
    assert decimal_mark(["12.50", "1,234.00"]) == "."
    assert decimal_mark(["no amounts"]) is None


@pytest.mark.parametrize(
    ("printed", "currency"),
    [("$5", "USD"), ("5 €", "EUR"), ("£5.00", "GBP"), ("RM 5.00", "MYR"), ("CHF 5.00", "CHF"), ("5.00", None)],
)
def test_currencies(printed: str, currency: str | None) -> None:
    assert find(printed)[0].currency == currency


def test_spans_are_where_the_number_stands() -> None:
    line = "2 x 11.50 = 23.00 EUR incl."
    assert [line[number.start : number.end] for number in find(line)] == ["2", "11.50", "23.00 EUR"]


@given(st.text(alphabet="0123456789.,'()-+$€ RMCxX%/:\u202f", max_size=40), st.sampled_from([None, ".", ","]))
def test_any_text_is_read_without_error_and_spans_are_in_order(line: str, mark: str | None) -> None:
    at = 0
    for number in find(line, mark):  # type: ignore[arg-type]
        assert at <= number.start < number.end <= len(line)
        assert any(c.isdigit() for c in line[number.start : number.end])
        assert math.isfinite(number.value)
        at = number.end


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_what_was_grouped_is_read_back(whole: int, cents: int) -> None:
    value = whole + cents / 100
    english = f"{whole:,}.{cents:02d}"
    assert value_of(english, ".") == pytest.approx(value)
    assert value_of(english.translate(str.maketrans(",.", ".,")), ",") == pytest.approx(value)
    assert value_of(english.replace(",", " ").replace(".", ","), ",") == pytest.approx(value)


def test_all_that_stands_before_the_first_digit_is_read_at_the_end_of_a_long_line() -> None:
    text = "What was to be given back of it: ( - euros - 5.00 )"
    [amount] = find(text)
    assert (amount.value, amount.currency) == (-5.0, "EUR")
    assert text[amount.start : amount.end] == "( - euros - 5.00 )"
