"""Separated values: one page, one table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from quire.reading.broken import Broken
from quire.reading.formats.delimiters import delimiter
from quire.reading.formats.encodings import decode
from quire.reading.formats.flow import MOST_PARTS, Block
from quire.reading.formats.sheet import blocks

_LONGEST_VALUE = 1 << 20  # characters
_HEAD = 64 << 10  # characters


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """One page.

    Raises:
        Broken: document_too_complex, too many values, or one too long.
    """
    text = decode(path.read_bytes())
    mark = delimiter(text[:_HEAD]) or ","
    if text.startswith("sep="):
        text = text.partition("\n")[2]
    csv.field_size_limit(_LONGEST_VALUE)
    rows: list[dict[int, str]] = []
    values = 0
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=mark):
            values += len(row)
            if values > MOST_PARTS:
                raise Broken("document_too_complex", f"more than {MOST_PARTS} values")
            rows.append({n: value.strip() for n, value in enumerate(row) if value.strip()})
    except csv.Error:
        raise Broken("document_too_complex", f"a value has more than {_LONGEST_VALUE} characters") from None
    yield list(blocks(rows))
