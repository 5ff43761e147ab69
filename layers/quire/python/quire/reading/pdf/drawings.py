"""What is painted on a PDF page: rulings, pictures, areas, and where its text objects stand among them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from quire.reading.model import Box
from quire.reading.pdf.file import Placement

# Points. Thicker than a ruling is a bar or the background of a cell.
_THICKEST_RULING = 3.0
_SHORTEST_RULING = 4.0
_TALLEST_LETTER = 40.0
_LOWEST_LETTER = 2.0  # below are the dots of a dotted line
# Enough for any table; a map or a plot has more, and looking on would take minutes.
_MOST_OBJECTS = 30_000
_MOST_SEGMENTS = 400
_MOST_LETTERS = 10_000
_DEEPEST_FORM = 8
# Of a picture; as `picture_files`: below the child's memory limit while it is decoded.
_MOST_PICTURE_PIXELS = 80_000_000
# A pixel for each two points: type of 12 points is six pixels high, and cannot be read.
_FEWEST_DPI = 36.0
_POINTS_PER_INCH = 72.0

Colour = tuple[int, int, int]  # red, green, blue; 0..255
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NOT_PAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


class Painted(NamedTuple):
    """A page object: `matrix` leads from its coordinates to the page's, `remove` takes it out of its `holder`.

    `within`: it is part of a form XObject; `veiled`: one that lets shine through what lies under it, or nothing of it.
    """

    handle: Any
    kind: int
    matrix: _Matrix
    holder: Any
    remove: Callable[[Any, Any], Any]
    within: bool
    veiled: bool


class Text(NamedTuple):
    """A text object: when it is painted (later is higher), where, and whether: not so in the rendering modes 3 and 7
    (ISO 32000-1, 9.3.6)."""

    order: int
    box: Box
    obj: Painted
    painted: bool


class Fill(NamedTuple):
    """What is painted over an area: `colour` is None where it is not one, or not known; `opaque`: over all of `box`."""

    order: int
    box: Box
    colour: Colour | None
    opaque: bool


_CHANNELS = (ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint())  # made once: each text is asked


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
        texts: the text objects on the page, whether they show or not, in the order in which they are painted.
        beside: those that lie beside the page, or are clipped away.
        fills: what else is painted, without the rulings, in that order.
        most_pixels: of one of the pictures.
        whole: whether these are all of the page's objects.
    """

    rulings: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    legible: list[Box] = field(default_factory=list)
    outlines: int = 0
    letters: list[Box] = field(default_factory=list)
    drawn: bool = False
    texts: list[Text] = field(default_factory=list)
    beside: list[Painted] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    most_pixels: int = 0
    whole: bool = True

    @property
    def drawable(self) -> bool:
        """Whether the page can be drawn within the child's memory and time."""
        return self.whole and self.most_pixels <= _MOST_PICTURE_PIXELS


def drawings(page: Any, place: Placement) -> Drawings:
    """Go through a page's objects in the order in which they are painted."""
    found = Drawings()
    for n, obj in enumerate(objects(page)):
        box = bounds(obj, place)
        if obj.kind == pdfium.FPDF_PAGEOBJ_TEXT and box is None:
            found.beside.append(obj)
        elif obj.kind == pdfium.FPDF_PAGEOBJ_TEXT and box:
            painted = pdfium.FPDFTextObj_GetTextRenderMode(obj.handle) not in _NOT_PAINTED
            found.texts.append(Text(n, box, obj, painted))
        elif box:
            _note(found, n, obj, box, place)
        found.whole = n + 1 < _MOST_OBJECTS
    return found


def _note(found: Drawings, order: int, obj: Painted, box: Box, place: Placement) -> None:
    """Add what is no text to what was found."""
    solid = not obj.veiled and not pdfium.FPDFPageObj_HasTransparency(obj.handle)
    if obj.kind == pdfium.FPDF_PAGEOBJ_PATH:
        filled, rectangle = _path(obj, place, box, found)
        if filled:
            colour = fill_colour(obj.handle) if solid else None
            found.fills.append(Fill(order, box, colour, rectangle and colour is not None))
        return
    found.drawn = True
    is_image = obj.kind == pdfium.FPDF_PAGEOBJ_IMAGE
    if is_image:
        found.images.append(box)
        across, down = ctypes.c_uint(), ctypes.c_uint()
        known = pdfium.FPDFImageObj_GetImagePixelSize(obj.handle, across, down)
        pixels = across.value * down.value if known else None
        found.most_pixels = max(found.most_pixels, pixels or 0)
        if _can_carry_text(pixels, box):
            found.legible.append(box)
    found.fills.append(Fill(order, box, None, solid and is_image))


def _can_carry_text(pixels: int | None, box: Box) -> bool:
    """Not a pixel that is stretched to a background or a line. Of a picture whose `pixels` are not known, yes."""
    return pixels is None or pixels * _POINTS_PER_INCH**2 >= _FEWEST_DPI**2 * box.width * box.height


def objects(page: Any) -> Iterator[Painted]:
    """A page's objects, those within form XObjects too."""
    left = _MOST_OBJECTS
    count = pdfium.FPDFPage_CountObjects(page.raw)
    get_object, remove_object = pdfium.FPDFPage_GetObject, pdfium.FPDFPage_RemoveObject
    stack = [(iter(range(count)), page.raw, get_object, remove_object, _IDENTITY, False)]
    while stack:
        indices, holder, get, remove, matrix, veiled = stack[-1]
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
            yield Painted(handle, kind, matrix, holder, remove, len(stack) > 1, veiled)
        elif len(stack) < _DEEPEST_FORM:
            inner = iter(range(max(pdfium.FPDFFormObj_CountObjects(handle), 0)))
            turned = times(matrix_of(handle), matrix)
            hazy = veiled or bool(pdfium.FPDFPageObj_HasTransparency(handle))
            get_object, remove_object = pdfium.FPDFFormObj_GetObject, pdfium.FPDFFormObj_RemoveObject
            stack.append((inner, handle, get_object, remove_object, turned, hazy))


def _path(obj: Painted, place: Placement, box: Box, found: Drawings) -> tuple[bool, bool]:
    """Note a path's rulings; returns whether it fills an area, and whether that is all of its box."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(obj.handle, fill, stroke) or not (fill.value or stroke.value):
        return False, False
    found.drawn = True
    count = pdfium.FPDFPath_CountSegments(obj.handle)
    if fill.value and not stroke.value and min(box.width, box.height) <= _THICKEST_RULING:
        if max(box.width, box.height) >= _SHORTEST_RULING:
            found.rulings.append(_flattened(box))
        return False, False
    if count > _MOST_SEGMENTS:
        found.outlines += 1 if fill.value and box.height <= _TALLEST_LETTER else 0
        return bool(fill.value), False
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
    return bool(fill.value), rectangle


def fill_colour(obj: Any) -> Colour | None:
    """Of an object's areas; None where something shines through them, or they are no one colour."""
    red, green, blue, alpha = _CHANNELS
    if not pdfium.FPDFPageObj_GetFillColor(obj, red, green, blue, alpha) or alpha.value < 255:
        return None
    return red.value, green.value, blue.value


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
