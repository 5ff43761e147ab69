"""Whether a text is separated values, and by what."""

from __future__ import annotations

import csv
from itertools import islice

_DELIMITERS = (",", ";", "\t", "|")
_ROWS = 50
# Two columns may be prose with a comma in each line; so these many rows, or more columns, make a table.
_ROWS_OF_TWO = 4
_ROWS_OF_MORE = 2
_LONGEST_LINE = 100_000


def delimiter(text: str) -> str | None:
    """What separates the values of `text` (or its beginning); None where nothing does in every row alike."""
    if text.startswith("sep=") and text[4:5] in _DELIMITERS:  # how Excel is told
        return text[4]
    lines = text.splitlines()
    if len(lines) > _ROWS:
        lines = lines[:_ROWS]  # complete ones: the last may be cut
    if any(len(line) > _LONGEST_LINE for line in lines):
        return None
    best, most = None, 1
    for mark in _DELIMITERS:
        columns = _columns(lines, mark)
        if columns > most:
            best, most = mark, columns
    return best


def _columns(lines: list[str], mark: str) -> int:
    """How many values each row has; 0 where they differ, or read as prose."""
    try:
        rows = [row for row in islice(csv.reader(lines, delimiter=mark, strict=True), _ROWS) if any(row)]
    except csv.Error:
        return 0
    counts = {len(row) for row in rows}
    if len(counts) != 1:
        return 0
    (columns,) = counts
    if len(rows) < (_ROWS_OF_TWO if columns == 2 else _ROWS_OF_MORE):
        return 0
    # In prose a space follows the comma.
    values = [value for row in rows for value in row[1:]]
    spaced = sum(value.startswith(" ") for value in values)
    return 0 if 2 * spaced > len(values) else columns
