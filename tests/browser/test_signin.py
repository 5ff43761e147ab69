"""Signing in: a key in the page's memory, and nowhere else."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import Opens
from tests.browser.console import Console
from tests.browser.service import Service


def test_a_wrong_key_is_refused_in_words(desk: Console) -> None:
    desk.expected = {401}
    desk.open()
    for wrong in ("qk_nobodys", "not a key"):
        desk.page.get_by_label("API key").fill(wrong)
        desk.page.get_by_role("button", name="Sign in").click()
        expect(desk.page.get_by_role("alert")).to_contain_text("This key is not valid")
        expect(desk.page.get_by_label("API key")).to_be_focused()


def test_a_key_is_nowhere_but_in_memory_and_a_reload_asks_again(desk: Console) -> None:
    desk.sign_in("keys")
    kept = desk.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert desk.key not in kept and '[{},{},""' in kept
    desk.page.reload()
    expect(desk.page.get_by_text("a reload asks for it again")).to_be_visible()
    expect(desk.page.get_by_role("navigation", name="Console")).to_be_hidden()


def test_the_page_is_the_one_that_the_address_names(desk: Console) -> None:
    desk.sign_in("usage")
    expect(desk.heading("Usage")).to_be_focused()
    expect(desk.page).to_have_title("Usage · Quire")


def test_a_key_that_is_revoked_meanwhile_is_asked_for_again_and_nothing_is_lost(opens: Opens, service: Service) -> None:
    key = service.key("for a moment")
    console = opens(key=key)
    console.expected = {401}
    console.sign_in("keys")
    console.page.get_by_label("Name").fill("half written")
    (found,) = [one for one in service.get("/keys")["items"] if one["name"] == "for a moment"]
    assert service.http.delete(f"/keys/{found['id']}").status_code == 204
    console.page.get_by_role("button", name="Make the key").click()
    dialog = console.page.get_by_role("dialog", name="Sign in again")
    expect(dialog.get_by_text("still here")).to_be_visible()
    for _ in range(3):
        console.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_label("API key").fill(str(service.http.headers["authorization"]).removeprefix("Bearer "))
    dialog.get_by_role("button", name="Sign in").click()
    expect(console.page.get_by_role("dialog", name="Key “half written”")).to_be_visible()


def test_signing_out_forgets_the_key(desk: Console) -> None:
    desk.sign_in()
    desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.get_by_label("API key")).to_be_visible()
    expect(desk.page.get_by_label("API key")).to_have_value("")


def test_scripts_are_the_pages_own_and_nothing_frames_it(stack: Stack) -> None:
    policy = httpx.get(f"{stack.base_url}/console").headers["content-security-policy"]
    said = dict(part.split(" ", 1) for part in policy.split("; "))
    assert said["default-src"] == said["base-uri"] == said["form-action"] == said["frame-ancestors"] == "'none'"
    assert said["script-src"] == said["style-src"] == "'self'"


def test_the_watch_over_the_page_sees_what_the_policy_stops(opens: Opens) -> None:
    """The other tests rely on it."""
    console = opens()
    console.open()
    console.page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://x.invalid/'}))"
    )
    console.page.wait_for_timeout(200)
    assert any("policy: img-src" in said for said in console.complained())
    console.complaints.clear()
