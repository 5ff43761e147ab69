"""Which rows of a list's grid are items: by place, arithmetic and the cells that they fill, not by their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from local.eval.reading import read
from quire.extraction import rows
from quire.extraction.engine import extract
from quire.extraction.ready import prepare
from quire.extraction.view import View
from quire.reading.model import Page
from tests.extraction.pages import text

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date"}
CALLED = (
    "Delivery", "Freight charge", "Discount", "Rounding", "VAT payment", "Interest", "Cash withdrawal", "Card payment",
    "Paid in", "Postage", "Shipping", "Change", "Tax", "Cash", "Total Fitness membership", "Subtotal Ltd invoice",
)  # fmt: skip


def of(**properties: Any) -> dict[str, Any]:
    items = {"type": "object", "properties": properties}
    return {"type": "object", "properties": {"lines": {"type": "array", "items": items}}}


def names(page: Page | list[Page], schema: dict[str, Any]) -> list[str]:
    pages = page if isinstance(page, list) else [page]
    return [line["item"] for line in extract(pages, schema).data["lines"]]


ITEMS = of(item=TEXT, quantity=NUMBER, price=NUMBER, amount=NUMBER)
AMOUNTS = of(item=TEXT, amount=NUMBER)


def statement(path: Path, length: int, *, forward: bool) -> None:
    """A bank's statement, 40 rows a page; `forward`: each page ends and begins with the balance carried forward."""
    canvas = Canvas(str(path))
    balance = 1000.0

    def row(y: int, *texts: str) -> None:
        for x, printed in zip((50, 120), texts[:2], strict=True):
            canvas.drawString(x, y, printed)
        for x, printed in zip((380, 460, 550), texts[2:], strict=True):
            canvas.drawRightString(x, y, printed)

    for n in range(length):
        if n % 40 == 0:
            if n:
                canvas.showPage()
            canvas.setFont("Helvetica", 9)
            row(770, "Date", "Description", "Money out", "Money in", "Balance")
            if n and forward:
                row(752, "", "Brought forward", "", "", f"{balance:,.2f}")
        amount = 1.0 + n * 37 % 89
        out = n * 7 % 10 < 6
        balance += -amount if out else amount
        said = "", f"{amount:.2f}"
        row(
            736 - n % 40 * 16, f"{n % 28 + 1:02}/03/2024", CALLED[n % 16], *said[:: -1 if out else 1], f"{balance:,.2f}"
        )
        if n % 40 == 39 and forward:
            row(90, "", "Carried forward", "", "", f"{balance:,.2f}")
    row(70, "", "Closing balance", "", "", f"{balance:,.2f}")
    canvas.save()


@pytest.mark.parametrize("forward", [False, True])
def test_each_row_of_a_long_statement_comes_whatever_it_is_called(tmp_path: Path, *, forward: bool) -> None:
    statement(tmp_path / "statement.pdf", 480, forward=forward)
    pages = read(tmp_path / "statement.pdf", lambda *_: pytest.fail("there is nothing to recognize"))
    schema = of(date=DATE, item=TEXT, money_out=NUMBER, money_in=NUMBER, balance=NUMBER)
    assert names(pages, schema) == [CALLED[n % 16] for n in range(480)]


def test_shipping_is_an_item_where_it_fills_the_columns() -> None:
    page = text(
        "Item            Quantity      Price      Amount",
        "Widget          2             5.00       10.00",
        "Gadget          1             20.00      20.00",
        "Shipping        1             4.00       4.00",
        "Subtotal                                 34.00",
        "VAT 20%                                  6.80",
        "Total                                    40.80",
    )
    assert names(page, ITEMS) == ["Widget", "Gadget", "Shipping"]


def test_what_is_added_below_the_items_is_none_of_them() -> None:
    page = text(
        "Item            Quantity      Price      Amount",
        "Widget          2             5.00       10.00",
        "Gadget          1             20.00      20.00",
        "Subtotal                                 30.00",
        "Shipping                                 4.00",
        "Tax                                      3.40",
        "Total                                    37.40",
    )
    assert names(page, ITEMS) == ["Widget", "Gadget"]


def test_an_item_without_a_price_of_one_stands_among_the_others() -> None:
    page = text(
        "Item            Quantity      Price      Amount",
        "Widget          2             5.00       10.00",
        "Delivery                                 4.00",
        "Gadget          1             20.00      20.00",
        "Total                                    34.00",
    )
    assert names(page, ITEMS) == ["Widget", "Delivery", "Gadget"]


def test_a_sum_of_a_group_does_not_end_the_list() -> None:
    page = text(
        "Item            Quantity      Price      Amount",
        "Widget          2             5.00       10.00",
        "Gadget          1             20.00      20.00",
        "Subtotal                                 30.00",
        "Bolt            4             1.00       4.00",
        "Nut             3             1.00       3.00",
        "Subtotal                                 7.00",
        "Total                                    37.00",
    )
    assert names(page, ITEMS) == ["Widget", "Gadget", "Bolt", "Nut"]


def test_of_a_name_and_an_amount_arithmetic_tells_what_the_sum_holds() -> None:
    lines = ["Item            Amount", "Widget          10.00", "Gadget          20.00", "Shipping        4.00"]
    assert names(text(*lines, "Total           34.00"), AMOUNTS) == ["Widget", "Gadget", "Shipping"]
    assert names(text(*lines[:3], "Subtotal        30.00", lines[3], "Total           34.00"), AMOUNTS) == [
        "Widget",
        "Gadget",
    ]


def test_a_tax_between_items_and_total_is_on_the_way_to_it() -> None:
    page = text("Item            Amount", "Widget          10.00", "Gadget          20.00", "Tax             3.00",
                "Total           33.00")  # fmt: skip
    assert names(page, AMOUNTS) == ["Widget", "Gadget"]


def test_the_last_row_is_an_item_where_no_sum_follows() -> None:
    page = text("Item            Amount", "Widget          10.00", "Gadget          20.00", "Interest        3.00",
                "Tax             4.00")  # fmt: skip
    assert names(page, AMOUNTS) == ["Widget", "Gadget", "Interest", "Tax"]


def test_three_of_what_one_and_two_stand_above_are_an_item() -> None:
    page = text(
        "Item            Quantity      Amount",
        "Widget          1             5.00",
        "Gadget          2             10.00",
        "Bolt            3             15.00",
    )
    assert names(page, ITEMS) == ["Widget", "Gadget", "Bolt"]


def test_a_receipt_s_list_ends_with_its_total() -> None:
    page = text("Corner Shop", "Bread    1.20", "Delivery    2.00", "Tea    3.00", "Total    6.20", "Cash    10.00",
                "Change    3.80")  # fmt: skip
    assert names(page, AMOUNTS) == ["Bread", "Delivery", "Tea"]


@pytest.mark.parametrize(
    ("carried", "brought"),
    [
        ("Carried forward", "Brought forward"),
        ("Übertrag", "Übertrag"),
        ("A reporter", "Report"),
        ("A reporter", "Report page précédente"),
        ("Übertrag", "Übertrag Vorseite"),
    ],
)
def test_a_sum_carried_over_a_page_s_end_is_no_item(carried: str, brought: str) -> None:
    head = "Item              Quantity      Amount"
    first = text(head, "Widget            1             10.00", "Gadget            2             20.00",
                 f"{carried:<22}          30.00")  # fmt: skip
    second = text(head, f"{brought:<22}          30.00", "Bolt              3             5.00",
                  "Nut               4             6.00", "Total                           41.00",
                  number=2)  # fmt: skip
    assert names([first, second], ITEMS) == ["Widget", "Gadget", "Bolt", "Nut"]


def test_one_row_above_the_first_that_is_called_a_sum_does_not_say_what_a_row_fills() -> None:
    head = "Date           Item              Amount"
    first = text(head, "01/02/2024     Widget            10.00", "02/02/2024     Gadget            20.00",
                 "               Solde en bas      30.00")  # fmt: skip
    second = text(head, "               Solde en haut     30.00", "03/02/2024     Discount          5.00",
                  "04/02/2024     Shipping          6.00", "05/02/2024     Bolt              7.00",
                  "06/02/2024     Cash              8.00", "               Total             56.00",
                  number=2)  # fmt: skip
    items = names([first, second], of(date=DATE, item=TEXT, amount=NUMBER))
    assert [item for item in items if not item.startswith("Solde")] == [
        "Widget", "Gadget", "Discount", "Shipping", "Bolt", "Cash",
    ]  # fmt: skip


def test_below_a_sum_brought_forward_the_other_rows_say_what_a_row_fills() -> None:
    head = "Date           Item              Amount"
    first = text(head, "01/02/2024     Widget 1          10.00", "02/02/2024     Gadget 2          20.00",
                 "               Übertrag          30.00")  # fmt: skip
    second = text(head, "               Übertrag          30.00", "03/02/2024     Cash 3            5.00",
                  "04/02/2024     Bolt 4            6.00", "05/02/2024     Tax 5             7.00",
                  "               Total             48.00", number=2)  # fmt: skip
    items = names([first, second], of(date=DATE, item=TEXT, amount=NUMBER))
    assert items == ["Widget 1", "Gadget 2", "Cash 3", "Bolt 4", "Tax 5"]


def test_a_sum_carried_forward_in_all_columns_is_told_by_its_arithmetic() -> None:
    head = "Item              Amount"
    first = text(head, "Widget            10.00", "Gadget            20.00", "Carried forward   30.00")
    second = text(head, "Brought forward   30.00", "Report            5.00", "Nut               6.00", number=2)
    assert names([first, second], AMOUNTS) == ["Widget", "Gadget", "Report", "Nut"]


def test_a_transfer_at_a_page_s_edge_is_an_item() -> None:
    """`Übertrag` is a transfer between accounts, too."""
    head = "Date          Item          Amount"
    first = text(head, "01.03.2024    Miete         10.00", "02.03.2024    Strom         20.00")
    second = text(head, "03.03.2024    Übertrag      7.00", "04.03.2024    Wasser        6.00", number=2)
    schema = of(date=DATE, item=TEXT, amount=NUMBER)
    assert names([first, second], schema) == ["Miete", "Strom", "Übertrag", "Wasser"]


def test_words_of_other_depth_do_not_turn_a_level_page(tmp_path: Path) -> None:
    """`Card payment` reaches further down at its right: short lines of such words are no page that lies askew."""
    canvas = Canvas(str(tmp_path / "short.pdf"))
    canvas.setFont("Helvetica", 9)
    canvas.drawString(50, 770, "Item")
    canvas.drawRightString(550, 770, "Amount")
    for n in range(12):
        canvas.drawString(50, 750 - 16 * n, "Card payment")
        canvas.drawRightString(550, 750 - 16 * n, f"{n + 1}.00")
    canvas.save()
    pages = read(tmp_path / "short.pdf", lambda *_: pytest.fail("there is nothing to recognize"))
    assert [line["amount"] for line in extract(pages, AMOUNTS).data["lines"]] == [n + 1.0 for n in range(12)]


class TestAccount:
    """Of each list how many rows its pages show, how many came, and why each other did not."""

    def test_of_a_plain_invoice(self) -> None:
        page = text(
            "Item            Quantity      Price      Amount",
            "Widget          2             5.00       10.00",
            "Gadget          1             20.00      20.00",
            "Total                                    30.00",
        )
        (count,) = extract([page], ITEMS).lists
        assert (count.path, count.shown, count.returned, count.short) == ("lines", 4, 2, False)
        assert [(one.reason.value, one.page, one.row) for one in count.left_out] == [("header", 1, 1), ("sum", 1, 4)]

    def test_over_pages_each_row_has_its_place_on_its_own(self, tmp_path: Path) -> None:
        statement(tmp_path / "statement.pdf", 80, forward=True)
        pages = read(tmp_path / "statement.pdf", lambda *_: pytest.fail("there is nothing to recognize"))
        schema = of(date=DATE, item=TEXT, money_out=NUMBER, money_in=NUMBER, balance=NUMBER)
        (count,) = extract(pages, schema).lists
        assert (count.returned, count.short) == (80, False)
        assert count.shown == 80 + len(count.left_out)
        assert {one.reason.value for one in count.left_out} == {"header", "carried_forward"}

    def test_a_figure_that_no_item_has_is_not_explained(self) -> None:
        page = text(
            "Item            Quantity      Price      Amount",
            "Widget          2             5.00       10.00",
            "Gadget          1             20.00      20.00",
            "Bolt                          3.00",
        )
        (array, level), *_ = prepare(ITEMS).arrays
        listed = rows.items_of(View([page]), level.fields, level.labels)
        count = listed.count(array.path, [True, True])
        assert [one.reason.value for one in count.left_out] == ["header", "unexplained"]
        assert count.short

    def test_a_list_that_no_page_shows_has_none(self) -> None:
        assert extract([text("Nothing of the kind here")], ITEMS).lists == ()
