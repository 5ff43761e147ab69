"""Images: pages, sizes, a copy small enough for Textract, PDFs of some pages. Runs in the sandbox's child."""

from __future__ import annotations

import io
import math
import operator
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from quire.reading.broken import Broken, is_ours
from quire.reading.media import CONVERTED, Media
from quire.reading.picture_headers import HEAD_OF, sides

# An RGB image takes four bytes a pixel: 715 MB for the largest that is opened, below the child's memory limit with its
# scaled copy.
_MOST_PIXELS = 178_956_970
# Dots per inch. Below, and above, it is a default or an error of the program that wrote it, not a scanner's.
_SANE_DPI = (50.0, 2400.0)
_POINTS_PER_INCH = 72.0
# TIFF 6.0, sections 8 and 15.
_STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS = 273, 279, 324, 325
_QUALITIES = (92, 85, 75)
_FORMATS = {
    Media.PNG: "PNG",
    Media.JPEG: "JPEG",
    Media.TIFF: "TIFF",
    Media.WEBP: "WEBP",
    Media.HEIC: "HEIF",
    Media.GIF: "GIF",
    Media.BMP: "BMP",
}
# How pixels are to be turned to stand upright (EXIF 2.3, 4.6.4 A, tag 274). Pillow does so itself with a TIFF's, and
# the decoder with a HEIC's.
_ORIENTATION = 274
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = (5, 6, 7, 8)
_EXIF = b"Exif\x00\x00"


@dataclass(frozen=True, slots=True)
class Measured:
    """An image, as it shows: an orientation that it states is applied.

    Attributes:
        side_px: the first frame's sides in pixels.
        sizes: each page's width and height in points.
        as_stored: whether its pixels lie in the file as they show, in a kind of file that Textract takes.
        left_out: frames beyond the pages: of a moving picture only the first is one.
    """

    side_px: tuple[int, int]
    sizes: list[tuple[float, float]]
    as_stored: bool
    left_out: int = 0


def measure(file: BinaryIO, media: Media, most_pages: int, to_its_end: bool = True) -> Measured:
    """What the image is.

    A frame's size is pixels x 72 / resolution, each axis by its own (a fax has 204 x 98 dots per inch), where the file
    names one between 50 and 2,400 dots per inch; else a pixel counts as a point, which is what programs do that put an
    image on a PDF page.

    Raises:
        Broken: extraction_failed (damaged, also when it ends early: of a PNG or JPEG only found where it is read
            `to_its_end`); document_too_complex (too many pixels); page_limit_exceeded.
    """
    sizes: list[tuple[float, float]] = []
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if media in HEAD_OF:
        stated = sides(media, file.read(HEAD_OF[media]))
        file.seek(0)
        if stated is None:
            raise Broken("extraction_failed", "the image is damaged and cannot be opened")
        _check_pixels(*stated)
        # A HEIC is decoded where it is converted: few functions have its decoder. It names no resolution.
        if media is Media.HEIC or not to_its_end:
            return Measured(stated, [(float(stated[0]), float(stated[1]))], as_stored=False)
    as_stored = media not in CONVERTED
    with _opened(file, media) as image:
        if media is not Media.TIFF:
            _check_pixels(*image.size)
            first, points = image.size, _points(image)
            left_out = 0
            if to_its_end:
                image.draft("L", (image.width // 8, image.height // 8))  # a JPEG decodes faster so, yet to its end
                image.load()
                left_out = getattr(image, "n_frames", 1) - 1 if media in CONVERTED else 0
            orientation = _orientation(image)  # a PNG may state it at its end
            if orientation in _ON_ITS_SIDE:
                first, points = first[::-1], points[::-1]
            return Measured(first, [points], as_stored and orientation == 1, left_out)
        first = image.size
        while True:
            _check_pixels(*image.size)
            _check_whole(image, size)
            as_stored = as_stored and getattr(image, "tag_v2", {}).get(_ORIENTATION, 1) not in _TURNS
            sizes.append(_points(image))
            if len(sizes) > most_pages:
                raise Broken("page_limit_exceeded", f"more than {most_pages} pages")
            try:
                image.seek(len(sizes))
            except EOFError:
                return Measured(first, sizes, as_stored)


def fit(path: Path, media: Media, out_path: Path, most_side: int, most_bytes: int) -> tuple[int, int]:
    """Write a JPEG of the image's first frame, upright, with sides of at most `most_side` pixels, and at most
    `most_bytes` bytes.

    Textract's boxes are ratios, so they hold for the original, as it shows, as well. Returns the copy's sides in
    pixels.

    Raises:
        Broken: extraction_failed (damaged); document_too_complex (too many pixels).
    """
    with _opened(path, media) as image:
        _check_pixels(*image.size)
        image.draft("RGB", (most_side, most_side))
        plain = _upright(image, as_plain(image))
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
            _check_pixels(*image.size)
            drawn = image.mode == "1"
            frame, options = (image.copy(), {}) if drawn else (as_plain(image), {"quality": _QUALITIES[0]})
            frame = _upright(image, frame)
            frame.save(out_path, "PDF", append=n > 0, dpi=_as_shown(image, _resolution(image)), **options)


def frames(path: Path, media: Media, pages: Sequence[int]) -> Iterator[tuple[int, Image.Image, tuple[float, float]]]:
    """Each of these frames (numbers from 1), grey or RGB, upright, with its width and height in points.

    Raises:
        Broken: as `bind`.
    """
    with _opened(path, media) as image:
        for number in pages:
            image.seek(number - 1)
            _check_pixels(*image.size)
            yield number, _upright(image, as_plain(image)), _as_shown(image, _points(image))


@contextmanager
def _opened(file: Path | BinaryIO, media: Media) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = None  # the limit here is ours: Pillow's would warn at half of it
    if media is Media.HEIC:
        _register_heic(file)
    try:
        with warnings.catch_warnings(), ExitStack() as opened:
            warnings.simplefilter("ignore")  # odd metadata
            if isinstance(
                file, Path
            ):  # by its path Pillow would map it, and take a turned TIFF's sides for those stored
                file = opened.enter_context(file.open("rb"))
            with Image.open(file, formats=[_FORMATS[media]]) as image:
                yield image
    except (Broken, MemoryError):
        raise
    except UnidentifiedImageError:
        raise Broken("extraction_failed", "the image is damaged and cannot be opened") from None
    except Exception as error:  # Pillow's plugins raise anything on damaged files
        if is_ours(error):
            raise
        raise Broken("extraction_failed", f"the image is damaged ({type(error).__name__})") from error


def _register_heic(file: Path | BinaryIO) -> None:
    """Only the functions that decode such a picture have its decoder.

    Raises:
        Broken: document_too_complex, by the header: the decoder takes memory for it at once.
        ImportError: this function has none.
    """
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    if isinstance(file, Path):
        with file.open("rb") as head:
            _check_pixels(*(sides(Media.HEIC, head.read(HEAD_OF[Media.HEIC])) or (0, 0)))


def _orientation(image: Image.Image) -> int:
    """As EXIF states it; 1, upright, where it does not, or the reader has applied it already."""
    stated = image.info.get("exif")
    if image.format in ("TIFF", "HEIF") or not stated:
        return 1
    exif = Image.Exif()
    try:
        exif.load(stated if stated.startswith(_EXIF) else _EXIF + stated)
        orientation = exif.get(_ORIENTATION, 1)
    except Exception as error:  # damaged metadata costs nothing but itself
        if is_ours(error):
            raise
        return 1
    return orientation if orientation in _TURNS else 1


def _upright(image: Image.Image, frame: Image.Image) -> Image.Image:
    """A copy of the image's pixels, turned as it says."""
    turn = _TURNS.get(_orientation(image))
    return frame if turn is None else frame.transpose(turn)


def _as_shown(image: Image.Image, across_down: tuple[float, float]) -> tuple[float, float]:
    return across_down[::-1] if _orientation(image) in _ON_ITS_SIDE else across_down


def _check_pixels(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise Broken("document_too_complex", f"an image of {width} x {height} pixels is too large")


def _check_whole(image: Image.Image, size: int) -> None:
    """A TIFF's pixels lie anywhere in the file; decoding every frame to find one missing would take minutes."""
    tags = getattr(image, "tag_v2", {})
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS)):
        ends = map(operator.add, tags.get(offsets, ()), tags.get(counts, ()))
        if max(ends, default=0) > size:
            raise Broken("extraction_failed", "the image ends early")


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down, as stored."""
    stated = image.info.get("dpi") or (0, 0)
    across, down = (float(value) for value in stated)
    if all(_SANE_DPI[0] <= dpi <= _SANE_DPI[1] for dpi in (across, down)):
        return across, down
    return _POINTS_PER_INCH, _POINTS_PER_INCH


def _points(image: Image.Image) -> tuple[float, float]:
    """Width and height as stored."""
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
