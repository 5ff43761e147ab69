"""Web pages: what shows of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.flowing import cells, heads, kind_of, only, said


def write(tmp_path: Path, body: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "given.html"
    path.write_bytes(f"<!doctype html>{body}".encode(encoding))
    return path


def test_headings_paragraphs_and_lines_come_in_order(tmp_path: Path) -> None:
    page = only(write(tmp_path, "<h1>Invoice</h1><p>Invoice\n  number: <b>INV-9</b><br>Date: 3 May<div>Bye</div>now"))
    assert said(page) == ["Invoice", "Invoice number: INV-9", "Date: 3 May", "Bye", "now"]


def test_a_table_is_one_with_its_header(tmp_path: Path) -> None:
    html = "<table><thead><tr><th>Item<th>Made by<tbody><tr><td>Pipe<td>Acme<tr><td>Joint<td>A&amp;B</table>"
    [table] = only(write(tmp_path, html)).tables
    assert cells(table) == [["Item", "Made by"], ["Pipe", "Acme"], ["Joint", "A&B"]]
    assert heads(table) == ["Item", "Made by"]


def test_spans_are_kept(tmp_path: Path) -> None:
    html = "<table><tr><th rowspan=2>Name<th colspan=2>Year<tr><th>1<th>2<tr><td>a<td>b<td>c</table>"
    [table] = only(write(tmp_path, html)).tables
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert (table.rows, table.columns, spans["Name"], spans["Year"]) == (3, 3, (2, 1), (1, 2))


def test_a_table_that_only_places_things_is_none(tmp_path: Path) -> None:
    inner = "<table><tr><th>Item<th>Qty<tr><td>Pipe<td>3</table>"
    page = only(
        write(tmp_path, f"<table><tr><td>Acme<td>{inner}</table><table><tr><td>one column<tr><td>of text</table>")
    )
    assert [cells(table) for table in page.tables] == [[["Item", "Qty"], ["Pipe", "3"]]]
    assert said(page) == ["Acme", "Item", "Qty", "Pipe", "3", "one column", "of text"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x()</script>",
        "<style>x</style>",
        "<!-- x -->",
        "<p hidden>x</p>",
        '<div style="color: red; DISPLAY : none">x</div>',
        '<span style="visibility:hidden">x</span>',
        "<template>x</template>",
        "<noscript>x</noscript>",
        '<input type="hidden" value="x">',
        '<input type="password" value="x">',
        '<iframe src="file:///etc/passwd">x</iframe>',
    ],
)
def test_what_does_not_show_is_not_read(tmp_path: Path, hidden: str) -> None:
    page = only(write(tmp_path, f"<head><title>x</title></head><p>before</p>{hidden}<p>after</p>"))
    assert said(page) == ["before", "after"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>two words</p>",
        "<p hidden=until-found>two words</p>",
        '<p style="display:none">two <b>words</b></p>',
        '<p style="font-size:0">two words</p>',
        '<p style="font: italic 0px Arial">two words</p>',
        '<div style="max-height:0; overflow:hidden">two words</div>',
        '<div style="opacity: 0;">two words</div>',
        '<div style="position:absolute; left:-9999px">two words</div>',
        '<span style="color:transparent">two words</span>',
        "<table><tr><th>Item<th>Qty<tr hidden><td>two<td>words<tr><td>Pipe<td>3</table>",
        '<table><tr><th>Item<th>Qty<tbody style="display:none"><tr><td>two<td>words<tbody><tr><td>Pipe<td>3</table>',
        "<table><tr><th>Item<th>Qty<tr><td>Pipe<td>3<td hidden>two words</table>",
        '<table><tr><th>Item<th>Qty<tr><td>Pipe <i style="visibility:hidden">two words</i><td>3</table>',
    ],
)
def test_hidden_words_are_counted(tmp_path: Path, hidden: str) -> None:
    page = only(write(tmp_path, f"<p>before</p>{hidden}"))
    assert {"two", "words"}.isdisjoint(word.text for word in page.words)
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("hidden_text", 2)]


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="font-size:0"><span style="font-size:14px">two words</span></div>',
        '<div style="opacity:0.9">two words</div>',
        '<div style="background-color:transparent">two words</div>',
        '<div style="height:0">two words</div>',
        '<div aria-hidden="true">two words</div>',
        '<select style="font-size:0"><option></select><p>two words</p>',
    ],
)
def test_what_shows_all_the_same_is_read(tmp_path: Path, shown: str) -> None:
    page = only(write(tmp_path, f"<p>before</p>{shown}"))
    assert said(page) == ["before", "two words"]
    assert page.warnings == ()


def test_characters_without_width_are_no_part_of_a_word(tmp_path: Path) -> None:
    page = only(write(tmp_path, "<p>Reference: INV&#8203;-&#8203;77</p><p>Rech&shy;nung&#8206;s­nummer</p>"))
    assert said(page) == ["Reference: INV-77", "Rechnungsnummer"]


def test_a_filled_in_form_is_read(tmp_path: Path) -> None:
    html = (
        '<p>Name: <input value="Ann"></p><p><input type=checkbox checked> Paid</p><p><input type=radio> Open</p>'
        "<p>Size: <select><option>S<option selected>M</select></p><p>Note: <textarea>hello</textarea></p>"
    )
    page = only(write(tmp_path, html))
    assert said(page) == ["Name: Ann", "☒ Paid", "☐ Open", "Size: M", "Note: hello"]
    assert [mark.selected for mark in page.marks] == [True, False]


def test_a_term_and_what_it_means_are_a_pair(tmp_path: Path) -> None:
    [pair] = only(write(tmp_path, "<dl><dt>Vendor</dt><dd>Acme</dd></dl>")).key_values
    assert (pair.key, pair.value) == ("Vendor", "Acme")


def test_set_text_keeps_its_columns(tmp_path: Path) -> None:
    assert said(only(write(tmp_path, "<pre>\nItem      Qty\nPipe        3\n</pre>"))) == ["Item", "Qty", "Pipe", "3"]


def test_the_declared_encoding_is_believed(tmp_path: Path) -> None:
    assert said(only(write(tmp_path, '<meta charset="iso-8859-2"><p>łódź', "iso-8859-2"))) == ["łódź"]


def test_a_page_nested_without_end_is_read(tmp_path: Path) -> None:
    assert said(only(write(tmp_path, "<div>" * 10_000 + "deep"))) == ["deep"]
    assert said(only(write(tmp_path, "<table><tr><td>" * 500 + "deep"))) == ["deep"]


@pytest.mark.parametrize(
    "body",
    ["<p>word " * 250_001, "<table>" + "<tr><td colspan=1000 rowspan=60000>x<td>y" * 3000],
    ids=["words", "spans"],
)
def test_what_is_too_large_is_refused(tmp_path: Path, body: str) -> None:
    assert kind_of(write(tmp_path, body)) == "document_too_complex"


def test_pictures_that_may_say_something_are_counted(tmp_path: Path) -> None:
    shown = "<img src=total.png><table><tr><td>Stamp<td><img src=stamp.png width=200></table>"
    not_shown = "<img src=count.gif width=1 height=1><p hidden>Old <img src=old.png></p>"
    page = only(write(tmp_path, f"<p>Total {shown}{not_shown}"))
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("pictures", 2), ("hidden_text", 1)]
