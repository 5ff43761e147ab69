"""The documents of the scenarios, made once in a process."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image
from reportlab.pdfgen import canvas

_LINES = ("Invoice number: 4711", "Date: 3 May 2026", "Total: 119.00")
WORDS = {word for line in (*_LINES, "Page 1 2 3", "number") for word in line.split()}
"""All that any page says."""


@cache
def digital(pages: int = 1) -> bytes:
    """A PDF with a sound text layer."""
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(595, 842), invariant=True)
    for page in range(1, pages + 1):
        for line, text in enumerate((*_LINES, f"Page {page}")):
            drawn.drawString(72, 770 - 20 * line, text)
        drawn.showPage()
    drawn.save()
    return out.getvalue()


@cache
def scan(frames: int = 1) -> bytes:
    """Without words of its own: a PNG of one page, a TIFF of more."""
    out = io.BytesIO()
    images = [Image.new("L", (200, 200), 255) for _ in range(frames)]
    if frames == 1:
        images[0].save(out, "PNG")
    else:
        images[0].save(out, "TIFF", save_all=True, append_images=images[1:])
    return out.getvalue()


SCHEMA = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string", "description": "Invoice number"},
        "date": {"type": "string", "format": "date"},
        "total": {"type": "number"},
    },
}
NO_DOCUMENT = b"GIF89a is no document that is taken"


def pages_of(content: bytes) -> int:
    """What Textract would charge for."""
    if content == NO_DOCUMENT:
        return 1
    if content.startswith(b"%PDF"):
        from pypdf import PdfReader

        return len(PdfReader(io.BytesIO(content)).pages)
    with Image.open(io.BytesIO(content)) as image:
        return int(getattr(image, "n_frames", 1))
