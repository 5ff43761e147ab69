"""Pages as images."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from local.textract.errors import TextractError
from local.textract.limits import MAX_PAGES
from local.textract.render import PAGE_PIXELS, inspect, render, sniff
from tests.local.textract.documents import blank, image_bytes, pdf, png, tiff


def file(directory: Path, data: bytes) -> Path:
    path = directory / "document"
    path.write_bytes(data)
    return path


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(TextractError) as error:
        call(*args)
    return error.value.code


def test_knows_formats_by_their_first_bytes() -> None:
    assert sniff(png()[:64]) == "PNG"
    assert sniff(image_bytes(blank(), "JPEG")[:64]) == "JPEG"
    assert sniff(tiff([blank()])[:64]) == "TIFF"
    assert sniff(b"junk before\n" + pdf([["x"]])[:64]) == "PDF"
    assert refused(sniff, b"GIF89a") == "UnsupportedDocumentException"
    assert refused(sniff, b"") == "UnsupportedDocumentException"


@pytest.mark.parametrize(
    ("data", "pages"),
    [(pdf([["a"], ["b"], ["c"]]), 3), (tiff([blank(), blank()]), 2), (png(), 1), (image_bytes(blank(), "JPEG"), 1)],
)
def test_counts_pages(tmp_path: Path, data: bytes, pages: int) -> None:
    assert inspect(file(tmp_path, data)) == pages


def test_refuses_more_pages_than_textract_takes(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(MAX_PAGES + 1):
        canvas.showPage()
    canvas.save()

    assert refused(inspect, file(tmp_path, out.getvalue())) == "BadDocumentException"


def test_renders_a_pdf_page_at_200_dpi(tmp_path: Path) -> None:
    page = render(file(tmp_path, pdf([["first"], ["second"]])), 2)

    assert page.shape == (2200, 1700, 3)
    assert page.min() < 50
    assert page.max() == 255


def test_renders_no_more_pixels_than_ocr_reads(tmp_path: Path) -> None:
    large = render(file(tmp_path, pdf([["poster"]], size=(2_880, 2_880))), 1)
    photo = render(file(tmp_path, image_bytes(blank(5_000, 3_000), "JPEG")), 1)

    assert 0.99 * PAGE_PIXELS < large.shape[0] * large.shape[1] <= 1.01 * PAGE_PIXELS
    assert 0.9 * PAGE_PIXELS < photo.shape[0] * photo.shape[1] <= 1.01 * PAGE_PIXELS
    assert photo.shape[1] / photo.shape[0] == pytest.approx(5 / 3, rel=0.01)


def test_refuses_a_page_beyond_the_last(tmp_path: Path) -> None:
    assert refused(render, file(tmp_path, pdf([["one"]])), 2) == "BadDocumentException"
    assert refused(render, file(tmp_path, tiff([blank()])), 2) == "BadDocumentException"


GRAY = np.tile(np.linspace(0, 1, 64), (32, 1))


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (Image.fromarray((GRAY * 255).astype(np.uint8)), "PNG"),
        (Image.fromarray((GRAY * 65_535).astype(np.uint16)), "PNG"),
        (Image.fromarray((GRAY * 65_535).astype(np.uint16)), "TIFF"),
        (Image.fromarray((GRAY * 65_535).astype(np.int32)), "TIFF"),
        (Image.fromarray(GRAY.astype(np.float32)), "TIFF"),
        (Image.fromarray((GRAY * 255).astype(np.uint8)).convert("RGB").convert("CMYK"), "JPEG"),
        (Image.fromarray((GRAY * 255).astype(np.uint8)).convert("RGB").convert("CMYK"), "TIFF"),
        (Image.fromarray((GRAY * 255).astype(np.uint8)).convert("P"), "PNG"),
        (Image.fromarray((GRAY * 255).astype(np.uint8)).convert("LA"), "PNG"),
        (Image.fromarray((GRAY * 255).astype(np.uint8)).convert("YCbCr"), "TIFF"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.mode,
)
def test_any_kind_of_pixel_is_seen_as_it_looks(tmp_path: Path, image: Image.Image, kind: str) -> None:
    page = render(file(tmp_path, image_bytes(image, kind)), 1)

    assert page.shape == (32, 64, 3)
    assert np.abs(page[:, :, 0] - GRAY * 255).max() < 16


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    page = render(file(tmp_path, image_bytes(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))), 1)

    assert page.min() == 255


def test_an_image_is_read_as_its_pixels_lie_whatever_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to show

    assert render(file(tmp_path, image_bytes(blank(300, 200), "JPEG", exif=exif)), 1).shape == (200, 300, 3)


def test_refuses_an_image_wider_than_textract_takes(tmp_path: Path) -> None:
    assert refused(inspect, file(tmp_path, image_bytes(blank(10_001, 1)))) == "BadDocumentException"
    assert inspect(file(tmp_path, image_bytes(blank(10_000, 1)))) == 1


def test_refuses_a_cut_image(tmp_path: Path) -> None:
    noise = Image.effect_noise((200, 200), 50)
    for kind in ("PNG", "JPEG"):
        data = image_bytes(noise, kind)
        assert refused(render, file(tmp_path, data[: len(data) // 2]), 1) == "BadDocumentException"


def test_draws_what_was_filled_into_a_form(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 100))
    canvas.acroForm.textfield(name="name", value="WWWWWWWW", x=10, y=30, width=180, height=30, borderStyle="solid")
    canvas.showPage()
    canvas.save()

    page = render(file(tmp_path, out.getvalue()), 1)

    assert (page[110:190, 60:440].mean(axis=2) < 80).any(), "the field's text"
