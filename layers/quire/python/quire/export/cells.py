"""Values as cells. What a document says is shown, never run: a text that a spreadsheet might take for a formula stays a
text (OWASP, "CSV Injection")."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from quire.export.model import ValueType
from quire.export.names import cut

MOST_CHARACTERS = 32_767
"""In a cell of a workbook, in UTF-16 units (Excel specifications and limits)."""
_EXACT = 10**15  # Excel keeps 15 digits
_SMALLEST, _LARGEST = 2.2250738585072014e-308, 9.99999999999999e307

_FORMULA = r"[=+\-@＝＋－＠]"
# Where the separator is a semicolon, Excel begins a cell behind each one, whatever the quotes.
_CSV_FORMULA = re.compile(rf"^(?=\s*{_FORMULA}|[\t\r\n])|(?<=[;\t\r\n])(?={_FORMULA})")
_XLSX_FORMULA = re.compile(rf"\s*{_FORMULA}|[\t\r\n]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def csv_cell(value: Any) -> str:
    """A value for `csv.writer`: numbers and truth values as in JSON, objects and arrays in JSON, null is empty. Before
    a text's formula stands an apostrophe."""
    if isinstance(value, str):
        return _CSV_FORMULA.sub("'", value)
    if value is None:
        return ""
    return _CSV_FORMULA.sub("'", _json(value)) if isinstance(value, dict | list) else _json(value)


def xlsx_cell(value: Any, kind: ValueType) -> str | float | bool | date | time | None:
    """A value for openpyxl. Numbers that Excel would round and times that it does not know are texts; a text has no
    characters that XML lacks, and where it is too long says so at its end."""
    match value:
        case None | bool():
            return value
        case int() if abs(value) < _EXACT:
            return value
        case float() if value == 0 or _SMALLEST <= abs(value) <= _LARGEST:
            return value
        case str() if kind is not ValueType.PLAIN:
            moment = _moment(value, kind)
            return _text(value) if moment is None else moment
        case _:
            return _text(value if isinstance(value, str) else _json(value))


def like_formula(text: str) -> bool:
    """A spreadsheet might take the text for a formula when it is typed in, or saved as CSV and opened again."""
    return _XLSX_FORMULA.match(text) is not None


_READ: dict[ValueType, Callable[[str], date | time]] = {
    ValueType.DATE: date.fromisoformat,
    ValueType.DATE_TIME: datetime.fromisoformat,
    ValueType.TIME: time.fromisoformat,
}


def _moment(text: str, kind: ValueType) -> date | time | None:
    """None: no such text, or one that Excel has no value for (before 1900, with a zone)."""
    try:
        moment = _READ[kind](text)
    except ValueError:
        return None
    if isinstance(moment, datetime | time) and moment.tzinfo is not None:
        return None
    return None if isinstance(moment, date) and moment.year < 1900 else moment


def _text(value: str) -> str:
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    text = _ESCAPED.sub("_x005F_", _NOT_IN_XML.sub("\ufffd", lines))
    if len(cut(text, MOST_CHARACTERS)) == len(text):
        return text
    mark = f"… [cut: {len(value)} characters in all]"
    return cut(text, MOST_CHARACTERS - len(mark)) + mark


def _json(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
