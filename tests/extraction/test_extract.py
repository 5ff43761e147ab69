"""Fields from pages: by label, by type, by place; from tables; never invented."""

from __future__ import annotations

from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.extraction.schema import SchemaRefused
from quire.reading.model import Page
from tests.extraction.pages import text

NUMBER = {"type": ["number", "null"]}
TEXT = {"type": ["string", "null"]}
DATE = {"type": ["string", "null"], "format": "date"}


def fields(page: Page | list[Page], **properties: Any) -> dict[str, Any]:
    pages = page if isinstance(page, list) else [page]
    return extract(pages, {"type": "object", "properties": properties}).data


INVOICE = text(
    "Northwind Traders Ltd",
    "12 Harbour Road, Bristol BS1 4QA",
    "",
    "INVOICE    Invoice number: INV-2041    Order number: PO-77",
    "Invoice date: 14/03/2021    Due date: 13/04/2021",
    "",
    "Description               Quantity      Unit price      Amount",
    "Blue widget               3             12.50           37.50",
    "Red widget                2             20.00           40.00",
    "with brass handle",
    "",
    "Subtotal    77.50",
    "VAT 20%    15.50",
    "Total due    93.00",
)
LINES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"description": TEXT, "quantity": NUMBER, "unit_price": NUMBER, "amount": NUMBER},
    },
}


def test_labels_tell_what_is_what() -> None:
    assert fields(
        INVOICE, invoice_number=TEXT, order_number=TEXT, invoice_date=DATE, due_date=DATE, subtotal=NUMBER, total=NUMBER
    ) == {
        "invoice_number": "INV-2041",
        "order_number": "PO-77",
        "invoice_date": "2021-03-14",
        "due_date": "2021-04-13",
        "subtotal": 77.5,
        "total": 93.0,
    }


def test_a_table_becomes_objects_and_a_second_line_belongs_to_its_cell() -> None:
    assert fields(INVOICE, line_items=LINES)["line_items"] == [
        {"description": "Blue widget", "quantity": 3.0, "unit_price": 12.5, "amount": 37.5},
        {"description": "Red widget with brass handle", "quantity": 2.0, "unit_price": 20.0, "amount": 40.0},
    ]


def test_a_table_goes_on_over_pages() -> None:
    head = "Description               Quantity      Unit price      Amount"
    first = text(
        head,
        "Apples                    2             1.50            3.00",
        "Pears                     3             2.00            6.00",
        number=1,
    )
    second = text(head, "Plums                     4             1.25            5.00", "Total    14.00", number=2)
    rows = fields([first, second], line_items=LINES)["line_items"]
    assert [row["description"] for row in rows] == ["Apples", "Pears", "Plums"]


def test_each_value_cites_its_words() -> None:
    (leaf,) = extract([INVOICE], {"properties": {"total": NUMBER}}).leaves
    (citation,) = leaf.citations
    assert (leaf.path, leaf.value, citation.page, citation.text) == ("total", 93.0, 1, "93.00")
    assert any(word.box == citation.box for word in INVOICE.words)


def test_cells_have_paths_with_their_row() -> None:
    leaves = extract([INVOICE], {"properties": {"line_items": LINES}}).leaves
    assert {leaf.path for leaf in leaves} >= {"line_items[0].amount", "line_items[1].description"}
    assert all(0.0 <= leaf.confidence <= 1.0 and leaf.citations for leaf in leaves)


def test_what_the_document_does_not_say_is_null_and_listed() -> None:
    found = extract([INVOICE], {"properties": {"iban": TEXT, "email": TEXT, "date_of_birth": DATE, "items": LINES}})
    assert (found.data["iban"], found.data["email"], found.data["date_of_birth"]) == (None, None, None)
    assert set(found.ungrounded) == {"iban", "email", "date_of_birth"}


@pytest.mark.parametrize("pages", [[], [text("")]])
def test_no_words_no_values(pages: list[Page]) -> None:
    found = extract(pages, {"properties": {"total": NUMBER, "when": DATE, "who": TEXT, "line_items": LINES}})
    assert found.data == {"total": None, "when": None, "who": None, "line_items": []}
    assert found.leaves == ()


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaRefused):
        extract([INVOICE], {"type": "object", "properties": {"a": {"type": "banana"}}})


def test_labels_above_their_values() -> None:
    page = text("Invoice #    Date          Terms", "88120        03/25/2021    30 days")
    assert fields(page, invoice_number=TEXT, date=DATE) == {"invoice_number": "88120", "date": "2021-03-25"}


def test_a_period_is_read_as_its_two_days() -> None:
    page = text("Schedule    Contract dates         Station", "A           02/13/20 - 02/18/20    WXYZ")
    assert fields(page, contract_date_from=DATE, contract_date_to=DATE) == {
        "contract_date_from": "2020-02-13",
        "contract_date_to": "2020-02-18",
    }


def test_synonyms_of_a_description_are_labels() -> None:
    page = text("Ship via: Road    Waybill: 7781920", "Total    12.00")
    described = {**TEXT, "description": "Number of the consignment (also printed as waybill)"}
    assert fields(page, consignment=described)["consignment"] == "7781920"


@pytest.mark.parametrize(
    ("label", "amount"),
    [("Montant total", "1 234,50 €"), ("Gesamtbetrag", "1.234,50 EUR"), ("Importe total", "1.234,50")],
)
def test_totals_in_other_languages(label: str, amount: str) -> None:
    assert fields(text("Ref 12,00", f"{label}    {amount}"), total=NUMBER)["total"] == 1234.5


def test_the_total_is_what_was_tendered_less_the_change() -> None:
    page = text("Corner Shop", "Tea    4.00", "Cake    5.00", "Total    9.00", "Cash    20.00", "Change    11.00")
    assert fields(page, total=NUMBER)["total"] == 9.0


def test_a_text_field_has_the_amount_as_printed() -> None:
    assert fields(text("Tea    RM4.00", "Total    RM4.00"), total=TEXT)["total"] == "RM4.00"


def test_email_web_and_telephone_have_their_shapes() -> None:
    page = text("Acme Inc", "Phone: (555) 555-0184    Email: billing@acme.example.com", "Web: www.acme.example.com")
    assert fields(
        page, phone=TEXT, email={"type": "string", "format": "email"}, website={"type": "string", "format": "uri"}
    ) == {
        "phone": "(555) 555-0184",
        "email": "billing@acme.example.com",
        "website": "www.acme.example.com",
    }


def test_the_letterhead_names_the_company_and_its_address() -> None:
    data = fields(
        text(
            "HARBOUR LANE GROCERS LTD", "17 Harbour Lane", "Quayside, Whitcombe 40170", "Tel: 555-0101", "Milk    1.20"
        ),
        company={**TEXT, "description": "Name of the shop"},
        address=TEXT,
    )
    assert data["company"] == "HARBOUR LANE GROCERS LTD"
    assert data["address"] == "17 Harbour Lane Quayside, Whitcombe 40170"


def test_an_enumeration_has_one_of_its_values() -> None:
    page = text("Payment method: Credit card", "Status: open")
    assert fields(page, payment_method={"enum": ["cash", "credit_card", None]})["payment_method"] == "credit_card"
    assert fields(page, colour={"enum": ["red", "green"]})["colour"] is None


@pytest.mark.parametrize(("printed", "truth"), [("Yes", True), ("No", False), ("Oui", True), ("perhaps", None)])
def test_yes_and_no(printed: str, truth: bool | None) -> None:
    assert fields(text(f"Smoker: {printed}", "Age: 40"), smoker={"type": ["boolean", "null"]})["smoker"] is truth


def test_nested_objects_keep_their_shape() -> None:
    customer = {"type": "object", "properties": {"name": TEXT, "number": TEXT}}
    data = fields(text("Customer name: Jane Doe", "Customer number: C-1001"), customer=customer)
    assert data == {"customer": {"name": "Jane Doe", "number": "C-1001"}}


def test_an_amount_before_tax_is_not_one_with_it() -> None:
    page = text(
        "Description               Quantity      Unit price      VAT             Amount",
        "Chair                     3             7.00            20.0            25.20",
        "Table                     2             55.00           20.0            132.00",
    )
    untaxed = {**NUMBER, "description": "Amount of the line before tax"}
    properties = {"quantity": NUMBER, "unit_price": NUMBER, "amount": untaxed}
    lines = {"type": "array", "items": {"type": "object", "properties": properties}}
    assert [row["amount"] for row in fields(page, lines=lines)["lines"]] == [None, None]


def test_arithmetic_settles_columns_that_headings_leave_open() -> None:
    page = text(
        "Description               Price         Quantity        Discount        Total",
        "Chair                     10.00         2               0.00            20.00",
        "Table                     50.00         3               0.00            150.00",
    )
    (first, second) = fields(page, line_items=LINES)["line_items"]
    assert (first["quantity"], first["unit_price"], first["amount"]) == (2.0, 10.0, 20.0)
    assert (second["quantity"], second["unit_price"], second["amount"]) == (3.0, 50.0, 150.0)
