"""Some pages of a PDF as PDFs of their own. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdfium2

from quire.reading.broken import Broken
from quire.reading.pdf.file import load_page, opened

# As in `pdf.text`: PDFium keeps what it has parsed until the document is closed.
_PAGES_PER_OPENING = 50


def cut_pages(path: Path, cuts: Mapping[Path, Sequence[int]], password: str | None) -> None:
    """Write to each path its pages (numbers from 1, in this order), without any security.

    What form fields and comments show is drawn into the pages: their form stays behind.

    Raises:
        Broken: password_required; extraction_failed (a page is missing or damaged).
    """
    left = list(cuts.items())
    while left:
        copied = 0
        with opened(path, password) as document:
            while left and copied < _PAGES_PER_OPENING:
                out_path, pages = left.pop(0)
                _cut(document, out_path, pages)
                copied += len(pages)


def _cut(document: Any, out_path: Path, pages: Sequence[int]) -> None:
    for number in pages:
        load_page(document, number).close()
    cut = pypdfium2.PdfDocument.new()
    try:
        cut.import_pages(document, [number - 1 for number in pages])
        cut.save(out_path)
    except pypdfium2.PdfiumError:
        raise Broken("extraction_failed", "the pages cannot be copied") from None
    finally:
        cut.close()
