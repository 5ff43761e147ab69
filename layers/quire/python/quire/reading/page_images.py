"""Pages as pictures, for people to look at. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from quire.reading.images import as_plain, frames
from quire.reading.media import Media
from quire.reading.pdf.file import load_page, opened

_MOST_HEIGHTS = 6
"""A page is drawn at most so many times as high as it is wide: longer ones are drawn smaller."""
_QUALITY = 82


def draw_pages(path: Path, media: Media, wanted: Mapping[Path, int], width: int, password: str | None) -> None:
    """Write a JPEG of each wanted page (numbers from 1), at most `width` pixels wide, as it shows: so a box in parts of
    the page (`quire.reading.model`) is the same part of the picture. One after the other: a file that is there is
    whole, whatever becomes of the next.

    Raises:
        Broken: the file, or one of the pages, cannot be opened.
    """
    for out_path, number in wanted.items():
        image = _of_pdf(path, number, width, password) if media is Media.PDF else _of_image(path, media, number, width)
        begun = out_path.with_suffix(".part")
        image.save(begun, "JPEG", quality=_QUALITY, optimize=True)
        begun.replace(out_path)


def _of_pdf(path: Path, number: int, width: int, password: str | None) -> Image.Image:
    # Opened for each page anew: PDFium keeps what it has decoded until the document is closed.
    with opened(path, password) as document:
        page = load_page(document, number)
        across, down = page.get_size()
        scale = min(width / max(across, 1), _MOST_HEIGHTS * width / max(down, 1))
        drawn: Image.Image = page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil()
        return as_plain(drawn)


def _of_image(path: Path, media: Media, number: int, width: int) -> Image.Image:
    ((_, frame, _),) = frames(path, media, [number])
    frame.thumbnail((width, _MOST_HEIGHTS * width), Image.Resampling.LANCZOS)
    return frame
