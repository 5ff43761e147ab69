"""A document's pages as images, one at a time; run only in a worker process, which may die of it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from local.textract.errors import TextractError
from local.textract.limits import MAX_BYTES, MAX_PAGES, MAX_POINTS, MAX_SIDE, Format

Pixels = NDArray[np.uint8]  # height x width x 3, RGB

# What a page is read at. 200 dpi of a letter page are 3.7 million pixels; more makes OCR slower, not better.
PAGE_PIXELS = 4_000_000
DPI = 200

PDF_HEADER_WITHIN = 1024


def sniff(head: bytes) -> Format:
    """The format that a document's first 1,024 bytes show.

    Raises:
        TextractError: UnsupportedDocumentException, for anything but a PDF, PNG, JPEG or TIFF.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return "TIFF"
    if b"%PDF-" in head[:PDF_HEADER_WITHIN]:
        return "PDF"
    raise TextractError("UnsupportedDocumentException")


def inspect(path: Path) -> int:
    """How many pages the document has, after every check that needs no rendering.

    Raises:
        TextractError: UnsupportedDocumentException (format; a PDF broken, encrypted, XFA or without a page),
            DocumentTooLargeException (bytes for its format), BadDocumentException (image broken or over
            10,000 pixels a side, more than 3,000 pages).
    """
    with path.open("rb") as file:
        kind = sniff(file.read(PDF_HEADER_WITHIN))
    if path.stat().st_size > MAX_BYTES[kind]:
        raise TextractError("DocumentTooLargeException")
    if kind == "PDF":
        with _pdf(path) as pdf:
            pages = len(pdf)
    else:
        with _image(path) as image:
            pages = getattr(image, "n_frames", 1) if kind == "TIFF" else 1
    if pages > MAX_PAGES:
        raise TextractError("BadDocumentException", f"The document has more than {MAX_PAGES} pages")
    if not pages:
        raise TextractError("UnsupportedDocumentException")
    return pages


def render(path: Path, page: int) -> Pixels:
    """One page (from 1) as RGB, at most PAGE_PIXELS.

    An image comes as its pixels lie in the file: Textract's answers do not follow an Exif orientation.

    Raises:
        TextractError: as `inspect`, and BadDocumentException for a page that cannot be rendered.
    """
    with path.open("rb") as file:
        kind = sniff(file.read(PDF_HEADER_WITHIN))
    return _pdf_page(path, page) if kind == "PDF" else _image_page(path, page)


def _pdf(path: Path) -> Any:
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise TextractError("UnsupportedDocumentException") from error
    encrypted = pypdfium2.raw.FPDF_GetSecurityHandlerRevision(pdf.raw) != -1
    xfa = pdf.get_formtype() in (pypdfium2.raw.FORMTYPE_XFA_FULL, pypdfium2.raw.FORMTYPE_XFA_FOREGROUND)
    if encrypted or xfa:
        pdf.close()
        raise TextractError("UnsupportedDocumentException")
    return pdf


def _pdf_page(path: Path, number: int) -> Pixels:
    with _pdf(path) as pdf:
        try:
            if pdf.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
                pdf.init_forms()  # else the fields' values are not drawn
            page = pdf[number - 1]
            width, height = page.get_size()
            if not 0 < max(width, height) <= MAX_POINTS:
                raise TextractError("UnsupportedDocumentException", "A page is larger than 40 inches")
            scale = min(DPI / 72, (PAGE_PIXELS / max(1.0, width * height)) ** 0.5)
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
            return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
        except (pypdfium2.PdfiumError, IndexError, MemoryError) as error:
            raise TextractError("BadDocumentException") from error


def _image(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # The check below is stricter than Pillow's warning.
            warnings.simplefilter("ignore")
            image = Image.open(path, formats=("PNG", "JPEG", "TIFF"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise TextractError("BadDocumentException") from error
    if max(image.size) > MAX_SIDE:
        image.close()
        raise TextractError("BadDocumentException", f"An image's side is longer than {MAX_SIDE} pixels")
    return image


def _image_page(path: Path, number: int) -> Pixels:
    with _image(path) as image:
        try:
            if number > 1:
                image.seek(number - 1)
            if max(image.size) > MAX_SIDE:  # each page of a TIFF has its own size
                raise TextractError("BadDocumentException", f"An image's side is longer than {MAX_SIDE} pixels")
            scale = min(1.0, (PAGE_PIXELS / (image.width * image.height)) ** 0.5)
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            image.draft(None, size)  # a JPEG may be decoded smaller at once
            image.load()
            return np.array(_rgb(image, size), dtype=np.uint8)
        except (OSError, ValueError, SyntaxError, MemoryError, EOFError, Image.DecompressionBombError) as error:
            raise TextractError("BadDocumentException") from error


def _rgb(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image as RGB on white, reduced to `size`."""
    if image.mode.startswith(("I", "F")):  # 16 and 32 bits: Pillow would clip them
        values = np.asarray(image, dtype=np.float64)
        full = next((top for top in (1.0, 255.0, 65_535.0) if values.max() <= top), float(values.max()))
        full = full if image.mode.startswith("F") else max(full, 65_535.0)
        image = Image.fromarray((values.clip(0, full) * (255 / full)).astype(np.uint8))
    if image.size != size:
        if image.mode in ("P", "1"):  # resampling needs tones, not indexes
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image = image.resize(size, Image.Resampling.BOX)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
