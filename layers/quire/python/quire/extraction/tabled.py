"""Items from the tables that the reading knows: Textract's, those of a sheet, or worked out from rules and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quire.extraction.fields import Family, Field
from quire.extraction.labels import Labels
from quire.extraction.rows import Item, assigned, fits_of, is_sum, reckoned, without_sums
from quire.extraction.view import Row, View
from quire.extraction.words import Tokens, phrase
from quire.reading.model import Cell, Table, Word

_MOST_HEADS = 3  # rows of headings
_NO_ITEM = frozenset(["header", "section", "summary", "title", "footer"])
_SAID_AGAIN = 0.6  # how well the cells of a row name their columns
_AS_GOOD = 0.85  # of the best table's fit
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


def items_of(view: View, fields: Sequence[Field], labels: Labels) -> list[Item]:
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
    items: list[Item] = []
    for headed in found:
        if headed.fit >= _AS_GOOD * best and set(headed.fits) == kind:
            items += reckoned(view, list(_items(view, headed, fields, labels)), fields, labels, dict(headed.fits))
    without_sums(items, fields, view)
    return items


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


def _items(view: View, headed: Headed, fields: Sequence[Field], labels: Labels) -> Iterator[Item]:
    rows: dict[int, list[Cell]] = {}
    for cell in headed.table.cells:
        for row_number in range(max(cell.row, headed.heads + 1), cell.row + cell.row_span):  # it counts in each
            rows.setdefault(row_number, []).append(cell)
    before: Item | None = None
    numeric = {n for n in headed.fits if fields[n].family in _NUMERIC}
    for number, cells in sorted(rows.items()):
        if any(cell.role in _NO_ITEM for cell in cells) or _is_head(headed, cells, labels):
            continue
        row, held = _words(view, headed, cells, number)
        if row is None or is_sum(row, labels):
            continue
        if before is not None and numeric and numeric.isdisjoint(held):
            for n, words in held.items():  # a description that goes on; what only follows a table is in any column
                if fields[n].family is not Family.IDENTIFIER:
                    known = before.cells.setdefault(n, [])
                    known += [word for word in words if not any(word is other for other in known)]
        else:
            before = Item(headed.page, row, held, fits=dict(headed.fits))
            yield before


def _is_head(headed: Headed, cells: Sequence[Cell], labels: Labels) -> bool:
    """Whether the row says the headings again."""
    said = [
        labels.match(phrase(cell.text))[headed.columns[cell.column]].own
        for cell in cells
        if cell.column in headed.columns and cell.text
    ]
    return len(said) >= min(2, len(headed.columns)) and min(said) >= _SAID_AGAIN


def _words(view: View, headed: Headed, cells: Sequence[Cell], number: int) -> tuple[Row | None, dict[int, list[Word]]]:
    """The first row of lines that begins in a row of cells, and the words of each property."""
    first: Row | None = None
    held: dict[int, list[Word]] = {}
    for cell in cells:
        field = headed.columns.get(cell.column)
        if field is None or not cell.text or cell.column_span > 1:
            continue
        inside = view.within(headed.page, view.turned(headed.page, cell.box))
        if inside:
            if cell.row == number:
                first = first or view.rows[inside[0][0].row]
            held[field] = [word for _, words in inside for word in words]
    return first, held
