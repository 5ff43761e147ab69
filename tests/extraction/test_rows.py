"""Which rows of headings make a list, and which of its rows are sums: each bound from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from quire.extraction import rows
from quire.extraction.grid import Reason
from quire.extraction.ready import Ready, prepare
from quire.extraction.rows import Item, Listed, assigned, without_sums
from quire.extraction.view import Row, View
from quire.reading.model import Box, Page, Word
from tests.extraction.pages import page, text

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
TWO = {"item": TEXT, "amount": NUMBER}


def level_of(properties: dict[str, Any]) -> Ready:
    items = {"type": "object", "properties": properties}
    (_, level), *_ = prepare({"type": "object", "properties": {"lines": {"type": "array", "items": items}}}).arrays
    return level


def listed(shown: Page | list[Page], properties: dict[str, Any]) -> Listed:
    level = level_of(properties)
    return rows.items_of(View(shown if isinstance(shown, list) else [shown]), level.fields, level.labels)


def cells(found: Listed) -> list[dict[int, str]]:
    return [{n: " ".join(word.text for word in words) for n, words in item.cells.items()} for item in found.items]


class TestHeadings:
    def test_two_name_a_list(self) -> None:
        shown = text("Item            Amount", "Widget          10.00")
        assert cells(listed(shown, TWO)) == [{0: "Widget", 1: "10.00"}]

    def test_one_of_two_names_none(self) -> None:
        assert listed(text("Thingummy       Amount", "Widget          10.00"), TWO).rows == []

    def test_one_does_where_one_is_asked_for(self) -> None:
        shown = text("Thingummy       Amount", "Widget          10.00", "Gadget          11.00")
        assert cells(listed(shown, {"amount": NUMBER})) == [{0: "10.00"}, {0: "11.00"}]

    def test_a_list_goes_on_under_the_same_headings_again(self) -> None:
        pages = [
            text("Item            Amount", "Widget          10.00", number=1),
            text("Item            Amount", "Gadget          12.00", number=2),
        ]
        assert cells(listed(pages, TWO)) == [{0: "Widget", 1: "10.00"}, {0: "Gadget", 1: "12.00"}]

    def test_the_headings_that_name_more_of_it_are_the_list_s(self) -> None:
        shown = text(
            "Item            Amount",
            "Widget          10.00",
            "",
            "",
            "",
            "",
            "Item            Quantity      Amount",
            "Gadget          3             12.00",
        )
        asked = {"item": TEXT, "quantity": NUMBER, "amount": NUMBER}
        assert cells(listed(shown, asked)) == [{0: "Gadget", 1: "3", 2: "12.00"}]


class TestItems:
    @pytest.mark.parametrize(("gap", "number"), [(40, 2), (41, 1)])
    def test_they_end_where_the_space_is_more_than_four_heights(self, gap: float, number: int) -> None:
        last = 66 + gap
        shown = page(
            (40, 40, "Item"),
            (200, 40, "Amount"),
            (40, 56, "Widget"),
            (200, 56, "10.00"),
            (40, last, "Gadget"),
            (200, last, "12.00"),
        )
        assert len(listed(shown, TWO).items) == number

    @pytest.mark.parametrize(("amount", "proven"), [("9.98", True), ("10.00", True), ("10.01", False), ("9.97", False)])
    def test_they_are_proven_where_they_multiply_to_a_cent(self, amount: str, proven: bool) -> None:
        shown = text(
            "Item            Quantity      Price      Amount",
            f"Widget          3             3.33       {amount}",
        )
        (one,) = listed(shown, {"item": TEXT, "quantity": NUMBER, "price": NUMBER, "amount": NUMBER}).items
        assert one.proven is proven


class TestAssigned:
    @pytest.mark.parametrize(("fit", "chosen"), [(0.4, {0: 0}), (0.39, {})])
    def test_a_heading_has_to_fit(self, fit: float, chosen: dict[int, int]) -> None:
        assert assigned([[fit]]) == chosen

    def test_the_best_fits_first_and_of_equals_the_first(self) -> None:
        assert assigned([[0.5, 0.0], [0.9, 0.0]]) == {1: 0}
        assert assigned([[0.9], [0.9]]) == {0: 0}

    def test_one_that_can_be_another_makes_room(self) -> None:
        assert assigned([[0.9, 0.8], [0.8, 0.0]]) == {0: 1, 1: 0}
        assert assigned([[0.9, 0.3], [0.8, 0.0]]) == {0: 0}


def item(*values: float, words: str = "") -> Item:
    """A row of figures; `words` are printed beside them."""
    at = Box(0, 0, 10, 10)
    row = View([text(words)]).rows[0] if words else Row(1, 0, [])
    return Item(1, row, {n: [Word(f"{value:.2f}", at)] for n, value in enumerate(values)})


class TestSums:
    def left(self, *items: Item) -> int:
        """How many of these items stay."""
        figures = {"quantity": NUMBER, "price": NUMBER, "amount": NUMBER}
        found = Listed()
        for one in items:
            found.add(one)
        without_sums(found, level_of(figures).fields, View([text("x")]))
        assert len(found.rows) == len(items)
        return len(found.items)

    def test_what_sums_up_three_columns_is_a_sum(self) -> None:
        assert self.left(item(1, 2, 3), item(4, 5, 6), item(5, 7, 9)) == 2

    def test_two_columns_may_do_so_by_chance(self) -> None:
        assert self.left(item(1, 2), item(4, 5), item(5, 7)) == 3

    def test_and_of_two_rows_the_second_is_no_sum_of_the_first(self) -> None:
        assert self.left(item(1, 2, 3), item(1, 2, 3)) == 2

    def test_a_row_of_fewer_cells_is_a_sum_by_one_of_them(self) -> None:
        assert self.left(item(1, 2), item(4, 5), item(5)) == 2
        assert self.left(item(1, 2), item(4, 5), item(6)) == 3

    def test_a_row_that_says_so_is_a_sum_by_one_column(self) -> None:
        assert self.left(item(1, 2), item(4, 5), item(5, 8, words="Overall")) == 2
        assert self.left(item(1, 2), item(4, 5), item(5, 8, words="Widget")) == 3

    @pytest.mark.parametrize(("value", "left"), [(5.0, 2), (5.02, 3), (4.98, 3)])
    def test_a_sum_is_one_to_the_cent(self, value: float, left: int) -> None:
        assert self.left(item(1, 2), item(4, 5), item(value)) == left


def test_an_item_that_is_none_keeps_its_place_among_the_rows() -> None:
    found = Listed()
    first, last = item(1), item(2)
    found.add(first)
    found.add(last)
    found.drop(first, Reason.SUM)
    assert found.items == [last]
    assert found.rows == [(1, Reason.SUM), (1, last)]
    count = found.count("lines", [False])
    assert [one.reason for one in count.left_out] == [Reason.SUM, Reason.EMPTY]
