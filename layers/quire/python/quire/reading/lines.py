"""Words into lines, by geometry alone."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from quire.reading.bidi import in_reading_order, is_right_to_left, mostly_right_to_left
from quire.reading.model import Box, Line, Word, around, line_of

# A space is about a quarter of the type size, up to half of it in justified text; a capital is 0.7 of the type size
# high. So a gap as wide as the line's tallest word is no space any more.
_WIDEST_SPACE = 1.0
# In a justified line that is nearly empty spaces are wider still.
_STRETCHED_SPACE = 2.2
_WORDS_OF_PROSE = 5
_ROWS_NEAR = 3  # rows of other columns come between
# Words of one line share half the height of the lower one: a superscript does, the next line does not.
_SHARED_HEIGHT = 0.5
_FULL_HEIGHT = 0.6


class _Run:
    """A line while it grows to the right.

    `full` is its last word of full height: a comma or a superscript says little of where the line stands.
    """

    __slots__ = ("full", "height", "last", "words")

    def __init__(self, word: Word) -> None:
        self.words = [word]
        self.full = self.last = word.box
        self.height = word.box.height

    def gap(self, box: Box, usual_height: float) -> float | None:
        """The space between the run and `box` when it goes on there, else None."""
        full = self.full
        shared = min(full.y1, box.y1) - max(full.y0, box.y0)
        if shared < _SHARED_HEIGHT * min(full.y1 - full.y0, box.y1 - box.y0):
            return None
        height = max(self.height, box.y1 - box.y0)
        # A run of small letters only ("some") is lower than its type: measure it by the page's usual word.
        if usual_height > height > usual_height / 2:
            height = usual_height
        gap = box.x0 - self.last.x1
        return gap if -height <= gap <= _WIDEST_SPACE * height else None

    def add(self, word: Word) -> None:
        self.words.append(word)
        self.last = word.box
        self.height = max(self.height, word.box.height)
        if word.box.height >= _FULL_HEIGHT * self.height:
            self.full = word.box


def lines(words: Sequence[Word], walls: Sequence[Box] = ()) -> list[Line]:
    """Level words joined into lines, from the top down (not yet in reading order).

    Within a line they come from the left: right-to-left text too, which `read_lines` puts in order.

    Args:
        words: of one upright page, in any order.
        walls: vertical rulings (thin boxes, points): words on the two sides of one never join.
    """
    if not words:
        return []
    usual = statistics.median(word.box.height for word in words)
    # Runs are found again by the bands of the page that their last full word touches, so that a page of 100,000 words
    # stays linear.
    band = max(usual, 1.0)
    open_runs: dict[int, list[_Run]] = {}
    runs: list[_Run] = []
    for word in sorted(words, key=lambda word: (word.box.x0, word.box.y0)):
        box = word.box
        best: _Run | None = None
        best_gap = 0.0
        for at in _bands(box, band):
            for run in open_runs.get(at, ()):
                gap = run.gap(box, usual)
                if gap is not None and (best is None or abs(gap) < best_gap) and not _walled(run.last, box, walls):
                    best, best_gap = run, abs(gap)
        if best is None:
            best = _Run(word)
            runs.append(best)
        else:
            for at in _bands(best.full, band):
                open_runs[at].remove(best)
            best.add(word)
        for at in _bands(best.full, band):
            open_runs.setdefault(at, []).append(best)
    return _justified(sorted((line_of(run.words) for run in runs), key=lambda line: (line.box.y0, line.box.x0)))


def read_lines(words: Sequence[Word], walls: Sequence[Box] = ()) -> list[Line]:
    """As `lines`, of words that stand where a page shows them: within a line in the order in which they are read."""
    found = lines(words, walls)
    if not any(is_right_to_left(word.text) for word in words):
        return found
    from_right = mostly_right_to_left(words)
    return [line_of(in_reading_order(line.words, from_right)) for line in found]


def _justified(found: list[Line]) -> list[Line]:
    """Join the parts of a line whose spaces were stretched to fill its column.

    Told by the next line above or below: it goes from edge to edge of the same column without a gap.
    """
    rows = visual_rows(found)
    joined: list[Line] = []
    for n, row in enumerate(rows):
        near = rows[max(n - _ROWS_NEAR, 0) : n + _ROWS_NEAR + 1]
        parts = [row[0]]
        for line in row[1:]:
            gap = line.box.x0 - parts[-1].box.x1
            if gap <= _STRETCHED_SPACE * max(line.box.height, parts[-1].box.height):
                parts.append(line)
                continue
            joined += _whole(parts, near)
            parts = [line]
        joined += _whole(parts, near)
    return joined


def _whole(parts: list[Line], near: Sequence[list[Line]]) -> list[Line]:
    if len(parts) < 2:
        return parts
    box = around(part.box for part in parts)
    for line in (line for row in near for line in row):
        fits = abs(line.box.x0 - box.x0) <= box.height and abs(line.box.x1 - box.x1) <= box.height
        leading = abs(line.box.centre[1] - box.centre[1])
        if fits and len(line.words) >= _WORDS_OF_PROSE and 0.5 * box.height < leading <= 2 * box.height:
            return [line_of([word for part in parts for word in part.words])]
    return parts


class Placed(Protocol):
    """A line, or a part of one."""

    @property
    def box(self) -> Box: ...


P = TypeVar("P", bound=Placed)


def visual_rows(found: Iterable[P]) -> list[list[P]]:
    """What stands at the same height side by side: rows from the top down, each from left to right."""
    rows: list[list[P]] = []
    row: list[P] = []
    for one in sorted(found, key=_depth):
        if row and same_row(row[0].box, one.box):
            row.append(one)
        else:
            row = [one]
            rows.append(row)
    for row in rows:
        if len(row) > 1:
            row.sort(key=_left)
    return rows


def _depth(one: Placed) -> float:
    return one.box.y0 + one.box.y1


def _left(one: Placed) -> float:
    return one.box.x0


def same_row(a: Box, b: Box) -> bool:
    """Whether the two share half the height of the lower one."""
    # Comparisons, for min() and max() take several times as long, and everything on a page is asked for its row.
    a0, a1, b0, b1 = a.y0, a.y1, b.y0, b.y1
    shared = (a1 if a1 < b1 else b1) - (a0 if a0 > b0 else b0)
    own, other = a1 - a0, b1 - b0
    return shared >= _SHARED_HEIGHT * (own if own < other else other)


def _bands(box: Box, band: float) -> range:
    return range(int(box.y0 // band), int(box.y1 // band) + 1)


def _walled(left: Box, right: Box, walls: Sequence[Box]) -> bool:
    y = (max(left.y0, right.y0) + min(left.y1, right.y1)) / 2
    return any(wall.y0 <= y <= wall.y1 and left.x1 - 1 <= wall.x0 and wall.x1 <= right.x0 + 1 for wall in walls)
