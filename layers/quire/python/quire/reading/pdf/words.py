"""Words with their boxes from a PDF page's text layer, through PDFium."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from quire.reading.bidi import is_right_to_left, spelled
from quire.reading.model import Box, Word, around
from quire.reading.pdf.file import Placement

# PDFium says U+0002 or U+FFFE for a hyphen that ends a line.
_HYPHENS = frozenset((0x02, 0xFFFE))
_SOFT_HYPHEN = 0xAD
_NO_WIDTH = 0x200B
_SPACES = frozenset((0, *(code for code in range(0x3001) if chr(code).isspace())))
# Format characters (Unicode's Cf) are not seen: zero-width spaces and joiners, marks of direction. But these are.
_SEEN = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
# PDFium puts a space where it sees one. This only parts what stands further apart than any two letters of a word, in
# sizes of the larger one.
_FARTHEST_LETTERS = 1.2
_TOUCHING = 0.2  # heights of what stands in the line; a space is 0.3 of a capital's height at least
_HEBREW = 0x590  # the first script that runs to the left
# Degrees off the nearest quarter turn: more than a careless stamp's.
_SLANT = 12.0
# Points: lower than the title of any page, higher than its text.
_LARGE = 24.0
_PALE = 150.0  # of 255
_THINNEST = 0.1  # points; what is drawn is wider

Shows = Callable[[int, Box], bool]
"""Whether the page shows a word of a text object (its address), standing there."""


class _Looks(NamedTuple):
    """What sets a word apart from the text: it is `slanted` (runs between the quarter turns) or of a large `size` (of
    its type, in points), and perhaps `pale` (its colour on white is a light one)."""

    slanted: bool
    size: float
    pale: bool


@dataclass(frozen=True, slots=True)
class Standout:
    """A word that is set apart from the text by its slant or its size; `turn` and `word` as in `PageText.words`, the
    rest as in `_Looks`."""

    turn: int
    word: Word
    slanted: bool
    size: float
    pale: bool


@dataclass(slots=True)
class PageText:
    """What a page's text layer holds.

    Attributes:
        words: by the quarter turns (clockwise) in which they run on the displayed page.
        unmapped: how many words begin with a character for which the font gives no Unicode.
        hidden: words that do not show.
        standouts: those of `words` that are set apart.
    """

    words: dict[int, list[Word]] = field(default_factory=dict)
    unmapped: int = 0
    hidden: list[Word] = field(default_factory=list)
    standouts: list[Standout] = field(default_factory=list)

    def add(self, turn: int, word: Word, looks: _Looks | None) -> None:
        self.words.setdefault(turn, []).append(word)
        if looks:
            self.standouts.append(Standout(turn, word, *looks))


@dataclass(slots=True)
class _Piece:
    """Of a word on a page with right-to-left text: its letters in PDFium's order, and where each begins and ends along
    the line."""

    turn: int
    box: Box
    letters: list[str]
    places: list[tuple[float, float]]
    looks: _Looks | None


_Rect = tuple[float, float, float, float]  # left, bottom, right, top; the page's own coordinates


def page_text(page: Any, place: Placement, shows: Shows | None = None) -> PageText:
    """The words in a page's content (a pypdfium2 PdfPage), in its order; those that the page `shows`."""
    text_page = page.get_textpage()
    try:
        return _Reader(text_page.raw, place, shows).read(text_page.count_chars())
    finally:
        text_page.close()


def address_of(handle: Any) -> int:
    """By which a page object is known."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


class _Reader:
    """Reads one page. Calls into PDFium are what costs, so a word's box is asked for once, not once a character."""

    def __init__(self, raw: Any, place: Placement, shows: Shows | None) -> None:
        self._raw = raw
        self._place = place
        self._shows = shows
        self._left, self._bottom, self._right, self._top = (ctypes.c_double() for _ in range(4))
        self._result = PageText()
        self._right_to_left = False
        self._pieces: list[_Piece] = []

    def read(self, count: int) -> PageText:
        raw, unicode_of = self._raw, pdfium.FPDFText_GetUnicode
        # What PDFium takes to be a line of such letters it turns round, and what else is in it too.
        codes = [unicode_of(raw, i) for i in range(count)]
        self._right_to_left = max(codes, default=0) >= _HEBREW and any(map(_runs_left, codes))
        letters: list[int] = []
        first = 0
        for i, code in enumerate(codes):
            if code in _SPACES:
                if letters:
                    self._add(first, letters)
                    letters = []
            else:
                if not letters:
                    first = i
                letters.append(code)
        if letters:
            self._add(first, letters)
        for turn, word, looks in _from_pieces(self._pieces):
            self._result.add(turn, word, looks)
        return self._result

    def _add(self, first: int, letters: list[int]) -> None:
        """Add the word, or the words when its letters stand too far apart to be one."""
        rects = self._rects(first, len(letters))
        if all(_near(a, b) for a, b in pairwise(rects)):
            if rects:
                self._word(first, letters, rects)
            return
        if self._right_to_left and self._in_one_piece(first, len(letters)):
            self._word(first, letters, rects)
            return
        start, held = 0, [self._letter(first)]
        for n in range(1, len(letters)):
            rect = self._letter(first + n)
            if not _near(held[-1], rect):
                self._word(first + start, letters[start:n], held)
                start, held = n, []
            held.append(rect)
        self._word(first + start, letters[start:], held)

    def _in_one_piece(self, first: int, count: int) -> bool:
        """Whether the letters are near one another in the order in which they stand."""
        return all(_near(a, b) for a, b in pairwise(sorted(self._letter(first + n) for n in range(count))))

    def _rects(self, first: int, count: int) -> list[_Rect]:
        """The letters' boxes, those of one text object as one."""
        left, top, right, bottom = self._left, self._top, self._right, self._bottom
        rects: list[_Rect] = []
        for n in range(max(pdfium.FPDFText_CountRects(self._raw, first, count), 0)):
            if pdfium.FPDFText_GetRect(self._raw, n, left, top, right, bottom):
                rects.append((left.value, bottom.value, right.value, top.value))
        return rects

    def _letter(self, index: int) -> _Rect:
        pdfium.FPDFText_GetCharBox(self._raw, index, self._left, self._right, self._bottom, self._top)
        return self._left.value, self._bottom.value, self._right.value, self._top.value

    def _word(self, first: int, letters: Sequence[int], rects: Sequence[_Rect]) -> None:
        lefts, bottoms, rights, tops = zip(*rects, strict=True)
        whole = self._place.box(min(lefts), min(bottoms), max(rights), max(tops))
        shown = self._place.on_page(whole)
        if _SOFT_HYPHEN in letters:
            letters = self._with_hyphens(first, letters)
        characters = list(map(_character, letters))
        text = "".join(characters)
        # Cropped away when less than half of it is left.
        if not text or shown is None or shown.width * shown.height < 0.5 * whole.width * whole.height:
            return
        if self._shows and not self._shows(address_of(pdfium.FPDFText_GetTextObject(self._raw, first)), shown):
            self._result.hidden.append(Word(text, shown))
            return
        if pdfium.FPDFText_HasUnicodeMapError(self._raw, first):
            self._result.unmapped += 1
        quarters = self._quarters(first)
        turn, looks = self._turn(first, quarters), self._looks(first, quarters, shown)
        if self._right_to_left:
            self._pieces.append(_Piece(turn, shown, characters, self._places(first, turn, letters), looks))
        else:
            self._result.add(turn, Word(text, shown.rounded()), looks)

    def _quarters(self, index: int) -> float:
        """How far a letter's line is turned, clockwise, before /Rotate."""
        # PDFium gives the angle in radians; -1 when there is none.
        return float(max(pdfium.FPDFText_GetCharAngle(self._raw, index), 0.0) / (math.pi / 2))

    def _turn(self, index: int, quarters: float) -> int:
        """In how many whole quarter turns, clockwise, a letter's line runs on the displayed page."""
        # PDFium takes the angle from the text's matrix alone: type of a negative size stands the other way up.
        upside_down = 2 if pdfium.FPDFText_GetFontSize(self._raw, index) < 0 else 0
        return int(round(quarters) + upside_down + self._place.quarters) % 4

    def _looks(self, first: int, quarters: float, shown: Box) -> _Looks | None:
        """What sets a word apart from the text; None of one like any other."""
        slanted = abs(quarters - round(quarters)) * 90 > _SLANT
        if not slanted and min(shown.width, shown.height) < _LARGE:
            return None
        return _Looks(slanted, self._size(first), self._is_pale(first))

    def _places(self, first: int, turn: int, letters: Sequence[int]) -> list[tuple[float, float]]:
        """Where each letter begins and ends along its line."""
        places: list[tuple[float, float]] = []
        for n in range(len(letters)):
            box = self._place.box(*self._letter(first + n))
            begins, ends = (box.y0, box.y1) if turn % 2 else (box.x0, box.x1)
            places.append((begins, ends) if turn < 2 else (-ends, -begins))
        return places

    def _with_hyphens(self, first: int, letters: Sequence[int]) -> list[int]:
        """The letters of a word, each soft hyphen as the hyphen that it shows, or as a space without width."""
        seen = list(letters)
        for n, code in enumerate(letters):
            if code == _SOFT_HYPHEN:
                left, _, right, _ = self._letter(first + n)
                seen[n] = ord("-") if right - left > _THINNEST else _NO_WIDTH
        return seen

    def _size(self, index: int) -> float:
        """Of the type, in points of the displayed page."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._raw, index, matrix)
        size: float = pdfium.FPDFText_GetFontSize(self._raw, index)
        return size * math.hypot(matrix.c, matrix.d) * self._place.unit

    def _is_pale(self, index: int) -> bool:
        """Whether a letter is lighter than a middle grey where it stands on white."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not pdfium.FPDFText_GetFillColor(self._raw, index, red, green, blue, alpha):
            return False
        # ITU-R BT.601: how light the three seem.
        light = 0.299 * red.value + 0.587 * green.value + 0.114 * blue.value
        return 255 + (light - 255) * alpha.value / 255 >= _PALE


def _from_pieces(pieces: Sequence[_Piece]) -> Iterator[tuple[int, Word, _Looks | None]]:
    """Words with their turns and looks. PDFium sees a space where it goes from one piece of text to the next against
    the order in which they stand: pieces that touch are one word."""
    words: list[_Piece] = []
    for piece in pieces:
        if words and _touch(words[-1], piece):
            word = words.pop()
            box = around((word.box, piece.box))
            piece = _Piece(word.turn, box, word.letters + piece.letters, word.places + piece.places, word.looks)
        words.append(piece)
    for word in words:
        yield word.turn, Word(spelled(word.letters, word.places), word.box.rounded()), word.looks


def _touch(a: _Piece, b: _Piece) -> bool:
    """Whether one ends where the other begins, on one line."""
    along, up = ("y", "x") if a.turn % 2 else ("x", "y")
    (a0, a1, b0, b1), (c0, c1, d0, d1) = (
        [getattr(box, f"{axis}{end}") for box in (a.box, b.box) for end in (0, 1)] for axis in (along, up)
    )
    height = max(c1 - c0, d1 - d0)
    level = min(c1, d1) - max(c0, d0) > 0
    return a.turn == b.turn and level and abs(max(a0, b0) - min(a1, b1)) <= _TOUCHING * height


def _runs_left(code: int) -> bool:
    return is_right_to_left(_character(code))


def _near(a: _Rect, b: _Rect) -> bool:
    reach = _FARTHEST_LETTERS * max(min(a[2] - a[0], a[3] - a[1]), min(b[2] - b[0], b[3] - b[1]), 4.0)
    return b[0] - a[2] <= reach and a[0] - b[2] <= reach and b[1] - a[3] <= reach and a[1] - b[3] <= reach


def _character(code: int) -> str:
    if 32 < code < 0xAD:
        return chr(code)
    if code in _HYPHENS:
        return "-"
    # Half a surrogate pair, or beyond Unicode: a font's broken map.
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    character = chr(code)
    if unicodedata.category(character) == "Cf" and code not in _SEEN:
        return ""
    return _LIGATURES.get(code) or character
