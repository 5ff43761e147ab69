"""Files without places, whatever their kind: their pages counted, and read. Runs in the sandbox's child."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from defusedxml.common import DefusedXmlException

from quire.reading.broken import Broken
from quire.reading.formats.archive import checked
from quire.reading.formats.flow import Block, Rows, Text, page
from quire.reading.media import Media
from quire.reading.model import to_json

# Each module gives `pages(path)`: the blocks of each page. Imported one by one: the child starts quickly.
_READERS = {
    Media.TXT: "txt",
    Media.CSV: "csv",
    Media.HTML: "html",
    Media.XML: "xml",
    Media.DOCX: "docx",
    Media.XLSX: "xlsx",
    Media.EML: "eml",
}


def count_pages(path: Path, media: Media, password: str | None, most_pages: int) -> int:
    """How many pages the file has, found by reading it through.

    Raises:
        Broken: see `read_pages`; page_limit_exceeded; unsupported_input, it has no words (pictures in it are not read).
    """
    number = 0
    speaks = False
    for number, blocks in enumerate(_pages(path, media, password), start=1):
        if number > most_pages:
            raise Broken("page_limit_exceeded", f"more than {most_pages} pages")
        speaks = speaks or any(_speaks(block) for block in blocks)
    if not speaks:
        raise Broken("unsupported_input", "there are no words in the file: if it shows pictures, save it as a PDF")
    return number


def _speaks(block: Block) -> bool:
    match block:
        case Text():
            return bool(block.text.strip())
        case Rows():
            return any(slot.text.strip() for row in block.rows for slot in row)
        case _:
            return False


def read_pages(
    path: Path, out_path: Path, media: Media, password: str | None, pages: Collection[int] | None
) -> dict[int, tuple[float, float]]:
    """Write the pages (numbers from 1; None for all) to `out_path` as `pdf.text.read_text` does; answers their sizes.

    Raises:
        Broken: password_required, unsupported_input, document_too_complex, extraction_failed (also a page not there).
    """
    sizes: dict[int, tuple[float, float]] = {}
    with out_path.open("wb") as out:
        for number, blocks in enumerate(_pages(path, media, password), start=1):
            if pages is None or number in pages:
                made = page(number, blocks)
                sizes[number] = (made.width, made.height)
                out.write(to_json(made) + b"\n")
    missing = sorted(set(pages or ()) - sizes.keys())
    if missing:
        raise Broken("extraction_failed", f"page {missing[0]} is not there")
    return sizes


def _pages(path: Path, media: Media, password: str | None) -> Iterator[Sequence[Block]]:
    if media is Media.LOCKED:
        if password is None:
            raise Broken("password_required", "the Office file is encrypted: save it without a password")
        raise Broken("unsupported_input", "an encrypted Office file cannot be opened: save it without a password")
    if media in (Media.DOCX, Media.XLSX):
        checked(path)
    reader = import_module(f"quire.reading.formats.{_READERS[media]}")
    pages: Iterator[Sequence[Block]] = reader.pages(path)
    try:
        yield from pages
    except RecursionError:
        raise Broken("document_too_complex", "the document is nested too deep") from None
    except (DefusedXmlException, ValueError) as error:
        # A reader may wrap it.
        if not isinstance(error, DefusedXmlException) and not isinstance(error.__cause__, DefusedXmlException):
            raise
        # Entities may unfold without end, or name other files.
        raise Broken("unsupported_input", "XML that declares entities is not read: write their text out") from None
