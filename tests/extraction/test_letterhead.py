"""Who made a document: a line at its top, told from pictures, papers and places by what it says and what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from quire.extraction.engine import extract
from quire.extraction.fields import Family
from quire.extraction.ready import prepare
from quire.reading.model import Line, Page
from tests.extraction.pages import text

TEXT = {"type": ["string", "null"]}
SHOP = {**TEXT, "description": "Name of the shop that issued the receipt"}


def company(page: Page) -> Any:
    return extract([page], {"type": "object", "properties": {"company": SHOP}}).data["company"]


def doubted(page: Page, confidence: float, *texts: str) -> Page:
    """The page with what OCR is not sure of."""

    def told(line: Line) -> Line:
        sure = confidence if line.text in texts else 0.99
        words = tuple(msgspec.structs.replace(word, confidence=sure) for word in line.words)
        return msgspec.structs.replace(line, confidence=sure, words=words)

    lines = tuple(told(line) for line in page.lines)
    return replace(page, lines=lines)


def test_the_company_stands_over_the_trading_name_s_own_line() -> None:
    page = text("HARBOUR COFFEE", "Bluewater Holdings Ltd", "Company No: 4410233", "12 Quay Street", "Milk    1.20")
    assert company(page) == "Bluewater Holdings Ltd"


def test_a_picture_that_ocr_takes_for_words_is_no_name() -> None:
    page = doubted(text("Vial tect lad", "Brunel & Daughters", "12 Quay Street", "Milk    1.20"), 0.6, "Vial tect lad")
    assert company(page) == "Brunel & Daughters"


def test_a_line_that_says_where_is_no_name() -> None:
    page = text("K3-113, Ibrahim Street", "80300 Johor Bahru", "Tel 019-7521215", "Milk    1.20")
    found = extract([page], {"type": "object", "properties": {"company": SHOP}})
    assert all(leaf.confidence < 0.5 for leaf in found.leaves)


@pytest.mark.parametrize("paper", ["TAX INVOICE", "SERVICES AGREEMENT", "PURCHASE ORDER", "CREDIT NOTE"])
def test_what_the_paper_is_called_is_no_name(paper: str) -> None:
    assert company(text(paper, "Brunel & Daughters", "12 Quay Street", "Bristol BS1 4QA")) == "Brunel & Daughters"


@pytest.mark.parametrize("last", ["BOULANGERIE MERCIER", "Metzgerei Huber", "Panaderia Sol", "Farrow Confectionery"])
def test_a_trade_in_any_language_is_part_of_a_name(last: str) -> None:
    assert company(text("Welcome", last, "12 Quay Street", "Milk    1.20")) == last


@pytest.mark.parametrize("name", ["first_name", "last_name", "ship_to", "from_account", "last_four"])
def test_what_is_first_or_sent_to_somebody_is_no_day(name: str) -> None:
    field = prepare({"type": "object", "properties": {name: TEXT}}).fields[0]
    assert (field.family is Family.DATE, field.part) == (False, 0)


@pytest.mark.parametrize(("name", "part"), [("first_day", -1), ("valid_to", 1), ("coverage_from", -1)])
def test_the_ends_of_a_period_are_days(name: str, part: int) -> None:
    field = prepare({"type": "object", "properties": {name: TEXT}}).fields[0]
    assert (field.family, field.part) == (Family.DATE, part)


def test_names_of_a_person_stand_behind_their_labels() -> None:
    page = text("Printed 03/10/2025", "Last name: Castellanos    First name: Miriam", "Birth: 11/23/1987")
    found = extract([page], {"type": "object", "properties": {"last_name": TEXT, "first_name": TEXT}}).data
    assert found == {"last_name": "Castellanos", "first_name": "Miriam"}


def test_an_insurance_company_is_not_who_made_the_form() -> None:
    wanted = {**TEXT, "title": "Insurance company"}
    page = text("Maplewood Dental Practice", "4 Elm Street", "", "Insurance company: Green Mountain Mutual")
    assert extract([page], {"type": "object", "properties": {"insurer": wanted}}).data == {
        "insurer": "Green Mountain Mutual"
    }
