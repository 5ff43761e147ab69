"""Some pages of a PDF as a PDF of their own. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2

from quire.reading.broken import Broken
from quire.reading.pdf_file import load_page, opened


def cut_pages(path: Path, out_path: Path, pages: Sequence[int], password: str | None) -> None:
    """Write these pages (numbers from 1, in this order) to `out_path`, without any security.

    What form fields and comments show is drawn into the pages: their form stays behind.

    Raises:
        Broken: password_required; extraction_failed (a page is missing or damaged).
    """
    with opened(path, password) as document:
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
