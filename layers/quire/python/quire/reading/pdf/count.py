"""How many pages a PDF really has, and how many it says that it has. Runs in the sandbox's child.

PDFium believes a lying /Count, so the page tree is walked with pypdf. Encryption is left to PDFium (pypdf would need a
cryptography package for AES): it writes a copy without, which is then counted. So is a file too damaged for pypdf that
PDFium can still repair.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, IndirectObject

from quire.reading.broken import Broken, is_ours

# Nodes without pages under them that a page tree may have: real ones have a handful.
_MOST_NODES = 20_000
_DEEPEST = 100


def count_pages(path: Path, password: str | None, most_pages: int) -> tuple[int, bool]:
    """The number of pages, and whether the file is encrypted.

    Raises:
        Broken: password_required; page_limit_exceeded (above `most_pages`); unsupported_input (an XFA form, which
            has no pages but makes them; a portfolio, whose pages only say that it is one; an unknown encryption);
            document_too_complex; extraction_failed.
    """
    quiet()
    counted = _counted(path, most_pages)
    if counted is not None:
        return counted, False
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        encrypted = save_plain(path, password, copy.file)
        copy.file.flush()
        counted = _counted(Path(copy.name), most_pages)
    if counted is None:
        raise Broken("extraction_failed", "the PDF's pages cannot be found")
    return counted, encrypted


def quiet() -> None:
    """Let pypdf not tell of each repair."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def stated_pages(file: BinaryIO, password: str | None) -> tuple[int, bool] | None:
    """The number of pages that the file states, and whether it is encrypted; a few of its blocks are read.

    None: nothing it states can be used, or it may be a form without pages or a portfolio: see `count_pages`.

    Raises:
        Broken: password_required, unsupported_input (an unknown encryption).
    """
    import pypdfium2.raw as pdfium

    from quire.reading.pdf.file import open_pdf

    try:
        with closing(open_pdf(file, password)) as document:
            if pdfium.FPDF_GetFormType(document.raw) in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
                return None
            if pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0:
                return None
            return len(document), bool(pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1)
    except Broken as broken:
        if broken.kind == "extraction_failed":
            return None
        raise


def _counted(path: Path, most_pages: int) -> int | None:
    """The count, or None for a file that is PDFium's to open first."""
    try:
        reader = PdfReader(path)
        return None if reader.is_encrypted else _count(reader, most_pages)
    except (Broken, MemoryError):
        raise
    except Exception as error:  # pypdf raises anything on damaged files
        if is_ours(error):
            raise
        return None


def save_plain(path: Path, password: str | None, copy: Any) -> bool:
    """Write a copy without security, and say whether there was any."""
    import pypdfium2.raw as pdfium  # only damaged and encrypted files pay for it

    from quire.reading.pdf.file import opened

    with opened(path, password) as document:
        document.save(copy, flags=pdfium.FPDF_REMOVE_SECURITY)
        return bool(pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1)


def _count(reader: PdfReader, most_pages: int) -> int:
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        raise Broken("extraction_failed", "the PDF has no catalog")
    form, dynamic = _entry(root, "/AcroForm"), _entry(root, "/NeedsRendering")
    if isinstance(dynamic, BooleanObject) and dynamic.value and isinstance(form, DictionaryObject) and "/XFA" in form:
        raise Broken("unsupported_input", "a dynamic XFA form has no pages of its own: print it to a plain PDF")
    if isinstance(_entry(root, "/Collection"), DictionaryObject):
        raise Broken("unsupported_input", "a PDF portfolio is a folder of other files: send those, one by one")
    pages = sum(1 for _ in page_nodes(root, most_pages))
    if not pages:
        raise Broken("extraction_failed", "the PDF has no pages")
    return pages


def page_nodes(root: DictionaryObject, most_pages: int) -> Iterator[DictionaryObject]:
    """The pages under a catalog, in their order.

    Raises:
        Broken: page_limit_exceeded, document_too_complex; and pypdf raises anything on damaged files.
    """
    pages = nodes = 0
    # (node, the references above it): a node below itself is a loop, and is left out as readers do.
    stack: list[tuple[Any, frozenset[tuple[int, int]]]] = [(root.raw_get("/Pages"), frozenset())]
    while stack:
        reference, above = stack.pop()
        nodes += 1
        if nodes > _MOST_NODES + pages or len(above) > _DEEPEST:
            raise Broken("document_too_complex", "the PDF's page tree does not end")
        if isinstance(reference, IndirectObject):
            place = (reference.idnum, reference.generation)
            if place in above:
                continue
            above = above | {place}
        node = reference.get_object()
        if not isinstance(node, DictionaryObject):
            continue
        kids = _entry(node, "/Kids")
        if isinstance(kids, ArrayObject):
            stack.extend((kid, above) for kid in reversed(kids))
        if "/Kids" in node or _entry(node, "/Type") == "/Pages":
            continue
        pages += 1
        if pages > most_pages:
            raise Broken("page_limit_exceeded", f"more than {most_pages} pages")
        yield node


def _entry(node: DictionaryObject, key: str) -> Any:
    held = node.get(key)
    return None if held is None else held.get_object()
