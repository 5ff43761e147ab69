"""Words with their boxes from a PDF page's text layer, through PDFium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from quire.reading.model import Word
from quire.reading.pdf_file import Placement

# PDFium says U+0002 or U+FFFE for a hyphen that ends a line, and U+00AD is one that shows.
_HYPHENS = frozenset((0x02, 0xAD, 0xFFFE))
_SPACES = frozenset((0, *(code for code in range(0x3001) if chr(code).isspace())))
_ZERO_WIDTH = frozenset((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
# PDFium puts a space where it sees one. This only parts what stands further apart than any two letters of a word, in
# sizes of the larger one.
_FARTHEST_LETTERS = 1.2


@dataclass(slots=True)
class PageText:
    """What a page's text layer holds.

    Attributes:
        words: by the quarter turns (clockwise) in which they run on the displayed page.
        unmapped: how many characters' font gives no Unicode.
        hidden: whether some text is not painted; it was left out.
    """

    words: dict[int, list[Word]] = field(default_factory=dict)
    unmapped: int = 0
    hidden: bool = False


@dataclass(slots=True)
class _Letters:
    """A word while it is read; coordinates are the page's own."""

    first: int
    text: list[str]
    x0: float
    y0: float
    x1: float
    y1: float
    last: tuple[float, float, float, float]

    def reaches(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        a0, b0, a1, b1 = self.last
        reach = _FARTHEST_LETTERS * max(a1 - a0, b1 - b0, x1 - x0, y1 - y0, 2.0)
        return x0 - a1 <= reach and a0 - x1 <= reach and y0 - b1 <= reach and b0 - y1 <= reach

    def add(self, text: str, x0: float, y0: float, x1: float, y1: float) -> None:
        self.text.append(text)
        self.last = x0, y0, x1, y1
        self.x0, self.y0 = min(self.x0, x0), min(self.y0, y0)
        self.x1, self.y1 = max(self.x1, x1), max(self.y1, y1)


def page_text(page: Any, place: Placement, invisible: AbstractSet[int]) -> PageText:
    """The words that a page shows, in the order of its content.

    Args:
        page: a pypdfium2 PdfPage.
        place: its placement.
        invisible: addresses (`address`) of its text objects that are not painted.
    """
    text_page = page.get_textpage()
    try:
        return _read(text_page.raw, text_page.count_chars(), place, invisible)
    finally:
        text_page.close()


def address(handle: Any) -> int:
    """The address that a PDFium handle points to: equal for two handles of one object."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _read(raw: Any, count: int, place: Placement, invisible: AbstractSet[int]) -> PageText:
    result = PageText()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    # This loop runs for every character of a document: each look-up is done once.
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharBox
    unmapped = pdfium.FPDFText_HasUnicodeMapError
    word: _Letters | None = None
    for i in range(count):
        code = unicode_of(raw, i)
        if code in _SPACES:
            if word:
                _end(result, word, raw, place)
                word = None
            continue
        if code in _ZERO_WIDTH:
            continue
        if invisible and address(pdfium.FPDFText_GetTextObject(raw, i)) in invisible:
            result.hidden = True
            continue
        if not box_of(raw, i, left, right, bottom, top):
            continue
        x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
        if unmapped(raw, i):
            result.unmapped += 1
        text = "-" if code in _HYPHENS else chr(code) if code < 0xD800 else _rare(code)
        if word and word.reaches(x0, y0, x1, y1):
            word.add(text, x0, y0, x1, y1)
            continue
        if word:
            _end(result, word, raw, place)
        word = _Letters(i, [text], x0, y0, x1, y1, (x0, y0, x1, y1))
    if word:
        _end(result, word, raw, place)
    return result


def _rare(code: int) -> str:
    if code in _LIGATURES:
        return _LIGATURES[code]
    # Half a surrogate pair, or no character at all: a font's broken map.
    return "\ufffd" if code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _end(result: PageText, word: _Letters, raw: Any, place: Placement) -> None:
    whole = place.box(word.x0, word.y0, word.x1, word.y1)
    shown = place.on_page(whole)
    # Cropped away when less than half of it is left.
    if shown is None or shown.width * shown.height < 0.5 * whole.width * whole.height:
        return
    # PDFium gives the angle in radians, clockwise, before /Rotate; -1 when there is none.
    angle = max(pdfium.FPDFText_GetCharAngle(raw, word.first), 0.0)
    turn = (round(angle / (math.pi / 2)) + place.quarters) % 4
    result.words.setdefault(turn, []).append(Word("".join(word.text), shown.rounded()))
