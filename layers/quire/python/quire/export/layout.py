"""Which tables and columns an export has: those of the schema first, in its order, then what the data has besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quire.export.model import Exported, Shape, ValueType
from quire.export.names import unique
from quire.export.rows import Key, Opens, Row, dotted, rows_of

MOST_COLUMNS = 16_384
MOST_TABLES = 250
"""Each is a file of its own while it is written."""
WIDEST = 60  # characters


class TooWide(Exception):
    """More columns than a sheet holds (Excel specifications and limits), or too many tables."""


@dataclass(slots=True)
class Column:
    """`used`: the schema names it, or some row has a value there. `width` is that of the widest value, in characters,
    WIDEST at most."""

    type: ValueType = ValueType.PLAIN
    used: bool = False
    width: int = 0


@dataclass(slots=True)
class Table:
    """`nested`: its rows are of arrays in another table's rows."""

    nested: bool = False
    columns: dict[Key, Column] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """Grows while the data passes by; `settle` ends it. `whole`: every document is one part."""

    opens: Opens
    whole: bool
    tables: dict[Key, Table] = field(default_factory=lambda: {(): Table()})

    def declare(self, shape: Shape) -> None:
        """Take the tables and columns of a schema.

        Raises:
            TooWide
        """
        for row in rows_of(shape, self.opens):
            table = self._table(row)
            for path, value in row.cells.items():
                column = self._column(table, path)
                column.used = True
                if isinstance(value, ValueType):
                    column.type = value

    def note(self, document: Exported) -> None:
        """Take what a document has besides.

        Raises:
            TooWide
        """
        for part in document.parts:
            for row in rows_of(part.data, self.opens):
                table = self._table(row)
                for path, value in row.cells.items():
                    column = table.columns.get(path) or self._column(table, path)
                    if value is not None:
                        column.used = True
                        if column.width < WIDEST:
                            column.width = min(WIDEST, max(column.width, len(str(value))))

    def settle(self) -> None:
        """Drop columns that were null wherever they were seen, where other documents have an object or an array."""
        inner = {key[:n] for key in self.tables for n in range(1, len(key) + 1)}
        for key, table in self.tables.items():
            inner.update((*key, *path[:n]) for path in table.columns for n in range(1, len(path)))
        for key, table in self.tables.items():
            table.columns = {
                path: column for path, column in table.columns.items() if column.used or (*key, *path) not in inner
            }

    def find(self, name: str | None) -> Key | None:
        """The table of that dotted name; None stands for that of the documents."""
        return next((key for key in self.tables if dotted(key) == (name or "")), None)

    def titles(self, key: Key) -> list[str]:
        """The header of a table, each title once."""
        table = self.tables[key]
        taken: set[str] = set()
        said = [*self._own(key), *(dotted(path) or "value" for path in table.columns)]
        return [unique(title, taken) for title in said]

    def widths(self, key: Key) -> list[int]:
        """Of each column but for its title, in characters; 0: not known."""
        return [0 for _ in self._own(key)] + [column.width for column in self.tables[key].columns.values()]

    def _own(self, key: Key) -> list[str]:
        if not key:
            parts = [] if self.whole else ["part", "part_name", "first_page", "last_page"]
            return ["filename", "document_id", "status", "error", *parts]
        parts = [] if self.whole else ["part"]
        return ["filename", "document_id", *parts, *(["parent_row"] if self.tables[key].nested else []), "row"]

    def lines(self, document: Exported) -> Iterator[tuple[Key, list[Any]]]:
        """The document's rows, each with its table, as values in the order of the titles."""
        said = [document.filename, document.document_id]
        head = [*said, document.status, document.error]
        if not document.parts:
            blank = len(self._own(())) - len(head) + len(self.tables[()].columns)
            yield (), [*head, *[None] * blank]
        for number, part in enumerate(document.parts, start=1):
            first, last = (min(part.pages), max(part.pages)) if part.pages else (None, None)
            for row in rows_of(part.data, self.opens):
                table = self.tables[row.table]
                cells = [row.cells.get(path) for path in table.columns]
                if not row.table:
                    place = [] if self.whole else [number, part.name, first, last]
                    yield (), [*head, *place, *cells]
                else:
                    place = [] if self.whole else [number]
                    outer = [row.parent] if table.nested else []
                    yield row.table, [*said, *place, *outer, row.number, *cells]

    def types(self, key: Key) -> list[ValueType]:
        """What the texts of each column stand for."""
        columns = self.tables[key].columns.values()
        return [ValueType.PLAIN for _ in self._own(key)] + [column.type for column in columns]

    def _table(self, row: Row) -> Table:
        table = self.tables.get(row.table)
        if table is None:
            if len(self.tables) == MOST_TABLES:
                raise TooWide(f"more than {MOST_TABLES} tables")
            table = self.tables[row.table] = Table()
        table.nested |= row.parent is not None
        return table

    def _column(self, table: Table, path: Key) -> Column:
        if path not in table.columns:
            if len(table.columns) == MOST_COLUMNS - 8:  # what `_own` has at most
                raise TooWide(f"more than {MOST_COLUMNS} columns")
            table.columns[path] = Column()
        return table.columns[path]
