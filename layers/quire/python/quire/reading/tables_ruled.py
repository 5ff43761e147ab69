"""Tables drawn with lines: the grid of their rulings, walls missing between merged cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quire.reading.lines import lines as lines_of
from quire.reading.lines import visual_rows
from quire.reading.model import Box, Cell, Table, Word, mean_confidence

# Points. Strokes that should meet miss each other by about their own width; cells are at least a small letter apart.
_SNAP = 2.5
_MEETS = 3.0
_SHORTEST = 6.0
# A wall is there when this share of it is drawn.
_WALL = 0.6
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
    for rows, columns in sorted(_connected(across, down), key=lambda grid: -len(grid[0]) * len(grid[1])):
        table = _table(words, rows, columns)
        if table and not any(_overlap(table.box, other.box) for other in found):
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


def _table(words: Sequence[Word], across: list[_Stroke], down: list[_Stroke]) -> Table | None:
    # A grid may be open at its sides: its outline closes it.
    xs = _edges([*(s.at for s in down), min(s.start for s in across), max(s.end for s in across)])
    ys = _edges([*(s.at for s in across), min(s.start for s in down), max(s.end for s in down)])
    if len(xs) < 3 or len(ys) < 3:
        return None
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    inside = [word for word in words if box.holds(*word.box.centre)]
    unit_words: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        x, y = word.box.centre
        row = min(max(bisect_right(ys, y) - 1, 0), len(ys) - 2)
        column = min(max(bisect_right(xs, x) - 1, 0), len(xs) - 2)
        unit_words.setdefault((row, column), []).append(word)
    cells: list[Cell] = []
    rows_so_far = 0
    spans = _merged(xs, ys, across, down)
    tall = {row for row, column, row_span, column_span in spans if row_span > 1}
    row_of: dict[int, int] = {}  # the grid's row -> the table's first row for it
    split_rows: dict[int, list[list[Word]]] = {}
    for row in range(len(ys) - 1):
        row_of[row] = rows_so_far + 1
        members = [words for (r, _), words in unit_words.items() if r == row]
        spanned = any(first <= row < first + high for first, _, high, _ in spans if high > 1) if tall else False
        split = [] if spanned else _text_rows([word for part in members for word in part], down)
        if len(split) > 1:
            split_rows[row] = split
        rows_so_far += max(len(split), 1)
    row_of[len(ys) - 1] = rows_so_far + 1
    for row, column, high, wide in spans:
        outline = Box(xs[column], ys[row], xs[column + wide], ys[row + high])
        if row in split_rows:
            cells += _split_cell(outline, split_rows[row], row_of[row], column + 1, wide)
        else:
            held = [
                w
                for r in range(row, row + high)
                for c in range(column, column + wide)
                for w in unit_words.get((r, c), ())
            ]
            cells.append(cell(held, outline, row_of[row], column + 1, row_of[row + high] - row_of[row], wide))
    cells.sort(key=lambda c: (c.row, c.column))
    if _is_frame(spans, unit_words):
        return None
    return _accepted(Table(box.rounded(), mean_confidence(inside), rows_so_far, len(xs) - 1, tuple(cells)))


def cell(words: Sequence[Word], box: Box, row: int, column: int, row_span: int, column_span: int) -> Cell:
    """A cell with these words, read line by line."""
    text = " ".join(line.text for found in visual_rows(lines_of(words)) for line in found)
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
) -> list[tuple[int, int, int, int]]:
    """The cells of the grid as (row, column, row span, column span), 0-based: units without a wall between are one."""
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
    for units in groups.values():
        top, left = min(r for r, _ in units), min(c for _, c in units)
        high, wide = max(r for r, _ in units) - top + 1, max(c for _, c in units) - left + 1
        if high * wide == len(units):
            spans.append((top, left, high, wide))
        else:  # not a rectangle: a missing stroke, not a merged cell
            spans += [(r, c, 1, 1) for r, c in units]
    return sorted(spans)


def _drawn(strokes: list[_Stroke], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(s.end, end) - max(s.start, start)) for s in strokes)
    return covered >= _WALL * (end - start)


def _text_rows(words: list[Word], down: list[_Stroke]) -> list[list[Word]]:
    """The rows of text within one drawn row, when it holds several: many tables draw only their columns.

    A row of text counts as a row of the table when it fills most of the columns that any does; else it continues the
    one above.
    """
    walls = [Box(s.at, s.start, s.at, s.end) for s in down]
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
        cell(
            [w for w in words if outline.x0 <= w.box.centre[0] < outline.x1],
            Box(outline.x0, y0, outline.x1, y1),
            first_row + n,
            column,
            1,
            wide,
        )
        for n, (words, (y0, y1)) in enumerate(zip(rows, pairwise(cuts), strict=True))
    ]


def _is_frame(spans: Sequence[tuple[int, int, int, int]], unit_words: Mapping[tuple[int, int], Sequence[Word]]) -> bool:
    """Whether many cells hold columns of their own: then the rulings part sections, or records, not cells."""
    filled = mixed = 0
    for row, column, high, wide in spans:
        held = [
            word
            for r in range(row, row + high)
            for c in range(column, column + wide)
            for word in unit_words.get((r, c), ())
        ]
        if held:
            filled += 1
            mixed += sum(len(parts) >= 3 for parts in visual_rows(lines_of(held))) >= 2
    return mixed > 0.25 * filled


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
