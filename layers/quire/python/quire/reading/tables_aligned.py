"""Tables without a grid: rows of text whose parts stand in the same columns.

Precise rather than greedy. Columns of words alone look the same in a table, in two columns of prose, in addresses side
by side and in a form; what tells a table is figures: a column of numbers, or rows parted by rulings.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from quire.reading.lines import visual_rows
from quire.reading.model import Box, Cell, Line, Table, Word, around, mean_confidence

_FEWEST_ROWS = 3
_FEWEST_COLUMNS_OF_ONE_ROW = 4
_FEWEST_ROWS_BARE = 5  # without header and rulings; address blocks are shorter
# In heights of a line:
_MOST_LEADING = 2.2  # between two rows of one table
_MOST_LEADING_ALIGNED = 5.0  # where all columns of the two are the same
_GUTTER = 0.4  # the narrowest space between two columns
_ALIGNED = 0.75  # parts of one column whose edges differ by less are aligned
_WIDE_GUTTER = 1.2  # between two tables side by side
_PROSE = 16.0  # a part typically longer than this is a sentence
# Tables side by side:
_DEEPEST_SPLIT = 2
_MOST_ROWS_TO_SPLIT = 200
_MOST_GUTTERS = 4  # tried
_MOST_CROSSED = 0.1  # of the rows, by a part that stands across the gutter
_BETTER = 1.15  # one table is more likely than two

_FIGURE = re.compile(
    r"^[^\w]{0,3}(?:[A-Z]{1,3}[ .]?)?[(+\-−–]?\s?[$€£¥₹]?\s?\d[\d.,'’/:\-\s]*[)%]?(?:\s?[A-Za-z%€$£¥]{1,3}\.?)?[)\-]?$"
)
_NOTHING = re.compile(r"^[\-–—.]{1,3}$|^n/?a$", re.IGNORECASE)


@dataclass(slots=True)
class _Run:
    """Rows that share columns while they are collected; `gutters` are the free x intervals between the columns."""

    rows: list[int]
    gutters: list[tuple[float, float]]
    crossing: set[int] = field(default_factory=set)


def aligned_tables(lines: Sequence[Line], across: Sequence[Box] = ()) -> list[Table]:
    """The tables among level `lines`.

    Args:
        lines: those outside of drawn tables.
        across: the page's horizontal rulings.
    """
    return [table for block in _blocks(visual_rows(lines)) for table in _tables(block, across, _DEEPEST_SPLIT)]


def _tables(rows: list[list[Line]], across: Sequence[Box], depth: int) -> list[Table]:
    """The tables of one block: side by side where that makes fuller ones than going across."""
    best = _stacked(rows, across)
    if depth and len(rows) <= _MOST_ROWS_TO_SPLIT:
        for x in _free_gutters(rows):
            halves = [
                [part for part in row if (part.box.centre[0] < x) == left] for row in rows for left in (True, False)
            ]
            sides = [
                table
                for half in (halves[::2], halves[1::2])
                for block in _blocks([row for row in half if row])
                for table in _tables(block, across, depth - 1)
            ]
            if _worth(sides) > _BETTER * _worth(best):
                best = sides
    return best


def _worth(tables: Sequence[Table]) -> float:
    """How many cells the tables fill, less where they leave many empty."""
    return sum(len(table.cells) ** 2 / (table.rows * table.columns) for table in tables)


def _free_gutters(rows: Sequence[list[Line]]) -> list[float]:
    """x positions of wide gaps that hardly any row crosses, the widest first."""
    gaps: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        for a, b in pairwise(row):
            if b.box.x0 - a.box.x1 >= _WIDE_GUTTER * a.box.height:
                gaps.setdefault(round(b.box.x0 / 4), []).append((b.box.x0 - a.box.x1, b.box.x0 - 1.0))
    found: list[tuple[float, float]] = []
    for members in gaps.values():
        width, x = statistics.median(width for width, _ in members), min(x for _, x in members)
        crossed = sum(part.box.x0 < x < part.box.x1 for row in rows for part in row)
        if len(members) >= 2 and crossed <= _MOST_CROSSED * len(rows):
            found.append((width, x))
    return [x for _, x in sorted(found, reverse=True)[:_MOST_GUTTERS]]


def _stacked(rows: list[list[Line]], across: Sequence[Box]) -> list[Table]:
    """The tables of one block, none beside another."""
    block = list(range(len(rows)))
    left = set(block)
    found: list[Table] = []
    for seed in sorted(block, key=lambda i: -len(rows[i])):
        if seed not in left or len(rows[seed]) < 2:
            continue
        run = _grown(rows, block, left, seed)
        table = _table(rows, run, across)
        if table:
            found.append(table)
            left -= set(run.rows)
        else:
            left.discard(seed)
    return found


def _blocks(rows: Sequence[list[Line]]) -> list[list[list[Line]]]:
    """Runs of rows no further apart than rows of one table are."""
    blocks: list[list[list[Line]]] = []
    for row in rows:
        if blocks:
            above = blocks[-1][-1]
            height = max(statistics.median(line.box.height for line in row), 4.0)
            most = _MOST_LEADING_ALIGNED if _same_columns(above, row) else _MOST_LEADING
            if min(line.box.y0 for line in row) - max(line.box.y1 for line in above) <= most * height:
                blocks[-1].append(row)
                continue
        blocks.append([row])
    return blocks


def _same_columns(above: Sequence[Line], row: Sequence[Line]) -> bool:
    """Whether each part of the one row begins, ends or is centred where a part of the other does."""
    fewer, more = sorted((above, row), key=len)
    if not 3 <= len(fewer) >= len(more) - 1:
        return False
    slack = _ALIGNED * max(row[0].box.height, 4.0)
    return all(any(_apart(a.box, b.box) <= slack for b in more) for a in fewer)


def _apart(a: Box, b: Box) -> float:
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.centre[0] - b.centre[0]))


def _grown(rows: Sequence[list[Line]], block: list[int], left: set[int], seed: int) -> _Run:
    """The run of rows around `seed` (the row of most parts) that keep its gutters free."""
    parts = rows[seed]
    run = _Run([seed], [(a.box.x1, b.box.x0) for a, b in pairwise(parts)])
    at = block.index(seed)
    for step in (1, -1):
        pending: int | None = None
        i = at + step
        while 0 <= i < len(block) and block[i] in left:
            row = rows[block[i]]
            if step < 0 and len(row) == 1 and row[0].box.x0 < run.gutters[0][0]:
                break  # a title: what stands over the columns of figures only is a header
            narrowed = _narrowed(run.gutters, row)
            if narrowed is not None and (len(row) > 1 or pending is None or narrowed):
                if pending is not None:
                    run.rows.append(pending)
                    pending = None
                run.gutters = narrowed
                run.rows.append(block[i])
            elif pending is None and _crossed(run.gutters, row) < len(run.gutters) and len(row) > 1:
                # A header over several columns: a row of several parts, most gutters free.
                run.rows.append(block[i])
                run.crossing.add(block[i])
            elif pending is None and len(row) == 1 and step == 1:
                pending = block[i]  # a heading between rows, if the table goes on below it
                run.crossing.add(block[i])
            else:
                break
            i += step
    run.rows.sort()
    # Single parts at either end are titles and remarks.
    while run.rows and len(rows[run.rows[0]]) < 2:
        run.rows.pop(0)
    while run.rows and len(rows[run.rows[-1]]) < 2:
        last = run.rows[-1]
        if len(run.rows) > 1 and last not in run.crossing and _continues(rows[run.rows[-2]], rows[last], run.gutters):
            break
        run.rows.pop()
    return run


def _narrowed(gutters: Sequence[tuple[float, float]], row: Sequence[Line]) -> list[tuple[float, float]] | None:
    """What stays free of each gutter beside this row's parts; None when one is crossed."""
    height = max(statistics.median(line.box.height for line in row), 4.0)
    narrowed: list[tuple[float, float]] = []
    for x0, x1 in gutters:
        pieces = [(x0, x1)]
        for line in row:
            pieces = [
                piece
                for a, b in pieces
                for piece in ((a, min(b, line.box.x0)), (max(a, line.box.x1), b))
                if piece[1] > piece[0]
            ]
        wide = [piece for piece in dict.fromkeys(pieces) if piece[1] - piece[0] >= _GUTTER * height]
        if not wide:
            return None
        # Two pieces: a part stands between the columns, as a sparse column of its own.
        narrowed += wide[:2]
    return narrowed


def _crossed(gutters: Sequence[tuple[float, float]], row: Sequence[Line]) -> int:
    return sum(_narrowed([gutter], row) is None for gutter in gutters)


def _continues(above: Sequence[Line], row: Sequence[Line], gutters: Sequence[tuple[float, float]]) -> bool:
    """Whether `row` is a second line of cells of the row above: close, in columns filled there, and no figures."""
    if len(row) >= len(above):
        return False
    columns = {_column(line.box, gutters)[0] for line in above}
    gap = min(line.box.y0 for line in row) - max(line.box.y1 for line in above)
    numbered = {shape for line in above if "0" in (shape := _shape(line.text))}
    return (
        gap <= 0.5 * row[0].box.height
        and all(_column(line.box, gutters)[0] in columns for line in row)
        and all(any(a.box.x0 < line.box.x1 and line.box.x0 < a.box.x1 for a in above) for line in row)
        and not any(_is_figure(line.text) or _shape(line.text) in numbered for line in row)
    )


def _column(box: Box, gutters: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The column (from 0) in which a part begins, and how many it spans."""
    middles = [(a + b) / 2 for a, b in gutters]
    first = sum(x < box.x0 + min(1.0, box.width / 4) for x in middles)
    last = sum(x < box.x1 - min(1.0, box.width / 4) for x in middles)
    return first, max(last - first, 0) + 1


def _table(rows: Sequence[list[Line]], run: _Run, across: Sequence[Box]) -> Table | None:
    columns = len(run.gutters) + 1
    if len(run.rows) < (_FEWEST_ROWS if columns < _FEWEST_COLUMNS_OF_ONE_ROW else _FEWEST_ROWS - 1):
        return None
    grid = _logical_rows(rows, run)
    if columns < 2:
        return None
    if len(grid) == _FEWEST_ROWS - 1 and not _one_row_under_its_header(grid, columns):
        return None
    if len(grid) >= _FEWEST_ROWS and sum(sum(span == 1 for _, span in row) >= 2 for row in grid) < _FEWEST_ROWS - 1:
        return None
    box = around(line.box for row in grid for part in row.values() for line in part)
    if len(grid) != _FEWEST_ROWS - 1 and not _convincing(grid, columns, _rules_within(box, across)):
        return None
    cells: list[Cell] = []
    for n, row in enumerate(grid, 1):
        for (column, span), parts in sorted(row.items()):
            words: list[Word] = [word for line in parts for word in line.words]
            text = " ".join(line.text for line in parts)
            held = around(line.box for line in parts).rounded()
            cells.append(Cell(text, n, column + 1, 1, span, held, mean_confidence(words)))
    return Table(box.rounded(), mean_confidence(cells), len(grid), columns, tuple(cells))


_GridRow = dict[tuple[int, int], list[Line]]  # (column, span) -> its lines


def _logical_rows(rows: Sequence[list[Line]], run: _Run) -> list[_GridRow]:
    """The run's rows as cells; a row that only continues cells of the one above is joined to it."""
    gaps = [
        min(line.box.y0 for line in rows[b]) - max(line.box.y1 for line in rows[a])
        for a, b in zip(run.rows, run.rows[1:], strict=False)
        if len(rows[b]) > 1
    ]
    usual = statistics.median(gaps) if gaps else 0.0
    grid: list[_GridRow] = []
    above: list[Line] = []
    figures = False  # seen: what comes before them are names of columns, often in several lines
    for i in run.rows:
        row = rows[i]
        heads = not figures and len(above) > 1 and not any(any(map(str.isdigit, line.text)) for line in (*above, *row))
        if grid and i not in run.crossing and (heads or _continues(above, row, run.gutters)):
            gap = min(line.box.y0 for line in row) - max(line.box.y1 for line in above)
            if gap < 0.75 * usual:
                for line in row:
                    _place(grid[-1], line, run.gutters)
                above = [*above, *row]
                continue
        grid.append({})
        for line in row:
            _place(grid[-1], line, run.gutters)
        # Years over groups of columns are names too.
        figures = figures or (2 * len(row) > len(run.gutters) + 1 and any(_is_figure(line.text) for line in row))
        above = row
    return grid


def _place(row: _GridRow, line: Line, gutters: Sequence[tuple[float, float]]) -> None:
    column, span = _column(line.box, gutters)
    for (first, wide), parts in row.items():
        if first <= column < first + wide:
            parts.append(line)
            return
    row[column, span] = [line]


def _one_row_under_its_header(grid: Sequence[_GridRow], columns: int) -> bool:
    """An invoice of one item: names without digits, under each its figure, and at most half of them words."""
    if columns < _FEWEST_COLUMNS_OF_ONE_ROW or any(len(row) < columns for row in grid):
        return False
    header, body = ([" ".join(line.text for line in parts) for _, parts in sorted(row.items())] for row in grid)
    if any(re.search(r"\d|:$", text) for text in header):
        return False
    return sum(map(_is_figure, body)) >= columns / 2


def _convincing(grid: Sequence[_GridRow], columns: int, rules: int) -> bool:
    texts: list[list[str]] = [[] for _ in range(columns)]
    boxes: list[list[Box]] = [[] for _ in range(columns)]
    for row in grid:
        for (column, span), parts in row.items():
            if span == 1:
                texts[column].append(" ".join(line.text for line in parts))
                boxes[column].append(around(line.box for line in parts))
    everything = [text for column in texts for text in column]
    if len(grid) < _FEWEST_ROWS:
        return False
    if any(len(column) < 2 for column in texts):
        return False
    if sum(text.rstrip().endswith(":") for text in everything) > 0.2 * len(grid) + 1:
        return False  # labels and their values: a form
    if sum(_is_prose(column) for column in boxes) > columns / 2 or not all(map(_is_aligned, boxes)):
        return False
    filled = len(everything) / (len(grid) * columns)
    figures = [_regularity(column) for column in texts]
    header = " ".join(line.text for parts in grid[0].values() for line in parts)
    headed = not re.search(r"\d", header) and sum(span for _, span in grid[0]) >= columns - 1
    if columns == 2:
        return headed and max(figures) >= 0.6 and len(grid) > _FEWEST_ROWS
    if rules >= 2 or (headed and max(figures) >= 0.6):
        return filled >= 0.45
    if filled >= 0.9 and all(share >= 0.8 for share in figures):
        return True
    # Without a header or rulings: each column has to hold one kind of thing. In a form the values are mixed.
    if len(grid) < _FEWEST_ROWS_BARE or any(0.2 < share < 0.8 for share in figures):
        return False
    short = statistics.median(len(text) for text in everything) <= 30
    return filled >= 0.7 and short and (max(figures) >= 0.8 or len(grid) > _FEWEST_ROWS_BARE)


def _is_prose(boxes: Sequence[Box]) -> bool:
    return statistics.median(box.width / max(box.height, 1.0) for box in boxes) > _PROSE


def _is_aligned(boxes: Sequence[Box]) -> bool:
    """Left, right or centred: three in four parts of the column agree, the header not counted."""
    body = boxes[1:] if len(boxes) > 2 else boxes
    slack = _ALIGNED * max(statistics.median(box.height for box in body), 4.0)
    for edges in ([b.x0 for b in body], [b.x1 for b in body], [b.centre[0] for b in body]):
        middle = statistics.median(edges)
        if sum(abs(edge - middle) <= slack for edge in edges) >= 0.75 * len(edges):
            return True
    return False


def _share_of_figures(texts: Sequence[str]) -> float:
    stated = [text for text in texts if not _NOTHING.match(text.strip())]
    return sum(map(_is_figure, stated)) / len(stated) if stated else 0.0


def _regularity(column: Sequence[str]) -> float:
    """The share of a column's texts that are figures, or one numbered thing after the other."""
    alike = _share_of_one_shape(column)
    return alike if alike >= 0.8 else _share_of_figures(column[1:])


def _share_of_one_shape(texts: Sequence[str]) -> float:
    """Of a column of numbered things ("Item 7", "3 May 2024", "A-112"): how many are of the most frequent shape."""
    shapes = Counter(shape for text in texts if "0" in (shape := _shape(text)))
    return shapes.most_common(1)[0][1] / len(texts) if shapes else 0.0


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text.strip()))


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.match(text.strip())) or bool(_NOTHING.match(text.strip()))


def _rules_within(box: Box, across: Sequence[Box]) -> int:
    """How many rulings run along most of the table's width, at different heights."""
    heights = sorted(
        ruling.y0
        for ruling in across
        if box.y0 - 8 <= ruling.y0 <= box.y1 + 8 and min(ruling.x1, box.x1) - max(ruling.x0, box.x0) >= 0.8 * box.width
    )
    return sum(1 for n, y in enumerate(heights) if n == 0 or y - heights[n - 1] > 4)
