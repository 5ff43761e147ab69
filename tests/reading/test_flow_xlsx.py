"""Workbooks."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from quire.reading import sandbox
from quire.reading.flow_xlsx import shown
from quire.reading.media import Media

from .flowing import cells, heads, kind_of, only, pages, said
from .make_office import xlsx, zipped


def invoice(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (
        ["INVOICE"],
        [],
        ["Invoice No:", "INV-12"],
        [],
        ["Description", "Qty", "Amount"],
        ["Pipe", 3, 49.2],
        ["Joint", 4, 25.5],
    ):
        sheet.append(row)
    for cell in ("C6", "C7"):
        sheet[cell].number_format = '"$"#,##0.00'
    hidden = book.create_sheet("Lists")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Notes").append(["Hello"])
    book.save(path)
    return path


def test_each_sheet_that_shows_is_a_page(tmp_path: Path) -> None:
    made = pages(invoice(tmp_path / "a.xlsx"))
    assert said(made[0])[:3] == ["INVOICE", "Invoice No:", "INV-12"]
    assert said(made[1]) == ["Hello"]
    assert len(made) == 2


def test_what_blank_rows_part_are_tables_with_headers(tmp_path: Path) -> None:
    [table] = pages(invoice(tmp_path / "a.xlsx"))[0].tables
    assert cells(table) == [["Description", "Qty", "Amount"], ["Pipe", "3", "$49.20"], ["Joint", "4", "$25.50"]]
    assert heads(table) == ["Description", "Qty", "Amount"]


def test_labels_and_values_are_paired(tmp_path: Path) -> None:
    pairs = pages(invoice(tmp_path / "a.xlsx"))[0].key_values
    assert ("Invoice No:", "INV-12") in [(pair.key, pair.value) for pair in pairs]


def test_a_formula_s_last_value_is_read_and_never_computed(tmp_path: Path) -> None:
    cells = '<c r="A1"><f>1+1</f><v>7</v></c><c r="B1"><f>2+2</f></c><c r="C1" t="str"><f>A1</f><v>x</v></c>'
    assert said(only(xlsx(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>'))) == ["7", "x"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (12, "General", "12"),
        (123456789012345678, "General", "123456789012345678"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1234.50"),
        (1234.5, "0.##", "1234.5"),
        (-3, "0.00;[Red]-0.00", "-3.00"),
        (0.19, "0%", "19%"),
        (0.195, "0.0%", "19.5%"),
        (12, "[$€-407] #,##0.00", "€12.00"),
        (12, "#,##0.00 [$€-407]", "12.00 €"),
        (12, '#,##0.00 "kr"', "12.00 kr"),
        (True, "General", "TRUE"),
        (" x ", "General", "x"),
        (datetime.datetime(2024, 5, 3), "dd.mm.yyyy", "2024-05-03"),
        (datetime.datetime(2024, 5, 3, 14, 30), "dd.mm.yyyy hh:mm", "2024-05-03 14:30:00"),
        (datetime.date(2024, 5, 3), "d/m/y", "2024-05-03"),
        (datetime.time(14, 30), "hh:mm", "14:30:00"),
    ],
)
def test_values_look_as_in_the_sheet(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_cells_at_the_far_end_cost_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="XFD90000"><v>2</v></c></row>'
    assert said(only(xlsx(tmp_path / "a.xlsx", rows))) == ["1", "2"]


def test_a_sheet_of_more_rows_than_can_be_held_is_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 260_000))
    assert kind_of(xlsx(tmp_path / "a.xlsx", rows)) == "document_too_complex"


def test_columns_far_apart_that_would_make_a_huge_table_are_refused(tmp_path: Path) -> None:
    columns = [f"{a}{b}{c}" for a in "ABC" for b in "ABCDEFGHIJ" for c in "ABCDEFGHIJKLMNOPQRST"]
    rows = "".join(f'<row r="{n}"><c r="{column}{n}"><v>1</v></c></row>' for n, column in enumerate(columns, start=1))
    assert kind_of(xlsx(tmp_path / "a.xlsx", rows)) == "document_too_complex"


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "upload", '<row r="1"><c r="A1"><v>4</v></c><c r="B1"><v>2.5</v></c></row>')
    assert sandbox.inspect(path, Media.XLSX).pages == 1
    assert sandbox.read_text(path, tmp_path / "out", media=Media.XLSX).sound == [1]


def test_entities_are_refused(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
    path = xlsx(tmp_path / "a.xlsx", row, prologue='<!DOCTYPE w [<!ENTITY a "ha">]>')
    assert kind_of(path) in ("unsupported_input", "extraction_failed")


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    whole = invoice(tmp_path / "a.xlsx").read_bytes()
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[:-40])
    assert kind_of(path) == "extraction_failed"
    assert kind_of(zipped(tmp_path / "c.xlsx", {"xl/workbook.xml": "nope"})) == "extraction_failed"
