"""Pictures out of files: a PDF's own, and the figures of scans. Runs in the sandbox's child."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from quire.reading.broken import is_ours
from quire.reading.images import as_plain, frames
from quire.reading.media import Media
from quire.reading.model import Box
from quire.reading.pdf.drawings import Painted, applied, bounds, matrix_of, objects, times
from quire.reading.pdf.facts import facts
from quire.reading.pdf.file import Placement, load_page, opened
from quire.reading.pictures import (
    MOST_BYTES,
    MOST_BYTES_OF_DOCUMENT,
    MOST_OF_DOCUMENT,
    MOST_OF_PAGE,
    MOST_SIDE,
    Look,
    Looks,
    Mime,
    Picture,
    to_json,
)

# Of the page: what covers as much is its background, or the page itself as a scanner saw it.
_WHOLE_PAGE = 0.8
# Points, and pixels: what is smaller is a rule or an ornament.
_LEAST_SIDE = 8.0
_LEAST_PIXELS = 8
# Four bytes each while it is decoded; below the child's memory limit with its scaled copy.
_MOST_PIXELS = 80_000_000
_FIGURE_DPI = 150.0
_MOST_PAGE_PIXELS = 4000
_QUALITIES = (88, 75, 60)


class _Found(NamedTuple):
    """A picture whose bytes are not taken yet; `image` is None where it is too large to be."""

    box: Box
    size: tuple[int, int]
    image: Image.Image | None
    jpeg: bytes | None = None


def take_pictures(path: Path, media: Media, out_path: Path, looks: Looks, password: str | None) -> None:
    """Write the pictures on the pages of `looks` to `out_path`, page by page, as lines of `pictures.to_json`.

    Of a PDF its images as they are painted, turned as the page shows them. Of a page that is itself a picture (a scan)
    and of an image file the `figures` that are named, cut out of it.

    Raises:
        Broken: the file, or one of the pages, cannot be opened.
    """
    left = MOST_BYTES_OF_DOCUMENT
    with out_path.open("wb") as out:
        for n, (number, found) in enumerate(_found(path, media, looks, password)):
            if n == MOST_OF_DOCUMENT:
                return
            picture = _packed(number, found, left)
            left -= len(picture.base64 or "")
            out.write(to_json(picture) + b"\n")


def _found(path: Path, media: Media, looks: Looks, password: str | None) -> Iterator[tuple[int, _Found]]:
    if media is not Media.PDF:
        for number, frame, size in frames(path, media, [n for n, look in looks.items() if look.figures]):
            for found in _cut(frame, size, looks[number].figures):
                yield number, found
        return
    units = facts(path, password).units
    for number, look in looks.items():
        # Opened for each page anew: PDFium keeps what it has decoded until the document is closed.
        with opened(path, password) as document:
            page = load_page(document, number)
            try:
                for found in _of_page(page, look, units.get(number, 1.0)):
                    yield number, found
            finally:
                page.close()


def _of_page(page: Any, look: Look, unit: float) -> Iterator[_Found]:
    place = Placement(page, unit)
    whole = max(place.width * place.height, 1.0)
    images = [
        (obj, box)
        for obj in objects(page)
        if obj.kind == pdfium.FPDF_PAGEOBJ_IMAGE and (box := bounds(obj, place)) is not None
    ]
    shares = [box.width * box.height / whole for _, box in images]
    if (look.scanned and sum(shares) >= _WHOLE_PAGE) or max(shares, default=0.0) >= _WHOLE_PAGE:
        yield from _cut_rendered(page, place, look.figures)
    taken = 0
    for (obj, box), share in zip(images, shares, strict=True):
        if taken == MOST_OF_PAGE or (look.scanned and sum(shares) >= _WHOLE_PAGE):
            return
        image = pypdfium2.PdfImage(obj.handle, page=page, pdf=page.pdf)  # the page owns it
        size = image.get_px_size()
        small = min(box.width, box.height) < _LEAST_SIDE or min(size) < _LEAST_PIXELS
        if share < _WHOLE_PAGE and not small:
            taken += 1
            yield _of_object(image, _turns(obj, place), box)


def _of_object(image: Any, turns: Sequence[Image.Transpose], box: Box) -> _Found:
    size: tuple[int, int] = image.get_px_size()
    shown = (size[1], size[0]) if Image.Transpose.TRANSPOSE in turns else size
    if size[0] * size[1] > _MOST_PIXELS:
        return _Found(box, shown, None)
    try:
        if not turns and image.get_filters(skip_simple=True) == ["DCTDecode"]:
            raw = bytes(image.get_data(decode_simple=True))
            with Image.open(io.BytesIO(raw), formats=["JPEG"]) as jpeg:
                if jpeg.mode in ("L", "RGB") and jpeg.size == size:
                    return _Found(box, size, jpeg.copy(), raw)
        decoded = image.get_bitmap().to_pil()
        for turn in turns:
            decoded = decoded.transpose(turn)
    except MemoryError:
        raise
    except Exception as error:  # one damaged picture costs its bytes, not the document
        if is_ours(error):
            raise
        return _Found(box, shown, None)
    return _Found(box, decoded.size, decoded)


def _turns(obj: Painted, place: Placement) -> list[Image.Transpose]:
    """How an image's pixels are to be turned to stand as they show. An image fills the unit square, its first row on
    top (ISO 32000-1, 8.9.5), which the matrix brings to the page."""
    matrix = times(matrix_of(obj.handle), obj.matrix)
    origin, right, up = (place.point(*applied(matrix, *at)) for at in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    across = (right[0] - origin[0], right[1] - origin[1])  # where a row runs, y downwards
    down = (origin[0] - up[0], origin[1] - up[1])  # where a column runs
    turns: list[Image.Transpose] = []
    if abs(across[1]) > abs(across[0]):
        turns.append(Image.Transpose.TRANSPOSE)
        across, down = down, across
    if across[0] < 0:
        turns.append(Image.Transpose.FLIP_LEFT_RIGHT)
    if down[1] < 0:
        turns.append(Image.Transpose.FLIP_TOP_BOTTOM)
    return turns


def _cut_rendered(page: Any, place: Placement, figures: Sequence[Box]) -> Iterator[_Found]:
    if figures:
        # Of the page's own units, which a renderer takes for points.
        scale = min(_FIGURE_DPI / 72.0, _MOST_PAGE_PIXELS * place.unit / max(place.width, place.height, 1.0))
        yield from _cut(page.render(scale=scale).to_pil(), (place.width, place.height), figures)


def _cut(page: Image.Image, size: tuple[float, float], figures: Sequence[Box]) -> Iterator[_Found]:
    """The figures (points) of a page of this size, out of its picture."""
    across, down = page.width / size[0], page.height / size[1]
    for box in figures[:MOST_OF_PAGE]:
        sides = (round(box.x0 * across), round(box.y0 * down), round(box.x1 * across), round(box.y1 * down))
        if min(sides[2] - sides[0], sides[3] - sides[1]) >= _LEAST_PIXELS:
            figure = page.crop(sides)
            yield _Found(box, figure.size, figure)


def _packed(number: int, found: _Found, left: int) -> Picture:
    """With its bytes where they fit into what is `left`."""
    mime, size, content = _encoded(found)
    text = base64.b64encode(content).decode() if content else None
    if text and len(text) > left:
        text = None
    return Picture(number, found.box.rounded(), mime, *size, text)


def _encoded(found: _Found) -> tuple[Mime, tuple[int, int], bytes | None]:
    """PNG where that is small enough, as it is for drawings; else JPEG, as small as it takes."""
    image = found.image
    if image is None:
        return "image/png", found.size, None
    if found.jpeg and len(found.jpeg) <= MOST_BYTES and max(found.size) <= MOST_SIDE:
        return "image/jpeg", found.size, found.jpeg
    small = as_plain(image) if image.mode not in ("1", "L", "RGB") else image
    small.thumbnail((MOST_SIDE, MOST_SIDE))
    if not found.jpeg:
        content = _saved(small, "PNG")
        if len(content) <= MOST_BYTES:
            return "image/png", small.size, content
    small = as_plain(small)
    while True:
        for quality in _QUALITIES:
            content = _saved(small, "JPEG", quality=quality)
            if len(content) <= MOST_BYTES:
                return "image/jpeg", small.size, content
        small = small.resize((max(small.width * 2 // 3, 1), max(small.height * 2 // 3, 1)))


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
