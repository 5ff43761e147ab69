"""Nested data becomes rows of tables: an object is a row, its inner objects more columns, its arrays further tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Key = tuple[str, ...]
"""Names on the way to a value. Of a table: from the root, through every array. Of a column: from its table's rows."""

Opens = Callable[[Key, list[Any]], bool]
"""Whether an array is a table of its own; otherwise it is a value in one cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts the rows of this table in the part, from 1; `parent` is the number of the row that holds this
    one's array, None where that is the part itself."""

    table: Key
    number: int
    parent: int | None
    cells: dict[Key, Any]


def rows_of(data: Any, opens: Opens) -> Iterator[Row]:
    """The rows of a part's data, each before the rows of its arrays. The part itself is the only row of table ()."""
    return _rows(data, (), None, opens, Counter())


def _rows(element: Any, table: Key, parent: int | None, opens: Opens, numbers: Counter[Key]) -> Iterator[Row]:
    cells: dict[Key, Any] = {}
    arrays: list[tuple[Key, list[Any]]] = []

    def put(value: Any, path: Key) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                put(inner, (*path, name))
        elif path and isinstance(value, list) and opens((*table, *path), value):
            arrays.append((path, value))
        elif path or value is not None:
            cells[path] = value

    put(element, ())
    numbers[table] += 1
    number = numbers[table]
    yield Row(table, number, parent, cells)
    for path, array in arrays:
        for inner in array:
            yield from _rows(inner, (*table, *path), number if table else None, opens, numbers)


def holds_objects(_key: Key, array: list[Any]) -> bool:
    """Arrays of objects are tables, and so are empty ones, for they leave nothing to be seen in a cell."""
    return not array or any(isinstance(element, dict) for element in array)


def on_the_way_to(name: str | None) -> Opens:
    """Of all arrays only the one of this dotted name, and those that it lies in."""

    def opens(key: Key, _array: list[Any]) -> bool:
        here = dotted(key)
        return name is not None and (name == here or name.startswith(f"{here}."))

    return opens


def dotted(key: Key) -> str:
    return ".".join(key)
