"""Images: pages, sizes, a copy small enough for Textract, PDFs of some pages. Runs in the sandbox's child."""

from __future__ import annotations

import io
import math
import operator
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from quire.reading.broken import Broken, is_ours
from quire.reading.media import Media

# An RGB image takes four bytes a pixel: 715 MB for the largest that is opened, below the child's memory limit with its
# scaled copy.
_MOST_PIXELS = 178_956_970
# Dots per inch. Below, and above, it is a default or an error of the program that wrote it, not a scanner's.
_SANE_DPI = (50.0, 2400.0)
_POINTS_PER_INCH = 72.0
# TIFF 6.0, sections 8 and 15.
_STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS = 273, 279, 324, 325
_QUALITIES = (92, 85, 75)
_FORMATS = {Media.PNG: "PNG", Media.JPEG: "JPEG", Media.TIFF: "TIFF"}


def measure(
    file: BinaryIO, media: Media, most_pages: int, to_its_end: bool = True
) -> tuple[tuple[int, int], list[tuple[float, float]]]:
    """The first frame's sides in pixels, and each frame's width and height in points.

    A frame's size is pixels x 72 / resolution, each axis by its own (a fax has 204 x 98 dots per inch), where the file
    names one between 50 and 2,400 dots per inch; else a pixel counts as a point, which is what programs do that put an
    image on a PDF page. Pixels count as stored: an EXIF orientation is not applied, Textract's boxes being ratios of
    what is stored.

    Raises:
        Broken: extraction_failed (damaged, also when it ends early: of a PNG or JPEG only found where it is read
            `to_its_end`); document_too_complex (too many pixels); page_limit_exceeded.
    """
    sizes: list[tuple[float, float]] = []
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    with _opened(file, media) as image:
        first = image.size
        if media is not Media.TIFF:
            _check_pixels(image)
            sizes.append(_points(image))
            if to_its_end:
                image.draft("L", (image.width // 8, image.height // 8))  # a JPEG decodes faster so, yet to its end
                image.load()
            return first, sizes
        while True:
            _check_pixels(image)
            _check_whole(image, size)
            sizes.append(_points(image))
            if len(sizes) > most_pages:
                raise Broken("page_limit_exceeded", f"more than {most_pages} pages")
            try:
                image.seek(len(sizes))
            except EOFError:
                return first, sizes


def fit(path: Path, out_path: Path, most_side: int, most_bytes: int) -> tuple[int, int]:
    """Write a JPEG of the image's first frame with sides of at most `most_side` pixels, and at most `most_bytes` bytes.

    Textract's boxes are ratios, so they hold for the original as well. Returns the copy's sides in pixels.

    Raises:
        Broken: extraction_failed (damaged); document_too_complex (too many pixels).
    """
    with _opened(path, None) as image:
        _check_pixels(image)
        image.draft("RGB", (most_side, most_side))
        plain = as_plain(image)
    plain.thumbnail((most_side, most_side), Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            encoded = io.BytesIO()
            plain.save(encoded, "JPEG", quality=quality)
            if encoded.tell() <= most_bytes:
                out_path.write_bytes(encoded.getvalue())
                return plain.size
        # Bytes go with the area; a little more than needed, so that one step mostly does.
        scale = min(0.9, 0.95 * math.sqrt(most_bytes / encoded.tell()))
        plain = plain.resize((max(int(plain.width * scale), 1), max(int(plain.height * scale), 1)))


def bind(path: Path, media: Media, out_path: Path, pages: Sequence[int]) -> None:
    """Write a PDF of these frames (numbers from 1, in this order), each at the size that `measure` gives it.

    What is black and white stays so; the rest becomes JPEG.

    Raises:
        Broken: extraction_failed (damaged, or there is no such frame); document_too_complex (too many pixels).
    """
    with _opened(path, media) as image:
        for n, number in enumerate(pages):
            image.seek(number - 1)
            _check_pixels(image)
            drawn = image.mode == "1"
            frame, options = (image.copy(), {}) if drawn else (as_plain(image), {"quality": _QUALITIES[0]})
            frame.save(out_path, "PDF", append=n > 0, dpi=_resolution(image), **options)


def frames(path: Path, media: Media, pages: Sequence[int]) -> Iterator[tuple[int, Image.Image, tuple[float, float]]]:
    """Each of these frames (numbers from 1), grey or RGB, with its width and height in points.

    Raises:
        Broken: as `bind`.
    """
    with _opened(path, media) as image:
        for number in pages:
            image.seek(number - 1)
            _check_pixels(image)
            yield number, as_plain(image), _points(image)


@contextmanager
def _opened(file: Path | BinaryIO, media: Media | None) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = None  # the limit here is ours: Pillow's would warn at half of it
    formats = list(_FORMATS.values()) if media is None else [_FORMATS[media]]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata
            with Image.open(file, formats=formats) as image:
                yield image
    except (Broken, MemoryError):
        raise
    except UnidentifiedImageError:
        raise Broken("extraction_failed", "the image is damaged and cannot be opened") from None
    except Exception as error:  # Pillow's plugins raise anything on damaged files
        if is_ours(error):
            raise
        raise Broken("extraction_failed", f"the image is damaged ({type(error).__name__})") from error


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise Broken("document_too_complex", f"an image of {image.width} x {image.height} pixels is too large")


def _check_whole(image: Image.Image, size: int) -> None:
    """A TIFF's pixels lie anywhere in the file; decoding every frame to find one missing would take minutes."""
    tags = getattr(image, "tag_v2", {})
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS)):
        ends = map(operator.add, tags.get(offsets, ()), tags.get(counts, ()))
        if max(ends, default=0) > size:
            raise Broken("extraction_failed", "the image ends early")


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down."""
    stated = image.info.get("dpi") or (0, 0)
    across, down = (float(value) for value in stated)
    if all(_SANE_DPI[0] <= dpi <= _SANE_DPI[1] for dpi in (across, down)):
        return across, down
    return _POINTS_PER_INCH, _POINTS_PER_INCH


def _points(image: Image.Image) -> tuple[float, float]:
    across, down = _resolution(image)
    return round(image.width * _POINTS_PER_INCH / across, 2), round(image.height * _POINTS_PER_INCH / down, 2)


def as_plain(image: Image.Image) -> Image.Image:
    """Grey or RGB on white: what a JPEG can hold."""
    if image.mode in ("L", "RGB"):
        return image.copy()
    if image.mode in ("1", "LA", "La") or image.mode.startswith(("I", "F")):
        if image.mode.startswith(("I", "F")):  # 16 bits and more: to 8
            low, high = image.convert("F").getextrema()
            scale = 255.0 / (high - low) if high > low else 1.0  # type: ignore[operator]
            return image.convert("F").point(lambda value: (value - low) * scale).convert("L")
        if image.mode == "1":
            return image.convert("L")
    if image.has_transparency_data:
        flat = Image.new("RGBA", image.size, "white")
        flat.alpha_composite(image.convert("RGBA"))
        return flat.convert("RGB")
    return image.convert("RGB")
