"""Tables drawn by ruling lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from statistics import mean

from local.textract.geometry import Box, Word
from local.textract.grid import Held, Span, Table, cells_of, has_header
from local.textract.rules import Rules

# How sure such a table is said to be: rules leave little doubt.
CONFIDENCE = 95.0
# How far apart, in pixels, two rules may be and still be one, or miss and still meet.
TOLERANCE = 8
# Boxes strewn over a form make a grid too, but hardly a square of it is a cell of its own.
MAX_MERGED = 0.6


def ruled_tables(words: Sequence[Word], rules: Rules) -> Iterator[Table]:
    """The tables that the page's rules draw."""
    for horizontal, vertical in _nets(rules):
        # Open sides: a rule's ends bound the grid as well as a rule would.
        xs = _cluster([x for h in horizontal for x in (h.left, h.right)] + [v.center[0] for v in vertical])
        ys = _cluster([y for v in vertical for y in (v.top, v.bottom)] + [h.center[1] for h in horizontal])
        if len(xs) < 3 or len(ys) < 3:
            continue
        cells = cells_of(_within(words, xs, ys), xs, ys)
        if len({c.row for c in cells if c.words}) < 2 or len({c.column for c in cells if c.words}) < 2:
            continue
        spans = tuple(_spans(xs, ys, horizontal, vertical))
        if sum(span.rows * span.columns for span in spans) > MAX_MERGED * len(cells):
            continue
        box = Box(xs[0], ys[0], xs[-1], ys[-1])
        yield Table(box, cells, spans, has_header(cells), CONFIDENCE)


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
