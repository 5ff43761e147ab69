"""`make screenshots`: pictures of the console for the docs, from a local stack of its own."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from local.stack import Stack, start, stop
from tests.browser.console import LARGE, PHONE, Console, Scheme, console, launch
from tests.browser.service import Service

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "console"
MOST_BYTES = 200_000
COLOURS = (256, 128, 64, 32)


def take(page: Page, name: str) -> None:
    """A picture of what is seen, in as many colours as keep it small."""
    page.wait_for_timeout(300)  # pictures of pages are drawn a moment after they came
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    for colours in COLOURS:
        picture.quantize(colours, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise ValueError(f"{path.name} has {path.stat().st_size} bytes")


def prepare(service: Service) -> dict[str, str]:
    """A document that succeeded, one that waits for a person, and a job of several."""
    samples = {path.name: path.read_bytes() for path in (ROOT / "samples").iterdir() if path.is_file()}
    saved = {one["name"]: one["id"] for one in service.get("/extractors")["items"]}
    done = service.document(("invoice.pdf", samples["invoice.pdf"]), extractor_id=saved["invoice"])
    several = service.job(
        *((name, samples[name]) for name in ("invoice.pdf", "receipt.jpg", "contract.pdf", "rotated-scan.pdf")),
        infer=True,
    )
    held = ("receipt.jpg", samples["receipt.jpg"])
    review = service.document(held, extractor_id=saved["receipt"], review_threshold=97)
    return {"document": done, "job": several, "review": review}


def pictures(desk: Console, phone: Console, dark: Console, made: dict[str, str]) -> None:
    desk.sign_in()
    page = desk.page
    page.set_input_files("#files", [ROOT / "samples" / "invoice.pdf", ROOT / "samples" / "receipt.jpg"])
    page.get_by_label("Fields of my own").check()
    page.get_by_role("button", name="Suggest fields").click()
    expect(page.get_by_text("These fields were found")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Dismiss").click()
    take(page, "upload")
    desk.go(f"jobs/{made['job']}", "Job")
    take(page, "job")
    for one, name in ((desk, "document"), (phone, "document-phone")):
        if one is phone:
            phone.sign_in()
        one.go(f"documents/{made['document']}", "invoice.pdf")
        one.picture()
        one.value("total_amount").click()
        one.page.evaluate("scrollTo(0, document.querySelector('.desk').offsetTop - 16)")
        one.page.mouse.move(0, 0)
        take(one.page, name)
    dark.sign_in()
    dark.go(f"review/{made['review']}", "Review receipt.jpg")
    dark.picture()
    dark.page.keyboard.press("j")
    take(dark.page, "review-dark")
    phone.go(f"review/{made['review']}", "Review receipt.jpg")
    phone.picture()
    phone.value("date").tap()
    phone.page.get_by_role("button", name="Edit Date").tap()
    take(phone.page, "review-phone")
    desk.go("usage", "Usage")
    take(page, "usage")


def main(stack: Stack) -> None:
    FOLDER.mkdir(exist_ok=True)
    service = Service.of(stack)
    light: Scheme = "light"
    with service.http, sync_playwright() as playwright:
        made = prepare(service)
        browser = launch(playwright)
        with (
            console(browser, stack.base_url, stack.api_key, LARGE, light) as desk,
            console(browser, stack.base_url, stack.api_key, PHONE, light) as phone,
            console(browser, stack.base_url, stack.api_key, LARGE, "dark") as dark,
        ):
            pictures(desk, phone, dark, made)
            if complaints := [said for one in (desk, phone, dark) for said in one.complained()]:
                raise ValueError(complaints)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        try:
            main(start(state=state, port=0))
        finally:
            stop(state)
    sys.stdout.write(f"{FOLDER.relative_to(ROOT)}/\n")
