"""A document as extraction looks at it: rows of segments with the words of their labels, and every number and date."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any
from urllib.parse import unquote

from quire.extraction import amounts, dates
from quire.extraction.words import Tokens, phrase, tokens
from quire.reading.bidi import is_right_to_left
from quire.reading.frame import frame
from quire.reading.lines import visual_rows
from quire.reading.model import Box, Line, Page, Table, Word, around

_HEADING = re.compile(r"(?:\d{1,2}|[A-Z])[.)]\s+[^\W\d]")
_HEADING_WORDS = 7
_DATE_DIGITS = 3
_POSTAL_DIGITS = 5
_TALL = re.compile(r"[^acegmnopqrsuvwxyz.,;:\-_~=+\s]")
_DEEP = re.compile(r"[gjpqyQç,;()\[\]{}|/@$§_]")
_DIGIT = re.compile(r"\d")
# What is asked of a question's answer is named by the question.
_FOLLOW_UP = re.compile(r"(?:if (?:yes|so|no|any|applicable)|please (?:specify|explain|describe))\b", re.IGNORECASE)
_AMERICAN = re.compile(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b")


@dataclass(slots=True, eq=False)
class Segment:
    """A line of the reading in its row; `starts` are the offsets of its words in `text`.

    `labels`: per word, its canonical tokens; `tokens`: all of them. `row` counts over the document.
    """

    page: int
    row: int
    column: int
    words: tuple[Word, ...]
    box: Box
    text: str
    starts: tuple[int, ...]
    labels: tuple[Tokens, ...]
    tokens: Tokens
    numbers: list[amounts.Amount] = field(default_factory=list)
    dates: list[dates.Found] = field(default_factory=list)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The words (first, one past the last) that these characters of `text` touch."""
        first = last = -1
        for n, at in enumerate(self.starts):
            if at >= end:
                break
            if at + len(self.words[n].text) > start:
                first = n if first < 0 else first
                last = n
        return (first, last + 1) if first >= 0 else (0, 0)

    def span_of(self, words: Sequence[Word]) -> tuple[int, int]:
        """Where these words of the segment stand, (first, one past the last)."""
        places = [n for n, word in enumerate(self.words) if any(word is other for other in words)]
        return places[0], places[-1] + 1

    @property
    def is_value(self) -> bool:
        """Nothing in it that could be a label."""
        return not self.tokens


@dataclass(slots=True, eq=False)
class Row:
    """Segments at one height, from left to right; `top` and `bottom` in points."""

    page: int
    index: int
    segments: list[Segment]
    top: float = 0.0
    bottom: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)


class Turn:
    """A page whose text runs another way than rightwards (turned, or scanned askew), levelled.

    A word keeps its own width and height and only its centre moves: turning the box of a slanted word would widen it.
    """

    def __init__(self, page: Page) -> None:
        angle = _angle(page)
        turned = frame(angle)
        self.placed = page.placed
        self._level = turned.level
        self._swapped = round(angle / 90) % 2 == 1
        whole = turned.upright_box(Box(0.0, 0.0, page.width, page.height))
        self._x, self._y = whole.x0, whole.y0
        self.size = (whole.width, whole.height)
        self._cos, self._sin = turned.upright([(1.0, 0.0)]).centre

    def line(self, line: Line) -> Line:
        """The line in the view."""
        if self._level or not line.words:
            return line
        words = tuple([Word(word.text, self._upright(word.box), word.confidence) for word in line.words])
        return Line(line.text, box_of(words), line.confidence, words)

    def _upright(self, box: Box) -> Box:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        x, y = x * self._cos - y * self._sin - self._x, x * self._sin + y * self._cos - self._y
        return self._around(x, y, box)

    def _around(self, x: float, y: float, box: Box) -> Box:
        """A turned box about its new centre."""
        width, height = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
        if self._swapped:
            width, height = height, width
        return Box(x - width, y - height, x + width, y + height)

    def box(self, box: Box) -> Box:
        """A box of the page in the view."""
        return box if self._level else self._upright(box)

    def _back(self, box: Box) -> Box:
        """A box of the view on the page."""
        x, y = box.centre
        x, y = x + self._x, y + self._y
        return self._around(x * self._cos + y * self._sin, y * self._cos - x * self._sin, box)

    def displayed(self, words: Sequence[Word]) -> Box:
        """Around these words of the view on the page as displayed."""
        return box_of(words) if self._level else around([self._back(word.box) for word in words])


def _angle(page: Page) -> float:
    """The direction in which most of the text runs, degrees clockwise, by the places of the words of its lines.

    Of a line the first word and the last that is as high and as deep: in level text the centre of `Page` stands lower
    than that of `Card`, and a page of short lines would seem to be askew.
    """
    alike = [pair for line in page.lines if (pair := _apart(line)) is not None]
    along = {quarter: [0, 0.0, 0.0] for quarter in range(4)}
    for line in page.lines if not alike else ():
        if len(line.words) > 1 and not is_right_to_left(line.text):
            alike.append((len(line.text), line.words[0], line.words[-1]))
    for weight, first, last in alike:
        (ax, ay), (bx, by) = first.box.centre, last.box.centre
        vote = along[round(math.atan2(by - ay, bx - ax) / (math.pi / 2)) % 4]
        vote[0], vote[1], vote[2] = vote[0] + weight, vote[1] + bx - ax, vote[2] + by - ay
    _, dx, dy = max(along.values(), key=lambda vote: vote[0])
    return math.degrees(math.atan2(dy, dx)) if dx or dy else 0.0


def _apart(line: Line) -> tuple[int, Word, Word] | None:
    """Of a line its length, its first word and the last that reaches as far up and down; None where none does, and of
    a line that runs to the left."""
    if len(line.words) < 2 or is_right_to_left(line.text):
        return None
    first = line.words[0]
    shape = _shape(first.text)
    return next(((len(line.text), first, word) for word in line.words[:0:-1] if _shape(word.text) == shape), None)


def _shape(text: str) -> tuple[bool, bool]:
    """Whether a word has letters that rise over an `x`, and such that reach under the line."""
    return bool(_TALL.search(text)), bool(_DEEP.search(text))


def _digits(text: str) -> int:
    return len(_DIGIT.findall(text))


@dataclass(slots=True, eq=False)
class Facts:
    """What the reading states of a page beside its words, in the coordinates of the view."""

    keys: list[tuple[Tokens, Box, str]]
    """Of each key-value: the words of its key, where its value stands, the value."""
    labels: list[Box]
    """Where their keys stand."""
    ticks: list[tuple[Box, bool]]
    """Marks, and labels of marks: whether they are ticked."""
    answers: list[tuple[str, Box, float]]
    """Of each answer to a query: the query's alias, where it stands, how sure it is (0..1)."""
    signatures: list[tuple[Box, Box]]
    """In the view, and as displayed."""
    tables: tuple[Table, ...] = ()
    """As displayed."""


def _facts(page: Page, turn: Turn) -> Facts:
    keys = [
        (phrase(pair.key), turn.box(pair.value_box), pair.value)
        for pair in page.key_values
        if pair.value_box is not None and pair.value
    ]
    ticks = [(turn.box(mark.box), mark.selected) for mark in page.marks]
    ticks += [(turn.box(pair.key_box), pair.selected) for pair in page.key_values if pair.selected is not None]
    answers = [
        (unquote(answer.alias), turn.box(answer.box), answer.confidence if answer.confidence is not None else 0.5)
        for answer in page.answers
        if answer.box is not None and answer.text
    ]
    return Facts(
        keys,
        [turn.box(pair.key_box) for pair in page.key_values],
        ticks,
        answers,
        [(turn.box(s.box), s.box) for s in page.signatures],
    )


class View:
    """All pages; `mark` and `order` are the document's own way with decimals and dates.

    `tables`: whether the pages' tables are kept; they take as much as the words.
    """

    def __init__(self, pages: Iterable[Page], *, tables: bool = False) -> None:
        self.numbers: list[int] = []
        self.rows: list[Row] = []
        self.first_rows: dict[int, int] = {}
        self.sizes: dict[int, tuple[float, float]] = {}
        self.facts: dict[int, Facts] = {}
        self.pools: dict[str, Any] = {}
        self._turns: dict[int, Turn] = {}
        for page in pages:
            if not page.lines:
                continue
            self.numbers.append(page.number)
            self.first_rows[page.number] = len(self.rows)
            turn = self._turns[page.number] = Turn(page)
            self.sizes[page.number] = turn.size
            self.facts[page.number] = _facts(page, turn)
            if tables:
                self.facts[page.number].tables = page.tables
            for lines in visual_rows([turn.line(line) for line in page.lines]):
                self._add(page, lines)
        figured = [(segment, _digits(segment.text)) for row in self.rows for segment in row.segments]
        figured = [(segment, figures) for segment, figures in figured if figures]
        self.mark = amounts.decimal_mark(segment.text for segment, _ in figured)
        american = any(figures >= _POSTAL_DIGITS and _AMERICAN.search(segment.text) for segment, figures in figured)
        dated: list[tuple[str, list[dates.Found]]] = []
        for segment, figures in figured:
            if figures >= _DATE_DIGITS:
                segment.dates = dates.find(segment.text)
                dated.append((segment.text, segment.dates))
            found = amounts.find(segment.text, self.mark)
            if segment.dates:
                spans = [(date.start, date.end) for date in segment.dates]
                found = [n for n in found if not any(a < n.end and n.start < b for a, b in spans)]
            segment.numbers = found
        self.order: dates.Order = dates.order_of(dated, american)

    def part(self, first: int, last: int) -> View:
        """The rows from `first` to before `last` as a view of their own; numbers and dates stay as they are read."""
        made = object.__new__(View)
        made.mark, made.order, made._turns = self.mark, self.order, self._turns
        made.sizes, made.facts, made.pools = self.sizes, self.facts, {}
        made.rows, made.first_rows, made.numbers = [], {}, []
        for row in self.rows[first:last]:
            index = len(made.rows)
            if row.page not in made.first_rows:
                made.first_rows[row.page] = index
                made.numbers.append(row.page)
            segments = [replace(segment, row=index) for segment in row.segments]
            made.rows.append(Row(row.page, index, segments, row.top, row.bottom))
        return made

    def _add(self, page: Page, lines: Sequence[Line]) -> None:
        row = Row(page.number, len(self.rows), [])
        for line in lines:
            words = tuple([word for word in line.words if word.text.strip()])
            if not words:
                continue
            starts: list[int] = []
            at = 0
            labels = tuple([tokens(word.text) for word in words])
            for word in words:
                starts.append(at)
                at += len(word.text) + 1
            row.segments.append(
                Segment(
                    page.number,
                    row.index,
                    len(row.segments),
                    words,
                    line.box,
                    " ".join([word.text for word in words]),
                    tuple(starts),
                    labels,
                    tuple(chain.from_iterable(labels)),
                )
            )
        if not row.segments:
            return
        first = row.segments[0]
        if _FOLLOW_UP.match(first.text) and self.rows and self.rows[-1].page == page.number:
            asked = self.rows[-1].segments[0].tokens
            first.tokens = (*asked, "description")
            first.labels = (first.tokens, *((),) * (len(first.words) - 1))
        row.top = min([segment.box.y0 for segment in row.segments])
        row.bottom = max([segment.box.y1 for segment in row.segments])
        self.rows.append(row)

    def section(self, row: int) -> Tokens:
        """The words of the numbered heading that the row stands under, on its page."""
        sections: list[Tokens] | None = self.pools.get("sections")
        if sections is None:
            sections = self.pools["sections"] = []
            current: Tokens = ()
            for n, each in enumerate(self.rows):
                if n and self.rows[n - 1].page != each.page:
                    current = ()
                only = each.segments[0] if len(each.segments) == 1 else None
                if only is not None and _HEADING.match(only.text) and len(only.words) <= _HEADING_WORDS:
                    current = only.tokens
                sections.append(current)
        return sections[row]

    def key_of(self, word: Word) -> Tokens:
        """The words of the key whose value holds this word; none where no key-value does."""
        keys = self.pools.get("keys")
        if keys is None:
            keys = self.pools["keys"] = {
                id(held): key
                for page in self.numbers
                for key, box, _ in self.facts[page].keys
                for _, words in self.within(page, box)
                for held in words
            }
        found: Tokens = keys.get(id(word), ())
        return found

    def is_key(self, word: Word) -> bool:
        """Whether the word is part of a key-value's key."""
        held = self.pools.get("labels")
        if held is None:
            held = self.pools["labels"] = {
                id(inside)
                for page in self.numbers
                for box in self.facts[page].labels
                for _, words in self.within(page, box)
                for inside in words
            }
        return id(word) in held

    def within(self, page: int, box: Box) -> list[tuple[Segment, list[Word]]]:
        """The words of a page whose centres lie in the box, by segment, in reading order."""
        found: list[tuple[Segment, list[Word]]] = []
        for row in self._band(page, box):
            if row.bottom < box.y0 or row.top > box.y1:
                continue
            for segment in row.segments:
                words = [word for word in segment.words if box.holds(*word.box.centre, 0.5)]
                if words:
                    found.append((segment, words))
        return found

    def _band(self, page: int, box: Box) -> list[Row]:
        """The rows of a page among which are those at the height of the box: a sheet has thousands."""
        bands = self.pools.setdefault("bands", {})
        if page not in bands:
            rows = self.page_rows(page)
            bottoms = list(accumulate((row.bottom for row in rows), max))
            tops = list(accumulate((row.top for row in reversed(rows)), min))[::-1]
            bands[page] = rows, bottoms, tops
        rows, bottoms, tops = bands[page]
        found: list[Row] = rows[bisect_left(bottoms, box.y0) : bisect_right(tops, box.y1)]
        return found

    def turned(self, page: int, box: Box) -> Box:
        """A box of the page as displayed in the view."""
        return self._turns[page].box(box)

    def page_rows(self, page: int) -> list[Row]:
        first = self.first_rows.get(page)
        if first is None:
            return []
        at = self.numbers.index(page)
        last = self.first_rows[self.numbers[at + 1]] if at + 1 < len(self.numbers) else len(self.rows)
        return self.rows[first:last]

    @cached_property
    def height(self) -> float:
        """The usual height of a line in points."""
        heights = sorted(segment.box.height for row in self.rows for segment in row.segments)
        return max(heights[len(heights) // 2], 1.0) if heights else 1.0

    @cached_property
    def counts(self) -> dict[float, int]:
        """How often each number stands in the document."""
        found: dict[float, int] = {}
        for row in self.rows:
            for segment in row.segments:
                for number in segment.numbers:
                    found[number.value] = found.get(number.value, 0) + 1
        return found

    def displayed(self, page: int, words: Sequence[Word]) -> Box | None:
        """Around these words on the page as displayed; None where the page has no places of its own."""
        turn = self._turns[page]
        return turn.displayed(words) if turn.placed else None

    def above(self, segment: Segment, box: Box) -> Segment | None:
        """The nearest segment over `box` (a part of `segment`) on the same page, at most three lines up."""
        height = max(box.height, 1.0)
        for row in reversed(self.rows[max(self.first_rows[segment.page], segment.row - 4) : segment.row]):
            if box.y0 - row.bottom > 3.0 * height:
                return None
            best: Segment | None = None
            shared = 0.0
            for other in row.segments:
                if other.box.x0 >= box.x1 or box.x0 >= other.box.x1:
                    continue
                overlap = min(other.box.x1, box.x1) - max(other.box.x0, box.x0)
                if overlap > shared and other.box.y1 <= box.y0 + 0.5 * height:
                    best, shared = other, overlap
            if best is not None:
                return best
        return None

    def below(self, segment: Segment, box: Box | None = None) -> Segment | None:
        """The nearest segment under `box` (default: the whole segment), at most three lines down."""
        box = box or segment.box
        height = max(box.height, 1.0)
        for row in self.rows[segment.row + 1 : segment.row + 5]:
            if row.page != segment.page or row.top - box.y1 > 3.0 * height:
                return None
            best: Segment | None = None
            key = (0.0, 0.0)
            for other in row.segments:
                if other.box.x0 >= box.x1 or box.x0 >= other.box.x1:
                    continue
                overlap = min(other.box.x1, box.x1) - max(other.box.x0, box.x0)
                if overlap > 0 and other.box.y0 >= box.y1 - 0.5 * height:
                    mine = (overlap, -abs(other.box.x0 - box.x0))
                    if best is None or mine > key:
                        best, key = other, mine
            if best is not None:
                return best
        return None

    def header(self, segment: Segment, box: Box, most: int = 60) -> Segment | None:
        """The first segment with words going up from `box` through figures: the head of its column."""
        for row in reversed(self.rows[max(self.first_rows[segment.page], segment.row - most) : segment.row]):
            for other in row.segments:
                if other.box.x0 < box.x1 and box.x0 < other.box.x1 and other.tokens:
                    return other
        return None

    def left(self, segment: Segment) -> list[Segment]:
        """The segments of the row on its left, the nearest first."""
        return self.rows[segment.row].segments[: segment.column][::-1] if segment.column else []


def box_of(words: Sequence[Word]) -> Box:
    """Around these words (at least one)."""
    if len(words) == 1:
        return words[0].box
    return around([word.box for word in words])


def gaps(words: Sequence[Word]) -> list[float]:
    """The spaces between neighbours, in points."""
    return [b.box.x0 - a.box.x1 for a, b in pairwise(words)]
