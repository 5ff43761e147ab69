"""The rows of a list as its page shows them: which are items, and why each other one is none.

A row is a sum by its place (below the items), by its arithmetic and by which cells it fills (fewer than its
neighbours: a label and an amount); what it is called only says which rows to look at. A row that fills the columns of
its neighbours is an item: `Delivery`, `Discount` and `Tax` may be sold, or paid, like anything else.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quire.extraction import amounts
from quire.extraction.labels import Labels
from quire.extraction.view import Row
from quire.extraction.words import plain
from quire.reading.model import Word

_WHOLES = ("total", "subtotal", "gross_amount")
_STEPS = ("tax", "rounding", "tendered", "change", "discount", "shipping")
_ADDED = ("discount", "shipping")  # a list may have them among its items, and its sum then holds them
_NAMED = 0.62  # how well a row's first words name a sum, to be looked at
_EXACTLY = 0.85  # how well they name it where they say nothing else
_MOST_PARTS = 4  # segments of a row that may be a sum
_USUAL = 0.8  # of the rows fill a column, for a row without it to fill fewer than its neighbours
_FURTHER = 0.6  # of the cells of the widest row; with fewer it is a further line of the item above it
_CENT = 0.006
_MOST_LETTERS = 12  # of a cell that is a figure, its currency and its unit among them
_LEAST_COLUMNS = 3  # filled like its neighbours, for a row to be an item by its cells alone
_LONGEST_WAY = 12  # rows from the last item to the sum of all: a subtotal, discounts, freight, taxes at some rates
_FORWARD = re.compile(
    r"\b(?:brought|carried|carry|balance) *-? *(?:forward|fwd)\b|\b[bc] ?/ ?f(?:wd)?\b|\bcarried (?:over|down)\b"
    r"|\bsaldo anterior\b|\bsuma (?:y sigue|anterior)\b|\bsolde (?:pr[ée]c[ée]dent|report[ée])\b|\bà reporter\b"
    r"|\b(?:a )?riport(?:o|are)\b|\bsaldo precedente\b|\ba transportar\b",
    re.IGNORECASE,
)
# These say so only where the row says nothing else: a `Report` is written, a `Transport` is paid.
_CARRY = frozenset({
    "ubertrag", "uebertrag", "saldoubertrag", "saldovortrag", "vortrag", "report", "reporter", "riporto", "transport",
    "transporte", "overdracht",
})  # fmt: skip
_BESIDE_CARRY = frozenset({
    "a", "de", "la", "der", "von", "vom", "auf", "zu", "page", "seite", "vorseite", "folgeseite", "pagina", "to",
    "from", "next", "previous", "precedente", "suivante", "anterior", "siguiente", "seguente", "successiva",
    "vorherige", "vorige", "nachste", "saldo", "solde", "balance", "eur", "chf", "usd",
})  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")


class Reason(StrEnum):
    """Why a row of a list's grid is no item of the list."""

    HEADER = "header"
    SUM = "sum"
    CARRIED_FORWARD = "carried_forward"
    CONTINUED = "continued"  # a further line of the item above, whose words it has
    FOOTER = "footer"
    REPEATED = "repeated"  # a value that the list has already
    EMPTY = "empty"  # nothing that the schema asks for
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no item: on which page (from 1), and its place among the rows of that page's grid (from 1)."""

    reason: Reason
    page: int
    row: int


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows of a list: `shown` by the grids of its pages, `returned` as items, and the others."""

    path: str
    shown: int
    returned: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def short(self) -> bool:
        """Whether rows are missing for no reason that is known."""
        return self.shown > self.returned + sum(one.reason is not Reason.UNEXPLAINED for one in self.left_out)


def count_of(path: str, became: Iterable[tuple[int, Reason | None]]) -> Count:
    """The count of rows of which the page and the reason, None for an item, are given in the order of the pages."""
    at: Counter[int] = Counter()
    left: list[LeftOut] = []
    for page, reason in became:
        at[page] += 1
        if reason is not None:
            left.append(LeftOut(reason, page, at[page]))
    shown = at.total()
    return Count(path, shown, shown - len(left), tuple(left))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid: its words by column, whichever of them the schema asks for."""

    row: Row
    cells: Mapping[int, Sequence[Word]]


def names_sum(row: Row, labels: Labels) -> str:
    """What sum, or step to one, its first words name: `Total 12.00`; empty where they name none."""
    if len(row.segments) > _MOST_PARTS:
        return ""
    return _named(row, labels, _NAMED)


def _named(row: Row, labels: Labels, least: float) -> str:
    for segment in row.segments:
        if segment.tokens:
            things = labels.things(segment.tokens)
            known = [(things.get(thing, 0.0), thing) for thing in (*_WHOLES, *_STEPS)]
            score, thing = max(known, key=lambda one: one[0])
            return thing if score >= least else ""
    return ""


def is_figure(words: Sequence[Word], mark: amounts.Mark | None) -> bool:
    """Whether a cell holds a number, and no more words than its unit."""
    text = " ".join(word.text for word in words)
    return bool(amounts.find(text, mark)) and sum(c.isalpha() for c in text) <= _MOST_LETTERS


def value_of(words: Sequence[Word], mark: amounts.Mark | None) -> float | None:
    """The first number in these words."""
    found = amounts.find(" ".join(word.text for word in words), mark)
    return found[0].value if found else None


class Judge:
    """What the lines of one page's grid are: `reasons` of those that are no items; `end`: how many lines the list has,
    up to the first sum that no item follows.

    `headed`: whether headings stand over the columns. Without, what is paid and given back is below every list.
    """

    def __init__(
        self, lines: Sequence[Line], labels: Labels, mark: amounts.Mark | None, *, headed: bool = True
    ) -> None:
        self._lines = lines
        self._headed = headed
        self._labels = labels
        self._values = [_values(line, mark) for line in lines]
        self._names = [names_sum(line.row, labels) for line in lines]
        self.reasons: dict[int, Reason] = {}
        self.end = len(lines)
        unnamed = [n for n, name in enumerate(self._names) if not name and self._values[n]]
        # Below the first row that is named like a sum there may be other tables.
        first = next((n for n, name in enumerate(self._names) if name), len(lines))
        above = [n for n in unnamed if n < first]
        self._usual = _Usual(above or unnamed, lines, self._values)
        widest = max((len(line.cells) for line, values in zip(lines, self._values, strict=True) if values), default=0)
        if len(above) == 1 and len(lines[above[0]].cells) < widest:  # alone above them, it may be carried forward
            wide = [n for n, line in enumerate(lines) if self._values[n] and len(line.cells) == widest]
            usual = _Usual(wide, lines, self._values)
            self._usual = usual if usual.telling else self._usual
        self._carried(unnamed)
        self._wholes = _next([name in _WHOLES for name in self._names])
        self._plain = self._next_plain()
        self._totals = _Totals(self._values)
        for n, name in enumerate(self._names):
            if name and self._is_sum(n, name):
                self.reasons[n] = Reason.SUM
                if not self._inside(n):
                    self.end = min(self.end, n + 1)
            self._totals.pass_by(n, is_sum=n in self.reasons and n > 0)
        for n in range(self.end, max((n for n, why in self.reasons.items() if why is Reason.SUM), default=0)):
            if self._values[n] and not self._usual.full(lines[n]):
                self.reasons.setdefault(n, Reason.SUM)  # a step between two sums, whatever it is called

    def _carried(self, unnamed: Sequence[int]) -> None:
        """`Brought forward 150.00` as the first row of a page, `Carried forward` as the last: with fewer cells."""
        for n in {*unnamed[:1], *unnamed[-1:]} if len(unnamed) > 1 else ():
            others = statistics.median_low(len(self._lines[k].cells) for k in unnamed if k != n)
            if is_forward(self._lines[n].row) and len(self._lines[n].cells) < others:
                self.reasons[n] = Reason.CARRIED_FORWARD
        items = [n for n in unnamed if n not in self.reasons]
        self._usual = self._usual.without(self.reasons, items, self._lines, self._values)

    def _next_plain(self) -> list[int | None]:
        """For each row the next with figures that is called no sum; none where another table's headings are nearer."""
        found: list[int | None] = [None] * len(self._lines)
        coming: int | None = None
        for n in range(len(self._lines) - 1, -1, -1):
            found[n] = coming
            if self._values[n]:
                coming = n if not self._names[n] and n not in self.reasons else coming
            elif len(self._lines[n].cells) >= _LEAST_COLUMNS:
                coming = None
        return found

    def _is_sum(self, n: int, name: str) -> bool:
        if n <= self._usual.first:
            return False  # nothing above it
        inside = self._inside(n)
        if not self._usual.full(self._lines[n]):
            return not inside or name in _WHOLES or not self._values[n]
        if self._usual.telling:
            return False
        if n >= self.end:
            return True  # below the sum of the items
        if name in _WHOLES:
            exactly = bool(_named(self._lines[n].row, self._labels, _EXACTLY))
            return self._totals.at(self._values[n]) or (not inside and exactly)
        return not inside and self._usual.size < _LEAST_COLUMNS and self._is_step(n, name)

    def _inside(self, n: int) -> bool:
        """Whether a row that is called no sum, and fills what its neighbours fill, follows in the grid."""
        following = self._plain[n]
        return following is not None and self._usual.like(self._lines[following], self._values[following])

    def _is_step(self, n: int, name: str) -> bool:
        """Whether a row of a label and an amount is on the way from the items to their sum, or paid after it."""
        whole = self._wholes[n]
        if whole is None:
            return not self._headed
        if whole - n > _LONGEST_WAY:
            return False
        return name not in _ADDED or not self._totals.after(n, whole, self._values[whole])


def _values(line: Line, mark: amounts.Mark | None) -> dict[int, float]:
    """The columns of the line that hold figures, each with its number."""
    found = {}
    for column, words in line.cells.items():
        if is_figure(words, mark):
            found[column] = value_of(words, mark) or 0.0
    return found


def _next(those: Sequence[bool]) -> list[int | None]:
    """For each place the next one behind it that is one of those."""
    found: list[int | None] = [None] * len(those)
    coming: int | None = None
    for n in range(len(those) - 1, -1, -1):
        found[n] = coming
        coming = n if those[n] else coming
    return found


class _Usual:
    """What the rows of a grid fill.

    `size`: how many columns. `telling`: two of these are words or days, as in no row of sums.
    """

    def __init__(self, rows: Sequence[int], lines: Sequence[Line], values: Sequence[Mapping[int, float]]) -> None:
        widest = max((len(lines[n].cells) for n in rows), default=0)
        rows = [n for n in rows if len(lines[n].cells) >= _FURTHER * widest]
        self._rows = rows
        self.first = rows[0] if rows else len(lines)
        filled = Counter(column for n in rows for column in lines[n].cells)
        self._figured = Counter(column for n in rows for column in values[n])
        self.size = statistics.median_low([len(lines[n].cells) for n in rows]) if rows else 0
        core = {column for column, count in filled.items() if count >= _USUAL * len(rows)}
        self._words = {column for column in core if self._figured[column] < 0.5 * filled[column]}
        self.telling = len(self._words) > 1 and self.size >= _LEAST_COLUMNS

    def without(
        self,
        rows: Mapping[int, object],
        instead: Sequence[int],
        lines: Sequence[Line],
        values: Sequence[Mapping[int, float]],
    ) -> _Usual:
        """Without these rows; where none is left, of those `instead`."""
        return _Usual([n for n in self._rows if n not in rows] or instead or self._rows, lines, values)

    def full(self, line: Line) -> bool:
        """Whether the row fills what its neighbours fill: their words, and as many figures, of which each row may have
        its own, as what is paid in and what is paid out."""
        return self.size > 0 and self._words <= line.cells.keys() and len(line.cells) >= self.size

    def like(self, line: Line, values: Mapping[int, float]) -> bool:
        """Whether it does, with its figures where theirs stand."""
        return self.full(line) and all(self._figured[column] for column in values)


class _Totals:
    """Of each column the sum of the rows so far: of all of them, and of those since the last sum."""

    def __init__(self, values: Sequence[Mapping[int, float]]) -> None:
        self._values = values
        self._all: dict[int, tuple[float, int]] = {}
        self._since: dict[int, tuple[float, int]] = {}

    def pass_by(self, n: int, *, is_sum: bool) -> None:
        if is_sum:
            self._since = {}
            return
        for column, value in self._values[n].items():
            for sums in (self._all, self._since):
                total, count = sums.get(column, (0.0, 0))
                sums[column] = total + value, count + 1

    def at(self, values: Mapping[int, float]) -> bool:
        """Whether one of these numbers is the sum of the two rows or more above it."""
        return any(
            count > 1 and value and abs(total - value) < _CENT
            for column, value in values.items()
            for total, count in (self._all.get(column, (0.0, 0)), self._since.get(column, (0.0, 0)))
        )

    def after(self, n: int, whole: int, values: Mapping[int, float]) -> bool:
        """Whether one of these numbers, of row `whole`, is the sum of the rows above it, `n` and those below it too."""
        return any(
            value
            and abs(
                self._all.get(column, (0.0, 0))[0]
                + sum(self._values[k].get(column, 0.0) for k in range(n, whole))
                - value
            )
            < _CENT
            for column, value in values.items()
        )


def is_forward(row: Row) -> bool:
    """Whether its words say that a sum is carried from page to page."""
    said = set(_LETTERS.findall(plain(row.text)))
    return bool(_FORWARD.search(row.text)) or (not said.isdisjoint(_CARRY) and said <= _CARRY | _BESIDE_CARRY)
