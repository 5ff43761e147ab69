"""XML: values under the names of their elements."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading.formats.xml import words
from tests.reading.flowing import cells, heads, kind_of, only, said


def write(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "given.xml"
    path.write_bytes(content.encode(encoding))
    return path


ORDER = """<?xml version="1.0"?><o:Order xmlns:o="urn:x" version="2">
  <o:OrderNumber>PO-3</o:OrderNumber><!-- hidden -->
  <o:Vendor><o:Name>Acme</o:Name><o:CityName>Berlin</o:CityName></o:Vendor>
  <o:Lines>
    <o:Line id="1"><o:Desc>Pipe</o:Desc><o:Amount currency="EUR">49.20</o:Amount></o:Line>
    <o:Line id="2"><o:Desc>Joint</o:Desc><o:Amount currency="EUR">25.50</o:Amount></o:Line>
  </o:Lines>
  <o:Total currency="EUR">74.70</o:Total>
</o:Order>"""


def test_elements_with_text_are_labels_and_values(tmp_path: Path) -> None:
    page = only(write(tmp_path, ORDER))
    assert [(pair.key, pair.value) for pair in page.key_values] == [
        ("Order Version:", "2"),
        ("Order Number:", "PO-3"),
        ("Vendor Name:", "Acme"),
        ("City Name:", "Berlin"),
        ("Total:", "74.70"),
        ("Total Currency:", "EUR"),
    ]


def test_elements_that_repeat_are_a_table(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, ORDER)).tables
    assert heads(table) == ["Id", "Desc", "Currency", "Amount"]
    assert cells(table)[1:] == [["1", "Pipe", "EUR", "49.20"], ["2", "Joint", "EUR", "25.50"]]


def test_a_list_of_one_item_is_a_table_too(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, "<o><Lines><Line><Desc>Pipe</Desc><Qty>3</Qty></Line></Lines></o>")).tables
    assert cells(table) == [["Desc", "Qty"], ["Pipe", "3"]]


def test_values_that_repeat_stay_values(tmp_path: Path) -> None:
    page = only(write(tmp_path, "<o><tag>a</tag><tag>b</tag><empty/></o>"))
    assert (said(page), page.tables) == (["Tag: a", "Tag: b", "Empty:"], ())


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_the_declared_encoding_holds(tmp_path: Path, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><a><name>Société</name></a>'
    assert said(only(write(tmp_path, content, encoding))) == ["Name: Société"]


@pytest.mark.parametrize(
    ("name", "said_as"),
    [("{urn:x}invoiceNumber", "Invoice Number"), ("PO_number", "PO Number"), ("VATRate", "VAT Rate"), ("id", "Id")],
)
def test_names_are_said_as_words(name: str, said_as: str) -> None:
    assert words(name) == said_as


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', "unsupported_input"),
        ("<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><l>&a;</l>", "unsupported_input"),
        ("<?xml version='1.0'?><a><b></a>", "extraction_failed"),
        ("<?xml version='1.0' encoding='klingon'?><a/>", "extraction_failed"),
        ("<a>" * 200 + "</a>" * 200, "document_too_complex"),
        ("<a>" + "<b>x</b>" * 250_001 + "</a>", "document_too_complex"),
    ],
    ids=["bomb", "external", "not well-formed", "unknown encoding", "deep", "wide"],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: str, kind: str) -> None:
    assert kind_of(write(tmp_path, content)) == kind


def test_a_document_type_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    content = "<?xml version='1.0'?><!DOCTYPE l SYSTEM 'http://127.0.0.1:1/x.dtd'><l><id>1</id></l>"
    assert said(only(write(tmp_path, content))) == ["Id: 1"]
