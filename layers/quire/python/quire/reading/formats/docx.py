"""Word documents: what shows of them (`docx_shown`) by way of HTML, whose reader knows paragraphs, headings, lists and
tables.

Macros are other parts of the file and stay unread; links and linked pictures are not followed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

import defusedxml
import mammoth
from defusedxml.ElementTree import fromstring

from quire.reading.formats.docx_shown import Styles, shown
from quire.reading.formats.flow import Block, Text
from quire.reading.formats.html import paged
from quire.reading.model import PageWarning

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARGIN_PART = re.compile(r"word/(header|footer)\d*\.xml")
_MAIN_PART = "word/document.xml"
# As the parts are called by every writer known (see `media`).
_STORY = re.compile(r"word/(document|footnotes|endnotes)\d*\.xml")
_STYLES_PART = re.compile(r"word/styles\d*\.xml")
_HIDDEN = "words that the Word file hides are left out"
_STYLES = "br[type='page'] => hr:fresh"


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """The document's blocks, a new page at each page break that its writer set (others depend on fonts and printers).

    What its headers say begins the first page, what its footers say ends the last, each once. The first page tells of
    what is hidden.
    """
    defusedxml.defuse_stdlib()  # mammoth parses with minidom; this process reads this one document
    with zipfile.ZipFile(path) as archive:
        styles = Styles.of(_parsed(archive, next(filter(_STYLES_PART.fullmatch, archive.namelist()), None)))
        shown_as, hidden = _as_shown(archive, styles)
        above, hidden_above = _margins(archive, "header", styles)
        below, hidden_below = _margins(archive, "footer", styles)
    found = [list(blocks) for blocks in paged(_html(shown_as), parted=True)]
    found[0] = above + found[0]
    found[-1] += below
    hidden += hidden_above + hidden_below
    if hidden:
        found[0].append(PageWarning("hidden_text", _HIDDEN, hidden))
    yield from found


def _html(file: io.BytesIO) -> str:
    converted = mammoth.convert_to_html(
        file,
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(lambda _: {}),
    )
    return str(converted.value)


def _parsed(archive: zipfile.ZipFile, name: str | None) -> Element | None:
    return None if name is None else fromstring(archive.read(name))


def _as_shown(archive: zipfile.ZipFile, styles: Styles) -> tuple[io.BytesIO, int]:
    """A copy of the document with what shows of its text and notes, without pictures and macros; and how many words of
    it are hidden."""
    made = io.BytesIO()
    hidden = 0
    with zipfile.ZipFile(made, "w") as copy:
        for name in dict.fromkeys(archive.namelist()):
            if _STORY.fullmatch(name):
                root = fromstring(archive.read(name))
                hidden += shown(root, styles)
                copy.writestr(name, tostring(root))
            elif name.endswith((".xml", ".rels")) and not _MARGIN_PART.fullmatch(name):
                copy.writestr(name, archive.read(name))
    made.seek(0)
    return made, hidden


def _margins(archive: zipfile.ZipFile, kind: str, styles: Styles) -> tuple[list[Block], int]:
    """The blocks of the headers or footers, and how many of their words are hidden; the same text on first, odd and
    even pages is said once."""
    found: list[Block] = []
    hidden = 0
    for name in sorted(archive.namelist()):
        part = _MARGIN_PART.fullmatch(name)
        if part and part[1] == kind:
            file, count = _as_document(archive, name, styles)
            hidden += count
            blocks = next(paged(_html(file)))
            found += [block for block in blocks if block not in found and not _is_number(block)]
    return found, hidden


def _as_document(archive: zipfile.ZipFile, name: str, styles: Styles) -> tuple[io.BytesIO, int]:
    """mammoth reads bodies only: the part as the body of a document of its own; and how many words are hidden."""
    body = fromstring(archive.read(name))
    hidden = shown(body, styles)
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
    return made, hidden


def _is_number(block: Block) -> bool:
    """A page's number, as it was when the file was saved."""
    return isinstance(block, Text) and not re.search(r"[^\W\d]", block.text)
