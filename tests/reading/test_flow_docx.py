"""Word documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading import sandbox
from quire.reading.broken import Broken
from quire.reading.media import Media

from .flowing import cells, heads, kind_of, only, pages, said
from .make_office import PAGE_BREAK, docx, margin, paragraph, table, zipped

ITEMS = table(("Item", "Qty", "Amount"), ("Pipe", "3", "49.20"), ("Joint", "4", "25.50"))


def test_paragraphs_headings_and_tables_come_in_order(tmp_path: Path) -> None:
    path = docx(
        tmp_path / "a.docx", paragraph("Invoice", "Heading1"), paragraph("Date: 3 May"), ITEMS, paragraph("Bye")
    )
    page = only(path)
    assert said(page) == [
        "Invoice",
        "Date: 3 May",
        "Item",
        "Qty",
        "Amount",
        "Pipe",
        "3",
        "49.20",
        "Joint",
        "4",
        "25.50",
        "Bye",
    ]
    [found] = page.tables
    assert cells(found)[1] == ["Pipe", "3", "49.20"]
    assert heads(found) == ["Item", "Qty", "Amount"]
    assert [(pair.key, pair.value) for pair in page.key_values] == [("Date:", "3 May")]


def test_page_breaks_part_pages(tmp_path: Path) -> None:
    made = pages(
        docx(tmp_path / "a.docx", paragraph("one"), PAGE_BREAK, paragraph("two"), PAGE_BREAK, paragraph("three"))
    )
    assert [said(page) for page in made] == [["one"], ["two"], ["three"]]


def test_a_document_without_words_is_an_empty_page(tmp_path: Path) -> None:
    assert said(only(docx(tmp_path / "a.docx"))) == []


def test_headers_begin_the_first_page_and_footers_end_the_last(tmp_path: Path) -> None:
    more = {
        "word/header1.xml": margin("hdr", paragraph("ACME, Berlin")),
        "word/header2.xml": margin("hdr", paragraph("ACME, Berlin")),
        "word/footer1.xml": margin("ftr", paragraph("VAT ID: DE1"), paragraph("2")),
    }
    made = pages(docx(tmp_path / "a.docx", paragraph("one"), PAGE_BREAK, paragraph("two"), more=more))
    assert [said(page) for page in made] == [["ACME, Berlin", "one"], ["two", "VAT ID: DE1"]]


def test_what_was_struck_out_is_not_read_and_what_was_added_is(tmp_path: Path) -> None:
    changed = "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>"
    assert said(only(docx(tmp_path / "a.docx", changed, control))) == ["new", "in a control"]


def test_a_tab_parts_a_label_from_its_value(tmp_path: Path) -> None:
    line = "<w:p><w:r><w:t>Total</w:t><w:tab/><w:t>12.00</w:t></w:r></w:p>"
    [pair] = only(docx(tmp_path / "a.docx", line)).key_values
    assert (pair.key, pair.value) == ("Total", "12.00")


def test_macros_and_linked_pictures_are_left_alone(tmp_path: Path) -> None:
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{related}/image" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{related}" r:link="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    more = {"word/vbaProject.bin": "Sub AutoOpen", "word/_rels/document.xml.rels": relationships}
    assert said(only(docx(tmp_path / "a.docx", paragraph("Hello"), picture, more=more))) == ["Hello"]


@pytest.mark.parametrize(
    ("declared", "said_as"), [('"ha"', "&a;"), ("SYSTEM 'file:///etc/passwd'", "&a;")], ids=["bomb", "external"]
)
def test_entities_are_refused(tmp_path: Path, declared: str, said_as: str) -> None:
    path = docx(tmp_path / "a.docx", paragraph(said_as), prologue=f"<!DOCTYPE w [<!ENTITY a {declared}>]>")
    assert kind_of(path) == "unsupported_input"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", " " * (513 << 20))
    assert path.stat().st_size < 1 << 20
    assert kind_of(path) == "document_too_complex"


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    body = "<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000
    assert kind_of(docx(tmp_path / "a.docx", body)) == "document_too_complex"


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    whole = docx(tmp_path / "a.docx", paragraph("x")).read_bytes()
    path = tmp_path / "b.docx"
    path.write_bytes(whole[:-30])
    assert kind_of(path) == "extraction_failed"
    assert kind_of(zipped(tmp_path / "c.docx", {"word/document.xml": "nope"})) == "extraction_failed"


@pytest.mark.parametrize(("password", "kind"), [(None, "password_required"), ("secret", "unsupported_input")])
def test_an_encrypted_document_is_refused(tmp_path: Path, password: str | None, kind: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(Broken) as refused:
        sandbox.inspect(path, Media.LOCKED, password)
    assert refused.value.kind == kind
