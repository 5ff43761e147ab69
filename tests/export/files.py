"""Exports made on the spot and read again as a spreadsheet would."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from quire.export import Exported, Format, Part, Shape, ValueType, write

SHAPE: Shape = {
    "number": ValueType.PLAIN,
    "issued": ValueType.DATE,
    "vendor": {"name": ValueType.PLAIN, "city": ValueType.PLAIN},
    "total": ValueType.PLAIN,
    "paid": ValueType.PLAIN,
    "tags": [ValueType.PLAIN],
    "lines": [{"text": ValueType.PLAIN, "amount": ValueType.PLAIN}],
}


def document(data: Any, name: str = "a.pdf", identity: str = "d1") -> Exported:
    """One that succeeded, in one part."""
    return Exported(name, identity, "succeeded", None, [Part(None, [1], data)])


def made(
    folder: Path,
    file_format: Format,
    documents: Iterable[Exported],
    shape: Shape | None = None,
    *,
    whole: bool = True,
    table: str | None = None,
) -> bytes:
    path = folder / f"export.{file_format}"
    write(documents, path, file_format, shape=shape, whole=whole, table=table)
    return path.read_bytes()


def csv_rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Rows by their titles."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def sheets(body: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet's values, by its name."""
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
