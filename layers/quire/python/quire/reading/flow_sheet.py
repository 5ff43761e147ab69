"""A sheet of values as blocks: what blank rows part, each a table, or text where it has one row or one column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from quire.reading.broken import Broken
from quire.reading.flow import MOST_PARTS, Block, Rows, Slot, Text
from quire.reading.labels import is_value


def blocks(rows: Iterable[Mapping[int, str]]) -> Iterator[Block]:
    """The blocks of a sheet, from the top down.

    Args:
        rows: each row's values by column; what is blank is left out, for a sheet's last column may be the 16,384th.
    """
    held: list[Mapping[int, str]] = []
    for row in rows:
        if row:
            held.append(row)
        elif held:
            yield _block(held)
            held = []
    if held:
        yield _block(held)


def _block(rows: Sequence[Mapping[int, str]]) -> Block:
    columns = sorted({column for row in rows for column in row})
    if len(columns) * len(rows) > MOST_PARTS:
        raise Broken("document_too_complex", f"a table of more than {MOST_PARTS} cells")
    full = [[row.get(column, "") for column in columns] for row in rows]
    if len(full) == 1 or len(columns) == 1:
        return Text("\n".join("\t".join(row) for row in full))
    return Rows([[Slot(value) for value in row] for row in full], heads=_names_columns(full))


def _names_columns(rows: Sequence[Sequence[str]]) -> int:
    """1 where the first row has a name for each column, all different; else what stands below must tell."""
    first = rows[0]
    named = all(first) and len(set(first)) == len(first) and not any(map(is_value, first))
    return int(named and len(rows) > 1 and not any(value.endswith(":") for value in first))
