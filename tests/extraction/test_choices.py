"""Choices: boxes ticked and left open, as characters and as marks that Textract states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from quire.extraction.engine import extract
from quire.reading.model import Mark, Page
from tests.extraction.pages import text

TRUTH = {"type": ["boolean", "null"]}


def fields(page: Page, **properties: Any) -> dict[str, Any]:
    return extract([page], {"type": "object", "properties": properties}).data


def test_the_ticked_answer_counts() -> None:
    page = text("Smoker: [x] Yes [ ] No", "Do you take any medication?   [ ] Yes   [x] No")
    assert fields(page, smoker=TRUTH, takes_medication=TRUTH) == {"smoker": True, "takes_medication": False}


def test_the_box_that_is_not_seen_beside_an_open_one_is_ticked() -> None:
    assert fields(text("Allergies?    Yes    □ No"), allergies=TRUTH) == {"allergies": True}


def test_two_answers_and_no_box_say_nothing() -> None:
    assert fields(text("Do you smoke?    Yes    No"), smokes=TRUTH) == {"smokes": None}


def test_a_box_before_a_statement_is_its_truth() -> None:
    page = text("☒ I agree to the terms", "☐ I want a newsletter")
    assert fields(page, agree_to_terms=TRUTH, newsletter=TRUTH) == {"agree_to_terms": True, "newsletter": False}


def test_an_enumeration_by_the_box_that_is_left() -> None:
    page = text("Preferred contact:    □ Phone    Email    □ Post")
    assert fields(page, preferred_contact={"enum": ["Phone", "Email", "Post"]}) == {"preferred_contact": "Email"}


def test_marks_that_are_stated_decide() -> None:
    page = text("Smoker:    Yes    No")
    _, yes, no = (line.words[0].box for line in page.lines)
    marks = [
        Mark(ticked, msgspec.structs.replace(box, x0=box.x0 - 12, x1=box.x0 - 3))
        for ticked, box in ((False, yes), (True, no))
    ]
    assert fields(replace(page, marks=tuple(marks)), smoker=TRUTH) == {"smoker": False}


def test_what_is_asked_of_an_answer_is_named_by_its_question() -> None:
    page = text("Do you have any allergies?    [x] Yes    [ ] No", "If yes, which:    Penicillin")
    assert fields(page, allergy_details={"type": "string"}) == {"allergy_details": "Penicillin"}


def test_a_lone_answer_behind_a_question_needs_no_box() -> None:
    page = text("Do you smoke or use tobacco? No", "Is the site fenced? Yes, since May")
    smokes = {**TRUTH, "description": "Whether the patient smokes or uses tobacco."}
    assert fields(page, smokes=smokes, site_fenced=TRUTH) == {"smokes": False, "site_fenced": True}


def test_the_word_for_a_number_is_no_answer() -> None:
    assert fields(text("Order No. 12", "Order No 13"), order=TRUTH) == {"order": None}
