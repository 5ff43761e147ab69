"""Every table as a sheet of one workbook, written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from quire.export.cells import like_formula, xlsx_cell
from quire.export.layout import WIDEST, Layout
from quire.export.model import Exported, ValueType
from quire.export.names import sheet_name
from quire.export.rows import Key, dotted

MOST_ROWS = 1_048_576
"""Of a sheet (Excel specifications and limits); what is more goes to a further sheet."""
_NARROWEST = 10  # characters, as WIDEST
_BOLD = Font(bold=True)


@dataclass(slots=True)
class _Sheet:
    """The sheet of a table that is being filled, and how many rows it has."""

    sheet: Any
    types: list[ValueType]
    rows: int = 1


def write_xlsx(documents: Iterable[Exported], layout: Layout, path: Path, *, most_rows: int = MOST_ROWS) -> None:
    """The sheet `documents`, then one for each table under its name; headers are bold and stay in sight."""
    taken: set[str] = set()
    with _workbook() as book:
        sheets = {key: _begin(book, layout, key, taken) for key in layout.tables}
        for document in documents:
            for key, values in layout.lines(document):
                current = sheets[key]
                if current.rows == most_rows:
                    current = sheets[key] = _begin(book, layout, key, taken)
                current.sheet.append([_cell(current.sheet, *pair) for pair in zip(values, current.types, strict=True)])
                current.rows += 1
        book.save(path)


@contextmanager
def _workbook() -> Iterator[Any]:
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        # openpyxl removes its temporary files only where it comes to save them.
        for sheet in book.worksheets:
            with suppress(Exception):
                sheet.close()
            with suppress(OSError, ValueError):
                sheet._writer.cleanup()
        raise


def _begin(book: Any, layout: Layout, key: Key, taken: set[str]) -> _Sheet:
    sheet = book.create_sheet(sheet_name(dotted(key) or "documents", taken))
    sheet.freeze_panes = "A2"
    titles = layout.titles(key)
    for number, (title, width) in enumerate(zip(titles, layout.widths(key), strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(
            WIDEST, max(_NARROWEST, len(title) + 2, width + 2)
        )
    header = [_text(sheet, str(xlsx_cell(title, ValueType.PLAIN))) for title in titles]
    for cell in header:
        cell.font = _BOLD
    sheet.append(header)
    return _Sheet(sheet, layout.types(key))


def _cell(sheet: Any, value: Any, kind: ValueType) -> Any:
    shown = xlsx_cell(value, kind)
    # openpyxl makes formulas and errors (#N/A) of texts that look like them.
    if isinstance(shown, str) and (shown.startswith("#") or like_formula(shown)):
        return _text(sheet, shown)
    return shown


def _text(sheet: Any, shown: str) -> Any:
    """A text and nothing else. `quotePrefix` keeps it one when somebody edits the cell."""
    cell = WriteOnlyCell(sheet, value=shown)
    cell.data_type = "s"
    if like_formula(shown):
        cell.quotePrefix = 1
    return cell
