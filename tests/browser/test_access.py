"""For everybody: names and labels, contrast, the keyboard alone, a small screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Opens
from tests.browser.console import LARGE, NARROW, PHONE, Console, Scheme
from tests.browser.service import Service

NAMELESS = """() => {
    const shown = (node) => node.checkVisibility();
    const text = (id) => document.getElementById(id)?.textContent ?? "";
    const name = (node) => (node.getAttribute("aria-label") || (node.getAttribute("aria-labelledby") ?? "").split(" ")
        .map(text).join(" ") || [...(node.labels ?? [])].map((label) => label.textContent).join(" ")
        || (node.matches("input, select, textarea") ? "" : node.textContent) || "").trim();
    const controls = document.querySelectorAll("input, select, textarea, button, a[href], progress, summary, dialog,"
        + " [role=region], [tabindex='0']");
    return [...controls].filter(shown).filter((node) => !name(node)).map((node) => node.outerHTML);
}"""
STRUCTURE = """() => {
    const wrong = [];
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    wrong.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: ${id}`));
    const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4)")].map((node) => Number(node.tagName[1]));
    if (levels.filter((level) => level === 1).length !== 1) wrong.push(`headings: ${levels}`);
    for (const node of document.querySelectorAll("img:not([alt])")) wrong.push(node.outerHTML);
    for (const node of document.querySelectorAll("[aria-describedby]")) {
        if (!document.getElementById(node.getAttribute("aria-describedby"))) wrong.push(node.outerHTML);
    }
    for (const node of document.querySelectorAll("th:not([scope])")) wrong.push(node.outerHTML);
    for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) wrong.push(node.outerHTML);
    if (!document.documentElement.lang || !document.querySelector("main")) wrong.push("language or main");
    return wrong;
}"""
CONTRAST = """() => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const rgba = (color) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
    const ground = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
    };
    const light = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
        const share = color[at] / 255;
        return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    }, 0);
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
        if (node.closest(":disabled, .unseen, noscript")) continue;
        const under = ground(node);
        const lights = [light(over(rgba(getComputedStyle(node).color), under)), light(under)];
        const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
        if (ratio < 4.5) faint.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
    }
    return faint;
}"""
WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const cuts = (node) => ["auto", "scroll", "hidden"].includes(getComputedStyle(node).overflowX);
    const scrolls = (node) => node && (cuts(node) || scrolls(node.parentElement));
    const reaches = (node) => node.checkVisibility() && node.getBoundingClientRect().right > width + 1;
    const out = [...document.querySelectorAll("body *")].filter((node) => reaches(node) && !scrolls(node.parentElement))
        .map((node) => node.outerHTML.slice(0, 200));
    const whole = document.documentElement.scrollWidth;
    return whole > width ? [`page ${whole}`, ...out] : out;
}"""


@pytest.fixture(scope="module")
def views(service: Service, extractor: str, invoice: bytes) -> dict[str, str]:
    """The heading of each view, with something in it."""
    done = service.job(("a rather long name of an invoice from the north of the country.pdf", invoice), infer=True)
    held = service.document(("held.pdf", invoice), extractor_id=extractor, review_threshold=99)
    text = service.document(("text.pdf", invoice), mode="fast")
    return {
        "upload": "Upload",
        "jobs": "Jobs",
        f"jobs/{done}": "Job",
        f"documents/{service.documents(done)[0]['id']}": "a rather long name",
        f"documents/{text}": "text.pdf",
        "review": "Review",
        f"review/{held}": "Review held.pdf",
        "usage": "Usage",
        "deliveries": "Deliveries",
        "keys": "Keys",
    }


def everywhere(console: Console, views: dict[str, str], script: str) -> dict[str, Any]:
    """What a script finds in each view, where it finds something."""
    console.open()
    found = {"sign-in": console.page.evaluate(script)}
    console.sign_in()
    for view, heading in views.items():
        console.go(view, heading)
        if view.startswith(("documents/", "review/")):
            console.picture()
        if view == "upload":
            console.page.get_by_label("Fields of my own").check()
        found[view] = console.page.evaluate(script)
    return {view: wrong for view, wrong in found.items() if wrong}


def test_each_control_has_a_name_and_each_view_a_sound_structure(desk: Console, views: dict[str, str]) -> None:
    assert everywhere(desk, views, NAMELESS) == {}
    assert everywhere(desk, views, STRUCTURE) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(opens: Opens, views: dict[str, str], scheme: Scheme) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    assert everywhere(opens(scheme=scheme), views, CONTRAST) == {}


@pytest.mark.parametrize("size", [PHONE, NARROW])
def test_a_small_screen_scrolls_down_only(opens: Opens, views: dict[str, str], size: tuple[int, int]) -> None:
    assert everywhere(opens(size=size), views, WIDE) == {}


def test_on_a_phone_everything_can_be_reached(opens: Opens, views: dict[str, str]) -> None:
    phone = opens(size=PHONE)
    phone.sign_in()
    for name in ("Jobs", "Review", "Usage", "Deliveries", "Keys", "Upload"):
        phone.page.get_by_role("navigation", name="Console").get_by_role("link", name=name).tap()
        expect(phone.heading(name)).to_be_visible()
    (held,) = [view for view in views if view.startswith("review/")]
    phone.go(held, "Review held.pdf")
    phone.picture()
    phone.value("total_amount").tap()
    phone.page.get_by_role("button", name="Edit Total amount").tap()
    phone.page.get_by_role("textbox", name="Total amount").fill("12")
    phone.heading("Review held.pdf").tap()
    expect(phone.value("total_amount")).to_have_text("12")
    expect(phone.page.get_by_role("button", name="Approve with 1 correction")).to_be_in_viewport()


def test_a_document_is_uploaded_by_keyboard_alone(desk: Console, invoice: bytes) -> None:
    file: FilePayload = {"name": "keys.pdf", "mimeType": "application/pdf", "buffer": invoice}
    desk.page.on("filechooser", lambda chooser: chooser.set_files(file))
    desk.open()
    keyboard = desk.page.keyboard
    keyboard.type(desk.key)
    keyboard.press("Enter")
    expect(desk.heading("Upload")).to_be_focused()
    keyboard.press("Tab")
    expect(desk.page.locator("#files")).to_be_focused()
    keyboard.press("Enter")
    expect(desk.page.get_by_text("1 file chosen.")).to_be_visible()
    keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="Remove keys.pdf")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    expect(desk.page.get_by_label("Text only")).to_be_checked()
    reach(desk, "Extract")
    keyboard.press("Enter")
    expect(desk.heading("Job keys.pdf")).to_be_focused()
    reach(desk, "keys.pdf")
    keyboard.press("Enter")
    expect(desk.heading("keys.pdf")).to_be_focused()


def reach(console: Console, text: str) -> None:
    """By the tabulator; what has the focus is always to be seen."""
    for _ in range(30):
        console.page.keyboard.press("Tab")
        at = console.page.evaluate(
            """() => {
                const node = document.activeElement;
                const ring = getComputedStyle(node);
                const seen = ring.outlineStyle !== "none" || node.matches("#files");
                return [node.textContent, seen];
            }"""
        )
        assert at[1], at
        if at[0] == text:
            return
    raise AssertionError(f"the tabulator does not reach {text}")


def test_the_focus_stays_where_it_is_while_a_list_is_drawn_anew(desk: Console) -> None:
    desk.sign_in()
    desk.page.get_by_label("Fields of my own").check()
    kind = desk.page.get_by_role("group", name="Field 1").get_by_label("Type")
    kind.focus()
    desk.page.keyboard.type("Table")
    expect(kind.first).to_have_value("table")
    expect(kind.first).to_be_focused()
    column = desk.page.get_by_role("group", name="Column 1")
    expect(column.get_by_label("Name")).to_be_visible()
    desk.page.get_by_role("button", name="Remove column 1").click()
    expect(desk.page.get_by_role("button", name="Add a column")).to_be_focused()


def test_the_first_stop_leads_past_the_navigation(desk: Console) -> None:
    desk.sign_in("keys")
    desk.page.evaluate("document.activeElement.blur(); document.body.focus()")
    desk.page.get_by_role("link", name="To the content").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("main")).to_be_focused()
    expect(desk.heading("Keys")).to_be_visible()


def test_the_checks_can_fail(opens: Opens) -> None:
    console = opens(size=LARGE)
    console.sign_in("usage")
    expect(console.heading("Usage")).to_be_visible()
    console.page.evaluate(
        """() => {
            const [input, text] = [document.createElement("input"), document.createElement("p")];
            text.textContent = "hardly to be read";
            text.style.setProperty("color", "#ccc");
            text.style.setProperty("width", "3000px");
            document.querySelector("main").append(input, text, document.createElement("h1"));
        }"""
    )
    assert console.page.evaluate(NAMELESS) and console.page.evaluate(STRUCTURE)
    assert "hardly" in str(console.page.evaluate(CONTRAST)) and console.page.evaluate(WIDE)
