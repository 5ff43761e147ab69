"""What is painted on a PDF page besides text: rulings, pictures, and what hides text."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from quire.reading.model import Box
from quire.reading.pdf_file import Placement

# Points. Thicker than a ruling is a bar or the background of a cell.
_THICKEST_RULING = 3.0
_SHORTEST_RULING = 4.0
_TALLEST_LETTER = 40.0
_LOWEST_LETTER = 2.0  # below are the dots of a dotted line
# Enough for any table; a map or a plot has more, and looking on would take minutes.
_MOST_OBJECTS = 30_000
_MOST_SEGMENTS = 400
_MOST_COVERS = 400
_MOST_LETTERS = 10_000
_DEEPEST_FORM = 8
# A pixel for each two points: type of 12 points is six pixels high, and cannot be read.
_FEWEST_DPI = 36.0
_POINTS_PER_INCH = 72.0

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NOT_PAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(slots=True)
class Drawings:
    """What was found; boxes in points of the displayed page, clipped to it.

    Attributes:
        rulings: thin straight horizontal or vertical strokes, as flat boxes.
        images: pictures.
        legible: those with pixels enough to carry text.
        outlines: how many curved shapes of about a letter's size are filled.
        letters: those of them that could be letters; the first ten thousand.
        drawn: whether anything but text is painted.
        hidden: whether there is text that does not show: not painted (ISO 32000-1, 9.3.6: rendering modes 3 and 7),
            clipped away, beside the page, or painted over.
        painted_over: whether some of it lies under something opaque, and is not painted there again.
    """

    rulings: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    legible: list[Box] = field(default_factory=list)
    outlines: int = 0
    letters: list[Box] = field(default_factory=list)
    drawn: bool = False
    hidden: bool = False
    painted_over: bool = False


class Painted(NamedTuple):
    """A page object: `matrix` leads from its coordinates to the page's, `remove` takes it out of its `holder`."""

    handle: Any
    kind: int
    matrix: _Matrix
    holder: Any
    remove: Callable[[Any, Any], Any]


def drawings(page: Any, place: Placement) -> Drawings:
    """Go through a page's objects in the order in which they are painted; text that does not show is removed.

    Removed, and not skipped when its letters are read: of two letters in one place PDFium gives only the first.
    """
    found = Drawings()
    texts: list[tuple[int, Box, Painted]] = []
    covers: list[tuple[int, Box]] = []
    hidden: dict[int, Painted] = {}
    for n, obj in enumerate(objects(page)):
        box = bounds(obj, place)
        if obj.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            if box is None or pdfium.FPDFTextObj_GetTextRenderMode(obj.handle) in _NOT_PAINTED:
                hidden[n] = obj
            else:
                texts.append((n, box, obj))
        elif box and _note(found, obj, box, place) and not pdfium.FPDFPageObj_HasTransparency(obj.handle):
            covers.append((n, box))
    covers = sorted(covers, key=lambda cover: -cover[1].width * cover[1].height)[:_MOST_COVERS]
    for n, cover in covers:
        for m, text, obj in texts:
            if m < n and _covers(cover, text):
                hidden[m] = obj
                found.painted_over |= not any(later > n and _covers(other, text) for later, other, _ in texts)
    found.hidden = bool(hidden)
    for obj in hidden.values():
        if obj.remove(obj.holder, obj.handle):
            pdfium.FPDFPageObj_Destroy(obj.handle)
    return found


def _note(found: Drawings, obj: Painted, box: Box, place: Placement) -> bool:
    """Add what is no text to what was found; returns whether it fills all of its box."""
    if obj.kind == pdfium.FPDF_PAGEOBJ_PATH:
        return _path(obj, place, box, found)
    found.drawn = True
    if obj.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        found.images.append(box)
        if _can_carry_text(obj.handle, box):
            found.legible.append(box)
        return True
    return False


def _can_carry_text(image: Any, box: Box) -> bool:
    """Not a pixel that is stretched to a background or a line."""
    across, down = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(image, across, down):
        return True
    return across.value * down.value * _POINTS_PER_INCH**2 >= _FEWEST_DPI**2 * box.width * box.height


def objects(page: Any) -> Iterator[Painted]:
    """A page's objects, those within form XObjects too."""
    left = _MOST_OBJECTS
    count = pdfium.FPDFPage_CountObjects(page.raw)
    stack = [(iter(range(count)), page.raw, pdfium.FPDFPage_GetObject, pdfium.FPDFPage_RemoveObject, _IDENTITY)]
    while stack:
        indices, holder, get, remove, matrix = stack[-1]
        index = next(indices, None)
        if index is None:
            stack.pop()
            continue
        left -= 1
        if left < 0:
            return
        handle = get(holder, index)
        if not handle:
            continue
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield Painted(handle, kind, matrix, holder, remove)
        elif len(stack) < _DEEPEST_FORM:
            inner = iter(range(max(pdfium.FPDFFormObj_CountObjects(handle), 0)))
            turned = times(matrix_of(handle), matrix)
            stack.append((inner, handle, pdfium.FPDFFormObj_GetObject, pdfium.FPDFFormObj_RemoveObject, turned))


def _path(obj: Painted, place: Placement, box: Box, found: Drawings) -> bool:
    """Note a path's rulings; returns whether it fills all of its box."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(obj.handle, fill, stroke) or not (fill.value or stroke.value):
        return False
    found.drawn = True
    count = pdfium.FPDFPath_CountSegments(obj.handle)
    if fill.value and not stroke.value and min(box.width, box.height) <= _THICKEST_RULING:
        if max(box.width, box.height) >= _SHORTEST_RULING:
            found.rulings.append(_flattened(box))
        return False
    if count > _MOST_SEGMENTS:
        found.outlines += 1 if fill.value and box.height <= _TALLEST_LETTER else 0
        return False
    segments, curved = _segments(obj, place)
    if curved and fill.value and box.height <= _TALLEST_LETTER and box.width <= _TALLEST_LETTER:
        found.outlines += 1
        if box.height >= _LOWEST_LETTER and len(found.letters) < _MOST_LETTERS:
            found.letters.append(box)
    if stroke.value:
        for segment in segments:
            part = place.on_page(segment)
            if part and max(part.width, part.height) >= _SHORTEST_RULING:
                found.rulings.append(part)
    rectangle = not curved and count in (4, 5) and len(segments) in (3, 4)
    return bool(fill.value) and rectangle and not _see_through(obj.handle)


def _see_through(obj: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return not pdfium.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha) or alpha.value < 255


def _segments(obj: Painted, place: Placement) -> tuple[list[Box], bool]:
    """The path's level and upright segments as flat boxes, and whether it has curves."""
    flat: list[Box] = []
    matrix = times(matrix_of(obj.handle), obj.matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = at = (0.0, 0.0)
    curved = False
    for index in range(pdfium.FPDFPath_CountSegments(obj.handle)):
        segment = pdfium.FPDFPath_GetPathSegment(obj.handle, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        to = place.point(*applied(matrix, x.value, y.value))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = to
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            curved = True
        else:
            _add_flat(flat, at, to)
        at = to
        if pdfium.FPDFPathSegment_GetClose(segment):
            _add_flat(flat, at, start)
            at = start
    return flat, curved


def _add_flat(flat: list[Box], a: tuple[float, float], b: tuple[float, float]) -> None:
    box = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    if min(box.width, box.height) <= 0.5 < max(box.width, box.height):
        flat.append(box)


def bounds(obj: Painted, place: Placement) -> Box | None:
    """Where an object shows: its bounds, cut to its clip path's and to the page; None when it does not."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(obj.handle, left, bottom, right, top):
        return Box(0.0, 0.0, place.width, place.height)  # unknown: nothing may be lost for it
    box = _box(obj.matrix, place, left.value, bottom.value, right.value, top.value)
    clip = pdfium.FPDFPageObj_GetClipPath(obj.handle)
    for n in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        clipped = _clip(clip, n, obj.matrix, place)
        if clipped is not None:
            x0, y0, x1, y1 = (
                max(box.x0, clipped.x0),
                max(box.y0, clipped.y0),
                min(box.x1, clipped.x1),
                min(box.y1, clipped.y1),
            )
            if x0 > x1 or y0 > y1:
                return None
            box = Box(x0, y0, x1, y1)
    return place.on_page(box)


def _clip(clip: Any, number: int, matrix: _Matrix, place: Placement) -> Box | None:
    count = pdfium.FPDFClipPath_CountPathSegments(clip, number)
    if not 0 < count <= _MOST_SEGMENTS:
        return None
    x, y = ctypes.c_float(), ctypes.c_float()
    xs: list[float] = []
    ys: list[float] = []
    for index in range(count):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, number, index), x, y)
        xs.append(x.value)
        ys.append(y.value)
    return _box(matrix, place, min(xs), min(ys), max(xs), max(ys))


def _box(matrix: _Matrix, place: Placement, left: float, bottom: float, right: float, top: float) -> Box:
    corners = [place.point(*applied(matrix, x, y)) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _covers(cover: Box, text: Box) -> bool:
    x0, y0, x1, y1 = max(cover.x0, text.x0), max(cover.y0, text.y0), min(cover.x1, text.x1), min(cover.y1, text.y1)
    return x0 < x1 and y0 < y1 and (x1 - x0) * (y1 - y0) > 0.5 * text.width * text.height


def _flattened(box: Box) -> Box:
    x, y = box.centre
    return Box(box.x0, y, box.x1, y) if box.width >= box.height else Box(x, box.y0, x, box.y1)


def matrix_of(obj: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(obj, matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def applied(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
