"""Tables worked out from words and ruling lines: those that are drawn, and those that are only aligned."""

from __future__ import annotations

from collections.abc import Sequence

from quire.reading.model import Box, Line, Table
from quire.reading.tables.aligned import aligned_tables
from quire.reading.tables.header import with_header
from quire.reading.tables.ruled import ruled_tables


def find(lines: Sequence[Line], rulings: Sequence[Box] = ()) -> list[Table]:
    """The tables of one upright page, from the top down.

    Args:
        lines: the page's lines, in any order.
        rulings: what is drawn on it as thin horizontal or vertical strokes, each as its (flat) box in points.

    A grid of rulings is a table; elsewhere only numbers (or ruled rows) in columns are, so that prose, address blocks
    and forms stay text.
    """
    ruled = ruled_tables([word for line in lines for word in line.words], rulings) if rulings else []
    free = [line for line in lines if not any(table.box.holds(*line.box.centre) for table in ruled)] if ruled else lines
    across = [ruling for ruling in rulings if ruling.width > ruling.height]
    found = [*ruled, *aligned_tables(free, across)]
    return sorted(map(with_header, found), key=lambda table: (table.box.y0, table.box.x0))
