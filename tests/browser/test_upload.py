"""From files to results: chosen or dropped, under a saved extractor, fields of one's own, or suggested ones."""

from __future__ import annotations

import json

from playwright.sync_api import FilePayload, Route, expect

from local.stack import Stack
from tests.browser.console import Console
from tests.browser.service import Service
from tests.journey.test_document import digital_pdf

HOSTILE = """<img src=x onerror="alert('x')">&amp;"'\u202efdp.exe"""
TOLD = HOSTILE.replace("\u202e", "")
"""As the service tells the name: without what turns the direction of what follows."""


def chosen(desk: Console, *files: FilePayload) -> None:
    desk.page.set_input_files("#files", list(files))
    expect(desk.page.get_by_text(f"{len(files)} file{'s' * (len(files) > 1)} chosen.")).to_be_visible()


def pdf(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_files_become_results(desk: Console, invoice: bytes) -> None:
    desk.sign_in()
    chosen(desk, pdf("one.pdf", invoice), pdf("broken.pdf", b"this is no PDF \x00\x01"))
    desk.page.get_by_label("Extractor", exact=True).select_option(label="invoice (version 1)")
    desk.page.get_by_role("button", name="Extract").click()
    expect(desk.heading("Job one.pdf")).to_be_visible()
    rows = desk.page.get_by_role("row")
    expect(rows.filter(has_text="one.pdf").get_by_text("Done")).to_be_visible(timeout=60_000)
    expect(rows.filter(has_text="broken.pdf").get_by_text("Failed")).to_be_visible(timeout=60_000)
    expect(desk.page.locator(".summary")).to_contain_text("1 done, 1 failed")
    desk.page.get_by_role("link", name="one.pdf").click()
    expect(desk.value("total_amount")).to_contain_text("8297.03")
    expect(desk.page.get_by_role("table", name="Line items").get_by_role("row")).to_have_count(9)
    expect(desk.page.locator(".facts")).to_contain_text("Cost at AWS")


def test_a_document_that_failed_says_why(desk: Console, service: Service) -> None:
    document = service.document(("broken.bin", b"\x00\x01 nothing"))
    desk.sign_in(f"documents/{document}")
    expect(desk.page.locator("p.failure")).not_to_be_empty()


def test_fields_are_suggested_from_a_sample_and_then_edited(desk: Console, invoice: bytes) -> None:
    desk.sign_in()
    desk.page.get_by_label("Fields of my own").check()
    desk.page.get_by_role("button", name="Suggest fields").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("Choose a file first")
    chosen(desk, pdf("sample.pdf", invoice))
    desk.page.get_by_role("button", name="Suggest fields").click()
    expect(desk.page.get_by_text("These fields were found.")).to_be_visible(timeout=60_000)
    names = [one.input_value() for one in desk.page.locator(".editor > .rows > fieldset > .row .field-name").all()]
    assert "invoice_number" in names and len(names) > 3
    for name in names:
        if name != "invoice_number":
            desk.page.get_by_role("button", name=f"Remove field {name}", exact=True).click()
    desk.page.get_by_role("button", name="Add a field").click()
    added = desk.page.get_by_role("group", name="Field 2")
    expect(added.get_by_label("Name")).to_be_focused()
    added.get_by_label("Name").fill("total_due")
    added.get_by_label("Type").select_option(label="Number")
    added.get_by_label("Description").fill("Total due, tax included")
    desk.page.get_by_role("button", name="Extract").click()
    desk.page.get_by_role("link", name="sample.pdf").click(timeout=60_000)
    expect(desk.value("invoice_number")).to_contain_text("INV-2025-00417", timeout=60_000)
    expect(desk.value("total_due")).to_contain_text("8297.03")


def test_a_schema_is_written_as_json_and_checked_while_it_is(desk: Console) -> None:
    desk.sign_in()
    desk.page.get_by_label("Fields of my own").check()
    desk.page.get_by_role("group", name="Field 1").get_by_label("Name").fill("number")
    desk.page.get_by_role("button", name="Edit as JSON").click()
    text = desk.page.get_by_label("JSON Schema")
    assert json.loads(text.input_value())["properties"] == {"number": {"type": ["string", "null"]}}
    text.fill('{"properties": ')
    expect(desk.page.get_by_text("That is not JSON")).to_be_visible()
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill('{"type": "object", "properties": {"swift": {"type": "string", "pattern": "^[A-Z]{8}$"}, "rows": '
              '{"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}}}}')  # fmt: skip
    expect(desk.page.get_by_text("This is a schema.")).to_be_visible()
    desk.page.get_by_role("button", name="Edit as a list").click()
    expect(desk.page.get_by_role("group", name="Field 2").get_by_label("Type").first).to_have_value("table")
    desk.page.get_by_role("group", name="Field 1").get_by_label("Description").fill("Bank")
    desk.page.get_by_role("button", name="Edit as JSON").click()
    kept = json.loads(text.input_value())["properties"]["swift"]
    assert kept == {"type": "string", "pattern": "^[A-Z]{8}$", "description": "Bank"}


def test_fields_are_kept_as_an_extractor(desk: Console, service: Service) -> None:
    desk.sign_in()
    desk.page.get_by_label("Fields of my own").check()
    desk.page.get_by_role("group", name="Field 1").get_by_label("Name").fill("number")
    desk.page.get_by_text("Keep these fields for later").click()
    keep = desk.page.locator("details")
    for words in ("Saved: kept from the page", "kept from the page"):
        keep.get_by_label("Name").fill("kept from the page")
        desk.expected = {409}
        keep.get_by_role("button", name="Save as an extractor").click()
        expect(desk.page.get_by_text(words).first).to_be_visible()
    expect(keep.get_by_role("alert")).to_be_visible()  # the name is taken, the second time
    (saved,) = [one for one in service.get("/extractors")["items"] if one["name"] == "kept from the page"]
    assert list(saved["json_schema"]["properties"]) == ["number"]


def test_what_cannot_be_sent_is_said_before_it_is(desk: Console) -> None:
    desk.sign_in()
    desk.page.get_by_role("button", name="Extract").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("Choose at least one file")
    desk.page.set_input_files("#files", [pdf("empty.pdf", b"")])
    expect(desk.page.get_by_text("empty.pdf is empty.")).to_be_visible()
    desk.page.set_input_files("#files", [pdf("a.pdf", b"%PDF")])
    desk.page.get_by_label("Review values under").fill("100")
    desk.page.get_by_role("button", name="Extract").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("from 1 to 99")
    desk.page.get_by_role("button", name="Remove a.pdf").click()
    expect(desk.page.get_by_text("0 files chosen")).to_be_visible()


def test_files_are_dropped(desk: Console) -> None:
    desk.expected = {415}  # there is no picture of a table of values
    desk.sign_in()
    desk.page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["a,b\\n1,2\\n"], "dropped.csv", {type: "text/csv"}));
            document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true}));
        }"""
    )
    expect(desk.page.get_by_text("1 file chosen.")).to_be_visible()
    desk.page.get_by_label("Text only").check()
    desk.page.get_by_role("button", name="Extract").click()
    desk.page.get_by_role("link", name="dropped.csv").click()
    expect(desk.page.locator(".chunks article").first).to_be_visible(timeout=60_000)


def test_an_upload_that_breaks_off_begins_anew(desk: Console, stack: Stack, invoice: bytes) -> None:
    broken: list[str] = []

    def break_first(route: Route) -> None:
        if route.request.method == "PUT" and not broken:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    desk.page.route(f"{stack.aws_endpoint}/**", break_first)
    desk.sign_in()
    chosen(desk, pdf("broken off.pdf", invoice))
    desk.page.get_by_label("Fields of my own").check()
    desk.page.get_by_role("button", name="Suggest fields").click()
    expect(desk.page.locator(".files .state")).to_have_text("sent", timeout=60_000)
    assert broken and all("ERR_CONNECTION_RESET" in said for said in desk.complained())
    desk.complaints.clear()


def test_a_hostile_name_is_text_and_nothing_else(desk: Console, service: Service) -> None:
    """Everywhere it stands; the console is watched for scripts that run, and for the picture that it asks for."""
    content = digital_pdf("<script>alert(1)</script> <b>Total: 12.00</b>")
    desk.sign_in()
    chosen(desk, pdf(HOSTILE, content))
    expect(desk.page.locator(".files bdi")).to_have_text(HOSTILE)
    desk.page.get_by_label("Text only").check()
    desk.page.get_by_role("button", name="Extract").click()
    expect(desk.page.locator("h1 bdi")).to_have_text(TOLD)
    desk.page.locator("td a").filter(has_text="onerror").click()
    expect(desk.page.locator("h1 bdi")).to_have_text(TOLD)
    expect(desk.page.locator(".chunks")).to_contain_text("<script>alert(1)</script>", timeout=60_000)
    schema = {"type": "object", "properties": {HOSTILE: {"type": "string", "title": HOSTILE}}}
    service.document((HOSTILE, content), json_schema=schema, review_threshold=99)
    desk.go("review", "Review")
    desk.page.locator("td a").filter(has_text="onerror").first.click()
    expect(desk.page.locator("h1 bdi")).to_have_text(TOLD)
    expect(desk.page.locator("dt").first).to_have_text(HOSTILE)
    desk.picture()
    assert desk.page.locator("main img:not(.picture), main script, main b").count() == 0
