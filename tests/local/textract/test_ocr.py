"""Real OCR on small pages."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from local.textract.blocks import Block
from local.textract.engine import RapidEngine, split
from local.textract.page import read_page
from local.textract.render import render
from tests.local.textract.conftest import Twin, running
from tests.local.textract.documents import blank, image_bytes, pdf, tiff, written
from tests.local.textract.test_jobs import ended, start

LINES = [
    "Harbour Office Supplies Ltd",
    "Invoice number: INV-2024-0117",
    "Invoice date: 14 March 2024",
    "Desk lamp with two spare bulbs",
    "Total due: 1,234.50 EUR",
    "Please pay within thirty days",
]
WORDS = Counter(word for line in LINES for word in line.split())


@cache
def engine() -> RapidEngine:
    return RapidEngine()


def read(image: Image.Image, *features: str) -> list[Block]:
    return read_page(np.asarray(image.convert("RGB")), engine(), features)


@cache
def straight() -> list[Block]:
    """The blocks of the page that most tests read, as it is."""
    return read(written(LINES))


def words_of(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if block["BlockType"] == "WORD"]


def recall(blocks: list[Block]) -> float:
    found = Counter(block["Text"] for block in words_of(blocks))
    return (found & WORDS).total() / WORDS.total()


def corners(block: Block, size: tuple[int, int]) -> list[tuple[float, float]]:
    return [(point["X"] * size[0], point["Y"] * size[1]) for point in block["Geometry"]["Polygon"]]


def text_in(blocks: list[Block], block: Block, kind: str = "CHILD") -> str:
    by_id = {b["Id"]: b for b in blocks}
    related = [by_id[i] for r in block.get("Relationships", []) if r["Type"] == kind for i in r["Ids"]]
    return " ".join(b["Text"] for b in related if "Text" in b)


def test_reads_a_page_in_order_and_draws_its_words_tight() -> None:
    page, blocks = written(LINES), straight()

    assert [block["Text"] for block in blocks if block["BlockType"] == "LINE"] == LINES
    assert all(90 < block["Confidence"] <= 100 for block in words_of(blocks))
    ink = np.asarray(page.convert("L")) < 128
    for word in words_of(blocks):
        left, top, right, bottom = (round(v) for p in corners(word, page.size)[::2] for v in p)
        inside = ink[top:bottom, left:right]
        edges = inside[:4].any(), inside[-4:].any(), inside[:, :4].any(), inside[:, -4:].any()
        assert all(edges), f"{word['Text']}: ink at each edge of its box"


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_read_and_boxed_as_it_was_submitted(turned: int) -> None:
    page = written(LINES)
    reference = next(block for block in words_of(straight()) if block["Text"] == "Harbour")

    submitted = page.rotate(-turned, expand=True)
    blocks = read(submitted)

    assert recall(blocks) == 1
    word = next(block for block in words_of(blocks) if block["Text"] == "Harbour")
    first = corners(reference, page.size)[0]
    width, height = page.size
    expected = {
        90: (height - first[1], first[0]),
        180: (width - first[0], height - first[1]),
        270: (first[1], width - first[0]),
    }[turned]
    assert corners(word, submitted.size)[0] == pytest.approx(expected, abs=3), "the polygon begins where the word does"
    (outline,) = (block for block in blocks if block["BlockType"] == "PAGE")
    assert corners(outline, submitted.size)[0] == pytest.approx(
        {90: (height, 0), 180: (width, height), 270: (0, width)}[turned], abs=1
    )


@pytest.mark.parametrize("degrees", [-4.0, 3.0])
def test_a_skewed_scan_is_read_and_its_polygons_follow(degrees: float) -> None:
    scan = written(LINES).rotate(-degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="white")

    blocks = read(scan)

    assert recall(blocks) >= 0.95
    line = next(block for block in blocks if block["BlockType"] == "LINE" and block["Text"] == LINES[1])
    (ax, ay), (bx, by), *_ = corners(line, scan.size)
    assert np.degrees(np.arctan2(by - ay, bx - ax)) == pytest.approx(degrees, abs=1)


def test_noise_and_low_contrast_do_not_hide_the_words() -> None:
    page = np.asarray(written(LINES).convert("L"), dtype=np.float64)
    noise = np.random.default_rng(7).normal(0, 18, page.shape)
    scan = Image.fromarray((90 + page * 0.5 + noise).clip(0, 255).astype(np.uint8))

    assert recall(read(scan)) >= 0.95


def test_finds_the_pairs_and_the_ruled_table_of_a_skewed_page() -> None:
    page = written(LINES[:3], (1000, 800))
    draw = ImageDraw.Draw(page)
    for y in (300, 360, 420, 480):
        draw.line((80, y, 920, y), "black", 2)
    for x in (80, 500, 700, 920):
        draw.line((x, 300, x, 480), "black", 2)
    texts = [("Description", "Quantity", "Price"), ("Oak table", "1", "120.00"), ("Kitchen chair", "4", "45.50")]
    for row, line in enumerate(texts):
        for x, text in zip((100, 520, 720), line, strict=True):
            draw.text((x, 312 + 60 * row), text, fill="black", font_size=28)
    scan = page.rotate(-2, resample=Image.Resampling.BICUBIC, fillcolor="white")

    blocks = read(scan, "TABLES", "FORMS")

    cells = [block for block in blocks if block["BlockType"] == "CELL"]
    grid = {(cell["RowIndex"], cell["ColumnIndex"]): text_in(blocks, cell) for cell in cells}
    assert grid == {(r, c): text for r, row in enumerate(texts, 1) for c, text in enumerate(row, 1)}
    by_id = {block["Id"]: block for block in blocks}
    pairs = {
        text_in(blocks, key): text_in(blocks, by_id[relation["Ids"][0]])
        for key in blocks
        if key.get("EntityTypes") == ["KEY"]
        for relation in key["Relationships"]
        if relation["Type"] == "VALUE"
    }
    assert pairs == {"Invoice number:": "INV-2024-0117", "Invoice date:": "14 March 2024"}


@pytest.mark.parametrize("size", [(400, 300), (1, 1), (10_000, 1), (7, 3_000)])
def test_an_empty_page_has_no_words(size: tuple[int, int]) -> None:
    (page,) = read(blank(*size), "TABLES", "FORMS")

    assert page["BlockType"] == "PAGE"


def test_a_text_layer_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf([LINES]))

    assert recall(read_page(render(path, 1), engine())) == 1


def test_a_wide_gap_parts_words_even_where_no_space_was_read() -> None:
    assert split("ab cd", [1, 3, 8, 10]) == [range(2), range(2, 4)]
    assert split("abcd", [1, 3, 14, 16]) == [range(2), range(2, 4)]


@pytest.fixture(scope="module")
def real_twin(aws_endpoint: str, s3: Any) -> Any:
    with running(aws_endpoint, None) as twin:
        yield twin


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_reads_a_document_of_two_pages_over_the_protocol(real_twin: Twin, put: Any, kind: str) -> None:
    pages = [LINES[:3], LINES[3:]]
    data = pdf(pages) if kind == "PDF" else tiff([written(lines) for lines in pages])

    answer = ended(real_twin, start(real_twin, put(f"in/two.{kind}", data)), seconds=60)

    lines = [(block["Page"], block["Text"]) for block in answer["Blocks"] if block["BlockType"] == "LINE"]
    assert lines == [(number, line) for number, page in enumerate(pages, 1) for line in page]


def test_reads_a_photo_at_once_over_the_protocol(real_twin: Twin) -> None:
    answer = real_twin.client.analyze_document(
        Document={"Bytes": image_bytes(written(LINES), "JPEG", quality=80)}, FeatureTypes=["FORMS"]
    )

    assert recall(answer["Blocks"]) == 1


def test_a_question_is_answered_by_what_was_read() -> None:
    image = np.asarray(written(LINES).convert("RGB"))
    asked = [{"Text": "What is the invoice number?", "Alias": "number"}, {"Text": "Who signed?"}]

    blocks = {block["Id"]: block for block in read_page(image, engine(), ("QUERIES",), asked)}

    number, signed = (block for block in blocks.values() if block["BlockType"] == "QUERY")
    (answer,) = (blocks[i]["Text"] for relation in number["Relationships"] for i in relation["Ids"])
    assert (number["Query"]["Alias"], answer) == ("number", "INV-2024-0117")
    assert signed["Query"] == asked[1] and "Relationships" not in signed
