"""Opening a PDF with PDFium. Runs in the sandbox's child only: PDFium may abort the process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from quire.reading.broken import Broken
from quire.reading.model import Box
from quire.reading.pdf.notes import Note, hide_unseen, lacks_looks, ticks, typed_notes

# XFA in the foreground: an XFA form beside an AcroForm that says the same.
_FORMS = (pdfium.FORMTYPE_ACRO_FORM, pdfium.FORMTYPE_XFA_FOREGROUND)
_TINY = 4.0  # pixels


@contextmanager
def opened(path: Path, password: str | None) -> Iterator[Any]:
    """The document as a pypdfium2 PdfDocument, its form fields ready to be shown.

    A wrong password still opens a file that needs none (an owner's password alone only restricts it).

    Raises:
        Broken: password_required, unsupported_input (a security handler that PDFium lacks), extraction_failed.
    """
    document = open_pdf(path, password)
    try:
        if pdfium.FPDF_GetFormType(document.raw) in _FORMS:
            logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it misses XFA, which the AcroForm repeats
            document.init_forms()
        yield document
    finally:
        document.close()


def open_pdf(path: Path | BinaryIO, password: str | None) -> Any:
    """As `opened`, to be closed, without its form: that takes reading all fields."""
    for attempt in dict.fromkeys((password, None)):
        try:
            return pypdfium2.PdfDocument(path, password=attempt)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code == pdfium.FPDF_ERR_PASSWORD:
                continue
            if code == pdfium.FPDF_ERR_SECURITY:
                raise Broken("unsupported_input", "the PDF is encrypted in a way that cannot be opened") from None
            raise Broken("extraction_failed", "the PDF is damaged and cannot be opened") from None
    if password:
        message = "the password that came does not open the PDF: send the right one, or save it without one"
        raise Broken("password_required", message)
    raise Broken("password_required", "the PDF opens only with its password")


def load_page(document: Any, number: int) -> Any:
    """Page `number` (from 1), with what its annotations show (form values, comments) drawn into it.

    PDFium's text extraction sees page content only, so a filled-in field would be missed.

    Raises:
        Broken: extraction_failed, the page is missing or damaged.
    """
    return load_with_notes(document, number)[0]


def load_with_notes(document: Any, number: int) -> tuple[Any, list[Note]]:
    """As `load_page`, and the page's notes."""
    found: list[Note] = []
    try:
        if document.formenv:
            found = _notes_before_its_form(document, number)
        page = document[number - 1]
        if pdfium.FPDFPage_GetAnnotCount(page.raw):
            hide_unseen(page.raw)
            if document.formenv:
                found += ticks(page.raw, document.formenv.raw)
            else:
                found = typed_notes(page.raw, None)
                if lacks_looks(page.raw):  # drawing notes makes their looks, as a form does
                    page.render(scale=_TINY / max(*page.get_size(), 1.0), may_draw_forms=False).close()
            flattened = pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
            if flattened == pdfium.FLATTEN_SUCCESS:
                page.close()
                page = document[number - 1]
    except (pypdfium2.PdfiumError, IndexError):
        raise Broken("extraction_failed", f"page {number} is damaged and cannot be opened") from None
    return page, found


def _notes_before_its_form(document: Any, number: int) -> list[Note]:
    handle = pdfium.FPDF_LoadPage(document.raw, number - 1)
    if not handle:
        raise Broken("extraction_failed", f"page {number} is damaged and cannot be opened")
    try:
        return typed_notes(handle, document.formenv.raw)
    finally:
        pdfium.FPDF_ClosePage(handle)


class Placement:
    """From a page's own coordinates (origin bottom left, before /Rotate) to the page as displayed.

    ISO 32000-1, 7.7.3.3 (page attributes) and 8.3.2.3 (user space): the CropBox is shown, turned clockwise, its units
    so many points each as /UserUnit says, which PDFium leaves alone.
    """

    def __init__(self, page: Any, unit: float = 1.0) -> None:
        rect = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page.raw, rect)
        self._left, self._bottom, self._right, self._top = rect.left, rect.bottom, rect.right, rect.top
        self.quarters = pdfium.FPDFPage_GetRotation(page.raw)
        self.unit = unit
        across, up = (self._right - self._left) * unit, (self._top - self._bottom) * unit
        self.width, self.height = (up, across) if self.quarters % 2 else (across, up)

    def point(self, x: float, y: float) -> tuple[float, float]:
        unit = self.unit
        match self.quarters:
            case 0:
                return (x - self._left) * unit, (self._top - y) * unit
            case 1:
                return (y - self._bottom) * unit, (x - self._left) * unit
            case 2:
                return (self._right - x) * unit, (y - self._bottom) * unit
            case _:
                return (self._top - y) * unit, (self._right - x) * unit

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        ax, ay = self.point(left, bottom)
        bx, by = self.point(right, top)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def on_page(self, box: Box) -> Box | None:
        """The part of `box` that lies on the page, None when none does."""
        x0, y0 = max(box.x0, 0.0), max(box.y0, 0.0)
        x1, y1 = min(box.x1, self.width), min(box.y1, self.height)
        return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None
