"""Separated values."""

from __future__ import annotations

from pathlib import Path

import pytest

from quire.reading.formats.delimiters import delimiter
from tests.reading.flowing import cells, heads, kind_of, only, said


def write(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "given.csv"
    path.write_bytes(content.encode(encoding))
    return path


def test_a_sheet_is_a_table_with_a_header(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, 'Item,Qty,Amount\n"Pipe, long",3,49.20\nJoint,4,25.50\n')).tables
    assert cells(table) == [["Item", "Qty", "Amount"], ["Pipe, long", "3", "49.20"], ["Joint", "4", "25.50"]]
    assert heads(table) == ["Item", "Qty", "Amount"]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_marks_separate_as_well(tmp_path: Path, mark: str) -> None:
    rows = [["Item", "Qty", "Amount"], ["Pipe", "3", "49,20"], ["Joint", "4", "25,50"]]
    [table] = only(write(tmp_path, "\r\n".join(mark.join(row) for row in rows), "utf-16")).tables
    assert cells(table) == rows


def test_a_first_line_for_excel_is_none_of_the_values(tmp_path: Path) -> None:
    page = only(write(tmp_path, "sep=;\nItem;Qty\nPipe;3\n"))
    assert said(page) == ["Item", "Qty", "Pipe", "3"]


def test_blank_rows_part_tables_and_rows_may_be_ragged(tmp_path: Path) -> None:
    page = only(write(tmp_path, "Report\n\nItem,Qty\nPipe,3\nJoint\n,,\nTotal,,7\n"))
    assert [cells(table) for table in page.tables] == [[["Item", "Qty"], ["Pipe", "3"], ["Joint", ""]]]
    assert said(page) == ["Report", "Item", "Qty", "Pipe", "3", "Joint", "Total", "7"]


def test_rows_of_values_only_have_no_header(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, "1,2\n3,4\n")).tables
    assert heads(table) == []


def test_a_value_of_several_lines(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, 'Name,Address\nAcme,"1 Main St\nBerlin"\n')).tables
    assert cells(table)[1] == ["Acme", "1 Main St\nBerlin"]


def test_a_formula_is_text(tmp_path: Path) -> None:
    [table] = only(write(tmp_path, "Item,Sum\nPipe,=1+1\n")).tables
    assert cells(table)[1] == ["Pipe", "=1+1"]


@pytest.mark.parametrize(
    "content",
    ['a,b\n"' + "x" * 1_100_000 + '",1\n', ",".join("x" * 250_001), "a,b\n" * 125_001],
    ids=["cell", "row", "rows"],
)
def test_what_is_too_large_is_refused(tmp_path: Path, content: str) -> None:
    assert kind_of(write(tmp_path, content)) == "document_too_complex"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b,c\n1;2,3\n1;2\n1;2\n", ";"),
        ("a\tb\tc\n1\t2\t3", "\t"),
        ("a,b\n1,2\n", None),
        ("a,b\n1,2\n3,4\n5,6\n", ","),
        ("Dear Ann, hello\nGood, bye\nOne, two\nThree, four\n", None),
        ("a,b,c\n1,2\n", None),
        ("", None),
    ],
)
def test_a_mark_separates_each_row_alike(text: str, mark: str | None) -> None:
    assert delimiter(text) == mark
