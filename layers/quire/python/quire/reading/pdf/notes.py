"""What is put on a PDF page without being its content: form fields, ticks, typed text. Runs in the sandbox's child.

PDFium makes what they look like where the file does not say it, and `file.load_page` draws that into the page. Here
is what it leaves out: typed text in letters that its fonts lack, fields of no form, and that a drawn tick is a tick.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from quire.reading.model import Box, Word

# A form has hundreds of fields on a page.
_MOST_NOTES = 5_000
_LONGEST = 20_000  # bytes of UTF-16
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_TICKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_PASSWORD = 1 << 13  # ISO 32000-1, table 228
_FONT = "Tf"  # names a font in an annotation's default appearance; without, PDFium writes nothing
# Of type whose size is not known: points, and shares of it.
_USUAL_SIZE = 10.0
_LEADING = 1.2
_LETTER_WIDTH = 0.5
_AS_PLACED = 0.1  # points; PDFium keeps a corner as a float of 32 bits
_LOW = 2.5  # boxes for one line, which stands in their middle

Corners = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own coordinates."""


@dataclass(frozen=True, slots=True)
class Note:
    """A field or typed text that has no appearance of its own, or a box that is ticked, or is not."""

    corners: Corners
    content: str | bool


def hide_unseen(page: Any) -> None:
    """Hide what is not to be seen on a screen: PDFium's `Flatten` minds one of the two flags that say so."""
    for annotation in _annotations(page):
        flags = pdfium.FPDFAnnot_GetFlags(annotation)
        if flags & _UNSEEN:
            pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)


def typed_notes(page: Any, form: Any | None) -> list[Note]:
    """Typed text that PDFium cannot write, on a page (a handle) not yet shown to `form`; it does not try any more."""
    return _notes(page, lambda annotation: _text(annotation, form))


def ticks(page: Any, form: Any) -> list[Note]:
    """The boxes of `form` on a page (a handle) that has been shown to it."""
    return _notes(page, lambda annotation: _ticked(annotation, form))


def _notes(page: Any, content_of: Callable[[Any], str | bool | None]) -> list[Note]:
    found: list[Note] = []
    for annotation in _annotations(page):
        if pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            continue
        content = content_of(annotation)
        rect = pdfium.FS_RECTF()
        if content not in (None, "") and pdfium.FPDFAnnot_GetRect(annotation, rect):
            found.append(Note((rect.left, rect.bottom, rect.right, rect.top), content))
    return found


def lacks_looks(page: Any) -> bool:
    """Whether there is typed text without an appearance."""
    return any(
        pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FREETEXT and not _has(annotation, b"AP")
        for annotation in _annotations(page)
    )


def with_ticked(notes: Sequence[Note], ticked: Sequence[tuple[float, float]]) -> list[Note]:
    """The notes, those of boxes at these corners (left, bottom) ticked."""
    return [
        Note(note.corners, True)
        if note.content is False and any(math.dist(note.corners[:2], corner) < _AS_PLACED for corner in ticked)
        else note
        for note in notes
    ]


def with_notes(words: Sequence[Word], placed: Sequence[tuple[Box, str | bool]]) -> list[Word]:
    """The page's level words with those of its notes, of which each one's place on the page and content are given."""
    boxes = [box for box, content in placed if isinstance(content, bool)]
    # What a ticked box shows is a letter of some symbol font.
    kept = [word for word in words if len(word.text) > 1 or not any(box.holds(*word.box.centre) for box in boxes)]
    for box, content in placed:
        if isinstance(content, bool):
            kept.append(Word("☒" if content else "☐", box.rounded()))
        else:
            kept += _typed(content, box)
    return kept


def _text(annotation: Any, form: Any | None) -> str | None:
    if _has(annotation, b"AP"):
        return None
    if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FREETEXT:
        content = _string(annotation, b"Contents")
        if _is_written(content) and _FONT in _string(annotation, b"DA").split():
            return None
        pdfium.FPDFAnnot_SetFlags(annotation, pdfium.FPDFAnnot_GetFlags(annotation) | pdfium.FPDF_ANNOT_FLAG_HIDDEN)
        return content
    if form or _string(annotation, b"FT") not in ("Tx", "Ch"):
        return None
    return None if _number(annotation, b"Ff") & _PASSWORD else _string(annotation, b"V")


def _is_written(text: str) -> bool:
    """Whether PDFium writes the text of a note: it has its standard fonts' letters only."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _ticked(annotation: Any, form: Any) -> bool | None:
    if pdfium.FPDFAnnot_GetFormFieldType(form, annotation) not in _TICKS:
        return None
    # Where its own state is missing, its field's value tells (`facts`).
    return pdfium.FPDFAnnot_IsChecked(form, annotation) > 0 or _string(annotation, b"AS") not in ("", "Off")


def _typed(text: str, box: Box) -> Iterator[Word]:
    """Words where a viewer would write them, near enough: from the left, in lines from the top."""
    lines = text.splitlines() or [""]
    size = min(_USUAL_SIZE, max(box.height / (len(lines) * _LEADING), 1.0))
    low = len(lines) == 1 and box.height < _LOW * size
    y = box.y0 + (box.height - size) / 2 if low else box.y0
    for line in lines:
        x = box.x0
        for word in line.split():
            width = _LETTER_WIDTH * size * len(word)
            if x > box.x0 and x + width > box.x1:
                x, y = box.x0, y + size * _LEADING
            yield Word(word, Box(x, y, x + width, y + size).rounded())
            x += width + _LETTER_WIDTH * size
        y += size * _LEADING


def _annotations(page: Any) -> Iterator[Any]:
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        annotation = pdfium.FPDFPage_GetAnnot(page, n)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)


def _has(annotation: Any, key: bytes) -> bool:
    return bool(pdfium.FPDFAnnot_HasKey(annotation, key))


def _number(annotation: Any, key: bytes) -> int:
    value = ctypes.c_float()
    return int(value.value) if pdfium.FPDFAnnot_GetNumberValue(annotation, key, value) else 0


def _string(annotation: Any, key: bytes) -> str:
    length = min(pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0), _LONGEST)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    if pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, length) > length:
        return ""
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")
