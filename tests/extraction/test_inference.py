"""A schema from a document, from a prompt, from both."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.extraction.inference import MOST_FIELDS, infer
from quire.extraction.schema import parse
from quire.reading import model, sandbox
from quire.reading.media import Media
from quire.reading.model import Box, KeyValue, Page
from tests.extraction.inferred import agrees
from tests.extraction.pages import text

INVOICE = text(
    "INVOICE    Invoice number: INV-2041    Customer no.: 007",
    "Invoice date: 14/03/2021    Paid: yes",
    "",
    "",
    "",
    "Description           Quantity              Unit price            Amount",
    "Blue widget           3                     12.50                 37.50",
    "Red widget            2                     20.00                 40.00",
    "Green widget          1                     10.00                 10.00",
    "",
    "",
    "Total due:    $87.50",
)


def properties(pages: list[Page], prompt: str | None = None) -> dict[str, Any]:
    schema = infer(pages, prompt).schema
    parse(schema)  # of the dialect that extraction reads
    made: dict[str, Any] = schema["properties"]
    return made


def pairs(*found: tuple[str, str], number: int = 1, y: float = 300.0, selected: bool | None = None) -> Page:
    box = Box(40, y, 100, y + 10)
    return Page(number, 600, 800, "text", key_values=tuple(KeyValue(k, v, box, box, 0.9, selected) for k, v in found))


def kinds(schema: dict[str, Any]) -> dict[str, str]:
    return {name: one.get("format") or one["type"][0] for name, one in schema.items() if one["type"] != "array"}


def test_labels_become_properties_with_the_types_of_their_values() -> None:
    assert kinds(properties([INVOICE])) == {
        "invoice_number": "string",
        "customer_no": "string",
        "invoice_date": "date",
        "paid": "boolean",
        "total_due": "number",
    }


def test_titles_keep_the_labels_as_printed() -> None:
    assert properties([INVOICE])["customer_no"]["title"] == "Customer no"


def test_a_table_becomes_an_array_of_objects() -> None:
    items = properties([INVOICE])["items"]
    assert items["type"] == "array"
    assert kinds(items["items"]["properties"]) == {
        "description": "string",
        "quantity": "integer",
        "unit_price": "number",
        "amount": "number",
    }


def test_what_is_inferred_is_what_extraction_finds() -> None:
    data = extract([INVOICE], infer([INVOICE]).schema).data
    assert data["invoice_number"] == "INV-2041"
    assert data["total_due"] == 87.5
    assert [row["amount"] for row in data["items"]] == [37.5, 40.0, 10.0]


@pytest.mark.parametrize(
    ("label", "value", "kind"),
    [
        ("Weight", "12 kg", "integer"),
        ("Montant TTC", "€ 50 673,00", "number"),
        ("Montant", "€ 50", "number"),
        ("Discount", "20 %", "number"),
        ("Staff", "1,134", "integer"),
        ("Account number", "77041182", "string"),
        ("Code", "0471", "string"),
        ("To", "5555550117", "string"),
        ("Email", "a@example.com", "email"),
        ("Internet", "https://example.com/a", "uri"),
        ("Ship date", "March 14, 2025", "date"),
        ("Period", "01/02/2020 - 08/02/2020", "string"),
        ("Terms", "Net 30", "string"),
        ("Smoker", "No", "boolean"),
    ],
)
def test_types_follow_from_values_and_labels(label: str, value: str, kind: str) -> None:
    (found,) = kinds(properties([pairs((label, value))])).values()
    assert found == kind


def test_a_field_that_differs_from_page_to_page_has_the_type_that_holds_them_all() -> None:
    first, second = pairs(("Reading", "12"), number=1), pairs(("Reading", "12.5"), number=2)
    assert kinds(properties([first, second])) == {"reading": "number"}
    assert kinds(properties([first, pairs(("Reading", "broken"), number=2)])) == {"reading": "string"}


def test_check_boxes_become_booleans_and_their_yes_and_no_nothing() -> None:
    assert kinds(properties([pairs(("Self employed", ""), ("Yes", ""), ("No", ""), selected=False)])) == {
        "self_employed": "boolean"
    }


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Remarks", ""),
        ("Leader", "......"),
        ("Page", "1 of 3"),
        ("12.50", "Tea"),
        ("03/04/2020 until", "noon"),
        ("Product", "Order type"),
        ("We reserve the right to change these terms at any time without notice", "yes"),
        ("Chart", "45 41.8 40.9"),
    ],
)
def test_noise_becomes_nothing(label: str, value: str) -> None:
    assert properties([pairs((label, value))]) == {}


def test_what_every_page_repeats_at_its_edge_is_dropped_unless_it_is_a_known_thing() -> None:
    pages = [pairs(("From", "Harbour school"), ("Invoice number", "77"), number=n, y=10.0) for n in (1, 2, 3)]
    assert list(properties(pages)) == ["invoice_number"]


def test_a_label_with_many_values_is_a_column_and_no_field() -> None:
    assert list(properties([pairs(("Week", "1"), ("Week", "2"), ("Week", "3"), ("Station", "WXYZ"))])) == ["station"]


def test_names_are_unique_short_and_ascii() -> None:
    made = properties(
        [pairs(("N° de pièce", "A1"), ("Überwachungs-Nr.", "B2"), ("1. Name *", "Ann"), ("x " * 25, "C3"))]
    )
    assert list(made)[:3] == ["number_de_piece", "uberwachungs_nr", "name"]
    assert all(name.isascii() and name.isidentifier() and len(name) <= 48 for name in made)


def test_tables_with_equal_headings_are_one_and_others_have_names_of_their_own() -> None:
    head = "Description               Quantity      Amount"
    first = text(
        "Goods", head, "Apples                    2             3.00", "Pears                     3             6.00"
    )
    second = text(
        head,
        "Plums                     4             5.00",
        "Figs                      1             2.50",
        "",
        "",
        "",
        "Station                   Spots         Rate",
        "WXYZ                      2             3.00",
        "KLMN                      3             6.00",
        number=2,
    )
    arrays = {name: one for name, one in properties([first, second]).items() if one["type"] == "array"}
    assert list(arrays) == ["goods", "table_2"]
    assert set(arrays["table_2"]["items"]["properties"]) == {"station", "spots", "rate"}


def test_there_is_a_most() -> None:
    page = pairs(
        *(
            (f"Label {'abcdefghij'[n // 100]}{'abcdefghij'[n // 10 % 10]}{'abcdefghij'[n % 10]}", "x1")
            for n in range(300)
        )
    )
    assert len(properties([page])) == MOST_FIELDS


def test_nothing_to_read_makes_an_empty_schema() -> None:
    assert infer([]).schema == {"type": "object", "properties": {}}


def test_it_is_the_same_each_time() -> None:
    assert infer([INVOICE], "vendor and totals") == infer([INVOICE], "vendor and totals")


@pytest.mark.parametrize(
    ("prompt", "kinds_"),
    [
        ("vendor, invoice date, total", {"vendor": "string", "invoice_date": "date", "total": "number"}),
        ("Please extract the vendor name and the total amount.", {"vendor_name": "string", "total_amount": "number"}),
        (
            "I need:\n- due date\n- IBAN\n- contact email",
            {"due_date": "date", "iban": "string", "contact_email": "email"},
        ),
        ("Create a schema with policy number (string) & premium", {"policy_number": "string", "premium": "number"}),
        ("Get the tenant from this document", {"tenant": "string"}),
        ("vendor (seller, supplier), date from", {"vendor": "string", "date_from": "date"}),
        ("This is a bank statement. Extract the closing balance.", {"closing_balance": "number"}),
    ],
)
def test_a_prompt_alone_gives_the_fields_that_it_lists(prompt: str, kinds_: dict[str, str]) -> None:
    assert kinds(properties([], prompt)) == kinds_


@pytest.mark.parametrize(
    "prompt",
    ["invoice number, line items (description, quantity)", "invoice number and line items with description, quantity"],
)
def test_a_list_in_a_prompt_has_the_columns_that_it_names(prompt: str) -> None:
    made = properties([], prompt)
    assert list(made) == ["invoice_number", "line_items"]
    assert kinds(made["line_items"]["items"]["properties"]) == {"description": "string", "quantity": "number"}


def test_rows_of_each_thing_have_what_is_listed_behind_it() -> None:
    made = properties([], "account number, and each transaction (date, description, amount)")
    assert made["account_number"]["type"] == ["string", "null"]
    assert kinds(made["transaction"]["items"]["properties"]) == {
        "date": "date",
        "description": "string",
        "amount": "number",
    }


def test_a_prompt_narrows_a_document_and_names_its_fields() -> None:
    made = properties([INVOICE], "total, invoice no, purchase order number")
    assert {name: one["title"] for name, one in made.items()} == {
        "total": "Total due",
        "invoice_no": "Invoice number",
        "purchase_order_number": "purchase order number",
    }
    assert extract([INVOICE], infer([INVOICE], "total, invoice no").schema).data == {
        "total": 87.5,
        "invoice_no": "INV-2041",
    }


def test_a_plural_means_every_field_that_fits() -> None:
    page = text("Subtotal:    80.00", "Total:    96.00", "Invoice date: 14/03/2021    Due date: 13/04/2021")
    assert set(properties([page], "dates")) == {"invoice_date", "due_date"}


def test_a_prompt_means_a_table_of_the_document_by_its_columns() -> None:
    made = properties([INVOICE], "line items with description, price")
    assert {n: c["title"] for n, c in made["line_items"]["items"]["properties"].items()} == {
        "description": "Description",
        "price": "Unit price",
    }


def test_prose_chooses_among_the_fields_of_the_document() -> None:
    prompt = "We only ever look at how much money was due in the end, and not at what was bought or by whom it was."
    assert list(properties([INVOICE], prompt)) == ["total_due"]


SAMPLES = ("invoice", "form", "order", "receipt", "report", "delivery_note")


def drawn(name: str, folder: Path) -> list[Page]:
    """A sample as it was drawn, before it was scanned: its text layer."""
    sample = getattr(importlib.import_module(f"samples.drawing.{name}"), name)()
    path, out = folder / f"{name}.pdf", folder / f"{name}.jsonl"
    path.write_bytes(sample.drawn)
    sandbox.read_text(path, out, pages=range(1, sandbox.inspect(path, Media.PDF).pages + 1))
    return [model.from_json(line) for line in out.read_bytes().splitlines()]


def test_extraction_fills_most_of_what_is_inferred_with_what_stands_there(tmp_path: Path) -> None:
    scalars = filled = same = 0
    for name in SAMPLES:
        pages = drawn(name, tmp_path)
        inferred = infer(pages)
        data = extract(pages, inferred.schema).data
        for field, printed in inferred.seen.items():
            scalars += 1
            filled += data[field] is not None
            same += data[field] is not None and any(agrees(data[field], one) for one in printed)
    assert scalars >= 40
    assert filled >= 0.85 * scalars
    assert same >= 0.85 * filled
