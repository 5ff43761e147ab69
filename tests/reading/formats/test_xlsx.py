"""Workbooks."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from quire.reading import sandbox
from quire.reading.formats.void import NOT_CALCULATED
from quire.reading.formats.xlsx import shown
from quire.reading.media import Media
from tests.reading.flowing import cells, heads, kind_of, only, pages, said
from tests.reading.make_office import xlsx, zipped


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
    page = only(xlsx(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>'))
    assert said(page) == ["7", NOT_CALCULATED, "x"]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("formula_without_value", 1)]


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
        (12, "[$€-407] #,##0.00", "€ 12.00"),
        (12, "#,##0.00 [$€-407]", "12.00 €"),
        (12, '#,##0.00 "kr"', "12.00 kr"),
        (True, "General", "TRUE"),
        (" x ", "General", "x"),
        (datetime.datetime(2024, 5, 3), "dd.mm.yyyy", "2024-05-03"),
        (datetime.datetime(2024, 5, 3, 14, 30), "dd.mm.yyyy hh:mm", "2024-05-03 14:30:00"),
        (datetime.date(2024, 5, 3), "d/m/y", "2024-05-03"),
        (datetime.time(14, 30), "hh:mm", "14:30:00"),
        (1030, "00000", "01030"),
        (4711, "0000000", "0004711"),
        (7, "000.0", "007.0"),
        (123456789, "000-00-0000", "123-45-6789"),
        (1234567, "[<=9999999]###-####;(###) ###-####", "123-4567"),
        (8001234567, "[<=9999999]###-####;(###) ###-####", "(800) 123-4567"),
        (42, '"INV-"0000', "INV-0042"),
        (1234567, '0.0,,"M"', "1.2M"),
        (0.125, "0%", "13%"),
        (1.005, "0.00", "1.01"),
        (0, "0.00", "0.00"),
        (0.5, "#.00", "0.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1234.50)"),
        (-5, "#,##0.00;[Red]#,##0.00", "-5.00"),
        (0, '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "0.00"),
        (12.5, '_-* #,##0.00 "€"_-', "12.50 €"),
        (12345, "0.00E+00", "12345"),
        (1.5, "# ?/?", "1.5"),
        (9999, ";;;", ""),
        (datetime.datetime(2024, 5, 3), "mmm yyyy", "May 2024"),
        (datetime.datetime(2024, 5, 3), "yyyy", "2024"),
        (datetime.datetime(2024, 5, 3), 'd "de" mmmm "de" yyyy', "2024-05-03"),
        (datetime.timedelta(days=1, hours=2, minutes=5), "[h]:mm", "26:05:00"),
    ],
)
def test_values_look_as_in_the_sheet(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def hides(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (["Item", "Cost", "Price"], ["Chair", 20, 49.5], ["Desk", 80, 199.5], ["Lamp", 5, 20.5]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Rates").sheet_state = "veryHidden"
    book.save(path)
    return path


def test_hidden_rows_columns_and_sheets_are_left_out_and_counted(tmp_path: Path) -> None:
    page = only(hides(tmp_path / "a.xlsx"))
    assert cells(page.tables[0]) == [["Item", "Price"], ["Chair", "49.5"], ["Lamp", "20.5"]]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [
        ("hidden_rows", 1),
        ("hidden_columns", 1),
        ("hidden_sheets", 1),
    ]


def test_a_hidden_row_parts_no_table(tmp_path: Path) -> None:
    row = '<row r="{}"{}><c r="A{}"><v>{}</v></c><c r="B{}"><v>2.5</v></c></row>'
    rows = "".join(row.format(n, ' hidden="1"' if n in (2, 3) else "", n, n, n) for n in range(1, 6))
    [table] = only(xlsx(tmp_path / "a.xlsx", rows)).tables
    assert cells(table) == [["1", "2.5"], ["4", "2.5"], ["5", "2.5"]]


def test_values_that_their_format_hides_are_left_out_and_counted(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Total", 9999])
    book.active["B1"].number_format = ";;;"
    book.save(tmp_path / "a.xlsx")
    page = only(tmp_path / "a.xlsx")
    assert said(page) == ["Total"]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("hidden_values", 1)]


def test_white_letters_are_left_out_where_nothing_is_behind_them(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Total", 12.5], ["Old total", 9999], ["Banner", "INV-7"]):
        book.active.append(row)
    for place in ("B2", "B3"):
        book.active[place].font = Font(color="FFFFFF")
    book.active["B3"].fill = PatternFill("solid", fgColor="1F3864")
    book.save(tmp_path / "a.xlsx")
    page = only(tmp_path / "a.xlsx")
    assert [word.text for word in page.words] == ["Total", "12.5", "Old", "total", "Banner", "INV-7"]
    assert [(warning.kind, warning.count) for warning in page.warnings] == [("hidden_values", 1)]
    book.active.conditional_formatting.add("A1:B3", FormulaRule(["TRUE"], fill=PatternFill("solid", bgColor="1F3864")))
    book.save(tmp_path / "b.xlsx")
    assert "9999" in [word.text for word in only(tmp_path / "b.xlsx").words]


def test_merged_cells_span_rows_and_columns(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["Orders"], ["Region", "Item", "Amount"], ["North", "Chair", 49.5], [None, "Desk", 199.5]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    book.save(tmp_path / "a.xlsx")
    [table] = only(tmp_path / "a.xlsx").tables
    spans = {cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells}
    assert spans["Orders"] == (1, 1, 1, 3)
    assert spans["North"] == (3, 1, 2, 1)
    assert spans["Desk"] == (4, 2, 1, 1)


def test_a_merged_cell_shows_while_one_of_its_rows_does(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["Region", "Item", "Amount"], ["North", "Chair", 49.5], [None, "Desk", 199.5], [None, "Bed", 9.5]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[2].hidden = True
    book.save(tmp_path / "a.xlsx")
    [table] = only(tmp_path / "a.xlsx").tables
    assert cells(table) == [["Region", "Item", "Amount"], ["North", "Desk", "199.5"], ["", "Bed", "9.5"]]
    assert [cell.row_span for cell in table.cells if cell.text == "North"] == [2]


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
