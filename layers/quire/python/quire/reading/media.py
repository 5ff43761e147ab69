"""What kind of file these bytes are. Names and content types are what a client claims; the bytes are what is.

A name decides only where the bytes leave it open: between the kinds of plain text.
"""

from __future__ import annotations

import codecs
import mmap
import re
from enum import StrEnum
from pathlib import Path, PurePath

from quire.reading.formats.delimiters import delimiter

# Readers accept a PDF whose header comes within the first 1,024 bytes (ISO 32000-1, annex H, note 13).
_PDF_HEADER_WITHIN = 1024
HEAD = 64 << 10
"""Bytes at a file's beginning that tell its kind."""
# A zip names its parts at its end: this holds the names of some thousand.
_TAIL = 128 << 10


class Media(StrEnum):
    """The kinds of file that can be told apart. LOCKED: a Word or Excel file that opens only with its password."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    HEIC = "image/heic"
    GIF = "image/gif"
    BMP = "image/bmp"
    TXT = "text/plain"
    CSV = "text/csv"
    HTML = "text/html"
    XML = "application/xml"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    EML = "message/rfc822"
    LOCKED = "application/encrypted"


_OF_TEXTRACT = frozenset({Media.PDF, Media.PNG, Media.JPEG, Media.TIFF})
CONVERTED = frozenset({Media.WEBP, Media.HEIC, Media.GIF, Media.BMP})
"""Pictures that Textract does not take (guide, "Quotas"): it gets a copy. Each is one page, the first of its frames."""
PDF_AND_IMAGES = _OF_TEXTRACT | CONVERTED
FLOWING = frozenset({Media.TXT, Media.CSV, Media.HTML, Media.XML, Media.DOCX, Media.XLSX, Media.EML, Media.LOCKED})
"""Kinds without places: their pages are laid out by us (`flow`), and never go to Textract."""


class Accepted(StrEnum):
    """The kinds that a contract lists; whatever else comes is refused. What is LOCKED may be any that it can hide."""

    PDF_AND_IMAGES = "pdf_and_images"
    PAPERS = "papers"
    EVERYTHING = "everything"

    @property
    def media(self) -> frozenset[Media]:
        return _ACCEPTED[self]

    @property
    def named(self) -> str:
        """`PDF, PNG, JPEG or TIFF`."""
        names = [media.name for media in Media if media in self.media and media is not Media.LOCKED]
        return f"{', '.join(names[:-1])} or {names[-1]}"


_ACCEPTED = {
    Accepted.PDF_AND_IMAGES: PDF_AND_IMAGES,
    Accepted.PAPERS: _OF_TEXTRACT | {Media.DOCX, Media.TXT, Media.LOCKED},
    Accepted.EVERYTHING: PDF_AND_IMAGES | FLOWING,
}

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", Media.PNG),
    (b"\xff\xd8\xff", Media.JPEG),
    (b"II*\x00", Media.TIFF),
    (b"MM\x00*", Media.TIFF),
    (b"II+\x00", Media.TIFF),  # BigTIFF
    (b"MM\x00+", Media.TIFF),
    (b"GIF87a", Media.GIF),
    (b"GIF89a", Media.GIF),
)
_RIFF, _WEBP = b"RIFF", b"WEBP"  # with the file's size between them (WebP Container Specification)
# A box of brands begins the file (ISO/IEC 14496-12, 4.3); these are HEVC's (ISO/IEC 23008-12, annex B.4).
_BRANDS_BOX = b"ftyp"
_HEVC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_MOST_BRANDS = 64
# `BM`, the size, four reserved bytes, where the pixels begin, and the size of the header that follows (one of these).
_BMP = b"BM"
_BMP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An encrypted Office file is a compound file with this stream ([MS-OFFCRYPTO] 1.3.2); names in it are UTF-16.
_LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
# The usual names of the main part (ECMA-376 lets them be others; no writer does more than number them).
_MAIN_PARTS = ((re.compile(rb"word/document\d*\.xml"), Media.DOCX), (re.compile(rb"xl/workbook\d*\.xml"), Media.XLSX))
# Kinds that begin with printable text, and are none of ours.
_OTHER_TEXT = (b"{\\rtf", b"%!PS", b"PK")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_PRINTED = frozenset(range(32)) - set(b"\b\t\n\v\f\r\x1a\x1b")
_COMMENTS = re.compile(r"(?:\s|<!--.*?-->)*", re.DOTALL)
_HTML = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|style|script|base|div|p|span|table|ul|ol|h[1-6]|br|hr|form"
    r"|main|article|section|header|center|font)\b[^<]*>)",
    re.IGNORECASE,
)
_PROLOGUE = re.compile(r"<\?xml\b.*?\?>", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)(?:\s[^<]*)?/?>")
_MAIL_HEAD = re.compile(r"[!-9;-~]+[ \t]*:")
_BY_MAILERS = frozenset(("mime-version", "message-id", "received", "return-path", "content-transfer-encoding"))
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)


def sniff_file(path: Path, name: str | None = None) -> Media | None:
    """`sniff` for a file; reads its two ends only, but a compound file to the end.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(_COMPOUND):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return Media.LOCKED if content.find(_LOCKED_STREAM) >= 0 else None
        file.seek(max(path.stat().st_size - _TAIL, 0))
        return sniff(head, name, file.read(_TAIL))


def sniff(head: bytes, name: str | None = None, tail: bytes = b"") -> Media | None:
    """The kind of a file; None when it is none of ours.

    Args:
        head: its first bytes; at least 1,024 or all there are, and of a text better `HEAD`.
        name: what the client calls it. Decides between kinds of text only.
        tail: its last bytes: a zip of more than a few parts, and XML without its declaration, are known by them.

    The images' signatures stand at the very start, so they are asked first: junk before a PDF may be anything else.
    """
    for signature, media in _SIGNATURES:
        if head.startswith(signature):
            return media
    picture = _picture(head)
    if picture is not None:
        return picture
    if head.startswith(_ZIP):
        names = head + tail
        return next((media for part, media in _MAIN_PARTS if part.search(names)), None)
    if head.startswith(_COMPOUND):  # `sniff_file` looks for what is in it
        return None
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Media.PDF
    text = _printable(head)
    return _kind_of_text(text, name, tail or head) if text and text.strip() else None


def _picture(head: bytes) -> Media | None:
    if head.startswith(_RIFF) and head[8:12] == _WEBP:
        return Media.WEBP
    if head[4:8] == _BRANDS_BOX:
        brands = head[8 : min(int.from_bytes(head[:4], "big"), 8 + 4 * _MOST_BRANDS)]
        return Media.HEIC if any(brands[n : n + 4] in _HEVC_BRANDS for n in range(0, len(brands), 4)) else None
    header = int.from_bytes(head[14:18], "little")
    return Media.BMP if head.startswith(_BMP) and header in _BMP_HEADERS and not any(head[6:10]) else None


def _printable(head: bytes) -> str | None:
    """`head` as text, roughly; None where it is none."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return codecs.getincrementaldecoder(encoding)("replace").decode(head[len(bom) :])
    if head.startswith(_OTHER_TEXT) or any(byte in _NOT_PRINTED for byte in set(head)):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        # Some older encoding. A word or two of it may be anything.
        return head.decode("latin-1") if len(head.split()) > 1 else None


def _kind_of_text(text: str, name: str | None, tail: bytes) -> Media:
    suffix = PurePath(name or "").suffix.lower()
    prologue = _PROLOGUE.match(text.lstrip())
    begin = text.lstrip()[prologue.end() if prologue else 0 :]
    comments = _COMMENTS.match(begin)
    begin = begin[comments.end() if comments else 0 :][:4096]
    if _HTML.match(begin):
        return Media.HTML
    if prologue or _is_root(begin, tail):
        return Media.XML
    if suffix in (".html", ".htm") and re.search(r"<[a-zA-Z][^<]*>", text):
        return Media.HTML
    if _is_mail(text, suffix):
        return Media.EML
    if suffix in (".csv", ".tsv"):
        return Media.CSV
    if suffix != ".txt" and delimiter(text):
        return Media.CSV
    return Media.TXT


def _is_mail(text: str, suffix: str) -> bool:
    """Whether it begins with the heads of a mail: with one that only mail programs write, or those of a letter in a
    file that is called a mail (RFC 5322, 2.2)."""
    heads, end, _ = text.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
    lines = [line for line in heads.split("\n") if not line.startswith((" ", "\t"))]
    if not end or not all(map(_MAIL_HEAD.match, lines)):
        return False
    names = {line.partition(":")[0].lower() for line in lines}
    return "from" in names and bool(names & _BY_MAILERS or suffix == ".eml")


def _is_root(begin: str, tail: bytes) -> bool:
    """Whether an element begins here that ends where the file does, or a document type is declared."""
    if _DOCTYPE.match(begin):
        return True
    root = _ROOT.match(begin)
    if root is None:
        return False
    end = f"</{root[1]}".encode()
    return root[0].endswith("/>") or end in tail.replace(b"\x00", b"")
