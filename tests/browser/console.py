"""The console in a browser that is watched: an error in it, or a breach of its security policy, fails the test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Playwright, expect

Scheme = Literal["light", "dark"]
LARGE, PHONE, NARROW = (1280, 800), (390, 844), (360, 740)
_TELLS_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Console:
    """`expected`: statuses of answers that the test provokes; the browser reports them as errors."""

    page: Page
    base_url: str
    key: str
    expected: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self, view: str = "") -> None:
        """Load the page anew; it asks for a key."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.base_url}/console{f'#/{view}' if view else ''}")
        expect(self.page.get_by_label("API key")).to_be_visible()

    def sign_in(self, view: str = "", key: str | None = None) -> None:
        self.open(view)
        self.page.get_by_label("API key").fill(key or self.key)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main:not([aria-busy]) > h1")).to_be_visible()

    def go(self, view: str, heading: str | re.Pattern[str]) -> None:
        """To another view, as a link would lead."""
        self.page.evaluate("view => { location.hash = `#/${view}`; }", view)
        expect(self.heading(heading)).to_be_visible()

    def heading(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name)

    def value(self, path: str) -> Locator:
        """The first value that stands for a field's path: of one in doubt, that among the doubts."""
        return self.page.locator(f'.value[data-path="{path}"]').first

    def box(self, path: str) -> Locator:
        return self.page.locator(f'.box[data-path="{path}"]').first

    def picture(self) -> Locator:
        """The page's picture, once it is there."""
        expect(self.page.locator(".leaf:not(.waiting) .picture")).to_be_visible(timeout=30_000)
        return self.page.locator(".picture")

    def until(self, holds: str) -> None:
        """Wait for what a script says; Playwright's own way evaluates text, which the page's policy forbids."""
        for _ in range(200):
            if self.page.evaluate(holds):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(holds)

    def dismiss(self, dialog: Dialog) -> None:
        """The page has dialogs of its own; the browser's are opened by scripts that are not."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def complained(self) -> list[str]:
        """What nobody expected."""
        expected = [f"the server responded with a status of {status} " for status in self.expected]
        return [said for said in self.complaints if not any(words in said for words in expected)]


def launch(playwright: Playwright) -> Browser:
    """Debian's chromium; as root it has no sandbox of its own."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])


@contextmanager
def console(
    browser: Browser, base_url: str, key: str, size: tuple[int, int] = LARGE, scheme: Scheme = "light"
) -> Iterator[Console]:
    """A console that nobody has signed in to."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
        has_touch=size != LARGE,
    )
    context.add_init_script(_TELLS_OF_VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(20_000)
    opened = Console(page, base_url, key)
    page.on("console", lambda said: opened.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: opened.complaints.append(f"uncaught: {error}"))
    page.on("dialog", opened.dismiss)
    try:
        yield opened
    finally:
        context.close()
