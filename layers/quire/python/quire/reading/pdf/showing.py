"""Which text of a PDF page shows. What cannot be seen there must not become a value, whoever put it there.

The page itself decides: it is drawn with and without the text in doubt, and text whose absence changes nothing does not
show (of its ground's colour, transparent, under something, of a layer that is switched off …). Only text that may be
such is put to the test, so most pages are never drawn.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from quire.reading.model import Box, Word
from quire.reading.pdf.drawings import Colour, Drawings, Fill, Text, fill_colour, matrix_of, times
from quire.reading.pdf.file import Placement
from quire.reading.pdf.words import address_of, page_text

# Pixels a point (108 a second of an inch): a hairline of small print still takes on a third of its colour.
_SCALE = 1.5
_MOST_PIXELS = 6_000_000  # of the drawn page; a sheet of A1 at this scale
_LEAST_SCALE = 0.5
# Of 255, in any of red, green and blue: a contrast of 1.1, which nobody reads.
_NO_CONTRAST = 12
# Likewise; colours this near to each other may be that near once they are drawn.
_NEAR = 48
# Points: type of which a line of a thousand letters is a hand wide.
_SMALLEST_TYPE = 1.0
_MOST_FILLS = 1000
_BANDS = 32
_EDGE = 0.3  # of a letter's height
_MOST_BATCHES = 4
# Of a word's width: what shows less of itself is not what the word says.
_SHOWN_WIDTH = 0.6
_OC_BYTES = 6  # the tag in UTF-16, with its end
_WHITE: Colour = (255, 255, 255)


@dataclass(slots=True)
class Showing:
    """What became of the page's text.

    Attributes:
        hidden: whether there was text that does not show at all; it is removed from the page.
        words: those of it that somebody may miss, or may have meant to be read: not what is beside the page, nor
            another program's OCR under a picture.
        painted_over: whether some of it lies under something that shows more than one colour, and is not painted
            there again: what is there is not known.
        doubtful: addresses of text objects, parts of which may not show -> where the page changes without them.
        scale: pixels of these a point.
    """

    hidden: bool = False
    words: Sequence[Word] = ()
    painted_over: bool = False
    doubtful: Mapping[int, Image.Image] = field(default_factory=dict)
    scale: float = 1.0

    def shows(self, address: int, box: Box) -> bool:
        """Whether the page shows a word (at `box`) of the text object at `address`."""
        changed = self.doubtful.get(address)
        if changed is None:
            return True
        x0, y0, x1, y1 = _pixels(box, self.scale, 0)
        inked = changed.crop((x0, y0, x1, y1)).getbbox()
        if inked is None:
            return False
        along = (inked[2] - inked[0]) / (x1 - x0), (inked[3] - inked[1]) / (y1 - y0)
        return along[0 if box.width >= box.height else 1] >= _SHOWN_WIDTH


def only_what_shows(page: Any, place: Placement, painted: Drawings, layered: bool) -> Showing:
    """Take the text that does not show from the page.

    Removed, and not skipped when its letters are read: of two letters in one place PDFium gives only the first.

    Args:
        page: a pypdfium2 PdfPage; its objects change.
        place: of the page.
        painted: what is on it.
        layered: whether the document has layers that may be switched off.
    """
    layer = [text for text in painted.texts if not text.painted]
    shown = [text for text in painted.texts if text.painted]
    fills = _Fills(painted.fills, place.height)
    near = {text.order: fills.at(text.box) for text in shown}
    covered = {text.order: fill for text in shown for fill in near[text.order] if _hides(fill, text)}
    suspects = [text for text in shown if text.order in covered or _suspect(text, near[text.order], layered)]
    result = Showing()
    gone: list[Text] = []
    if suspects:
        trial = _trial(page, place, painted)
        gone = trial.invisible(suspects) if trial else [text for text in suspects if text.order in covered]
        result.painted_over = any(
            not (trial and trial.flat(_shared(cover.box, text.box))) and not _painted_again(text, cover, shown)
            for text in gone
            if (cover := covered.get(text.order))
        )
        if trial:
            result.doubtful, result.scale = trial.changes, trial.scale
    orders = {text.order for text in gone}
    missed = [
        *gone,
        *(text for text in shown if text.order not in orders and _size(text) < _SMALLEST_TYPE),
        *(text for text in layer if not _on_picture(text, painted.images)),
    ]
    if missed:
        result.words = _words(page, place, painted.texts, missed)
    hidden = {address_of(text.obj.handle): text.obj for text in (*missed, *layer)}
    hidden |= {address_of(obj.handle): obj for obj in painted.beside}
    result.hidden = bool(hidden)
    for obj in hidden.values():
        if obj.remove(obj.holder, obj.handle):
            pdfium.FPDFPageObj_Destroy(obj.handle)
    return result


def _trial(page: Any, place: Placement, painted: Drawings) -> _Trial | None:
    """None where the page is too large, or too much, to be drawn."""
    across, down = max(place.width / place.unit, 1.0), max(place.height / place.unit, 1.0)
    scale = min(_SCALE, math.sqrt(_MOST_PIXELS / (across * down)))
    if scale < _LEAST_SCALE or not painted.drawable:
        return None
    return _Trial(page, scale, place.unit)


class _Trial:
    """Draws the page with and without some of its text."""

    def __init__(self, page: Any, scale: float, unit: float) -> None:
        self._page, self._drawing_scale = page, scale
        self.scale = scale / unit  # pixels a point of the displayed page
        self.changes: dict[int, Image.Image] = {}
        self._base = self._draw()

    def invisible(self, suspects: Sequence[Text]) -> list[Text]:
        """Those of which nothing shows."""
        gone: list[Text] = []
        for batch in self._batches(suspects):
            changed = self._changed(batch)
            for text in batch:
                if changed.crop(self._at(text)).getbbox() is None:
                    gone.append(text)
                else:
                    self.changes[address_of(text.obj.handle)] = changed
        if gone:
            # Two of the same in one place, as some programs write bold letters, hide each other.
            changed = self._changed(gone)
            gone = [text for text in gone if changed.crop(self._at(text)).getbbox() is None]
        return gone

    def flat(self, box: Box) -> bool:
        """Whether the page shows one colour there."""
        x0, y0, x1, y1 = _pixels(box, self.scale, -1)
        x1, y1 = min(x1, self._base.width), min(y1, self._base.height)
        if x1 <= x0 or y1 <= y0:
            return False
        return all(high - low < 2 * _NO_CONTRAST for low, high in _ranges(self._base.crop((x0, y0, x1, y1))))

    def _at(self, text: Text) -> tuple[int, int, int, int]:
        return _pixels(text.box, self.scale, 1)

    def _batches(self, suspects: Sequence[Text]) -> list[list[Text]]:
        """The suspects in groups within which none touches another: what changes at one is its own doing."""
        batches: list[tuple[list[Text], Image.Image]] = []
        for text in suspects:
            at = self._at(text)
            free = next((batch for batch in batches if batch[1].crop(at).getbbox() is None), None)
            if free is None and len(batches) < _MOST_BATCHES:
                free = [], Image.new("L", self._base.size)
                batches.append(free)
            members, taken = free or batches[-1]
            members.append(text)
            taken.paste(255, at)
        return [members for members, _ in batches]

    def _changed(self, texts: Sequence[Text]) -> Image.Image:
        """Where the page looks otherwise without these: 255, else 0."""
        _set_active(texts, False)
        without = self._draw()
        _set_active(texts, True)
        red, green, blue = ImageChops.difference(self._base, without).split()
        most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        return most.point([255 if value >= _NO_CONTRAST else 0 for value in range(256)])

    def _draw(self) -> Image.Image:
        bitmap = self._page.render(
            scale=self._drawing_scale, may_draw_forms=False, draw_annots=False, fill_color=(255, 255, 255, 255)
        )
        drawn: Image.Image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        return drawn


def _set_active(texts: Sequence[Text], active: bool) -> None:
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.obj.handle, active)


def _words(page: Any, place: Placement, texts: Sequence[Text], these: Sequence[Text]) -> list[Word]:
    """The words that the page has in `these`."""
    chosen = {text.order for text in these}
    others = [text for text in texts if text.order not in chosen]
    _set_active(others, False)
    found = [word for words in page_text(page, place).words.values() for word in words]
    _set_active(others, True)
    return found


class _Fills:
    """The page's largest areas, found again by the bands of the page that they touch."""

    def __init__(self, fills: Sequence[Fill], height: float) -> None:
        self._band = max(height / _BANDS, 1.0)
        self._bands: dict[int, list[Fill]] = {}
        largest = sorted(fills, key=lambda fill: -_area(fill.box))[:_MOST_FILLS]
        for fill in sorted(largest, key=lambda fill: fill.order):
            for band in self._touched(fill.box):
                self._bands.setdefault(band, []).append(fill)

    def at(self, box: Box) -> list[Fill]:
        """Those that touch it, in the order in which they are painted."""
        if not self._bands:
            return []
        near = {fill.order: fill for band in self._touched(box) for fill in self._bands.get(band, ())}
        return [fill for _, fill in sorted(near.items()) if _touch(fill.box, box)]

    def _touched(self, box: Box) -> range:
        return range(int(box.y0 // self._band), int(box.y1 // self._band) + 1)


def _suspect(text: Text, fills: Sequence[Fill], layered: bool) -> bool:
    """Whether it may be that the text, which touches these, does not show, or not all of it."""
    obj = text.obj
    if (
        obj.veiled
        or pdfium.FPDFPageObj_HasTransparency(obj.handle)
        or (layered and (obj.within or _marked(obj.handle)))
    ):
        return True
    colour = fill_colour(obj.handle)
    if colour is None or _near(colour, _WHITE):
        return True
    return any(fill.order > text.order or fill.colour is None or _near(fill.colour, colour) for fill in fills)


def _marked(handle: Any) -> bool:
    """Whether the object is part of a layer (ISO 32000-1, 8.11.3.2: marked content with the tag OC)."""
    length = ctypes.c_ulong()
    name = (ctypes.c_ushort * 8)()
    for n in range(max(pdfium.FPDFPageObj_CountMarks(handle), 0)):
        mark = pdfium.FPDFPageObj_GetMark(handle, n)
        named = pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
        if named and length.value == _OC_BYTES and (name[0], name[1]) == (ord("O"), ord("C")):
            return True
    return False


def _size(text: Text) -> float:
    """Of the type, in points of the page; no letter is lower than a fifth of it, nor narrower."""
    size = ctypes.c_float()
    if min(text.box.width, text.box.height) > _SMALLEST_TYPE or not pdfium.FPDFTextObj_GetFontSize(
        text.obj.handle, size
    ):
        return math.inf
    _, _, c, d, *_ = times(matrix_of(text.obj.handle), text.obj.matrix)
    return abs(size.value) * math.hypot(c, d)


def _hides(fill: Fill, text: Text) -> bool:
    shared = _shared(fill.box, text.box)
    return fill.opaque and fill.order > text.order and _area(shared) > 0.5 * _area(text.box)


def _painted_again(text: Text, cover: Fill, texts: Sequence[Text]) -> bool:
    """Whether other text stands on what covers it."""
    return any(
        other.order > cover.order and _area(_shared(other.box, text.box)) > 0.5 * _area(text.box) for other in texts
    )


def _on_picture(text: Text, images: Sequence[Box]) -> bool:
    x, y = text.box.centre
    return any(image.holds(x, y) for image in images)


def _near(a: Colour, b: Colour) -> bool:
    return abs(a[0] - b[0]) < _NEAR and abs(a[1] - b[1]) < _NEAR and abs(a[2] - b[2]) < _NEAR


def _touch(fill: Box, text: Box) -> bool:
    """Whether the two share more than the edge of a letter."""
    least = _EDGE * min(text.width, text.height)
    return (
        min(fill.x1, text.x1) - max(fill.x0, text.x0) > least and min(fill.y1, text.y1) - max(fill.y0, text.y0) > least
    )


def _shared(a: Box, b: Box) -> Box:
    """What both cover; of no area where they do not touch."""
    x0, y0 = max(a.x0, b.x0), max(a.y0, b.y0)
    return Box(x0, y0, max(min(a.x1, b.x1), x0), max(min(a.y1, b.y1), y0))


def _area(box: Box) -> float:
    return box.width * box.height


def _pixels(box: Box, scale: float, more: int) -> tuple[int, int, int, int]:
    """The pixels that a box touches, and so many more on each side."""
    return (
        max(math.floor(box.x0 * scale) - more, 0),
        max(math.floor(box.y0 * scale) - more, 0),
        math.ceil(box.x1 * scale) + more,
        math.ceil(box.y1 * scale) + more,
    )


def _ranges(image: Image.Image) -> list[tuple[int, int]]:
    found: Any = image.getextrema()
    return [(int(low), int(high)) for low, high in found]
