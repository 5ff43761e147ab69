"""The bounds of a caller's JSON, each from both sides."""

from __future__ import annotations

import pytest

from quire.http.json_text import MOST_DEPTH, MOST_DIGITS, Unbounded, check_bounds, loads


def refused(text: str) -> str:
    with pytest.raises(Unbounded) as refusal:
        check_bounds(text.encode())
    return refusal.value.error


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_the_bounds() -> None:
    assert (MOST_DEPTH, MOST_DIGITS) == (32, 308)


@pytest.mark.parametrize("text", [nested(32), '{"a":' * 32 + "1" + "}" * 32, f"[{nested(31)},{nested(31)}]"])
def test_as_deep_as_may_be(text: str) -> None:
    assert loads(text)


@pytest.mark.parametrize(
    "text", [nested(33), '{"a":' * 33 + "1" + "}" * 33, "[" * 33, f"[1,{nested(32)}]", f"[[],{nested(32)}]"]
)
def test_deeper_is_refused(text: str) -> None:
    assert refused(text) == "json_too_deep"


@pytest.mark.parametrize("text", ["9" * 308, "-" + "9" * 308, "1e308", "1.5E+308", "1e-999", "0.1e1", "[1, 2.5, -3]"])
def test_numbers_that_can_be_kept(text: str) -> None:
    assert loads(text) is not None


@pytest.mark.parametrize(
    "text", ["9" * 309, "-" + "9" * 309, "1e309", "[1.5E+309]", "-2e400", "NaN", "Infinity", "[-Infinity]"]
)
def test_numbers_that_are_none_or_too_large_are_refused(text: str) -> None:
    assert refused(text) == "json_number"


@pytest.mark.parametrize(
    "inside", ["[" * 40, "9" * 400, "1e999", "NaN", r"\"[[", r"\\", "[" * 20 + r"\"" + "[" * 20, "two\tparts"]
)
def test_what_a_string_holds_is_no_structure_and_no_number(inside: str) -> None:
    check_bounds(f'{{"a": "{inside}", "b": ["{inside}"]}}'.encode())


def test_after_a_string_counts_again() -> None:
    assert refused(r'["\\", ' + nested(32) + "]") == "json_too_deep"
    assert refused(r'["a", 1e309]') == "json_number"


@pytest.mark.parametrize("text", ["", "{", '{"a"', "'a'", "[1,]", r'"\ud800"', "1]"])
def test_what_is_no_json_is_refused_by_the_parser(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own words
        loads(text)


def test_a_text_in_a_request_is_bounded_too() -> None:
    with pytest.raises(Unbounded, match="deeper than 32"):
        loads(nested(33))
