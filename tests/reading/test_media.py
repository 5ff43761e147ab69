"""The first bytes decide what a file is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from quire.reading.media import FLOWING, PDF_AND_IMAGES, Accepted, Media, sniff, sniff_file

from .make_heic import HALVES


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_images_are_known_by_their_signature(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    assert sniff(out.getvalue()) == Media[kind]


def test_a_picture_of_an_iphone_is_known_by_its_brands() -> None:
    assert sniff(HALVES) is Media.HEIC
    assert sniff(b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf") is Media.HEIC


MAIL = "From: Ann <ann@example.com>\nTo: bob@example.com\nSubject: Invoice\n"


@pytest.mark.parametrize(
    ("name", "head", "media"),
    [
        (None, f"{MAIL}MIME-Version: 1.0\n\nHello", Media.EML),
        (None, f"Received: by x;\n\tMon\r\n{MAIL}\nHello", Media.EML),
        ("a.eml", f"{MAIL}\nHello", Media.EML),
        ("a.txt", f"{MAIL}\nHello", Media.TXT),  # somebody writes like this
        ("a.eml", "Hello, Bob.\n\nFrom: Ann", Media.TXT),
        (None, "Message-ID: 12\nTotal: 5\n\nx", Media.TXT),
    ],
)
def test_a_mail_begins_with_its_heads(name: str | None, head: str, media: Media) -> None:
    assert sniff(head.encode(), name) is media


def test_a_big_endian_tiff_is_a_tiff() -> None:
    assert sniff(b"MM\x00*\x00\x00\x00\x08") is Media.TIFF


def test_a_pdf_may_be_preceded_by_junk_within_its_first_1024_bytes() -> None:
    assert sniff(b"%PDF-1.7\n") is Media.PDF
    assert sniff(b"\x00" * 1019 + b"%PDF-1.7") is Media.PDF
    assert sniff(b"\x00" * 1020 + b"%PDF-1.7") is None


def test_an_image_that_mentions_a_pdf_stays_an_image() -> None:
    assert sniff(b"\xff\xd8\xff\xe0 %PDF-1.7") is Media.JPEG


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b" \n\n",
        b"PK\x03\x04",
        b"RIFF\x04\x00\x00\x00WAVE",
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avifmiaf",
        b"\x89PNG",
        b"{\\rtf1 text}",
        b"%!PS-Adobe",
        b"abc\x00def",
        b"\x01\x02 x",
    ],
)
def test_everything_else_is_refused(head: bytes) -> None:
    assert sniff(head) is None


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 2000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "media"),
    [
        (["[Content_Types].xml", "word/document.xml"], Media.DOCX),
        (["[Content_Types].xml", "word/document2.xml", "word/vbaProject.bin"], Media.DOCX),
        (["[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"], Media.XLSX),
        (["xl/workbook.bin"], None),
        (["a.txt"], None),
        (["mimetype", "content.xml"], None),
    ],
)
def test_a_zip_is_what_its_parts_say(tmp_path: Path, parts: list[str], media: Media | None) -> None:
    path = tmp_path / "upload"
    path.write_bytes(zipped(*parts))
    assert sniff_file(path, "report.docx") is media


def test_an_encrypted_office_file_is_known_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200_000)
    path.write_bytes(compound + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    assert sniff_file(path, "a.docx") is Media.LOCKED
    path.write_bytes(compound)
    assert sniff_file(path, "a.doc") is None


@pytest.mark.parametrize(
    ("head", "media"),
    [
        ("<!DOCTYPE html><p>x", Media.HTML),
        ("\n <!-- made by hand --> <HTML><body>", Media.HTML),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y">', Media.HTML),
        ("<table><tr><td>1</table>", Media.HTML),
        ('<?xml version="1.0"?><invoice/>', Media.XML),
        ("<invoice><id>1</id></invoice>\n", Media.XML),
        ("<invoice> is what I call it", Media.TXT),
        ("<someone@example.com> wrote:", Media.TXT),
        ("Dear John,\nthank you, and goodbye.\n", Media.TXT),
        ("Item,Qty\nPipe,3\nJoint,4\nBend,5\n", Media.CSV),
        ("Item;Qty;Price\nPipe;3;4,10\n", Media.CSV),
        ('a\tb\tc\n"1\t2"\t3\t4\n', Media.CSV),
        ("one\n", Media.TXT),
        ("BM is short for it\n", Media.TXT),
    ],
)
def test_text_is_what_it_looks_like(head: str, media: Media) -> None:
    assert sniff(head.encode()) is media
    assert sniff(b"\xef\xbb\xbf" + head.encode()) is media
    if "<?xml" not in head:
        assert sniff(b"\xff\xfe" + head.encode("utf-16-le")) is media


@pytest.mark.parametrize(
    ("name", "head", "media"),
    [
        ("a.txt", b"Item,Qty,Price\nPipe,3,4\n", Media.TXT),
        ("a.CSV", b"Dear John", Media.CSV),
        ("a.htm", b"Hello <b>you</b>", Media.HTML),
        ("a.csv", b"<html><p>", Media.HTML),
        ("a.csv", b"%PDF-1.7", Media.PDF),
        ("a.pdf", b"Hello there", Media.TXT),
        ("a.xlsx", b"\x00\x01", None),
    ],
)
def test_a_name_decides_between_kinds_of_text_only(name: str, head: bytes, media: Media | None) -> None:
    assert sniff(head, name) is media


def test_text_in_an_older_encoding_is_text() -> None:
    assert sniff("Société Générale à Paris".encode("cp1252")) is Media.TXT


def test_a_head_that_is_cut_within_a_character_is_text() -> None:
    assert sniff("Straße und Fluß".encode()[:-1]) is Media.TXT


def test_what_contracts_accept() -> None:
    assert Accepted.PDF_AND_IMAGES.media == PDF_AND_IMAGES
    papers = {Media.PDF, Media.PNG, Media.JPEG, Media.TIFF, Media.TXT, Media.DOCX, Media.LOCKED}
    assert Accepted.PAPERS.media == papers
    assert Accepted.EVERYTHING.media == frozenset(Media)
    assert PDF_AND_IMAGES.isdisjoint(FLOWING)


def test_what_is_accepted_can_be_said() -> None:
    assert Accepted.PDF_AND_IMAGES.named == "PDF, PNG, JPEG, TIFF, WEBP, HEIC, GIF or BMP"
    assert Accepted.PAPERS.named == "PDF, PNG, JPEG, TIFF, TXT or DOCX"
