"""Items from the tables that the reading knows: Textract's, those of a sheet, or worked out from rules and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quire.extraction.fields import Family, Field
from quire.extraction.grid import Judge, Line, Reason
from quire.extraction.labels import Labels
from quire.extraction.rows import Item, Listed, assigned, fits_of, reckoned, without_sums
from quire.extraction.view import Row, View, box_of
from quire.extraction.words import Tokens, phrase
from quire.reading.model import Box, Cell, Table, Word

_MOST_HEADS = 3  # rows of headings
_NO_ITEM = frozenset(["header", "section", "summary", "title", "footer"])
_REASONS = {"summary": Reason.SUM, "footer": Reason.FOOTER}
_SAID_AGAIN = 0.6  # how well the cells of a row name their columns
_AS_GOOD = 0.85  # of the best table's fit
_MARGIN = 0.4  # heights of its text that a drawn cell leaves beside it
_NUMERIC = (Family.AMOUNT, Family.NUMBER)


@dataclass(frozen=True, slots=True)
class Headed:
    """A table, how many of its first rows are headings, and of each column that names a property which and how well."""

    page: int
    table: Table
    heads: int
    columns: Mapping[int, int]
    fits: Mapping[int, float]

    @property
    def fit(self) -> float:
        return sum(self.fits.values())


def items_of(view: View, fields: Sequence[Field], labels: Labels) -> Listed:
    """The items of the tables whose headings name the fields best; a table without any goes on with the one before."""
    found: list[Headed] = []
    for page in view.numbers:
        for table in view.facts[page].tables:
            headed = _headed(page, table, fields, labels)
            if headed is None and found and _goes_on(found[-1], page, table):
                headed = Headed(page, table, 0, found[-1].columns, found[-1].fits)
            if headed is not None:
                found.append(headed)
    best = max((headed.fit for headed in found), default=0.0)
    kind = next((set(headed.fits) for headed in found if headed.fit == best), set())
    listed = Listed()
    for headed in found:
        if headed.fit >= _AS_GOOD * best and set(headed.fits) == kind:
            before = len(listed.items)
            _take(listed, view, headed, fields, labels)
            reckoned(view, listed.items[before:], fields, labels, dict(headed.fits))
    without_sums(listed, fields, view)
    return listed


def _headed(page: int, table: Table, fields: Sequence[Field], labels: Labels) -> Headed | None:
    """The table with what its headings name; None where they name too little."""
    said = max((cell.row for cell in table.cells if cell.role == "header" and cell.row <= _MOST_HEADS), default=1)
    columns = [_tokens(table.cells, column, said) for column in range(1, table.columns + 1)]
    fits = fits_of(columns, labels)
    named = assigned(fits)
    if len(named) < min(2, len(fields)) or table.rows <= said:
        return None
    return Headed(
        page,
        table,
        said,
        {n + 1: m for n, m in named.items()},
        {m: fits[n][m] for n, m in named.items()},
    )


def _tokens(cells: Sequence[Cell], column: int, heads: int) -> Tokens:
    """The words over a column."""
    texts = [c.text for c in cells if c.row <= heads and c.column <= column < c.column + c.column_span]
    return phrase(" ".join(texts))


def _goes_on(before: Headed, page: int, table: Table) -> bool:
    heads = any(cell.role == "header" for cell in table.cells)
    return page == before.page + 1 and table.columns == before.table.columns and not heads


def _take(listed: Listed, view: View, headed: Headed, fields: Sequence[Field], labels: Labels) -> None:
    """The items of a table, and what its other rows are."""
    rows: dict[int, list[Cell]] = {}
    for cell in headed.table.cells:
        last = min(cell.row + cell.row_span - 1, headed.table.rows) if cell.role == "body" else cell.row
        for number in range(cell.row, max(last, cell.row) + 1):
            rows.setdefault(number, []).append(cell)
    begun = {n: [cell for cell in cells if cell.row == n] for n, cells in rows.items()}
    read = {n: _words(view, headed, sorted(cells, key=lambda cell: -cell.row)) for n, cells in rows.items()}
    bodies = [n for n in sorted(rows) if n > headed.heads and not _is_said(headed, begun[n], labels)]
    own = {n: {column for cell in begun[n] if cell.text for column in _columns(cell)} for n in bodies}
    # Not what a merged cell alone says, of the rows above.
    filled = [n for n in bodies if any(headed.columns.get(column) in read[n].held for column in own[n])]
    lines = {n: Line(row, read[n].columns) for n in bodies if (row := read[n].row) is not None}
    judged = Judge(list(lines.values()), labels, view.mark).reasons
    reasons = {n: judged[at] for at, n in enumerate(lines) if at in judged}
    before: Item | None = None
    numeric = {n for n in headed.fits if fields[n].family in _NUMERIC}
    for n in sorted(rows):
        row, held = read[n].row, read[n].held
        if n <= headed.heads or n not in bodies:
            role = next((cell.role for cell in begun[n] if cell.role in _NO_ITEM), "header")
            listed.leave(headed.page, _REASONS.get(role, Reason.HEADER))
        elif n in reasons:
            listed.leave(headed.page, reasons[n])
        elif n not in filled or row is None:
            listed.leave(headed.page, Reason.EMPTY)
        elif before is not None and numeric and numeric.isdisjoint(held):
            for index, words in held.items():  # a description that goes on; what follows a table is in any column
                if fields[index].family is not Family.IDENTIFIER and words != before.cells.get(index):
                    before.cells.setdefault(index, []).extend(words)
            listed.leave(headed.page, Reason.CONTINUED)
        else:
            before = Item(headed.page, row, held, fits=dict(headed.fits))
            listed.add(before)


def _is_said(headed: Headed, cells: Sequence[Cell], labels: Labels) -> bool:
    """Whether the reading says that the row is no item, or it says the headings again."""
    return any(cell.role in _NO_ITEM for cell in cells) or _is_head(headed, cells, labels)


def _is_head(headed: Headed, cells: Sequence[Cell], labels: Labels) -> bool:
    """Whether the row says the headings again."""
    said = [
        labels.match(phrase(cell.text))[headed.columns[cell.column]].own
        for cell in cells
        if cell.column in headed.columns and cell.text
    ]
    return len(said) >= min(2, len(headed.columns)) and min(said) >= _SAID_AGAIN


class _Read(NamedTuple):
    """Of a row of cells the first row of lines that it holds, the words of each property, and of each column. A merged
    cell says the same of each column that it spans; one that spans all of them heads the rows below it."""

    row: Row | None
    held: dict[int, list[Word]]
    columns: dict[int, list[Word]]


def _words(view: View, headed: Headed, cells: Sequence[Cell]) -> _Read:
    first: Row | None = None
    held: dict[int, list[Word]] = {}
    columns: dict[int, list[Word]] = {}
    for cell in cells:
        box = view.turned(headed.page, cell.box)
        inside = view.within(headed.page, box) if cell.text else []
        words = [word for _, words in inside for word in words]
        if not words:
            continue
        columns |= dict.fromkeys(_columns(cell), words)
        named = [headed.columns[column] for column in _columns(cell) if column in headed.columns]
        is_heading = cell.column_span >= headed.table.columns > 1
        if not named or is_heading or (cell.column_span > 1 and not _is_merged(box, words)):
            continue
        first = first or view.rows[inside[0][0].row]
        for field in named:
            held[field] = list(words)
    return _Read(first, held, columns)


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + max(cell.column_span, 1))


def _is_merged(box: Box, words: Sequence[Word]) -> bool:
    """Whether a cell is wider than its words: else it is text that only runs over the edge of its column."""
    text = box_of(words)
    return box.width - text.width > _MARGIN * max(text.height, 1.0)
