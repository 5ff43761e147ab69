"""Gutters: what rows of text leave free between columns."""

from __future__ import annotations

from quire.reading.model import Box, line_of
from quire.reading.tables.rows import column_of, crossed, middles, narrowed, row_of
from tests.reading.build import grid, word

GUTTERS = [(100.0, 200.0), (300.0, 400.0)]


def test_a_row_is_as_high_as_its_parts_and_never_less_than_a_small_letter() -> None:
    [left, right] = grid([["one", "two"]], [0, 100], y=50)
    row = row_of([left, right])
    assert (row.top, row.bottom, row.height) == (50, 60, 10)
    assert row_of([line_of([word("-", 0, 50, height=1)])]).height == 4


def test_a_gutter_is_narrowed_by_what_reaches_into_it() -> None:
    row = row_of(grid([["a" * 22, "bb"]], [0, 190], y=0))
    assert narrowed(GUTTERS, row) == [(110.0, 190.0), (300.0, 400.0)]


def test_a_part_within_a_gutter_makes_two_of_it() -> None:
    assert narrowed([(100.0, 200.0)], row_of(grid([["mid"]], [140], y=0))) == [(100.0, 140.0), (155.0, 200.0)]


def test_no_gutters_are_left_where_one_is_crossed() -> None:
    row = row_of(grid([["a" * 30]], [80], y=0))
    assert narrowed(GUTTERS, row) is None
    assert crossed(GUTTERS, row) == 1


def test_a_part_is_in_the_column_in_which_it_begins_and_spans_those_that_it_reaches() -> None:
    ends = middles(GUTTERS)
    assert ends == [150, 350]
    assert column_of(Box(0, 0, 90, 10), ends) == (0, 1)
    assert column_of(Box(210, 0, 290, 10), ends) == (1, 1)
    assert column_of(Box(210, 0, 450, 10), ends) == (1, 2)
