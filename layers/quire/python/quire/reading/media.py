"""What kind of file these bytes are. Names and content types are what a client claims; the first bytes are what is."""

from __future__ import annotations

from enum import StrEnum

# Readers accept a PDF whose header comes within the first 1,024 bytes (ISO 32000-1, annex H, note 13).
_PDF_HEADER_WITHIN = 1024


class Media(StrEnum):
    """The kinds of file that Textract reads."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


def sniff(head: bytes) -> Media | None:
    """The kind of a file by its first bytes (give at least 1,024, or all there are); None when it is none of ours.

    The images' signatures stand at the very start, so they are asked first: junk before a PDF may be anything else.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):  # the latter two: BigTIFF
        return Media.TIFF
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Media.PDF
    return None
