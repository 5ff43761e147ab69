"""A document beside its fields: a field leads to its box on the page, a box to its field."""

from __future__ import annotations

import json
from contextlib import closing

import httpx
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import SAMPLES, Opens
from tests.browser.console import PHONE, Console
from tests.browser.service import Service

Rect = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def document(service: Service, extractor: str, invoice: bytes) -> str:
    return service.document(("invoice.pdf", invoice), extractor_id=extractor)


@pytest.fixture
def shown(desk: Console, document: str) -> Console:
    desk.sign_in(f"documents/{document}")
    desk.picture()
    return desk


def printed(pdf: bytes, text: str) -> Rect:
    """Where PDFium finds `text` on the first page: left, top, right, bottom in shares of the page."""
    with closing(pdfium.PdfDocument(pdf)) as file, closing(file[0]) as page, closing(page.get_textpage()) as words:
        found = words.search(text).get_next()
        assert found
        words.count_rects(*found)
        left, bottom, right, top = words.get_rect(0)
        width, height = page.get_size()
    return left / width, 1 - top / height, right / width, 1 - bottom / height


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("total_amount", "$8,297.03"),
        ("invoice_number", "INV-2025-00417"),
        ("line_items[0].amount", "1,107.00"),
        ("line_items[7].description", "On-site commissioning, hours"),
    ],
)
def test_a_box_covers_the_words_that_the_value_was_read_from(
    shown: Console, invoice: bytes, path: str, text: str
) -> None:
    """Held to PDFium's own search of the file, within three pixels."""
    picture, box = shown.page.locator(".picture").bounding_box(), shown.box(path).bounding_box()
    assert picture and box
    left, top, right, bottom = printed(invoice, text)
    assert box["x"] - picture["x"] == pytest.approx(left * picture["width"], abs=3)
    assert box["x"] + box["width"] - picture["x"] == pytest.approx(right * picture["width"], abs=3)
    middle = (top + bottom) / 2 * picture["height"] + picture["y"]
    assert box["y"] - 3 <= middle <= box["y"] + box["height"] + 3
    assert box["height"] < 30


def test_every_citation_has_its_box_where_it_says(shown: Console, service: Service, document: str) -> None:
    fields = service.get(f"/documents/{document}")["output"]["fields"]
    picture = shown.page.locator(".picture").bounding_box()
    assert picture and len(fields) > 30
    expect(shown.page.locator(".box")).to_have_count(sum(len(field["citations"]) for field in fields))
    for field in fields:
        box, said = shown.box(field["path"]).bounding_box(), field["citations"][0]["box"]
        assert box
        assert box["x"] == pytest.approx(picture["x"] + said["left"] * picture["width"], abs=1)
        assert box["y"] == pytest.approx(picture["y"] + said["top"] * picture["height"], abs=1)
        assert box["width"] == pytest.approx(said["width"] * picture["width"], abs=1)
        assert box["height"] == pytest.approx(said["height"] * picture["height"], abs=1)


def test_a_field_shows_its_box_and_its_words(shown: Console) -> None:
    shown.value("total_amount").click()
    expect(shown.box("total_amount")).to_have_attribute("aria-pressed", "true")
    expect(shown.page.locator(".box.chosen")).to_have_count(1)
    expect(shown.box("total_amount")).to_be_in_viewport()
    expect(shown.page.locator(".quote")).to_contain_text("8,297.03")
    shown.value("line_items[2].quantity").click()
    expect(shown.box("line_items[2].quantity")).to_have_attribute("aria-pressed", "true")
    expect(shown.page.locator(".box.chosen")).to_have_count(1)


def test_a_box_shows_its_field(shown: Console) -> None:
    for path in ("invoice_number", "line_items[5].amount"):
        shown.box(path).click()
        expect(shown.value(path)).to_have_attribute("aria-pressed", "true")
        expect(shown.value(path)).to_be_focused()
        expect(shown.value(path)).to_be_in_viewport()


def test_boxes_are_one_stop_of_the_tabulator_and_the_arrows_lead_on(shown: Console) -> None:
    assert shown.page.locator('.box[tabindex="0"]').count() == 1
    first = shown.page.locator('.box[tabindex="0"]')
    path = first.get_attribute("data-path")
    first.focus()
    shown.page.keyboard.press("ArrowRight")
    there = shown.page.evaluate("document.activeElement.dataset.path")
    assert there and there != path
    shown.page.keyboard.press("Enter")
    expect(shown.value(there)).to_be_focused()


def test_a_field_on_another_page_turns_to_it(desk: Console, service: Service) -> None:
    schema = json.loads((SAMPLES / "schemas" / "contract.json").read_text())
    sample = SAMPLES / "contract.pdf"
    document = service.document((sample.name, sample.read_bytes()), json_schema=schema)
    fields = service.get(f"/documents/{document}")["output"]["fields"]
    later = [field["path"] for field in fields if field["citations"] and field["citations"][0]["page"] == 2]
    assert later
    desk.sign_in(f"documents/{document}")
    desk.picture()
    desk.value(later[0]).click()
    expect(desk.page.locator(".where")).to_have_text("Page 2 of 2")
    desk.picture()
    expect(desk.box(later[0])).to_have_attribute("aria-pressed", "true")
    expect(desk.box(later[0])).to_be_in_viewport()


def test_confidence_is_a_number_and_a_bar(shown: Console, service: Service, document: str) -> None:
    fields = {field["path"]: field for field in service.get(f"/documents/{document}")["output"]["fields"]}
    cell = shown.page.locator(".cell", has=shown.value("total_amount"))
    share = fields["total_amount"]["confidence"]
    expect(cell.locator(".confidence")).to_have_text(f"{int(share * 100 + 1e-9)}%")
    said = cell.locator(".bar").evaluate("bar => getComputedStyle(bar).getPropertyValue('--share')")
    assert float(said) == pytest.approx(share)


def test_pages_are_turned_and_found_by_their_thumbnails(desk: Console, service: Service) -> None:
    sample = SAMPLES / "report.pdf"
    document = service.document((sample.name, sample.read_bytes()))
    desk.sign_in(f"documents/{document}")
    desk.picture()
    where = desk.page.locator(".where")
    desk.page.get_by_role("button", name="Next page").click()
    expect(where).to_have_text("Page 2 of 12")
    expect(desk.page.locator(".thumbs img").first).to_be_visible(timeout=30_000)
    desk.page.locator(".thumbs").get_by_role("button", name="Page 8").click()
    expect(where).to_have_text("Page 8 of 12")
    expect(desk.page.locator('.thumbs [aria-current="true"]')).to_have_attribute("aria-label", "Page 8")
    desk.page.get_by_role("button", name="Next page").click()
    expect(desk.page.locator(".thumbs li")).to_have_count(4)
    desk.picture()


def test_of_a_range_of_pages_those_are_shown(desk: Console, stack: Stack, service: Service) -> None:
    """Another contract can name one."""
    content = (SAMPLES / "report.pdf").read_bytes()
    headers = {"authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as http:
        file = http.post("/api/v1/beta/files", files={"file": ("report.pdf", content)}, data={"purpose": "extract"})
        schema = {"type": "object", "properties": {"title": {"type": "string"}}}
        configuration = {"data_schema": schema, "target_pages": "5-6"}
        body = {"file_input": file.json()["id"], "configuration": configuration}
        job = http.post("/api/v2/extract", json=body)
        assert job.status_code == 200, job.text
    (document,) = service.settled(service.get("/jobs?limit=1")["items"][0]["id"])
    desk.sign_in(f"documents/{document['id']}")
    expect(desk.page.locator(".where")).to_have_text("Page 5 (1 of 2)")
    desk.picture()
    desk.page.get_by_role("button", name="Next page").click()
    expect(desk.page.locator(".where")).to_have_text("Page 6 (2 of 2)")
    desk.picture()
    expect(desk.page.get_by_role("button", name="Next page")).to_be_disabled()


def test_a_turned_scan_stands_upright_under_its_boxes(desk: Console, service: Service) -> None:
    """Its words are where Textract counts them, so the picture must be turned the same way."""
    sample = SAMPLES / "rotated-scan.pdf"
    schema = json.loads((SAMPLES / "schemas" / "rotated-scan.json").read_text())
    document = service.document((sample.name, sample.read_bytes()), json_schema=schema)
    desk.sign_in(f"documents/{document}")
    desk.picture()
    boxes = desk.page.locator(".box")
    assert boxes.count() > 3
    dark = desk.page.evaluate(INK)
    assert dark and min(dark) > 0.02


def test_of_a_long_table_some_rows_are_drawn_and_all_can_be_reached(desk: Console, service: Service) -> None:
    rows = "".join(f"Thing {number},{number}.50\n" for number in range(1, 251))
    item = {"type": "object", "properties": {"article": {"type": "string"}, "price": {"type": "number"}}}
    schema = {"type": "object", "properties": {"articles": {"type": "array", "items": item}}}
    document = service.document(("long.csv", f"Article,Price\n{rows}".encode()), json_schema=schema)
    desk.expected = {415}
    desk.sign_in(f"documents/{document}")
    shown = desk.page.get_by_role("table", name="Articles").locator("tbody tr")
    expect(shown).to_have_count(100)
    desk.page.get_by_role("button", name="Next").click()
    expect(shown.first).to_contain_text("Thing 101")
    desk.page.get_by_role("button", name="Next").click()
    expect(shown).to_have_count(50)
    expect(desk.page.get_by_role("button", name="Previous")).to_be_focused()


def test_a_document_without_pictures_shows_its_values(desk: Console, service: Service) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    document = service.document(("order.txt", b"Order\nTotal: 12.50\n"), json_schema=schema)
    desk.expected = {415}
    desk.sign_in(f"documents/{document}")
    expect(desk.value("total")).to_contain_text("12.5")
    expect(desk.page.get_by_role("region", name="Pages of the document")).to_have_count(0)


def test_an_output_is_downloaded(shown: Console) -> None:
    with shown.page.expect_download() as download:
        shown.page.get_by_role("button", name="Download as JSON").click()
    assert json.loads(download.value.path().read_text())["total_amount"] == 8297.03


def test_on_a_phone_a_field_still_shows_its_box(opens: Opens, document: str) -> None:
    phone = opens(size=PHONE)
    phone.sign_in(f"documents/{document}")
    phone.picture()
    phone.box("total_amount").scroll_into_view_if_needed()
    phone.box("total_amount").click()
    expect(phone.value("total_amount")).to_be_in_viewport()
    expect(phone.value("total_amount")).to_be_focused()


INK = """async () => {
    const picture = document.querySelector(".picture");
    const answer = await fetch(picture.src);
    const image = await createImageBitmap(await answer.blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.drawImage(image, 0, 0);
    const share = (box, name) => Number(box.style.getPropertyValue(`--${name}`));
    return [...document.querySelectorAll(".box")].map((box) => {
        const [left, width] = [share(box, "left") * image.width, share(box, "width") * image.width];
        const [top, height] = [share(box, "top") * image.height, share(box, "height") * image.height];
        const {data} = pen.getImageData(left, top, width, height);
        let dark = 0;
        for (let at = 0; at < data.length; at += 4) dark += data[at] < 128;
        return dark / (data.length / 4);
    });
}"""
