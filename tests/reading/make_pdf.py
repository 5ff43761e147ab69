"""PDFs for the tests: drawn with reportlab, or written by hand where they have to be wrong."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

LETTER = (612.0, 792.0)


def draw(path: Path, *pages: Callable[[Canvas], object]) -> Path:
    """A PDF of US letter pages, each drawn by one of `pages` (origin bottom left, Helvetica 10)."""
    canvas = Canvas(str(path), pagesize=LETTER)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def rows(
    texts: Sequence[Sequence[tuple[float, str]]], top: float = 720, leading: float = 14
) -> Callable[[Canvas], None]:
    """A page of rows of text, each part at its x."""

    def page(canvas: Canvas) -> None:
        for n, row in enumerate(texts):
            for x, text in row:
                canvas.drawString(x, top - n * leading, text)

    return page


def by_hand(
    content: bytes,
    page: str = "/MediaBox[0 0 612 792]",
    pages: str = "/Kids[3 0 R]/Count 1",
    font: str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    catalog: str = "",
    more: Sequence[str] = (),
    stream: str = "",
) -> bytes:
    """A PDF of one page. Objects: 1 catalog, 2 pages, 3 page, 4 content, 5 font (/F1), then `more`."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages{pages}>>".encode(),
        f"<</Type/Page/Parent 2 0 R{page}/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".encode(),
        f"<</Length {len(content)}{stream}>>\nstream\n".encode() + content + b"\nendstream",
        font.encode(),
        *(text.encode() for text in more),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


HELLO = b"BT /F1 24 Tf 72 700 Td (Hello Total: 12.34) Tj ET"
