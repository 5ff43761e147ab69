"""Extract: the reading becomes the result, page by page, in order."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from quire.domain.document import Document, Stored
from quire.domain.tenant import Tenant
from quire.reading import sandbox
from quire.reading.media import Media
from quire.service.config import Config, Mode
from quire.service.extract import extract
from quire.service.read import Inspected, read
from quire.testing.world import World
from tests.service.documents import PROSE, Captioned, answer, image_bytes, pdf, scan
from tests.service.stage import fails, running


def _read(world: World, tenant: Tenant, body: bytes, inspected: Inspected, config: Config | None = None) -> Document:
    document = running(world, tenant, body, config)
    read(world, tenant.id, document.id, inspected, "t1")
    return document


def _finish(world: World, *parts: dict[str, object]) -> None:
    (job,) = world.ocr.started.values()
    world.ocr.finish(job.id, "SUCCEEDED", parts)


def _result(world: World, document: Document) -> Any:
    said = extract(world, document.tenant, document.id)
    assert said["outcome"] == "done"
    return json.loads(world.blobs.get(Stored(**said["result"])))


def _texts(result: Any) -> dict[int, str]:
    texts: dict[int, str] = {}
    for chunk in result["chunks"]:
        texts[chunk["page_no"]] = " ".join([*texts.get(chunk["page_no"], "").split(), *chunk["page_content"].split()])
    return texts


def test_a_text_layer_becomes_chunks_with_their_places(world: World, acme: Tenant) -> None:
    document = _read(world, acme, pdf(PROSE, ["Second page"]), Inspected(Media.PDF, 2, encrypted=False))
    result = _result(world, document)
    assert _texts(result) == {1: " ".join(PROSE), 2: "Second page"}
    for chunk in result["chunks"]:
        x0, y0, x1, y1 = chunk["bbox"]
        assert 0 <= x0 < x1 <= 612
        assert 0 <= y0 < y1 <= 792
        assert chunk["chunk_type"] == "text"
        assert "confidence" not in chunk, "a text layer states none"


def test_the_step_says_pages_and_place_and_nothing_of_the_text(world: World, acme: Tenant) -> None:
    document = _read(world, acme, pdf(PROSE), Inspected(Media.PDF, 1, encrypted=False))
    said = extract(world, "acme", document.id)
    head = world.blobs.head(document.result_key)
    assert head
    assert said == {"outcome": "done", "pages": 1, "result": {"key": document.result_key, "version": head.version}}


def test_pages_of_both_sources_are_joined_in_order(world: World, acme: Tenant) -> None:
    body = pdf(["First page"], scan("two"), ["Third page"], scan("four"), ["Fifth page"])
    document = _read(world, acme, body, Inspected(Media.PDF, 5, encrypted=False))
    _finish(world, answer(["Scanned two"], ["Scanned four"]))
    result = _result(world, document)
    assert _texts(result) == {
        1: "First page",
        2: "Scanned two",
        3: "Third page",
        4: "Scanned four",
        5: "Fifth page",
    }
    assert [chunk["page_no"] for chunk in result["chunks"]] == [1, 2, 3, 4, 5]
    assert extract(world, "acme", document.id)["pages"] == 5


def test_a_synchronous_answer_is_read(world: World, acme: Tenant) -> None:
    world.ocr.script.append(answer(["Total 12.50"]))
    body = image_bytes("PNG", scan("Total 12.50"))
    document = _read(world, acme, body, Inspected(Media.PNG, 1, encrypted=False))
    result = _result(world, document)
    assert _texts(result) == {1: "Total 12.50"}
    assert {chunk["confidence"] for chunk in result["chunks"]} == {98.0}


def test_the_parts_of_an_answer_are_read_in_the_order_of_their_numbers(world: World, acme: Tenant) -> None:
    pages = 12
    body = image_bytes("TIFF", *[scan(str(number)) for number in range(1, pages + 1)])
    document = _read(world, acme, body, Inspected(Media.TIFF, pages, encrypted=False))
    _finish(world, *[answer([f"page {number}"], first=number) for number in range(1, pages + 1)])
    assert _texts(_result(world, document)) == {number: f"page {number}" for number in range(1, pages + 1)}


def test_where_both_read_a_page_its_words_are_those_of_the_sound_layer(world: World, acme: Tenant) -> None:
    body = pdf(["The words as written"], ["And on the second page"])
    config = Config(mode=Mode.BALANCED)
    document = _read(world, acme, body, Inspected(Media.PDF, 2, encrypted=False), config)
    _finish(world, answer(["Tne w0rds as writen"], ["And on tne second"]))
    result = _result(world, document)
    assert _texts(result) == {1: "The words as written", 2: "And on the second page"}
    assert extract(world, "acme", document.id)["pages"] == 2, "each page counts once"


def test_what_a_picture_says_joins_the_words_of_the_layer(world: World, acme: Tenant) -> None:
    body = pdf(["First page"], Captioned("Caption as written", scan(*["Scanned words"] * 16)))
    world.ocr.script.append(answer(["Caption as wr1tten", "stray", "stray", "Scanned words"]))
    document = _read(world, acme, body, Inspected(Media.PDF, 2, encrypted=False))
    assert _texts(_result(world, document)) == {1: "First page", 2: "Caption as written Scanned words"}


@pytest.mark.parametrize(
    ("config", "kinds"),
    [(Config(), {"text", "table"}), (Config(tables=False), {"text"}), (Config(text=False), {"table"})],
)
def test_only_what_was_asked_for_is_given(world: World, acme: Tenant, config: Config, kinds: set[str]) -> None:
    document = _read(world, acme, _with_table(), Inspected(Media.PDF, 1, encrypted=False), config)
    assert {chunk["chunk_type"] for chunk in _result(world, document)["chunks"]} == kinds


def _with_picture() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for number, line in enumerate(PROSE):
        canvas.drawString(72, 720 - 16 * number, line)
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 20), "red")), 72, 300, 80, 40)
    canvas.save()
    return out.getvalue()


def test_pictures_are_given_where_they_are_asked_for(world: World, acme: Tenant) -> None:
    inspected = Inspected(Media.PDF, 1, encrypted=False)
    chunks = _result(world, _read(world, acme, _with_picture(), inspected, Config(images=True)))["chunks"]
    assert {chunk["chunk_type"] for chunk in chunks} == {"text", "image"}
    assert (chunks[-1]["bbox"], chunks[-1]["image_width"]) == ([72, 452, 152, 492], 40)
    without = _result(world, _read(world, acme, _with_picture(), inspected))["chunks"]
    assert {chunk["chunk_type"] for chunk in without} == {"text"}


def test_of_a_scan_the_figures_are_given_that_textract_names(world: World, acme: Tenant) -> None:
    said = answer(["Figure one"])
    place = {"BoundingBox": {"Left": 0.2, "Top": 0.5, "Width": 0.5, "Height": 0.25}}
    blocks: Any = said["Blocks"]
    blocks.append({"BlockType": "LAYOUT_FIGURE", "Id": "f", "Page": 1, "Confidence": 90.0, "Geometry": place})
    world.ocr.script.append(said)
    body = image_bytes("PNG", scan("Figure one"))
    config = Config(mode=Mode.BALANCED, images=True)
    document = _read(world, acme, body, Inspected(Media.PNG, 1, encrypted=False), config)
    assert "LAYOUT" in world.ocr.detected[-1][1]
    *_, figure = _result(world, document)["chunks"]
    assert (figure["chunk_type"], figure["image_width"], figure["image_height"]) == ("image", 425, 275)


def test_pictures_that_cannot_be_taken_do_not_cost_the_document(
    world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise sandbox.Broken("document_too_complex", "Too much.")

    document = _read(world, acme, _with_picture(), Inspected(Media.PDF, 1, encrypted=False), Config(images=True))
    monkeypatch.setattr(sandbox, "take_pictures", broken)
    assert {chunk["chunk_type"] for chunk in _result(world, document)["chunks"]} == {"text"}
    assert [facts["why"] for facts in world.log.named("pictures_lost")] == ["document_too_complex"]


def test_a_document_without_a_word_has_a_result_all_the_same(world: World, acme: Tenant) -> None:
    world.ocr.script.append(answer([]))
    body = image_bytes("PNG", scan(" "))
    document = _read(world, acme, body, Inspected(Media.PNG, 1, encrypted=False))
    assert _result(world, document) == {"chunks": []}
    assert extract(world, "acme", document.id)["pages"] == 1


def test_a_step_that_is_repeated_gives_the_same_result(world: World, acme: Tenant) -> None:
    document = _read(world, acme, pdf(PROSE), Inspected(Media.PDF, 1, encrypted=False))
    first, second = extract(world, "acme", document.id), extract(world, "acme", document.id)
    assert world.blobs.get(Stored(**first["result"])) == world.blobs.get(Stored(**second["result"]))


def test_an_ended_document_is_not_extracted(world: World, acme: Tenant) -> None:
    document = _read(world, acme, pdf(PROSE), Inspected(Media.PDF, 1, encrypted=False))
    fails(world, document)
    assert extract(world, "acme", document.id) == {"outcome": "ended"}
    assert world.blobs.keys("results/") == []


def _with_table() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for number, line in enumerate(PROSE):
        canvas.drawString(72, 720 - 16 * number, line)
    columns, rows = [72, 222, 372, 522], [600, 576, 552, 528]
    canvas.grid(columns, rows)
    for row, top in enumerate(rows[:-1]):
        for column, left in enumerate(columns[:-1]):
            canvas.drawString(left + 6, top - 17, f"cell {row} {column}")
    canvas.save()
    return out.getvalue()


def test_of_a_moving_picture_the_result_tells_what_is_left_out(world: World, acme: Tenant) -> None:
    world.ocr.script.append(answer(["Total 12.50"]))
    moving = io.BytesIO()
    Image.new("L", (300, 200), 255).save(
        moving, "GIF", save_all=True, append_images=[Image.new("L", (300, 200), n) for n in (9, 99)]
    )
    document = running(world, acme, moving.getvalue(), Config(), {"total": {"type": ["number", "null"]}})
    read(world, acme.id, document.id, Inspected(Media.GIF, 1, encrypted=False), "t1")
    (warning,) = _result(world, document)["warnings"]
    assert (warning["page"], warning["kind"], warning["count"]) == (1, "frames", 2)


def test_files_attached_to_a_scan_are_told_of_too(world: World, acme: Tenant) -> None:
    world.ocr.script.append(answer(["Total 12.50"]))
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(image_bytes("PDF", scan()))))
    writer.add_attachment("data.xml", b"<total>12.50</total>")
    scanned = io.BytesIO()
    writer.write(scanned)
    document = running(world, acme, scanned.getvalue(), Config(), {"total": {"type": ["number", "null"]}})
    read(world, acme.id, document.id, Inspected(Media.PDF, 1, encrypted=False), "t1")
    (warning,) = _result(world, document)["warnings"]
    assert (warning["page"], warning["kind"], warning["count"]) == (1, "attachments", 1)
