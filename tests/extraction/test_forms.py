"""Values in the form that a schema asks for: patterns, formats, currencies, signatures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.extraction.leaf import Leaf
from quire.reading.model import Box, Page, Signature
from tests.extraction.pages import text

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
MONEY = {
    "type": "object",
    "extend:type": "currency",
    "properties": {"amount": NUMBER, "iso_4217_currency_code": TEXT},
}
SIGNATURE = {"type": "object", "extend:type": "signature"}
SIGNED = text(
    "For and on behalf of    For and on behalf of",
    "Acme Ltd                Bolt Ltd",
    "Name: Jane Doe          Name: Bob Ray",
    "Title: Director         Title: Partner",
    "Date: 3 March 2024      Date: 4 March 2024",
)


def fields(page: Page, **properties: Any) -> dict[str, Any]:
    return extract([page], {"type": "object", "properties": properties}).data


def leaf(page: Page, **properties: Any) -> Leaf:
    (found,) = extract([page], {"type": "object", "properties": properties}).leaves
    return found


def test_a_value_has_the_pattern() -> None:
    page = text("Ref: 99123", "Our reference AB-1234", "Code AB-9999x")
    assert fields(page, ref={"type": "string", "pattern": r"^[A-Z]{2}-\d{4}$"}) == {"ref": "AB-1234"}
    assert fields(page, ref={"type": "string", "pattern": "^ZZ$"}) == {"ref": None}


@pytest.mark.parametrize("pattern", ["(", "(?=x)", "[" * 5000])
def test_a_pattern_that_cannot_be_checked_is_none(pattern: str) -> None:
    assert fields(text("Ref: 99123"), ref={"type": "string", "pattern": pattern}) == {"ref": "99123"}


def test_a_pattern_may_ask_for_another_form_of_the_same_day() -> None:
    wanted = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
    assert fields(text("Invoice date: 14/03/2021"), invoice_date=wanted) == {"invoice_date": "2021-03-14"}


def test_a_pattern_that_backtracks_forever_elsewhere_is_checked_at_once() -> None:
    page = text("Ref: " + "a" * 40 + "!")
    assert fields(page, ref={"type": "string", "pattern": "^(a+)+$"})["ref"] in (None, "a" * 40)


def test_formats() -> None:
    page = text(
        "At: 14/03/2021 14:07    Time: 2:07 pm", "Request id: 6f1e3f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f", "a@x.example.com"
    )
    names = {"at": "date-time", "time": "time", "request_id": "uuid", "mail": "email"}
    wanted = {name: {"type": "string", "format": form} for name, form in names.items()}
    assert fields(page, **wanted) == {
        "at": "2021-03-14T14:07:00Z",
        "time": "14:07:00Z",
        "request_id": "6f1e3f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f",
        "mail": "a@x.example.com",
    }  # fmt: skip


def test_an_amount_of_money_has_its_currency() -> None:
    page = text("Paid in USD 5.00", "Total due    EUR 12.00")
    assert fields(page, total=MONEY) == {"total": {"amount": 12.0, "iso_4217_currency_code": "EUR"}}


def test_no_amount_no_currency() -> None:
    assert fields(text("Nothing to pay"), total=MONEY) == {"total": {"amount": None, "iso_4217_currency_code": None}}


def test_the_code_of_the_currency_stands_for_its_sign() -> None:
    found = leaf(text("Tea    £4.00"), currency={**TEXT, "description": "Currency code (ISO 4217)"})
    assert (found.value, found.citations[0].text) == ("GBP", "£4.00")


def test_an_enumeration_of_currencies_takes_signs_too() -> None:
    assert fields(text("Total    €4.00"), currency={"enum": ["USD", "EUR"]}) == {"currency": "EUR"}


def test_a_signature_has_its_parts_also_where_the_schema_lists_none() -> None:
    page = text("Signature: ____________", "Name: Jane Doe", "Title: Director", "Date: 3 March 2024")
    assert fields(page, signature=SIGNATURE) == {
        "signature": {
            "printed_name": "Jane Doe",
            "signature_date": "2024-03-03",
            "is_signed": False,
            "title_or_role": "Director",
        }
    }


def test_each_signature_has_its_own_block_and_one_that_is_seen_is_signed() -> None:
    page = replace(SIGNED, signatures=(Signature(Box(40, 60, 120, 75), 0.9),))
    found = fields(page, first_signature=SIGNATURE, second_signature=SIGNATURE)
    assert [(one["printed_name"], one["is_signed"]) for one in found.values()] == [
        ("Jane Doe", True),
        ("Bob Ray", False),
    ]


def test_nothing_tells_whether_it_is_signed_where_only_words_were_read() -> None:
    found = fields(SIGNED, signature=SIGNATURE)["signature"]
    assert (found["printed_name"], found["is_signed"]) == ("Jane Doe", None)


def test_a_signature_that_is_seen_is_cited_by_its_place() -> None:
    place = Box(40, 60, 120, 75)
    found = leaf(
        replace(text("Signed"), signatures=(Signature(place, 0.9),)),
        signed={"type": "boolean", "extend:type": "signature"},
    )
    assert (found.value, found.citations[0].box, found.citations[0].text) == (True, place, "")


def test_a_signatory_is_the_one_whose_party_it_is() -> None:
    first = text(
        'made between (1) Acme Ltd, a company (the "Client"); and', '(2) Bolt Ltd, a company (the "Provider").'
    )
    second = replace(SIGNED, number=2)
    wanted = dict.fromkeys(("client", "provider", "provider_signatory", "client_signatory"), TEXT)
    assert extract([first, second], {"properties": wanted}).data == {
        "client": "Acme Ltd",
        "provider": "Bolt Ltd",
        "provider_signatory": "Bob Ray",
        "client_signatory": "Jane Doe",
    }
