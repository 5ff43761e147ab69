"""The first bytes decide what a file is."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from quire.reading.media import Media, sniff


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_images_are_known_by_their_signature(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    assert sniff(out.getvalue()) == Media[kind]


def test_a_big_endian_tiff_is_a_tiff() -> None:
    assert sniff(b"MM\x00*\x00\x00\x00\x08") is Media.TIFF


def test_a_pdf_may_be_preceded_by_junk_within_its_first_1024_bytes() -> None:
    assert sniff(b"%PDF-1.7\n") is Media.PDF
    assert sniff(b"\x00" * 1019 + b"%PDF-1.7") is Media.PDF
    assert sniff(b"\x00" * 1020 + b"%PDF-1.7") is None


def test_an_image_that_mentions_a_pdf_stays_an_image() -> None:
    assert sniff(b"\xff\xd8\xff\xe0 %PDF-1.7") is Media.JPEG


@pytest.mark.parametrize("head", [b"", b"<html>", b"PK\x03\x04", b"GIF89a", b"%PD", b"\x89PNG"])
def test_everything_else_is_refused(head: bytes) -> None:
    assert sniff(head) is None
