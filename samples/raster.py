"""PDF pages as images, the same on every machine."""

import contextlib

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

POINTS_PER_INCH = 72


def raster(pdf: bytes, dpi: float) -> list[Image.Image]:
    """The pages of a PDF as RGB images.

    From then on PDFium uses only its own standard 14 fonts in this process: on a machine that has Arial it would
    take that for Helvetica, and make other pixels.
    """
    pdfium.FPDF_SetSystemFontInfo(None)
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB") for page in document]
