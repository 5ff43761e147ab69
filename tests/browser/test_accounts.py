"""Usage, webhook deliveries, and keys."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import Opens
from tests.browser.console import Console
from tests.browser.service import Service
from tests.stack.receivers import answering, receiving
from tests.stack.test_admin import quire


def test_usage_says_what_is_left_and_what_a_job_took(desk: Console, service: Service, invoice: bytes) -> None:
    job = service.job(("a.pdf", invoice), mode="fast")
    desk.sign_in("usage")
    expect(desk.page.locator(".facts")).to_contain_text(re.compile(r"Credits left\s*999,"))
    row = desk.page.get_by_role("row", name=f"Job {job[-6:]}")
    expect(row).to_contain_text("$0.00")
    row.get_by_role("link").click()
    expect(desk.heading("Job a.pdf")).to_be_visible()


def test_a_delivery_shows_its_tries_and_goes_again(
    desk: Console, stack: Stack, service: Service, invoice: bytes
) -> None:
    with receiving(answering(500, 200)) as receiver:
        quire(stack, "webhook", "add", receiver.url, "--event", "document.succeeded")
        service.job(("told.pdf", invoice), mode="fast")
        first = receiver.waits_for(1)[0]
        desk.sign_in("deliveries")
        expect(desk.page.get_by_role("table", name="Webhook endpoints")).to_contain_text(receiver.url)
        row = desk.page.get_by_role("table", name="Deliveries").get_by_role("row").filter(has_text=receiver.url)
        row.get_by_role("button", name="Send document.succeeded again").click()
        expect(desk.page.get_by_text("on its way again")).to_be_visible()
        again = receiver.waits_for(2)[1]
    assert (again.headers["webhook-id"], again.body) == (first.headers["webhook-id"], first.body)
    desk.go("usage", "Usage")
    desk.go("deliveries", "Deliveries")
    row.get_by_text("2 tries, last: 200").click()
    expect(row.get_by_role("listitem")).to_have_count(2)
    expect(row.get_by_role("listitem").first).to_contain_text("500")
    expect(row.get_by_text("Delivered")).to_be_visible()


def test_a_key_is_shown_once_and_revoked_after_a_question(opens: Opens, service: Service) -> None:
    console = opens()
    console.sign_in("keys")
    console.page.get_by_label("Name").fill("for <b>a friend</b>")
    console.page.get_by_label("Ends after").fill("30")
    console.page.get_by_role("button", name="Make the key").click()
    dialog = console.page.get_by_role("dialog", name="Key “for <b>a friend</b>”")
    key = dialog.get_by_label("API key").input_value()
    dialog.get_by_role("button", name="I have it").click()
    assert key not in console.page.content()
    row = console.page.get_by_role("row").filter(has_text="for <b>a friend</b>")
    friend = opens(key=key)
    friend.sign_in("keys")
    expect(friend.page.get_by_role("row").filter(has_text="yours, now")).to_contain_text("a friend")
    row.get_by_role("button", name="Revoke").click()
    console.page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    row.get_by_role("button", name="Revoke").click()
    console.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    friend.expected = {401}
    friend.page.evaluate("location.hash = '#/usage'")
    expect(friend.page.get_by_role("dialog", name="Sign in again")).to_be_visible()


def test_the_key_that_one_came_with_cannot_be_revoked(desk: Console) -> None:
    desk.sign_in("keys")
    row = desk.page.get_by_role("row").filter(has_text="yours, now")
    expect(row).to_contain_text("in use here")
    expect(row.get_by_role("button")).to_have_count(0)
