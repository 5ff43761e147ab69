"""A sheet of values as blocks: what blank rows part, each a table, or text where it has one row or one column."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quire.reading.broken import Broken
from quire.reading.formats.flow import MOST_PARTS, Block, Rows, Slot, Text
from quire.reading.labels import is_value

Merged = Mapping[tuple[int, int], tuple[int, int]]
"""By row and column of a cell that is merged with others: the last row and the last column that it spans."""


def blocks(rows: Iterable[Mapping[int, str]], merged: Merged | None = None) -> Iterator[Block]:
    """The blocks of a sheet, from the top down.

    Args:
        rows: each row's values by column; what is blank is left out, for a sheet's last column may be the 16,384th.
        merged: rows are counted from 0 in `rows`, columns as there. No row that such a cell spans is blank.
    """
    merged = merged or {}
    held: list[Mapping[int, str]] = []
    spanned = -1  # the last row that a cell above spans
    number = -1
    for number, row in enumerate(rows):
        if row or (held and number <= spanned):
            held.append(row)
            spanned = max(spanned, *(merged[number, column][0] for column in row if (number, column) in merged), -1)
        elif held:
            yield _block(held, number - len(held), merged)
            held = []
    if held:
        yield _block(held, number + 1 - len(held), merged)


def _block(rows: Sequence[Mapping[int, str]], first: int, merged: Merged) -> Block:
    columns = sorted({column for row in rows for column in row})
    if len(columns) * len(rows) > MOST_PARTS:
        raise Broken("document_too_complex", f"a table of more than {MOST_PARTS} cells")
    full = [[row.get(column, "") for column in columns] for row in rows]
    if len(full) == 1 or len(columns) == 1:
        return Text("\n".join("\t".join(row) for row in full if any(row)))
    return Rows(_slots(rows, columns, first, merged), heads=_names_columns(full))


def _slots(rows: Sequence[Mapping[int, str]], columns: Sequence[int], first: int, merged: Merged) -> list[list[Slot]]:
    covered: set[tuple[int, int]] = set()
    slots: list[list[Slot]] = []
    for n, row in enumerate(rows):
        slots.append([])
        for m, column in enumerate(columns):
            if (n, m) in covered:
                continue
            last = merged.get((first + n, column)) if column in row else None
            down = min(last[0] - first, len(rows) - 1) - n + 1 if last else 1
            across = bisect_left(columns, last[1] + 1) - m if last else 1
            if down * across > 1:
                covered.update((n + y, m + x) for y in range(down) for x in range(across))
            slots[-1].append(Slot(row.get(column, ""), across, down))
    return slots


def _names_columns(rows: Sequence[Sequence[str]]) -> int:
    """1 where the first row has a name for each column, all different; else what stands below must tell."""
    first = rows[0]
    named = all(first) and len(set(first)) == len(first) and not any(map(is_value, first))
    return int(named and len(rows) > 1 and not any(value.endswith(":") for value in first))
