"""What the reading states beside the words is evidence: key-values, answers to queries; and what headings say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from quire.extraction import extract
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
