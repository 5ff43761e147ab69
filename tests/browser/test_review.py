"""The review queue by keyboard: in doubt first, corrected, approved, rejected; and two reviewers at once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Opens
from tests.browser.console import Console
from tests.browser.service import Service

Hold = Callable[..., str]
NAMES = itertools.count(1)


@pytest.fixture
def hold(service: Service, extractor: str, invoice: bytes) -> Iterator[Hold]:
    """Makes documents that wait for a person; the queue is empty before and after."""
    held: list[str] = []

    def one(name: str | None = None, threshold: int = 99) -> str:
        files = (name or f"held {next(NAMES)}.pdf", invoice)
        held.append(service.document(files, extractor_id=extractor, review_threshold=threshold))
        return held[-1]

    emptied(service)
    yield one
    emptied(service)


def emptied(service: Service) -> None:
    while waiting := service.get("/reviews?limit=100")["items"]:
        for one in waiting:
            service.http.post(f"/documents/{one['document_id']}/review", json={"verdict": "rejected"})


def press(console: Console, *keys: str) -> None:
    for key in keys:
        console.page.keyboard.press(key)


def said(console: Console, words: str) -> None:
    expect(console.page.locator("#notices")).to_contain_text(words)


def test_the_queue_is_worked_through_by_keyboard_alone(desk: Console, service: Service, hold: Hold) -> None:
    first, second, third = hold("first.pdf"), hold("second.pdf"), hold("third.pdf")
    desk.sign_in("review")
    expect(desk.page.locator("tbody tr")).to_have_count(3)
    desk.page.get_by_role("link", name="Begin with the first").focus()
    press(desk, "Enter")
    expect(desk.heading("Review first.pdf")).to_be_focused()
    press(desk, "n")
    expect(desk.heading("Review second.pdf")).to_be_visible()
    press(desk, "p")
    expect(desk.heading("Review first.pdf")).to_be_visible()
    press(desk, "a")
    said(desk, "Approved: first.pdf")
    expect(desk.heading("Review second.pdf")).to_be_visible()
    press(desk, "r")
    expect(desk.page.get_by_role("dialog", name="Reject this document?")).to_be_visible()
    press(desk, "Tab", "Enter")
    said(desk, "Rejected: second.pdf")
    expect(desk.heading("Review third.pdf")).to_be_visible()
    press(desk, "a")
    expect(desk.page.get_by_text("Nothing waits for a person.")).to_be_visible()
    verdicts = [service.ended(one)["review"]["verdict"] for one in (first, second, third)]
    assert verdicts == ["approved", "rejected", "approved"]
    assert service.ended(second)["document"]["refusal"]["code"] == "review_rejected"


def test_what_is_in_doubt_comes_first_and_is_corrected(desk: Console, service: Service, hold: Hold) -> None:
    document = hold()
    flagged = service.get(f"/documents/{document}")["review"]["flagged"]
    desk.sign_in(f"review/{document}")
    doubts = desk.page.get_by_role("region", name="Values in doubt").locator(".value")
    expect(doubts).to_have_count(len(flagged))
    assert [one.get_attribute("data-path") for one in doubts.all()] == flagged
    assert flagged[0] == "vendor_name"
    press(desk, "j")
    expect(doubts.first).to_be_focused()
    expect(desk.box(flagged[0])).to_have_attribute("aria-pressed", "true")
    press(desk, "e")
    expect(desk.page.get_by_role("textbox", name="Vendor name")).to_be_focused()
    desk.page.keyboard.type("Northgate ")
    press(desk, "Enter")
    expect(desk.value("vendor_name")).to_have_text("Northgate")
    expect(doubts.nth(1)).to_be_focused()
    press(desk, "j", "k", "k")
    expect(doubts.first).to_be_focused()
    press(desk, "e")
    desk.page.keyboard.type("not this")
    press(desk, "Escape")
    expect(desk.value("vendor_name")).to_have_text("Northgate")
    expect(desk.page.get_by_role("button", name="Approve with 1 correction")).to_be_visible()
    press(desk, "a")
    said(desk, "Approved with corrections")
    view = service.ended(document)
    assert view["output"]["parts"][0]["data"]["vendor_name"] == "Northgate"
    assert view["review"]["first"][0]["vendor_name"] == "Northgate Instruments, Inc."
    desk.go(f"documents/{document}", view["document"]["name"])
    desk.page.get_by_text("1 correction").click()
    expect(desk.page.get_by_role("region", name="Corrections")).to_contain_text("Northgate Instruments, Inc.")


def test_numbers_and_rows_are_corrected_as_what_they_are(desk: Console, service: Service, hold: Hold) -> None:
    document = hold()
    before = service.get(f"/documents/{document}")["output"]["parts"][0]["data"]["line_items"]
    desk.sign_in(f"review/{document}")
    desk.value("total_amount").dblclick()
    desk.page.get_by_role("textbox", name="Total amount").fill("8 300.50")
    press(desk, "Enter")
    desk.page.get_by_role("button", name="Remove row 2 of Line items").click()
    # What stood in the third row is in the second now, with its confidence and its box.
    desk.value("line_items[1].amount").click()
    expect(desk.page.locator(".quote")).to_contain_text("2,698.00")
    expect(desk.box("line_items[1].amount")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator(".cell.corrected")).to_have_count(1)
    desk.page.get_by_role("button", name="Add a row to Line items").click()
    press(desk, "e")
    desk.page.keyboard.type("Written by hand")
    press(desk, "Enter")
    desk.page.get_by_role("button", name="Approve with").click()
    said(desk, "Approved with corrections")
    data = service.ended(document)["output"]["parts"][0]["data"]
    assert data["total_amount"] == 8300.5
    nothing = {"quantity": None, "unit_price": None, "amount": None}
    assert data["line_items"] == [before[0], *before[2:], {"description": "Written by hand", **nothing}]


def test_a_value_that_the_schema_does_not_take_is_named(desk: Console, service: Service, hold: Hold) -> None:
    document = hold()
    desk.expected = {400}
    desk.sign_in(f"review/{document}")
    desk.value("total_amount").click()
    press(desk, "e")
    desk.page.keyboard.type("a lot")
    press(desk, "Enter", "a")
    expect(desk.page.locator(".cell", has=desk.value("total_amount")).get_by_role("alert")).to_be_visible()
    expect(desk.page.locator(".cell [role=alert]:visible")).to_have_count(1)
    assert service.get(f"/documents/{document}")["document"]["status"] == "review_required"


def test_two_reviewers_do_not_overwrite_each_other(opens: Opens, service: Service, hold: Hold) -> None:
    document, other = hold("contested.pdf"), hold("next.pdf")
    slow = opens(key=service.key("slow"))
    quick = opens(key=service.key("quick"))
    slow.expected = {409}
    for reviewer in (slow, quick):
        reviewer.sign_in(f"review/{document}")
        expect(reviewer.heading("Review contested.pdf")).to_be_visible()
    slow.value("vendor_name").click()
    press(slow, "e")
    slow.page.keyboard.type("Too late")
    press(slow, "Enter")
    press(quick, "a")
    said(quick, "Approved: contested.pdf")
    press(slow, "a")
    said(slow, "Another reviewer decided on this document. It is already approved. Nothing of yours was changed in it.")
    expect(slow.heading("Review next.pdf")).to_be_visible()
    view = service.ended(document)
    assert (view["review"]["verdict"], view["review"]["decided_by"]) == ("approved", "quick")
    assert view["output"]["parts"][0]["data"]["vendor_name"] == "Northgate Instruments, Inc."
    assert service.get(f"/documents/{other}")["document"]["status"] == "review_required"
    slow.go(f"review/{document}", "Review contested.pdf")
    expect(slow.page.get_by_text("This document was approved already.")).to_be_visible()


def test_corrections_are_not_left_behind_by_a_slip(desk: Console, hold: Hold) -> None:
    document, _ = hold("one.pdf"), hold("two.pdf")
    desk.sign_in(f"review/{document}")
    expect(desk.heading("Review one.pdf")).to_be_visible()
    press(desk, "j", "e")
    desk.page.keyboard.type("Other")
    press(desk, "Enter", "n")
    dialog = desk.page.get_by_role("dialog", name="Leave your corrections?")
    dialog.get_by_role("button", name="Keep it").click()
    expect(desk.heading("Review one.pdf")).to_be_visible()
    expect(desk.value("vendor_name")).to_have_text("Other")
    press(desk, "n")
    dialog.get_by_role("button", name="Leave them").click()
    expect(desk.heading("Review two.pdf")).to_be_visible()


def test_the_keys_are_listed_and_rest_while_somebody_writes(desk: Console, service: Service, hold: Hold) -> None:
    document = hold()
    desk.sign_in(f"review/{document}")
    expect(desk.heading("Review held")).to_be_visible()
    press(desk, "?")
    keys = desk.page.get_by_role("dialog", name="Keys")
    listed = [one.inner_text() for one in keys.locator("kbd").all()]
    assert listed == ["n", "p", "j", "k", "e", "a", "r", "?", "Enter", "Esc"]
    press(desk, "a", "Escape")
    expect(keys).to_have_count(0)
    press(desk, "j", "e", "a", "r", "n", "Escape")
    assert service.get(f"/documents/{document}")["document"]["status"] == "review_required"


def test_an_answer_that_was_lost_is_asked_for_again(desk: Console, service: Service, hold: Hold) -> None:
    """A decision can be repeated: the same one, by the same person, is answered as the first time."""
    document = hold()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.fulfill(status=502, body="")

    desk.expected = {502}
    desk.page.route("**/review", lose)
    desk.sign_in(f"review/{document}")
    expect(desk.heading("Review held")).to_be_visible()
    press(desk, "a")
    said(desk, "Approved: held")
    assert json.loads(lost[0])["review"]["verdict"] == "approved"
