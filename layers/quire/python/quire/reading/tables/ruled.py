"""Tables drawn with lines: the grid of their rulings, walls missing between merged cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quire.reading.lines import lines as lines_of
from quire.reading.lines import read_lines, visual_rows
from quire.reading.model import Box, Cell, Table, Word, mean_confidence

# Points. Strokes that should meet miss each other by about their own width; cells are at least a small letter apart.
_SNAP = 2.5
_MEETS = 3.0
_SHORTEST = 6.0
# A wall is there when this share of it is drawn.
_WALL = 0.6
# Up to this many units that are together no rectangle are cells with a stroke missing; more are space around cells.
_MISSING_STROKES = 4
# A page of thousands of strokes is a drawing.
_MOST_STROKES = 6000


@dataclass(slots=True)
class _Stroke:
    """A straight line: at `at` on its own axis, from `start` to `end` along the other."""

    at: float
    start: float
    end: float


def ruled_tables(words: Sequence[Word], rulings: Sequence[Box]) -> list[Table]:
    """Tables of at least two columns and two rows whose grid is drawn, with their words."""
    if len(rulings) > _MOST_STROKES:
        return []
    across = _joined([_Stroke((r.y0 + r.y1) / 2, r.x0, r.x1) for r in rulings if r.width >= r.height])
    down = _joined([_Stroke((r.x0 + r.x1) / 2, r.y0, r.y1) for r in rulings if r.height > r.width])
    found: list[Table] = []
    for grid in sorted(_connected(across, down), key=lambda grid: -len(grid[0]) * len(grid[1])):
        for table in _tables(words, *grid):
            if not any(_overlap(table.box, other.box) for other in found):
                found.append(table)
    return found


def _joined(strokes: list[_Stroke]) -> list[_Stroke]:
    """Strokes on one line that touch, as one: cells are often drawn side by side, or dotted."""
    joined: list[_Stroke] = []
    group: list[_Stroke] = []

    def end_group() -> None:
        at = sum(stroke.at for stroke in group) / len(group)
        current: _Stroke | None = None
        for stroke in sorted(group, key=lambda stroke: stroke.start):
            if current and stroke.start <= current.end + _MEETS:
                current.end = max(current.end, stroke.end)
            else:
                current = _Stroke(at, stroke.start, stroke.end)
                joined.append(current)

    for stroke in sorted(strokes, key=lambda stroke: stroke.at):
        if group and stroke.at - group[0].at > _SNAP:
            end_group()
            group = []
        group.append(stroke)
    if group:
        end_group()
    return [stroke for stroke in joined if stroke.end - stroke.start >= _SHORTEST]


def _connected(across: list[_Stroke], down: list[_Stroke]) -> list[tuple[list[_Stroke], list[_Stroke]]]:
    """Horizontal and vertical strokes that meet, grouped."""
    parents = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    tops = [stroke.at for stroke in across]  # sorted: _joined goes through them in order
    for n, wall in enumerate(down):
        for i in range(bisect_right(tops, wall.start - _MEETS), bisect_right(tops, wall.end + _MEETS)):
            if across[i].start - _MEETS <= wall.at <= across[i].end + _MEETS:
                parents[root(i)] = root(len(across) + n)
    groups: dict[int, tuple[list[_Stroke], list[_Stroke]]] = {}
    for i, stroke in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(stroke)
    for i, stroke in enumerate(down):
        groups.setdefault(root(len(across) + i), ([], []))[1].append(stroke)
    return [group for group in groups.values() if group[0] and group[1]]


def _tables(words: Sequence[Word], across: list[_Stroke], down: list[_Stroke]) -> list[Table]:
    """The tables of one grid; several, where parts of it only frame something else."""
    grid = _grid(words, across, down)
    if grid is None:
        return []
    frames = _frame_rows(grid)
    if not frames:
        table = _table(grid)
        return [table] if table else []
    found: list[Table] = []
    for first, last in _runs([row for row in range(len(grid.ys) - 1) if row not in frames]):
        top, bottom = grid.ys[first], grid.ys[last + 1]
        inner_across = [s for s in across if top - _MEETS <= s.at <= bottom + _MEETS]
        inner_down = [
            _Stroke(s.at, max(s.start, top), min(s.end, bottom))
            for s in down
            if s.start < bottom - 1 and s.end > top + 1
        ]
        if inner_across and inner_down:
            found += _tables(words, inner_across, inner_down)
    return found


@dataclass(frozen=True, slots=True)
class _Grid:
    """The edges of columns and rows, the cells as (row, column, row span, column span) from 0, each one's words, and
    the rows whose cells have no sensible shape."""

    xs: list[float]
    ys: list[float]
    cells: dict[tuple[int, int, int, int], list[Word]]
    shapeless: set[int]
    walls: list[Box]


def _grid(words: Sequence[Word], across: list[_Stroke], down: list[_Stroke]) -> _Grid | None:
    # A grid may be open at its sides: its outline closes it.
    xs = _edges([*(s.at for s in down), min(s.start for s in across), max(s.end for s in across)])
    ys = _edges([*(s.at for s in across), min(s.start for s in down), max(s.end for s in down)])
    if len(xs) < 3 or len(ys) < 3:
        return None
    spans, shapeless = _merged(xs, ys, across, down)
    holder = {
        (r, c): span
        for span in spans
        for r in range(span[0], span[0] + span[2])
        for c in range(span[1], span[1] + span[3])
    }
    cells: dict[tuple[int, int, int, int], list[Word]] = {span: [] for span in spans}
    for word in words:
        x, y = word.box.centre
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            cells[holder[bisect_right(ys, y) - 1, bisect_right(xs, x) - 1]].append(word)
    return _Grid(xs, ys, cells, shapeless, [Box(s.at, s.start, s.at, s.end) for s in down])


def _frame_rows(grid: _Grid) -> set[int]:
    """Rows that frame text of its own layout: a cell of no sensible shape, or one that holds columns itself."""
    frames = set(grid.shapeless)
    for (row, _, high, _), words in grid.cells.items():
        parts = [len(row) for row in visual_rows(lines_of(words))]
        if max(parts, default=0) >= 5 or sum(count >= 3 for count in parts) >= 2:
            frames |= set(range(row, row + high))
    return frames


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs


def _table(grid: _Grid) -> Table | None:
    xs, ys = grid.xs, grid.ys
    spanned = {r for row, _, high, _ in grid.cells if high > 1 for r in range(row, row + high)}
    split: dict[int, list[list[Word]]] = {}  # a drawn row -> the rows of text in it, where there are several
    first_row: list[int] = []  # a drawn row -> the table's row where it begins, from 1
    rows = 0
    for row in range(len(ys) - 1):
        first_row.append(rows + 1)
        members = [word for (r, *_), words in grid.cells.items() if r == row for word in words]
        parts = [members] if row in spanned else _text_rows(members, grid.walls)
        if len(parts) > 1:
            split[row] = parts
        rows += max(len(parts), 1)
    first_row.append(rows + 1)
    cells: list[Cell] = []
    for (row, column, high, wide), words in grid.cells.items():
        outline = Box(xs[column], ys[row], xs[column + wide], ys[row + high])
        if row in split:
            cells += _split_cell(outline, split[row], first_row[row], column + 1, wide)
        else:
            cells.append(
                _cell(words, outline, first_row[row], column + 1, first_row[row + high] - first_row[row], wide)
            )
    cells.sort(key=lambda cell: (cell.row, cell.column))
    box = Box(xs[0], ys[0], xs[-1], ys[-1]).rounded()
    return _accepted(Table(box, mean_confidence(cells), rows, len(xs) - 1, tuple(cells)))


def _cell(words: Sequence[Word], box: Box, row: int, column: int, row_span: int, column_span: int) -> Cell:
    """A cell with these words, read line by line."""
    text = " ".join(line.text for found in visual_rows(read_lines(words)) for line in found)
    return Cell(text, row, column, row_span, column_span, box.rounded(), mean_confidence(words))


def _edges(positions: list[float]) -> list[float]:
    edges: list[list[float]] = []
    for position in sorted(positions):
        if edges and position - edges[-1][-1] <= _MEETS:
            edges[-1].append(position)
        else:
            edges.append([position])
    return [sum(edge) / len(edge) for edge in edges]


def _merged(
    xs: list[float], ys: list[float], across: list[_Stroke], down: list[_Stroke]
) -> tuple[list[tuple[int, int, int, int]], set[int]]:
    """The cells of the grid as (row, column, row span, column span) from 0: units without a wall between are one.

    Also the rows in which several of them together are no rectangle.
    """
    rows, columns = len(ys) - 1, len(xs) - 1
    parents = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(unit: tuple[int, int]) -> tuple[int, int]:
        while parents[unit] != unit:
            parents[unit] = parents[parents[unit]]
            unit = parents[unit]
        return unit

    walls = [[s for s in down if abs(s.at - x) <= _MEETS] for x in xs]
    floors = [[s for s in across if abs(s.at - y) <= _MEETS] for y in ys]
    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and not _drawn(walls[c + 1], ys[r], ys[r + 1]):
                parents[root((r, c + 1))] = root((r, c))
            if r + 1 < rows and not _drawn(floors[r + 1], xs[c], xs[c + 1]):
                parents[root((r + 1, c))] = root((r, c))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for unit in parents:
        groups.setdefault(root(unit), []).append(unit)
    spans: list[tuple[int, int, int, int]] = []
    shapeless: set[int] = set()
    for units in groups.values():
        top, left = min(r for r, _ in units), min(c for _, c in units)
        high, wide = max(r for r, _ in units) - top + 1, max(c for _, c in units) - left + 1
        if high * wide == len(units):
            spans.append((top, left, high, wide))
        else:
            spans += [(r, c, 1, 1) for r, c in units]
            if len(units) > _MISSING_STROKES:
                shapeless |= {r for r, _ in units}
    return sorted(spans), shapeless


def _drawn(strokes: list[_Stroke], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(s.end, end) - max(s.start, start)) for s in strokes)
    return covered >= _WALL * (end - start)


def _text_rows(words: list[Word], walls: list[Box]) -> list[list[Word]]:
    """The rows of text within one drawn row, when it holds several: many tables draw only their columns.

    A row of text counts as a row of the table when it fills most of the columns that any does; else it continues the
    one above.
    """
    rows = visual_rows(lines_of(words, walls))
    filled = [len(row) for row in rows]
    if not filled or max(filled) < 2:
        return [words]
    enough = max(2, -(-max(filled) * 3 // 5))
    if sum(count >= enough for count in filled) < 2:
        return [words]
    split: list[list[Word]] = []
    for row, count in zip(rows, filled, strict=True):
        held = [word for line in row for word in line.words]
        if count >= enough or not split:
            split.append(held)
        else:
            split[-1] += held
    return split


def _split_cell(outline: Box, rows: list[list[Word]], first_row: int, column: int, wide: int) -> list[Cell]:
    tops = [min(word.box.y0 for word in row) for row in rows]
    bottoms = [max(word.box.y1 for word in row) for row in rows]
    cuts = [outline.y0, *((bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)), outline.y1]
    return [
        _cell(
            [w for w in words if outline.x0 <= w.box.centre[0] < outline.x1],
            Box(outline.x0, y0, outline.x1, y1),
            first_row + n,
            column,
            1,
            wide,
        )
        for n, (words, (y0, y1)) in enumerate(zip(rows, pairwise(cuts), strict=True))
    ]


def _accepted(table: Table) -> Table | None:
    """Drop what is a frame around text, not a table."""
    filled = [cell for cell in table.cells if cell.text]
    if len({cell.row for cell in filled}) < 2 or len({cell.column for cell in filled}) < 2 or len(filled) < 3:
        return None
    sizes = [len(cell.text.split()) for cell in filled]
    if max(sizes) > 60 and max(sizes) > 0.6 * sum(sizes):
        return None
    return table


def _overlap(a: Box, b: Box) -> bool:
    shared = max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))
    return shared > 0.1 * min(a.width * a.height, b.width * b.height)
