"""Workbooks: a page for each sheet that shows. Formulas are never evaluated: their last values are in the file."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from quire.reading.broken import Broken
from quire.reading.formats import number_formats
from quire.reading.formats.flow import MOST_PARTS, Block
from quire.reading.formats.sheet import blocks
from quire.reading.formats.void import NOT_CALCULATED
from quire.reading.model import PageWarning

_WHITE = "FFFFFF"
_LAST_COLUMN = 16_384  # XFD, a sheet's last
_HIDDEN_SHEETS = "sheets that are hidden are left out"
_HIDDEN_ROWS = "rows that are hidden, or filtered out, are left out"
_HIDDEN_COLUMNS = "columns that are hidden are left out"
_HIDDEN_VALUES = "values that their cell's format hides, or white letters on the white sheet, are left out"
_NOT_CALCULATED = "formulas whose values are not in the file are left out: open it in a spreadsheet program and save it"


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """Each visible sheet's blocks, in the workbook's order; read cell by cell, never as a whole.

    Raises:
        Broken: document_too_complex, more than `flow.MOST_PARTS` values.
    """
    with path.open("rb") as file:  # given a path, it would go by the name
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        hidden = sum(sheet.sheet_state != "visible" for sheet in workbook.worksheets)
        notes: list[Block] = _warned("hidden_sheets", _HIDDEN_SHEETS, hidden)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                yield [*_blocks(_read(workbook, sheet)), *notes]
                notes = []


@dataclass(slots=True)
class _Sheet:
    """What a sheet says, by the numbers (from 1) of its rows and columns as the file counts them.

    `merged`: first row and column, last row and column of each merged cell.
    """

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_values: int = 0
    not_calculated: int = 0


def _blocks(sheet: _Sheet) -> Iterator[Block]:
    """What shows of a sheet, and warnings of what does not."""
    _move_into_sight(sheet)
    rows: list[Mapping[int, str]] = []
    numbers: list[int] = []  # of the rows that show
    places: list[int] = []  # theirs in `rows`
    left_out: set[int] = set()
    last = 0
    for number in sorted(sheet.rows):
        if number > last + 1:
            rows.append({})
        last = number
        if number in sheet.hidden_rows:
            continue
        numbers.append(number)
        places.append(len(rows))
        left_out |= sheet.rows[number].keys() & sheet.hidden_columns
        rows.append({column: text for column, text in sheet.rows[number].items() if column not in left_out})
    merged = {}
    for top, left, bottom, right in sheet.merged:
        first, end = bisect_left(numbers, top), bisect_right(numbers, bottom)
        if first < end:
            column = next((c for c in range(left, right) if c not in sheet.hidden_columns), right)
            merged[places[first], column] = places[end - 1], right
    yield from blocks(rows, merged)
    yield from _warned("hidden_rows", _HIDDEN_ROWS, sum(bool(sheet.rows.get(number)) for number in sheet.hidden_rows))
    yield from _warned("hidden_columns", _HIDDEN_COLUMNS, len(left_out))
    yield from _warned("hidden_values", _HIDDEN_VALUES, sheet.hidden_values)
    yield from _warned("formula_without_value", _NOT_CALCULATED, sheet.not_calculated)


def _move_into_sight(sheet: _Sheet) -> None:
    """A merged cell shows as long as one of its rows and columns does, though its value is its first place's."""
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return
    numbers = sorted(sheet.rows)
    for top, left, bottom, right in sheet.merged:
        if top not in sheet.rows or left not in sheet.rows[top]:
            continue
        within = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        row = next((number for number in within if number not in sheet.hidden_rows), top)
        column = next((c for c in range(left, right + 1) if c not in sheet.hidden_columns), left)
        if (row, column) != (top, left):
            sheet.rows[row][column] = sheet.rows[top].pop(left)


def _warned(kind: str, message: str, count: int) -> list[Block]:
    return [PageWarning(kind, message, count)] if count else []


class _Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's own reader of a sheet, which also says whether a cell holds a formula."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        cell["formula"] = element.find(FORMULA_TAG) is not None
        return cell


def _read(workbook: Any, source: Any) -> _Sheet:
    sheet = _Sheet()
    with source._get_source() as part:
        parser = _Parser(
            part,
            source._shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        values = 0
        white: list[tuple[int, int]] = []
        for number, cells in parser.parse():
            row = sheet.rows.setdefault(number, {})
            for cell in cells:
                text = _text(sheet, cell, _format(workbook, cell["style_id"]))
                values += 1
                if text:
                    row[cell["column"]] = text
                    if _is_white(workbook, cell["style_id"]):
                        white.append((number, cell["column"]))
            if values > MOST_PARTS:
                raise Broken("document_too_complex", f"a sheet has more than {MOST_PARTS} values")
    if not parser.formatting and not parser.tables.tablePart:  # either may put a colour behind them
        for number, column in white:
            sheet.hidden_values += sheet.rows[number].pop(column, None) is not None
    sheet.hidden_rows = {int(number) for number, row in parser.row_dimensions.items() if _is_hidden(row, "ht")}
    for column in parser.column_dimensions.values():
        if _is_hidden(column, "width"):
            sheet.hidden_columns.update(range(int(column["min"]), min(int(column["max"]), _LAST_COLUMN) + 1))
    if parser.merged_cells:
        for cell in parser.merged_cells.mergeCell:
            left, top, right, bottom = cell.bounds
            sheet.merged.append((top, left, bottom, right))
    return sheet


def _is_hidden(dimension: Mapping[str, str], size: str) -> bool:
    return dimension.get("hidden") in ("1", "true") or dimension.get(size) in ("0", "0.0")


def _format(workbook: Any, style: int) -> str:
    """The format code of a cell's style; what names none that is there is General."""
    try:
        number = workbook._cell_styles[style].numFmtId
    except IndexError:
        return "General"
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    try:
        return str(workbook._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])
    except IndexError:
        return "General"


def _is_white(workbook: Any, style: int) -> bool:
    """Whether the cell's letters are white, without a ground of its own."""
    try:
        cell = workbook._cell_styles[style]
        colour, ground = workbook._fonts[cell.fontId].color, workbook._fills[cell.fillId]
    except IndexError:
        return False
    return colour is not None and colour.type == "rgb" and colour.rgb[-6:] == _WHITE and _is_empty(ground)


def _is_empty(ground: Any) -> bool:
    return getattr(ground, "patternType", "gradient") in (None, "none")


def _text(sheet: _Sheet, cell: Mapping[str, Any], number_format: str) -> str:
    value = cell["value"]
    if value is None:
        if not cell["formula"]:
            return ""
        sheet.not_calculated += 1
        return NOT_CALCULATED
    text = shown(value, number_format)
    if not text and not isinstance(value, str):
        sheet.hidden_values += 1
    return text


def shown(value: object, number_format: str) -> str:
    """A cell's value as the sheet shows it (`number_formats`), dates in ISO 8601; "" where it shows none."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return number_formats.number(value, number_format)
        case datetime.date() | datetime.time() | datetime.timedelta():
            return number_formats.moment(value, number_format)
        case _:
            return str(value).strip()
