"""The sides of a picture by its header alone: what decodes it would take memory for them, or the whole file."""

from __future__ import annotations

from quire.reading.media import Media

_MOST_BYTES = 1 << 20  # of a HEIC's description of its items, which comes first; a grid of tiles has some kilobytes


def sides(media: Media, head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as shown of a WebP or HEIC picture; None where its header does not tell.

    `head`: its first bytes, `HEAD_OF` of them.
    """
    return _webp(head) if media is Media.WEBP else _heic(head) if media is Media.HEIC else None


HEAD_OF = {Media.WEBP: 64, Media.HEIC: _MOST_BYTES}
"""Bytes at the beginning of which `sides` can tell."""


def _webp(head: bytes) -> tuple[int, int] | None:
    """WebP Container Specification: the canvas of the extended format, else the one picture's (RFC 6386, 9.1)."""
    kind, content = head[12:16], head[20:]
    if kind == b"VP8X" and len(content) >= 10:
        return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
    if kind == b"VP8L" and content[:1] == b"\x2f" and len(content) >= 5:
        bits = int.from_bytes(content[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and content[3:6] == b"\x9d\x01\x2a" and len(content) >= 10:
        return int.from_bytes(content[6:8], "little") & 0x3FFF, int.from_bytes(content[8:10], "little") & 0x3FFF
    return None


def _heic(head: bytes) -> tuple[int, int] | None:
    """The largest picture's, for tiles and thumbnails are described beside it (ISO/IEC 23008-12, 6.5.3); turned where
    the file says so (6.5.10: quarter turns)."""
    found: tuple[int, int] | None = None
    at = head.find(b"ispe")
    while at >= 4:
        width, height = (int.from_bytes(head[at + n : at + n + 4], "big") for n in (8, 12))
        if found is None or width * height > found[0] * found[1]:
            found = (width, height)
        at = head.find(b"ispe", at + 4)
    turn = head.find(b"irot")
    turned = turn >= 0 and head[turn + 4 : turn + 5] in (b"\x01", b"\x03")
    return (found[1], found[0]) if found and turned else found
