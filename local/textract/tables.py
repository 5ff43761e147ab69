"""Tables of a page, from its ruling lines, and where there are none from words that line up in columns.

A plain heuristic: good enough to see the pipeline work on a laptop, not a rival of Amazon Textract's model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from statistics import mean, median

from local.textract.geometry import Box, Word, around
from local.textract.rows import Segment, rows_of, segments_of
from local.textract.rules import Rules

# The words of each square, by (row, column) from 1.
Held = dict[tuple[int, int], list[Word]]

# How far apart, in pixels, two rules may be and still be one, or miss and still meet.
TOLERANCE = 8
# How sure a table is said to be; ruled ones leave little doubt.
RULED, ALIGNED = 95.0, 75.0

# Boxes strewn over a form make a grid too, but hardly a square of it is a cell of its own.
MAX_MERGED = 0.6
MIN_ALIGNED_ROWS = 3
# A column of prose has more words in a row than a table's cell.
MAX_MEAN_WORDS = 5.0


@dataclass(frozen=True)
class Cell:
    """One square of the grid; rows and columns count from 1."""

    row: int
    column: int
    box: Box
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Span:
    """Squares of the grid that are one cell."""

    row: int
    column: int
    rows: int
    columns: int

    def holds(self, cell: Cell) -> bool:
        return 0 <= cell.row - self.row < self.rows and 0 <= cell.column - self.column < self.columns


@dataclass(frozen=True)
class Table:
    """A whole grid of cells in reading order, the spans that merge some of them, and whether row 1 is a header."""

    box: Box
    cells: tuple[Cell, ...]
    spans: tuple[Span, ...]
    header: bool
    confidence: float


def tables_of(words: Sequence[Word], rules: Rules) -> list[Table]:
    """The tables of a level page, from top to bottom; no word is in two."""
    found = list(_ruled(words, rules))
    taken = {id(word) for table in found for cell in table.cells for word in cell.words}
    found += _aligned([word for word in words if id(word) not in taken])
    return sorted(found, key=lambda table: table.box.top)


# Ruled tables


def _ruled(words: Sequence[Word], rules: Rules) -> Iterator[Table]:
    for horizontal, vertical in _nets(rules):
        # Open sides: a rule's ends bound the grid as well as a rule would.
        xs = _cluster([x for h in horizontal for x in (h.left, h.right)] + [v.center[0] for v in vertical])
        ys = _cluster([y for v in vertical for y in (v.top, v.bottom)] + [h.center[1] for h in horizontal])
        if len(xs) < 3 or len(ys) < 3:
            continue
        cells = _cells(_within(words, xs, ys), xs, ys)
        if len({c.row for c in cells if c.words}) < 2 or len({c.column for c in cells if c.words}) < 2:
            continue
        spans = tuple(_spans(xs, ys, horizontal, vertical))
        if sum(span.rows * span.columns for span in spans) > MAX_MERGED * len(cells):
            continue
        box = Box(xs[0], ys[0], xs[-1], ys[-1])
        yield Table(box, cells, spans, _has_header(cells), RULED)


def _nets(rules: Rules) -> list[tuple[list[Box], list[Box]]]:
    """The rules by the nets they form: horizontal and vertical ones that meet."""
    lines = [*rules.horizontal, *rules.vertical]
    first_vertical = len(rules.horizontal)
    find, join = _sets(len(lines))
    for i, j in product(range(first_vertical), range(first_vertical, len(lines))):
        if _meet(lines[i], lines[j]):
            join(i, j)
    nets: dict[int, tuple[list[Box], list[Box]]] = {}
    for index, line in enumerate(lines):
        nets.setdefault(find(index), ([], []))[index >= first_vertical].append(line)
    return [net for net in nets.values() if net[0] and net[1]]


def _meet(a: Box, b: Box) -> bool:
    return (
        a.left - TOLERANCE < b.right
        and b.left - TOLERANCE < a.right
        and a.top - TOLERANCE < b.bottom
        and b.top - TOLERANCE < a.bottom
    )


def _sets(size: int) -> tuple[Callable[[int], int], Callable[[int, int], None]]:
    """Disjoint sets of 0..size-1: what finds an item's set, and what joins two."""
    parent = list(range(size))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(a: int, b: int) -> None:
        parent[find(b)] = find(a)

    return find, join


def _cluster(places: Iterable[float]) -> list[float]:
    """The places, those that follow within TOLERANCE taken together."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= TOLERANCE:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [mean(group) for group in groups]


def _within(words: Sequence[Word], xs: Sequence[float], ys: Sequence[float]) -> Held:
    """The words by the square that their middle lies in."""
    held: Held = {}
    for word in words:
        x, y = word.box.center
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            place = sum(y >= edge for edge in ys), sum(x >= edge for edge in xs)
            held.setdefault(place, []).append(word)
    return held


def _cells(held: Held, xs: Sequence[float], ys: Sequence[float]) -> tuple[Cell, ...]:
    """Every square of the grid, with its words in reading order."""
    return tuple(
        Cell(
            row,
            column,
            Box(left, top, right, bottom),
            tuple(word for line in rows_of(held.get((row, column), [])) for word in line),
        )
        for row, (top, bottom) in enumerate(pairwise(ys), 1)
        for column, (left, right) in enumerate(pairwise(xs), 1)
    )


def _spans(
    xs: Sequence[float], ys: Sequence[float], horizontal: Sequence[Box], vertical: Sequence[Box]
) -> Iterator[Span]:
    """The rectangles of squares that no rule parts."""
    columns, rows = len(xs) - 1, len(ys) - 1
    find, join = _sets(rows * columns)
    for row, column in product(range(rows), range(columns)):
        here = row * columns + column
        middle = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
        if column + 1 < columns and not any(
            abs(v.center[0] - xs[column + 1]) <= TOLERANCE and v.top <= middle[1] <= v.bottom for v in vertical
        ):
            join(here, here + 1)
        if row + 1 < rows and not any(
            abs(h.center[1] - ys[row + 1]) <= TOLERANCE and h.left <= middle[0] <= h.right for h in horizontal
        ):
            join(here, here + columns)
    groups: dict[int, list[int]] = {}
    for square in range(rows * columns):
        groups.setdefault(find(square), []).append(square)
    for squares in groups.values():
        tops, lefts = {s // columns for s in squares}, {s % columns for s in squares}
        if len(squares) > 1 and len(squares) == len(tops) * len(lefts):
            yield Span(min(tops) + 1, min(lefts) + 1, len(tops), len(lefts))


# Tables without rules


def _aligned(words: Sequence[Word]) -> list[Table]:
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
    if len(run) < MIN_ALIGNED_ROWS or mean(len(s.words) for row in run for s in row) > MAX_MEAN_WORDS:
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
    cells = _cells(held, xs, ys)
    return Table(box, cells, (), _has_header(cells), ALIGNED)


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


def _has_header(cells: Sequence[Cell]) -> bool:
    """Whether row 1 names columns: every square filled, no digit in it, and digits below."""

    def digits(cell: Cell) -> bool:
        return any(character.isdigit() for word in cell.words for character in word.text)

    first = [cell for cell in cells if cell.row == 1]
    return all(c.words and not digits(c) for c in first) and any(digits(c) for c in cells if c.row > 1)
