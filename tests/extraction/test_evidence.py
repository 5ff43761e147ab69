"""What the reading states beside the words is evidence: key-values, answers to queries; and what headings say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.reading.model import Answer, Box, KeyValue, Page
from tests.extraction.pages import text

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date"}
APART = text("Certificate of something", "99887 for whatever", "Mary Major", "12.00")


def fields(page: Page | list[Page], **properties: Any) -> dict[str, Any]:
    return extract(page if isinstance(page, list) else [page], {"type": "object", "properties": properties}).data


def box_of(page: Page, word: str) -> Box:
    return next(each.box for each in page.words if each.text == word)


def test_a_key_value_leads_where_no_label_stands_near() -> None:
    pair = KeyValue("Policy Number", "99887", APART.lines[0].box, box_of(APART, "99887"), 0.9)
    assert fields(APART, policy_number=TEXT) == {"policy_number": None}
    assert fields(replace(APART, key_values=(pair,)), policy_number=TEXT) == {"policy_number": "99887"}


def test_an_answer_to_the_field_s_own_query_is_believed() -> None:
    place = Box(30, box_of(APART, "Mary").y0, 200, box_of(APART, "Mary").y1)
    answers = (
        Answer("?", "holder%2Ename", "Mary Major", place, 0.9),
        Answer("?", "fee", "12.00", box_of(APART, "12.00"), 0.9),
    )
    page = replace(APART, answers=answers)
    found = extract([page], {"properties": {"holder": {"type": "object", "properties": {"name": TEXT}}, "fee": NUMBER}})
    assert found.data == {"holder": {"name": "Mary Major"}, "fee": 12.0}
    assert [leaf.citations[0].text for leaf in found.leaves] == ["Mary Major", "12.00"]


def test_an_answer_to_another_query_says_nothing() -> None:
    page = replace(APART, answers=(Answer("?", "colour", "Mary Major", box_of(APART, "Mary"), 0.9),))
    assert fields(page, holder=TEXT) == {"holder": None}


def test_a_heading_says_whose_name_it_is() -> None:
    page = text("1. Patient", "Name: Jane Doe", "2. Emergency contact", "Name: Bob Ray")
    assert fields(page, emergency_contact=TEXT) == {"emergency_contact": "Bob Ray"}


def test_a_heading_says_whose_telephone_it_is() -> None:
    page = text("1. Patient", "Phone: (555) 555-0184", "2. Emergency contact", "Phone: (555) 555-0139")
    assert fields(page, phone=TEXT, emergency_phone=TEXT) == {
        "phone": "(555) 555-0184",
        "emergency_phone": "(555) 555-0139",
    }


def test_terms_that_a_contract_defines_are_labels() -> None:
    page = text('This Agreement begins on 1 April 2025 (the "Commencement Date") and is dated 24 February 2025.')
    assert fields(page, commencement_date=DATE) == {"commencement_date": "2025-04-01"}


def test_running_text_names_the_law() -> None:
    page = text("This Agreement is governed by the law of England and Wales, whose courts decide.")
    assert fields(page, governing_law=TEXT) == {"governing_law": "England and Wales"}


def test_units_behind_a_number_name_it() -> None:
    page = text("It continues for an initial term of 24 months, unless ended within 14 days by notice.")
    assert fields(page, term_months={"type": "integer"}) == {"term_months": 24}


def test_the_title_stands_at_the_top_and_is_no_one_s_role() -> None:
    first = text("FACILITIES SERVICES AGREEMENT", "", "This is made between two firms.")
    last = text("Name: Jane Doe", "Title: Director", number=2)
    assert fields([first, last], title={**TEXT, "description": "Title of the agreement"}) == {
        "title": "FACILITIES SERVICES AGREEMENT"
    }


def test_a_wide_space_parts_a_telephone_number_or_a_name() -> None:
    page = text("Phone:    (555)    555-0184", "Contact:    Tomas    Castellanos")
    assert fields(page, phone=TEXT, contact=TEXT) == {"phone": "(555) 555-0184", "contact": "Tomas Castellanos"}


def test_an_address_ends_before_the_next_label() -> None:
    page = text("Corner Shop", "LOT 24, JALAN DUA", "52100 KEPONG BARU Site: 2076", "Milk    1.20")
    assert fields(page, address=TEXT) == {"address": "LOT 24, JALAN DUA 52100 KEPONG BARU"}


def test_a_positive_number_is_asked_for() -> None:
    page = text("Subtotal    20.00", "Discount    -5.00", "Total    15.00")
    wanted = {**NUMBER, "description": "What is taken off, as a positive number"}
    assert fields(page, discount=wanted) == {"discount": 5.0}


SUMS = text(
    "Tea                      8.90",
    "Total Sales (Excl GST)   8.90",
    "Total GST                0.53",
    "Total Sales (Incl GST)   9.43",
    "Summary    Net    Tax",
    "Total    8.90    0.53",
)


def test_a_tax_tells_the_sum_before_it_from_the_sum_after_it() -> None:
    assert fields(SUMS, total=NUMBER, subtotal=NUMBER) == {"total": 9.43, "subtotal": 8.9}


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        (("Total    8.72", "Rounding Adj    -0.02", "Net Total    8.70"), 8.7),
        (("Gross Total    100.00", "Discount    10.00", "Net Total    90.00"), 90.0),
        (
            (
                "Total Incl. GST    106.00",
                "Summary    Amount    GST",
                "SR (6%)    100.00    6.00",
                "Total    100.00    6.00",
            ),
            106.0,
        ),
        (("Total    28.00", "Total points    1,284.00"), 28.0),
    ],
    ids=["rounded", "reduced", "taxed by a printed rate", "points"],
)
def test_a_total_is_what_is_left_to_pay(rows: tuple[str, ...], total: float) -> None:
    assert fields(text("Tea    1    8.72", *rows), total={**NUMBER, "description": "Total to be paid"}) == {
        "total": total
    }


def test_a_tax_number_and_a_telephone_are_no_part_of_an_address() -> None:
    page = text("Café Zentral GmbH", "Hauptstraße 5", "10115 Berlin", "USt-IdNr. DE123456789", "Tél : 01 23 45 67 89")
    assert fields(page, address=TEXT) == {"address": "Hauptstraße 5 10115 Berlin"}


def test_a_name_between_a_number_and_an_address_is_no_part_of_it() -> None:
    page = text("No. 3321", "LUCKY STAR RESTAURANT", "5 Jalan Satu", "43000 Kajang", "INVOICE")
    assert fields(page, address=TEXT) == {"address": "5 Jalan Satu 43000 Kajang"}


def test_the_days_of_a_period_stand_behind_its_name() -> None:
    page = text(
        "Invoice Period    03/30/20 - 04/26/20",
        "Flight Dates    04/05/20 - 04/17/20",
        "Spot    04/06/20 to 04/12/20",
    )
    assert fields(page, flight_from=DATE, flight_to=DATE) == {"flight_from": "2020-04-05", "flight_to": "2020-04-17"}


def test_a_label_that_only_says_period_leads_where_no_better_one_does() -> None:
    page = text("Statement 7", "Period: 03/30/20 - 04/26/20", "Printed 05/01/20")
    assert fields(page, flight_from=DATE, flight_to=DATE) == {"flight_from": "2020-03-30", "flight_to": "2020-04-26"}


def test_a_lone_date_is_the_document_s() -> None:
    assert fields(text("Corner Shop", "10/03/2018    Tax Invoice"), date=DATE) == {"date": "2018-03-10"}


def test_a_company_s_number_is_no_part_of_its_name() -> None:
    page = text("Acme Hardware Sdn Bhd (8I109-A) GST No: 000690", "12 High Street", "40170 Shah Alam")
    assert fields(page, company=TEXT) == {"company": "Acme Hardware Sdn Bhd"}


@pytest.mark.parametrize(
    ("steps", "total"),
    [
        (("Shipping                                 35.00", "VAT 20%                                  219.00"), 1314.0),
        (("Shipping                                 35.00", "Discount                                 -10.00",
          "VAT 20%                                  217.00"), 1302.0),
    ],
)  # fmt: skip
def test_what_delivery_discount_and_tax_lead_to_is_the_total_not_the_sum_of_the_items(
    steps: tuple[str, ...], total: float
) -> None:
    page = text(
        "Item            Quantity      Price      Amount",
        "Oak desk        2             300.00     600.00",
        "Chair           4             85.00      340.00",
        "Lamp            2             60.00      120.00",
        "Subtotal                                 1060.00",
        *steps,
        f"Total due                                {total:.2f}",
    )
    item = {"type": "object", "properties": {"item": TEXT, "quantity": NUMBER, "price": NUMBER, "amount": NUMBER}}
    found = fields(page, total=NUMBER, lines={"type": "array", "items": item})
    assert (found["total"], len(found["lines"])) == (total, 3)
