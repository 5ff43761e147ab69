"""Tables without ruling lines: words that line up in columns over several rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import mean, median

from local.textract.geometry import Box, Word, around
from local.textract.grid import Held, Table, cells_of, has_header
from local.textract.rows import Segment, rows_of, segments_of

# How sure such a table is said to be.
CONFIDENCE = 75.0
MIN_ROWS = 3
# A column of prose has more words in a row than a table's cell.
MAX_MEAN_WORDS = 5.0


def aligned_tables(words: Sequence[Word]) -> list[Table]:
    """The tables that the words' places show."""
    rows = [segments_of(row) for row in rows_of(words)]
    return [table for run in _runs(rows) if (table := _grid(run)) is not None]


def _runs(rows: Sequence[list[Segment]]) -> Iterator[list[list[Segment]]]:
    """Runs of close rows, each of two segments or more that line up with the row before."""
    run: list[list[Segment]] = []
    for row in rows:
        if run and not _follows(run[-1], row):
            yield run
            run = []
        if len(row) >= 2:
            run.append(row)
    yield run


def _follows(before: Sequence[Segment], after: Sequence[Segment]) -> bool:
    height = median(segment.box.height for segment in before)
    top, bottom = min(s.box.top for s in after), max(s.box.bottom for s in before)
    lined = sum(any(_line_up(a.box, b.box, height) for b in before) for a in after)
    return len(after) >= 2 and top - bottom < 2.5 * height and lined >= 2


def _line_up(a: Box, b: Box, height: float) -> bool:
    """Whether two segments share a left edge, a right edge or a middle."""
    gaps = abs(a.left - b.left), abs(a.right - b.right), abs(a.center[0] - b.center[0])
    return min(gaps) < 0.9 * height


def _grid(run: Sequence[Sequence[Segment]]) -> Table | None:
    if len(run) < MIN_ROWS or mean(len(s.words) for row in run for s in row) > MAX_MEAN_WORDS:
        return None
    columns = _columns(run)
    if len(columns) < 2:
        return None
    box = around(segment.box for row in run for segment in row)
    xs = [box.left, *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), box.right + 1]
    middles = [
        (max(s.box.bottom for s in before) + min(s.box.top for s in after)) / 2 for before, after in pairwise(run)
    ]
    ys = [box.top, *middles, box.bottom + 1]
    held: Held = {}
    for number, row in enumerate(run, 1):
        for segment in row:
            # Whole segments: one that is wider than its column stays in one cell.
            overlaps = [min(segment.box.right, right) - max(segment.box.left, left) for left, right in columns]
            held.setdefault((number, overlaps.index(max(overlaps)) + 1), []).extend(segment.words)
    cells = cells_of(held, xs, ys)
    return Table(box, cells, (), has_header(cells), CONFIDENCE)


def _columns(run: Sequence[Sequence[Segment]]) -> list[list[float]]:
    """The columns' (left, right), from the rows that fill the most of them: a wide heading would join two."""
    most = max(len(row) for row in run)
    columns: list[list[float]] = []
    for left, right in sorted((s.box.left, s.box.right) for row in run if len(row) >= most - 1 for s in row):
        if columns and left < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    return columns
