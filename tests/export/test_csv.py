"""CSV: one table that opens right in a spreadsheet."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.export import Exported, Format, NoTable, Part, ValueType
from quire.export.cells import csv_cell
from tests.export.files import SHAPE, csv_rows, document, made, records

INVOICE = {
    "number": "A-1",
    "issued": "2025-03-14",
    "vendor": {"name": "Ärger & Söhne, \"GmbH\"", "city": None},
    "total": -12.5,
    "paid": True,
    "tags": ["x", "y"],
    "lines": [{"text": "Paint", "amount": 30.0}, {"text": "Brush", "amount": None}],
}  # fmt: skip


def test_a_document_is_a_row_and_its_objects_are_columns(tmp_path: Path) -> None:
    rows = csv_rows(made(tmp_path, Format.CSV, [document(INVOICE)], SHAPE))
    assert rows[0] == [
        "filename", "document_id", "status", "error",
        "number", "issued", "vendor.name", "vendor.city", "total", "paid", "tags", "lines",
    ]  # fmt: skip
    (record,) = records(rows)
    assert record["vendor.name"] == 'Ärger & Söhne, "GmbH"'
    assert (record["filename"], record["document_id"], record["status"], record["error"]) == (
        "a.pdf", "d1", "succeeded", "",
    )  # fmt: skip
    assert (record["issued"], record["total"], record["paid"]) == ("2025-03-14", "-12.5", "true")
    assert record["vendor.city"] == ""
    assert json.loads(record["tags"]) == ["x", "y"]
    assert json.loads(record["lines"]) == INVOICE["lines"]


def test_the_bytes_are_utf_8_with_a_mark_and_lines_end_in_crlf(tmp_path: Path) -> None:
    body = made(tmp_path, Format.CSV, [document({"a": 'two\nlines, "quoted"'})])
    assert body == codecs.BOM_UTF8 + (
        b'filename,document_id,status,error,a\r\na.pdf,d1,succeeded,,"two\nlines, ""quoted"""\r\n'
    )


class TestTable:
    def test_a_row_for_each_element_says_whose_it_is(self, tmp_path: Path) -> None:
        documents = [document(INVOICE), document({"lines": []}, "b.pdf", "d2"), document(INVOICE, "c.pdf", "d3")]
        rows = csv_rows(made(tmp_path, Format.CSV, documents, SHAPE, table="lines"))
        assert rows == [
            ["filename", "document_id", "row", "text", "amount"],
            ["a.pdf", "d1", "1", "Paint", "30.0"],
            ["a.pdf", "d1", "2", "Brush", ""],
            ["c.pdf", "d3", "1", "Paint", "30.0"],
            ["c.pdf", "d3", "2", "Brush", ""],
        ]

    def test_a_table_in_a_table_says_which_row_it_lies_in(self, tmp_path: Path) -> None:
        data = {"orders": [{"id": 1, "items": [{"n": 1}]}, {"id": 2, "items": [{"n": 2}, {"n": 3}]}]}
        rows = csv_rows(made(tmp_path, Format.CSV, [document(data)], table="orders.items"))
        assert rows[0] == ["filename", "document_id", "parent_row", "row", "n"]
        assert [row[2:] for row in rows[1:]] == [["1", "1", "1"], ["2", "2", "2"], ["2", "3", "3"]]

    def test_a_list_of_plain_values_is_one_column(self, tmp_path: Path) -> None:
        rows = csv_rows(made(tmp_path, Format.CSV, [document(INVOICE)], SHAPE, table="tags"))
        assert rows == [
            ["filename", "document_id", "row", "value"], ["a.pdf", "d1", "1", "x"], ["a.pdf", "d1", "2", "y"],
        ]  # fmt: skip

    def test_a_table_of_the_schema_may_be_empty(self, tmp_path: Path) -> None:
        rows = csv_rows(made(tmp_path, Format.CSV, [Exported("a", "d", "failed", "x")], SHAPE, table="lines"))
        assert rows == [["filename", "document_id", "row", "text", "amount"]]

    def test_a_table_that_is_not_there_is_told_from_an_empty_one(self, tmp_path: Path) -> None:
        with pytest.raises(NoTable):
            made(tmp_path, Format.CSV, [document(INVOICE)], SHAPE, table="vendor")


class TestColumns:
    def test_are_the_union_of_all_documents_in_the_order_they_were_met(self, tmp_path: Path) -> None:
        documents = [document({"b": 1}), document({"a": 2, "b": 3}), document({"c": {"d": 4}})]
        rows = csv_rows(made(tmp_path, Format.CSV, documents))
        assert [row[4:] for row in rows] == [["b", "a", "c.d"], ["1", "", ""], ["3", "2", ""], ["", "", "4"]]

    def test_an_object_that_is_null_elsewhere_has_no_column_of_its_own(self, tmp_path: Path) -> None:
        documents = [document({"vendor": None, "none": None}), document({"vendor": {"name": "x"}})]
        assert csv_rows(made(tmp_path, Format.CSV, documents))[0][4:] == ["none", "vendor.name"]

    def test_a_title_is_there_once(self, tmp_path: Path) -> None:
        data = {"status": "overdue", "a.b": 1, "a": {"b": 2}}
        (record,) = records(csv_rows(made(tmp_path, Format.CSV, [document(data)])))
        assert (record["status"], record["status (2)"]) == ("succeeded", "overdue")
        assert (record["a.b"], record["a.b (2)"]) == ("1", "2")

    def test_documents_without_data_keep_their_row(self, tmp_path: Path) -> None:
        documents = [Exported("a.pdf", "d1", "failed", "It is broken."), document({"x": 1}, "b.pdf", "d2")]
        rows = csv_rows(made(tmp_path, Format.CSV, documents))
        assert rows[1:] == [["a.pdf", "d1", "failed", "It is broken.", ""], ["b.pdf", "d2", "succeeded", "", "1"]]


def test_parts_are_told_apart(tmp_path: Path) -> None:
    parts = [Part("invoice", [1, 2, 3], {"x": 1, "l": [{"y": 5}]}), Part("receipt", [4], {"x": 2, "l": [{"y": 6}]})]
    several = [Exported("a.pdf", "d1", "succeeded", None, parts)]
    rows = csv_rows(made(tmp_path, Format.CSV, several, whole=False))
    assert rows[0][4:] == ["part", "part_name", "first_page", "last_page", "x", "l"]
    assert [row[4:9] for row in rows[1:]] == [["1", "invoice", "1", "3", "1"], ["2", "receipt", "4", "4", "2"]]
    rows = csv_rows(made(tmp_path, Format.CSV, several, whole=False, table="l"))
    assert [row[2:] for row in rows] == [["part", "row", "y"], ["1", "1", "5"], ["2", "1", "6"]]


class TestFormulas:
    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "－1", "=cmd|' /C calc'!A0"],
    )
    def test_of_a_text_are_texts(self, tmp_path: Path, text: str) -> None:
        rows = csv_rows(made(tmp_path, Format.CSV, [document({"a": text, text: 1}, name=text)]))
        assert (rows[0][4], rows[0][5]) == ("a", csv_cell(text))
        for cell in (rows[0][5], rows[1][0], rows[1][4]):
            assert cell.startswith("'")
            assert cell.replace("'", "") == text.replace("'", "")

    def test_behind_a_semicolon_too_where_that_is_the_separator(self) -> None:
        assert csv_cell("a;=1+1") == "a;'=1+1"
        assert csv_cell([{"a": "b;=1"}]) == '[{"a": "b;\'=1"}]'
        assert csv_cell("a\n@x") == "a\n'@x"

    @pytest.mark.parametrize(
        ("number", "shown"), [(-5, "-5"), (-0.5, "-0.5"), (1e-7, "1e-07"), (10**20, "1" + "0" * 20)]
    )
    def test_numbers_stay_numbers(self, number: float, shown: str) -> None:
        assert csv_cell(number) == shown

    @pytest.mark.parametrize("text", ["a=b", "12-3", "a@b.de", "'quoted", "", "x; y", "a - b"])
    def test_other_texts_are_not_touched(self, text: str) -> None:
        assert csv_cell(text) == text


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=5))
def test_every_cell_comes_back_as_it_was_meant(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[Any]]
) -> None:
    documents = [document(dict(zip("abc", row, strict=True))) for row in table]
    shape = dict.fromkeys("abc", ValueType.PLAIN)
    rows = csv_rows(made(tmp_path_factory.mktemp("csv"), Format.CSV, documents, shape))
    meant = [[csv_cell(value).encode("utf-8", "replace").decode() for value in row] for row in table]
    assert [row[4:] for row in rows[1:]] == meant


@given(st.text(min_size=1))
def test_no_text_begins_a_formula_wherever_a_cell_may_begin(text: str) -> None:
    shown = csv_cell(text)
    assert shown.replace("'", "") == text.replace("'", "")
    for separator in (";", "\t", "\r", "\n"):
        for piece in shown.split(separator):
            assert not piece.startswith(tuple("=+-@＝＋－＠"))
