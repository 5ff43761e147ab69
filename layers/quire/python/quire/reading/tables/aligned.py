"""Tables without a grid: rows of text whose parts stand in the same columns.

Precise rather than greedy. Columns of words alone look the same in a table, in two columns of prose, in addresses side
by side and in a form; what tells a table is figures: a column of numbers, or rows parted by rulings.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise

from quire.reading.lines import visual_rows
from quire.reading.model import Box, Line, Table
from quire.reading.tables.evidence import (
    FEWEST_COLUMNS_OF_ONE_ROW,
    FEWEST_ROWS,
    convincing,
    names_columns,
    one_row_under_its_header,
)
from quire.reading.tables.grid import Run, ends_in_continuation, grid_of, table_of
from quire.reading.tables.rows import Row, crossed, narrowed, row_of

# In heights of a line:
_MOST_LEADING = 2.2  # between two rows of one table
_MOST_LEADING_ALIGNED = 5.0  # where all columns of the two are the same
_SAME_COLUMN = 0.75  # edges that differ by less are of one column
_WIDE_GUTTER = 1.2  # between two tables side by side
# Tables side by side:
_DEEPEST_SPLIT = 2
_MOST_ROWS_TO_SPLIT = 200
_MOST_GUTTERS = 4  # tried
_MOST_CROSSED = 0.1  # of the rows, by a part that stands across the gutter
_BETTER = 1.15  # one table is more likely than two


def aligned_tables(lines: Sequence[Line], across: Sequence[Box] = ()) -> list[Table]:
    """The tables among level `lines`.

    Args:
        lines: those outside of drawn tables.
        across: the page's horizontal rulings.
    """
    return _in_blocks(visual_rows(lines), across, _DEEPEST_SPLIT)


def _in_blocks(rows: Sequence[list[Line]], across: Sequence[Box], depth: int) -> list[Table]:
    """The tables among these rows of lines; none where not two of them have several parts."""
    if not _several(rows):
        return []
    return [table for block in _blocks([row_of(row) for row in rows]) for table in _tables(block, across, depth)]


def _tables(rows: Sequence[Row], across: Sequence[Box], depth: int) -> list[Table]:
    """The tables of one block: side by side where that makes fuller ones than going across."""
    if not _several([row.parts for row in rows]):
        return []
    best = _stacked(rows, across)
    if not depth or len(rows) > _MOST_ROWS_TO_SPLIT:
        return best
    for x in _free_gutters(rows):
        best = _split(rows, x, across, depth, _BETTER * _worth(best)) or best
    return best


def _split(rows: Sequence[Row], x: float, across: Sequence[Box], depth: int, least: float) -> list[Table]:
    """The tables left and right of x when they are worth more than `least`; a part is worth one at most."""
    halves = [half for left in (True, False) if _several(half := _half(rows, x, left))]
    left_over = sum(len(row) for half in halves for row in half)
    found: list[Table] = []
    for half in halves:
        if left_over + _worth(found) <= least:
            return []
        found += _in_blocks(half, across, depth - 1)
        left_over -= sum(map(len, half))
    return found if _worth(found) > least else []


def _several(rows: Sequence[Sequence[Line]]) -> bool:
    """Whether two rows have several parts: of a table two at least do."""
    seen = False
    for row in rows:
        if len(row) > 1:
            if seen:
                return True
            seen = True
    return False


def _half(rows: Sequence[Row], x: float, left: bool) -> list[list[Line]]:
    """The parts of each row left or right of x, without rows that have none there."""
    halves = ([part for part in row.parts if (part.box.centre[0] < x) == left] for row in rows)
    return [half for half in halves if half]


def _worth(tables: Sequence[Table]) -> float:
    """How many cells the tables fill, less where they leave many empty."""
    return sum(len(table.cells) ** 2 / (table.rows * table.columns) for table in tables)


def _free_gutters(rows: Sequence[Row]) -> list[float]:
    """x positions of wide gaps that hardly any row crosses, the widest first."""
    gaps: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        for a, b in pairwise(row.parts):
            gap = b.box.x0 - a.box.x1
            if gap >= _WIDE_GUTTER * a.box.height:
                gaps.setdefault(round(b.box.x0 / 4), []).append((gap, b.box.x0 - 1.0))
    found: list[tuple[float, float]] = []
    for members in gaps.values():
        if len(members) < 2:
            continue
        width, x = statistics.median([width for width, _ in members]), min([x for _, x in members])
        over = sum(part.box.x0 < x < part.box.x1 for row in rows for part in row.parts)
        if over <= _MOST_CROSSED * len(rows):
            found.append((width, x))
    return [x for _, x in sorted(found, reverse=True)[:_MOST_GUTTERS]]


def _stacked(rows: Sequence[Row], across: Sequence[Box]) -> list[Table]:
    """The tables of one block, none beside another."""
    left = set(range(len(rows)))
    found: list[Table] = []
    for seed in sorted(range(len(rows)), key=lambda i: -len(rows[i].parts)):
        if len(rows[seed].parts) < 2:
            break
        if seed not in left:
            continue
        run = _grown(rows, left, seed)
        table = _table(rows, run, across)
        if table:
            found.append(table)
            left -= set(run.rows)
        else:
            left.discard(seed)
    return found


def _table(rows: Sequence[Row], run: Run, across: Sequence[Box]) -> Table | None:
    columns = len(run.gutters) + 1
    if not _may_be_a_table([rows[i] for i in run.rows], columns):
        return None
    grid = grid_of(rows, run)
    is_one = (
        one_row_under_its_header(grid, columns) if len(grid) == FEWEST_ROWS - 1 else convincing(grid, columns, across)
    )
    return table_of(grid, columns) if is_one else None


def _may_be_a_table(rows: Sequence[Row], columns: int) -> bool:
    """What can be said before the cells are made, of most runs that they are none."""
    fewest = FEWEST_ROWS if columns < FEWEST_COLUMNS_OF_ONE_ROW else FEWEST_ROWS - 1
    if len(rows) < fewest or not _several([row.parts for row in rows]):
        return False
    return columns > 2 or names_columns([part.text for part in rows[0].parts])


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of rows no further apart than rows of one table are."""
    blocks: list[list[Row]] = []
    for row in rows:
        if blocks:
            above = blocks[-1][-1]
            gap = row.top - above.bottom
            if gap <= _MOST_LEADING * row.height or (
                gap <= _MOST_LEADING_ALIGNED * row.height and _same_columns(above.parts, row.parts)
            ):
                blocks[-1].append(row)
                continue
        blocks.append([row])
    return blocks


def _same_columns(above: Sequence[Line], row: Sequence[Line]) -> bool:
    """Whether each part of the one row begins, ends or is centred where a part of the other does."""
    fewer, more = sorted((above, row), key=len)
    if not 3 <= len(fewer) >= len(more) - 1:
        return False
    slack = _SAME_COLUMN * max(row[0].box.height, 4.0)
    return all(any(_apart(a.box, b.box) <= slack for b in more) for a in fewer)


def _apart(a: Box, b: Box) -> float:
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.centre[0] - b.centre[0]))


def _grown(rows: Sequence[Row], left: set[int], seed: int) -> Run:
    """The run of rows around `seed` (the row of most parts) that keep its gutters free."""
    run = Run([seed], [(a.box.x1, b.box.x0) for a, b in pairwise(rows[seed].parts)])
    for step in (1, -1):
        pending: int | None = None
        i = seed + step
        while i in left:
            row = rows[i]
            several = len(row.parts) > 1
            if step < 0 and not several and row.parts[0].box.x0 < run.gutters[0][0]:
                break  # a title: what stands over the columns of figures only is a header
            free = narrowed(run.gutters, row)
            if free is not None:
                if pending is not None:
                    run.rows.append(pending)
                    pending = None
                run.gutters = free
                run.rows.append(i)
            elif pending is not None:
                break
            elif several and crossed(run.gutters, row) < len(run.gutters):
                # A header over several columns: a row of several parts, most gutters free.
                run.rows.append(i)
                run.crossing.add(i)
            elif not several and step == 1:
                pending = i  # a heading between rows, if the table goes on below it
                run.crossing.add(i)
            else:
                break
            i += step
    run.rows.sort()
    # Single parts at either end are titles and remarks.
    while len(rows[run.rows[0]].parts) < 2:
        run.rows.pop(0)
    while len(rows[run.rows[-1]].parts) < 2:
        if run.rows[-1] not in run.crossing and ends_in_continuation(rows, run):
            break
        run.rows.pop()
    return run
