"""Workbooks: a page for each sheet that shows. Formulas are never evaluated: their last values are in the file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format

from quire.reading.broken import Broken
from quire.reading.flow import MOST_PARTS, Block
from quire.reading.flow_sheet import blocks

_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CURRENCY = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"\d]{1,4})"|([$€£¥])')
_DECIMALS = re.compile(r"[0#?][.]([0#?]+)")


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """Each visible sheet's blocks, in the workbook's order; read cell by cell, never as a whole.

    Raises:
        Broken: document_too_complex, more than `flow.MOST_PARTS` values.
    """
    with path.open("rb") as file:  # given a path, it would go by the name
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # what the file says of its own size may be wrong, or a trap
                yield list(blocks(_rows(sheet)))


def _rows(sheet: Any) -> Iterator[dict[int, str]]:
    values = 0
    for row in sheet.iter_rows():
        texts = {n: shown(cell.value, cell.number_format) for n, cell in enumerate(row) if cell.value is not None}
        values += len(texts)
        if values > MOST_PARTS:
            raise Broken("document_too_complex", f"a sheet has more than {MOST_PARTS} values")
        yield {n: text for n, text in texts.items() if text}


def shown(value: object, number_format: str) -> str:
    """A cell's value about as the sheet shows it: with its decimals, percent sign and currency, dates in ISO 8601.

    Thousands are not grouped: whose comma it would be, the file does not say.
    """
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, number_format)
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat("seconds")
        case _:
            return str(value).strip()


def _number(value: float, number_format: str) -> str:
    section = _SECTION.split(number_format)[0]
    if number_format == "General" or is_date_format(number_format):
        return _plain(value)
    bare = _CURRENCY.sub("", section)
    decimals = _DECIMALS.search(bare)
    percent = "%" in bare
    amount = value * 100 if percent else value
    if decimals is not None or "0" in bare:
        text = f"{amount:.{len(decimals[1]) if decimals else 0}f}"
        if decimals and "0" not in decimals[1]:
            text = text.rstrip("0").rstrip(".")
    else:
        text = _plain(amount)
    if percent:
        text += "%"
    sign = _CURRENCY.search(section)
    if sign is None:
        return text
    symbol = next(filter(None, sign.groups()), "").strip()
    after = any(digit in section[: sign.start()] for digit in "0#?")
    return f"{text} {symbol}".strip() if after else f"{symbol}{text}"


def _plain(value: float) -> str:
    """As many digits as a sheet keeps."""
    return str(value) if isinstance(value, int) else f"{value:.15g}"
