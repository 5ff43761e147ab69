"""Small documents made on the spot."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

LETTER = (612.0, 792.0)


def image_bytes(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def blank(width: int = 300, height: int = 200, color: str = "white") -> Image.Image:
    return Image.new("RGB", (width, height), color)


def png(width: int = 300, height: int = 200, color: str = "white") -> bytes:
    return image_bytes(blank(width, height, color))


def tiff(pages: Sequence[Image.Image]) -> bytes:
    return image_bytes(pages[0], "TIFF", save_all=True, append_images=list(pages[1:]), compression="tiff_deflate")


def pdf(pages: Sequence[Sequence[str]], size: tuple[float, float] = LETTER, **options: object) -> bytes:
    """A PDF with the lines of each page from the top, 24 points apart."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, **options)  # type: ignore[arg-type]
    for lines in pages:
        canvas.setFont("Helvetica", 14)
        for index, line in enumerate(lines):
            canvas.drawString(72, size[1] - 72 - 24 * index, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(lines: Sequence[str], size: tuple[int, int] = (700, 440), pixels: int = 30) -> Image.Image:
    """A page of writing, one line under the other."""
    image = blank(*size)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(pixels)
    for index, line in enumerate(lines):
        draw.text((80, 60 + 2 * pixels * index), line, fill="black", font=font)
    return image
