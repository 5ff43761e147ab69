"""A sheet of values as blocks: what blank rows part, each a table, or text where it has one row or one column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from quire.reading.flow import Block, Rows, Slot, Text
from quire.reading.labels import is_value


def blocks(rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    """The blocks of a sheet, from the top down; "" is an empty cell, rows may be of different lengths."""
    held: list[Sequence[str]] = []
    for row in rows:
        if any(row):
            held.append(row)
        elif held:
            yield _block(held)
            held = []
    if held:
        yield _block(held)


def _block(rows: Sequence[Sequence[str]]) -> Block:
    used = sorted({n for row in rows for n, value in enumerate(row) if value})
    full = [[row[n] if n < len(row) else "" for n in used] for row in rows]
    if len(full) == 1 or len(used) == 1:
        return Text("\n".join("\t".join(row) for row in full))
    return Rows([[Slot(value) for value in row] for row in full], heads=_names_columns(full))


def _names_columns(rows: Sequence[Sequence[str]]) -> int:
    """1 where the first row has a name for each column, all different; else what stands below must tell."""
    first = rows[0]
    named = all(first) and len(set(first)) == len(first) and not any(map(is_value, first))
    return int(named and len(rows) > 1 and not any(value.endswith(":") for value in first))
