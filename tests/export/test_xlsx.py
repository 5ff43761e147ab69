"""XLSX: a workbook with a sheet for each table, whose values keep their types."""

from __future__ import annotations

import datetime
import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from quire.export import Exported, Format, TooWide, ValueType, write
from quire.export.cells import MOST_CHARACTERS
from quire.export.layout import MOST_COLUMNS, MOST_TABLES, Layout
from quire.export.rows import holds_objects
from quire.export.xlsx_file import write_xlsx
from tests.export.files import SHAPE, document, made, records, sheets

INVOICE = {
    "number": "0017",
    "issued": "2025-03-14",
    "vendor": {"name": "Söhne", "city": None},
    "total": -12.5,
    "paid": False,
    "tags": ["x", "y"],
    "lines": [{"text": "Paint", "amount": 30}, {"text": None, "amount": 1.25}],
}


def _value(folder: Path, value: Any, kind: ValueType = ValueType.PLAIN) -> Any:
    body = made(folder, Format.XLSX, [document({"a": value})], {"a": kind})
    return sheets(body)["documents"][1][4]


def test_each_table_is_a_sheet(tmp_path: Path) -> None:
    book = sheets(made(tmp_path, Format.XLSX, [document(INVOICE), document({"lines": []}, "b.pdf", "d2")], SHAPE))
    assert list(book) == ["documents", "lines"]
    assert book["documents"][0] == [
        "filename", "document_id", "status", "error",
        "number", "issued", "vendor.name", "vendor.city", "total", "paid", "tags",
    ]  # fmt: skip
    assert [row[1] for row in book["documents"][1:]] == ["d1", "d2"]
    assert book["lines"] == [
        ["filename", "document_id", "row", "text", "amount"],
        ["a.pdf", "d1", 1, "Paint", 30],
        ["a.pdf", "d1", 2, None, 1.25],
    ]


def test_values_keep_their_types(tmp_path: Path) -> None:
    (record,) = records(sheets(made(tmp_path, Format.XLSX, [document(INVOICE)], SHAPE))["documents"])
    assert record["issued"] == datetime.datetime(2025, 3, 14)
    assert record["total"] == -12.5
    assert record["paid"] is False
    assert record["number"] == "0017", "a text of digits stays one"
    assert record["tags"] == '["x", "y"]'


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ValueType.DATE, "1900-01-01", datetime.datetime(1900, 1, 1)),
        (ValueType.DATE, "1899-12-31", "1899-12-31"),
        (ValueType.DATE, "31 March", "31 March"),
        (ValueType.DATE_TIME, "2025-03-14T15:09:26", datetime.datetime(2025, 3, 14, 15, 9, 26)),
        (ValueType.DATE_TIME, "2025-03-14T15:09:26+02:00", "2025-03-14T15:09:26+02:00"),
        (ValueType.TIME, "15:09:26", datetime.time(15, 9, 26)),
        (ValueType.PLAIN, "2025-03-14", "2025-03-14"),
    ],
)
def test_dates_are_dates_where_the_schema_says_so_and_excel_has_them(
    tmp_path: Path, kind: ValueType, text: str, value: object
) -> None:
    assert _value(tmp_path, text, kind) == value


def test_headers_are_bold_and_stay_in_sight(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(made(tmp_path, Format.XLSX, [document({**INVOICE, "number": "w" * 500})], SHAPE)))
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert not any(cell.font.bold for cell in sheet[2])
        assert all(10 <= dimension.width <= 60 for dimension in sheet.column_dimensions.values())
    assert book["documents"].column_dimensions["E"].width == 60


class TestFormulas:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "=", "#N/A", "#REF!"])
    def test_of_a_text_are_texts(self, tmp_path: Path, text: str) -> None:
        book = load_workbook(io.BytesIO(made(tmp_path, Format.XLSX, [document({text: text}, name=text)])))
        for place in ("E1", "A2", "E2"):
            cell = book["documents"][place]
            assert (cell.data_type, cell.value) == ("s", text)
            assert bool(cell.quotePrefix) is not text.startswith("#"), "it stays a text when it is edited"

    def test_no_sheet_has_one(self, tmp_path: Path) -> None:
        body = made(tmp_path, Format.XLSX, [document({"=a": "=1", "=b": [{"=c": "=2"}]})])
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            texts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert len(texts) == 2
        assert not any(b"<f" in text.replace(b"<family", b"") for text in texts)


class TestLimits:
    @pytest.mark.parametrize("number", [10**15, -(10**18), 10**400, 5e-324, 1.7e308])
    def test_numbers_that_excel_would_change_are_texts(self, tmp_path: Path, number: float) -> None:
        assert _value(tmp_path, number) == str(number)

    def test_a_text_of_the_longest_kind_is_whole(self, tmp_path: Path) -> None:
        assert _value(tmp_path, "x" * MOST_CHARACTERS) == "x" * MOST_CHARACTERS

    @pytest.mark.parametrize("char", ["x", "😀", "é"])
    def test_a_longer_one_says_that_it_was_cut(self, tmp_path: Path, char: str) -> None:
        value = _value(tmp_path, char * 40_000)
        assert value.endswith("… [cut: 40000 characters in all]")
        assert len(value.encode("utf-16-le")) // 2 in (MOST_CHARACTERS - 1, MOST_CHARACTERS)

    def test_rows_beyond_a_sheet_go_to_the_next(self, tmp_path: Path) -> None:
        documents = [document({"n": n, "l": [{"m": m} for m in range(3)]}, identity=f"d{n}") for n in range(5)]
        layout = Layout(holds_objects, whole=True)
        for each in documents:
            layout.note(each)
        write_xlsx(documents, layout, tmp_path / "x.xlsx", most_rows=6)
        book = sheets((tmp_path / "x.xlsx").read_bytes())
        assert list(book) == ["documents", "l", "l (2)", "l (3)"]
        assert [len(book[name]) for name in book] == [6, 6, 6, 6]
        assert {tuple(rows[0]) for name, rows in book.items() if name != "documents"} == {
            ("filename", "document_id", "row", "m")
        }
        assert [row[3] for name in ("l", "l (2)", "l (3)") for row in book[name][1:]] == [0, 1, 2] * 5

    def test_more_columns_than_a_sheet_has_are_refused(self, tmp_path: Path) -> None:
        data = {f"c{n}": n for n in range(MOST_COLUMNS)}
        with pytest.raises(TooWide):
            made(tmp_path, Format.XLSX, [document(data)])

    def test_so_are_too_many_tables(self, tmp_path: Path) -> None:
        data = {f"t{n}": [{"a": n}] for n in range(MOST_TABLES)}
        with pytest.raises(TooWide):
            made(tmp_path, Format.XLSX, [document(data)])


class TestSheetNames:
    def test_are_what_excel_takes(self, tmp_path: Path) -> None:
        names = [
            "a/b:c", "a\\b*c", "'quoted'", "History", "documents",
            "x" * 40, "x" * 31, "X" * 50, "[]", "😀" * 20, "", " ",
        ]  # fmt: skip
        book = sheets(made(tmp_path, Format.XLSX, [document({name: [{"v": name}] for name in names})]))
        assert [rows[1][-1] for rows in list(book.values())[1:]] == [name or None for name in names]
        assert len({name.casefold() for name in book}) == len(names) + 1
        for name in book:
            assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
            assert not set(name) & set("[]:*?/\\")
            assert name.strip("'") == name
            assert name.casefold() != "history"

    @given(st.dictionaries(st.text(), st.just([{"a": 1}]), min_size=1, max_size=5))
    def test_of_any_array_open(self, data: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            book = sheets(made(Path(folder), Format.XLSX, [document(data)]))
        assert len(book) == len(data) + 1


NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1) | st.floats(-1e12, 1e12, allow_subnormal=False)
VALUES = st.none() | st.booleans() | NUMBERS | st.text()


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=5))
@example([["_x0041_", "\r\n", "a\x00b\x1f"], ["\ud800", "\ufffe", " lead and trail "], ["\n", "_x005F_x0041_", "\t"]])
def test_every_cell_comes_back_as_it_was_meant(table: list[list[Any]]) -> None:
    documents = [document(dict(zip("abc", row, strict=True))) for row in table]
    with tempfile.TemporaryDirectory() as folder:
        body = made(Path(folder), Format.XLSX, documents, dict.fromkeys("abc", ValueType.PLAIN))
    shown = [row[4:] for row in sheets(body)["documents"][1:]]
    assert len(shown) == len(table)
    for row, meant in zip(shown, table, strict=True):
        for cell, value in zip(row, meant, strict=True):
            _assert_meant(cell, value)


def _assert_meant(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(char if char in "\t\n" or (char >= " " and not _no_xml(char)) else "\ufffd" for char in lines)
        assert _decoded(cell or "") == kept
    elif isinstance(value, float):
        assert cell == pytest.approx(value, rel=1e-14)
    else:
        assert cell == value and isinstance(cell, bool) == isinstance(value, bool)


def _no_xml(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"


def _decoded(cell: str) -> str:
    """As Excel shows it: `_x005F_` stands for an underscore that would begin an escape."""
    return unescape(cell)  # type: ignore[no-any-return]


@settings(max_examples=25)
@given(st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)))
def test_any_data_makes_a_workbook(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = sheets(made(Path(folder), Format.XLSX, [document({"a": value}), document({"a": [value]})]))
    assert len(book["documents"]) == 3


@pytest.mark.parametrize("file_format", list(Format))
def test_many_rows_pass_through_little_memory(tmp_path: Path, file_format: Format) -> None:
    def documents(number: int) -> Iterator[Exported]:
        for n in range(number):
            lines = [{"text": f"line {n} {m}", "amount": m} for m in range(20)]
            yield document({"number": f"{n}", "note": "n" * 2000, "lines": lines}, f"{n}.pdf", f"d{n}")

    def peak(number: int) -> int:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        write(documents(number), tmp_path / "out", file_format)
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        peak(10)
        few, many = peak(40), peak(400)
    finally:
        tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size > 0
    assert many < few + 256 * 1024, "8,000 rows and 800 KB of text take less than that"


def test_a_fault_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    layout = Layout(holds_objects, whole=True)
    layout.note(document(INVOICE))

    def broken() -> Iterator[Exported]:
        yield document(INVOICE)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        write_xlsx(broken(), layout, tmp_path / "x.xlsx")
    assert list(aside.iterdir()) == []
