"""The documents in samples/: what the generator makes, readable as intended, their truth drawn on them."""

import io
import json
import multiprocessing
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from samples.make import FOLDER, as_json, samples
from samples.sample import Sample

PAGES = {
    "invoice.pdf": 1,
    "receipt.jpg": 1,
    "report.pdf": 12,
    "form.tiff": 2,
    "rotated-scan.pdf": 1,
    "contract.pdf": 2,
    "order.png": 1,
}
DIGITAL = ["invoice.pdf", "report.pdf"]
SCANNED_PDFS = ["rotated-scan.pdf", "contract.pdf"]
MOST_BYTES = 2_500_000


@pytest.fixture(scope="module")
def made() -> dict[str, Sample]:
    """By file name; made in a process of its own, since PDFium's fonts are set for the whole process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return {sample.file: sample for sample in pool.submit(samples).result()}


def test_the_folder_holds_the_documents_that_are_made_and_no_other(made: dict[str, Sample]) -> None:
    documents = {path.name for path in FOLDER.iterdir() if path.suffix not in ("", ".py", ".md")}
    assert documents == set(made) == set(PAGES)
    for kind in ("schemas", "expected"):
        assert {path.stem for path in (FOLDER / kind).iterdir()} == {sample.name for sample in made.values()}


@pytest.mark.parametrize("file", PAGES)
def test_a_committed_document_looks_like_the_one_made(made: dict[str, Sample], file: str) -> None:
    dpi = 150 if file in SCANNED_PDFS else 72
    committed, anew = pages((FOLDER / file).read_bytes(), dpi), pages(made[file].content, dpi)
    assert len(committed) == len(anew) == PAGES[file]
    for was, now in zip(committed, anew, strict=True):
        assert was.shape == now.shape
        # Other versions of the codecs round a level differently; a changed digit changes more pixels by far more.
        assert (np.abs(was.astype(int) - now) > 40).sum() < 20


@pytest.mark.parametrize("file", DIGITAL)
def test_a_committed_text_layer_is_the_one_made(made: dict[str, Sample], file: str) -> None:
    assert text(FOLDER / file) == text(made[file].content)


@pytest.mark.parametrize("file", PAGES)
def test_schema_and_truth_are_those_made(made: dict[str, Sample], file: str) -> None:
    sample = made[file]
    assert (FOLDER / "schemas" / f"{sample.name}.json").read_text(encoding="utf-8") == as_json(sample.schema)
    assert (FOLDER / "expected" / f"{sample.name}.json").read_text(encoding="utf-8") == as_json(sample.fields)


@pytest.mark.parametrize("file", PAGES)
def test_every_true_value_is_printed_on_the_document(made: dict[str, Sample], file: str) -> None:
    printed = text(made[file].drawn)
    missing = [value for value in values(truth(file)) if not any(holds(printed, form) for form in forms(value))]
    assert missing == []


@pytest.mark.parametrize("file", DIGITAL)
def test_a_digital_pdf_has_its_values_in_its_text_layer(file: str) -> None:
    printed = text(FOLDER / file)
    assert all(any(holds(printed, form) for form in forms(value)) for value in values(truth(file)))


@pytest.mark.parametrize("file", SCANNED_PDFS)
def test_a_scanned_pdf_has_no_text_layer(file: str) -> None:
    assert text(FOLDER / file).strip() == ""


def test_the_rotated_scan_lies_on_its_side_in_its_pixels() -> None:
    with pypdfium2.PdfDocument(FOLDER / "rotated-scan.pdf") as pdf:
        width, height = pdf[0].get_size()
        assert pdf[0].get_rotation() == 0
        assert width > height


def test_the_fax_is_black_and_white_and_group_4() -> None:
    with Image.open(FOLDER / "form.tiff") as image:
        assert image.mode == "1"
        assert image.info["compression"] == "group4"


def test_the_table_of_zones_runs_over_a_page_break() -> None:
    zones = [zone["code"] for zone in truth("report.pdf")["zones"]]
    with pypdfium2.PdfDocument(FOLDER / "report.pdf") as pdf:
        per_page = [re.findall(r"HV1\d\d\b", page.get_textpage().get_text_range()) for page in pdf]
    assert [len(codes) > 0 for codes in per_page] == [number in (6, 7) for number in range(1, 13)]
    assert per_page[5] + per_page[6] == zones


@pytest.mark.parametrize("file", PAGES)
def test_the_truth_fits_the_schema(file: str) -> None:
    assert list(misfits(truth(file), schema(file), file)) == []


@pytest.mark.parametrize("file", PAGES)
def test_every_field_of_a_schema_is_titled_and_described(file: str) -> None:
    for field in fields(schema(file)):
        assert field["title"]
        assert field["description"].endswith(".")


def test_the_invoice_adds_up() -> None:
    invoice = truth("invoice.pdf")
    for line in invoice["line_items"]:
        assert line["quantity"] * line["unit_price"] == pytest.approx(line["amount"])
    subtotal = sum(line["amount"] for line in invoice["line_items"])
    assert f"{subtotal:,.2f}" in text(FOLDER / "invoice.pdf")
    assert subtotal < invoice["total_amount"]


def test_all_documents_together_are_small() -> None:
    assert sum((FOLDER / file).stat().st_size for file in PAGES) < MOST_BYTES


def truth(file: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / "expected" / f"{Path(file).stem}.json").read_text(encoding="utf-8")))


def schema(file: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / "schemas" / f"{Path(file).stem}.json").read_text(encoding="utf-8")))


def pages(content: bytes, dpi: float) -> list[NDArray[np.uint8]]:
    """The pages in grey; `dpi` is for those of PDFs."""
    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf:
            return [np.asarray(page.render(scale=dpi / 72, grayscale=True).to_pil()) for page in pdf]
    with Image.open(io.BytesIO(content)) as image:
        frames = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append(np.asarray(image.convert("L")))
        return frames


def text(document: Path | bytes) -> str:
    """A PDF's text layer, on one line."""
    with pypdfium2.PdfDocument(document) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def values(value: Any) -> Iterator[str | float]:
    """The texts and numbers in a truth; a check box has neither."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from values(inner)
    elif not isinstance(value, bool):
        yield value


def forms(value: str | float) -> set[str]:
    """The ways in which the documents print a value."""
    if not isinstance(value, str):
        return {f"{value:,.2f}", f"{value:,.1f}", f"{value:,}", f"{value}"}
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return {value}
    on = date.fromisoformat(value)
    written = {f"{on:%B %d, %Y}", f"{on.day} {on:%B %Y}", f"{on:%d %b %Y}"}
    return written | {f"{on:%d/%m/%Y}", f"{on:%m/%d/%Y}"}


def holds(printed: str, form: str) -> bool:
    """Whether a text holds a value by itself, not as a part of a longer word or number."""
    return re.search(rf"(?<![\w.,])-?{re.escape(form)}(?![\w]|[.,]\d)", printed) is not None


def misfits(value: Any, node: dict[str, Any], path: str) -> Iterator[str]:
    """Where a value departs from a schema made of the keywords that the samples use."""
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "number": (int, float),
        "integer": (int,),
        "boolean": (bool,),
    }
    if node["type"] == "object":
        if list(value) != node["required"] or list(value) != list(node["properties"]):
            yield path
        for name, inner in node["properties"].items():
            yield from misfits(value.get(name), inner, f"{path}.{name}")
    elif node["type"] == "array":
        for number, item in enumerate(value):
            yield from misfits(item, node["items"], f"{path}[{number}]")
    else:
        kind = node["type"][0]
        if type(value) not in kinds[kind] or value not in node.get("enum", [value]):
            yield path
        elif node.get("format") == "date":
            date.fromisoformat(value)


def fields(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every property of a schema, at any depth."""
    if node["type"] == "array":
        yield from fields(node["items"])
    for inner in node.get("properties", {}).values():
        yield inner
        yield from fields(inner)
