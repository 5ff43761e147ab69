"""Small real documents made on the spot, and what Textract would say of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PAGE = (612.0, 792.0)
PROSE = (
    "This agreement is made between the parties named below",
    "and sets out the terms under which the goods are sold.",
    "Payment is due within thirty days of the date of invoice.",
)


def scan(*lines: str) -> Image.Image:
    """A picture of some writing."""
    image = Image.new("RGB", (850, 1100), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines or ("Scanned",)):
        draw.text((100, 100 + 60 * number), line, fill="black", font=ImageFont.load_default(32))
    return image


@dataclass(frozen=True, slots=True)
class Captioned:
    """A page with a line of text, and a picture below it from a fifth of its height to two thirds."""

    caption: str
    picture: Image.Image


def image_bytes(kind: str, *pages: Image.Image) -> bytes:
    out = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": list(pages[1:])} if len(pages) > 1 else {}
    pages[0].save(out, kind, **more)
    return out.getvalue()


def pdf(*pages: Sequence[str] | Image.Image | Captioned, password: str | None = None) -> bytes:
    """A page of text for each list of lines, a page that is nothing but a picture for each image."""
    out = io.BytesIO()
    encryption = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(out, pagesize=PAGE, encrypt=encryption)
    for page in pages:
        if isinstance(page, Image.Image):
            canvas.drawImage(ImageReader(page), 0, 0, *PAGE)
        elif isinstance(page, Captioned):
            canvas.drawString(72, 700, page.caption)
            canvas.drawImage(ImageReader(page.picture), 72, 300, 460, 320)
        else:
            for number, line in enumerate(page):
                canvas.drawString(72, 700 - 24 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def answer(*pages: Sequence[str], first: int = 1) -> dict[str, object]:
    """Textract's blocks for pages of lines, numbered from `first` as in the object that it was given."""
    blocks: list[dict[str, object]] = []
    for number, lines in enumerate(pages, start=first):
        blocks.append({"BlockType": "PAGE", "Id": f"p{number}", "Page": number, "Geometry": _geometry(0, 0, 1, 1)})
        for row, text in enumerate(lines):
            ids = [f"w{number}-{row}-{column}" for column, _ in enumerate(text.split())]
            top = 0.1 + 0.05 * row
            line = {"BlockType": "LINE", "Id": f"l{number}-{row}", "Page": number, "Text": text, "Confidence": 98.0}
            blocks.append({**line, "Geometry": _geometry(0.1, top, 0.6, 0.02), "Relationships": _children(ids)})
            for column, (identity, word) in enumerate(zip(ids, text.split(), strict=True)):
                said = {"BlockType": "WORD", "Id": identity, "Page": number, "Text": word, "Confidence": 98.0}
                blocks.append({**said, "Geometry": _geometry(0.1 + 0.1 * column, top, 0.09, 0.02)})
    return {"DocumentMetadata": {"Pages": len(pages)}, "Blocks": blocks}


def _children(ids: Sequence[str]) -> list[Mapping[str, object]]:
    return [{"Type": "CHILD", "Ids": list(ids)}]


def _geometry(left: float, top: float, width: float, height: float) -> dict[str, object]:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }
