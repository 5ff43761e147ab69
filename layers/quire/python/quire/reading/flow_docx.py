"""Word documents: by way of HTML, whose reader knows paragraphs, headings, lists and tables.

Macros are other parts of the file and stay unread; links and linked pictures are not followed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import defusedxml
import mammoth
from defusedxml.ElementTree import fromstring

from quire.reading.flow import Block, Text
from quire.reading.flow_html import paged

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARGIN_PART = re.compile(r"word/(header|footer)\d*\.xml")
_MAIN_PART = "word/document.xml"
_STYLES = "br[type='page'] => hr:fresh"


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """The document's blocks, a new page at each page break that its writer set (others depend on fonts and printers).

    What its headers say begins the first page, what its footers say ends the last, each once.
    """
    defusedxml.defuse_stdlib()  # mammoth parses with minidom; this process reads this one document
    with zipfile.ZipFile(path) as archive:
        above, below = _margins(archive, "header"), _margins(archive, "footer")
    with path.open("rb") as file:
        found = [list(blocks) for blocks in paged(_html(file), parted=True)]
    found[0] = above + found[0]
    found[-1] += below
    yield from found


def _html(file: Any) -> str:
    converted = mammoth.convert_to_html(
        file,
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(lambda _: {}),
    )
    return str(converted.value)


def _margins(archive: zipfile.ZipFile, kind: str) -> list[Block]:
    """The blocks of the headers or footers; the same text on first, odd and even pages is said once."""
    found: list[Block] = []
    for name in sorted(archive.namelist()):
        part = _MARGIN_PART.fullmatch(name)
        if part and part[1] == kind:
            blocks = next(paged(_html(_as_document(archive, name))))
            found += [block for block in blocks if block not in found and not _is_number(block)]
    return found


def _as_document(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    """mammoth reads bodies only: the part as the body of a document of its own."""
    body = fromstring(archive.read(name))
    body.tag = f"{_WORD}body"
    document = Element(f"{_WORD}document")
    document.append(body)
    folder, _, file = name.rpartition("/")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        copy.writestr(_MAIN_PART, tostring(document))
        related = f"{folder}/_rels/{file}.rels"
        if related in archive.namelist():
            copy.writestr(f"{folder}/_rels/document.xml.rels", archive.read(related))
    made.seek(0)
    return made


def _is_number(block: Block) -> bool:
    """A page's number, as it was when the file was saved."""
    return isinstance(block, Text) and not re.search(r"[^\W\d]", block.text)
