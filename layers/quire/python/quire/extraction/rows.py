"""Arrays of objects from the lines of a document: a row of headings that name the fields, and what stands under them.

Columns are where no word of the body crosses; a row of an item is one with figures where the schema wants numbers,
and lines of text above or below belong to the nearest.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from quire.extraction.fields import Family, Field
from quire.extraction.grid import Count, Judge, Line, Reason, count_of, is_figure, is_forward, names_sum, value_of
from quire.extraction.labels import Labels
from quire.extraction.view import Row, Segment, View, box_of
from quire.extraction.words import Tokens
from quire.reading.model import Word

_HEADING = 0.5
_LEAST_FIT = 0.4
_UNIT_GAP = 0.8  # heights between a heading and its unit
_LONGEST_HEADING = 5  # words
_SUMMED = 3  # rows, the sum among them; and columns that only a sum sums up by chance
_CENT = 0.01
_PITCHES = 40  # rows whose distances tell of the next one's
_SUMS = re.compile(r"\b(?:total|totals|totaux|all|sum|summe|gesamt|overall|totale)\b", re.IGNORECASE)
_NUMERIC = (Family.AMOUNT, Family.NUMBER)


@dataclass(slots=True)
class Heading:
    """One column's head; `field` is the index of the property that it names, None where it names none."""

    words: list[Word]
    tokens: Tokens
    field: int | None = None
    fit: float = 0.0
    x0: float = 0.0
    x1: float = 0.0


@dataclass(slots=True)
class Item:
    """One object: words per property index. `row` is the row of its figures; `proven`: they multiply as they should."""

    page: int
    row: Row
    cells: dict[int, list[Word]] = field(default_factory=dict)
    proven: bool = False
    fits: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Listed:
    """The items of a list, and what became of each row of its grids in the order of the pages."""

    items: list[Item] = field(default_factory=list)
    rows: list[tuple[int, Item | Reason]] = field(default_factory=list)

    def add(self, item: Item) -> None:
        self.items.append(item)
        self.rows.append((item.page, item))

    def leave(self, page: int, reason: Reason) -> None:
        self.rows.append((page, reason))

    def count(self, path: str, returned: Sequence[bool]) -> Count:
        """What became of the rows; `returned`: of each item whether it says anything that the schema asks for."""
        kept = {id(item): is_kept for item, is_kept in zip(self.items, returned, strict=True)}

        def reason_of(what: Item | Reason) -> Reason | None:
            return what if isinstance(what, Reason) else None if kept[id(what)] else Reason.EMPTY

        return count_of(path, ((page, reason_of(what)) for page, what in self.rows))

    def drop(self, item: Item, reason: Reason) -> None:
        """An item that turned out to be none."""
        self.items = [one for one in self.items if one is not item]
        self.rows = [(page, reason if what is item else what) for page, what in self.rows]


def items_of(view: View, fields: Sequence[Field], labels: Labels) -> Listed:
    """The items of the table whose headings name the fields best, continued over pages."""
    found: list[tuple[float, int, list[Heading]]] = []
    for row in view.rows:
        headings = _headings(view, row, fields, labels)
        score = sum(heading.fit for heading in headings if heading.field is not None)
        named = sum(heading.field is not None for heading in headings)
        if named >= min(2, len(fields)):
            found.append((score + 0.001 * min(named, 9), row.index, headings))
    listed = Listed()
    if not found:
        return listed
    best = max(score for score, _, _ in found)
    chosen = [item for item in found if item[0] >= 0.85 * best]
    kind = {heading.field for heading in max(chosen, key=lambda item: item[0])[2]}
    chosen = [item for item in chosen if {heading.field for heading in item[2]} == kind]
    for n, (_, index, headings) in enumerate(chosen):
        end = chosen[n + 1][1] if n + 1 < len(chosen) else len(view.rows)
        listed.leave(view.rows[index].page, Reason.HEADER)
        _under(listed, view, index, end, headings, fields, labels)
    without_sums(listed, fields, view)
    return listed


def _headings(view: View, row: Row, fields: Sequence[Field], labels: Labels) -> list[Heading]:
    """A row as the heads of columns, each property given to the one that names it best."""
    if sum(bool(label) for segment in row.segments for label in segment.labels) < min(2, len(fields)):
        return []
    below = view.rows[row.index + 1] if row.index + 1 < len(view.rows) else None
    if below is not None and (below.page != row.page or below.top - row.bottom >= 0.8 * view.height):
        below = None
    lines = row.segments if below is None else (*row.segments, *below.segments)
    if not any(labels.touch_any(segment.tokens) for segment in lines):
        return []
    headings: list[Heading] = []
    for segment in row.segments:
        if len(segment.words) > 14 or (segment.numbers and len(segment.numbers) > 1):
            return []
        headings += _cut(segment, labels)
    if below is not None:
        _deepen(headings, below, labels)
    fits = fits_of([heading.tokens for heading in headings], labels)
    for n, m in assigned(fits).items():
        headings[n].field, headings[n].fit = m, fits[n][m]
    return headings


def fits_of(headings: Sequence[Tokens], labels: Labels) -> list[list[float]]:
    """Of each heading how well (0..1) it names each property."""
    return [
        [match.own - 0.3 * max(0.0, match.rival - match.own) if match.own >= _HEADING else 0.0 for match in matches]
        for matches in (labels.match(heading) for heading in headings)
    ]


def assigned(fits: Sequence[Sequence[float]]) -> dict[int, int]:
    """Each heading's property, so that the fits add up to the most: greedily, then moved and swapped while that helps.

    `Price` and `Total` may both be an amount; where one of them can also be the unit price, it is.
    """
    chosen: dict[int, int] = {}
    pairs = sorted(
        ((fit, -n, -m) for n, row in enumerate(fits) for m, fit in enumerate(row) if fit >= _LEAST_FIT), reverse=True
    )
    for _, n, m in pairs:
        if -n not in chosen and -m not in chosen.values():
            chosen[-n] = -m
    for _ in range(8):
        if not _improved(fits, chosen):
            break
    return chosen


def _improved(fits: Sequence[Sequence[float]], chosen: dict[int, int]) -> bool:
    """Give one property to a free heading, and the heading that had it another one, where both together fit better."""
    for n, m in list(chosen.items()):
        free = [k for k in range(len(fits[n])) if fits[n][k] >= _LEAST_FIT and k not in chosen.values()]
        for other, row in enumerate(fits):
            if other == n or row[m] < _LEAST_FIT:
                continue
            had = chosen.get(other)
            options = [had] if had is not None else free
            for k in options:
                before = fits[n][m] + (row[had] if had is not None else 0.0)
                if fits[n][k] >= _LEAST_FIT and fits[n][k] + row[m] > before + 1e-9:
                    chosen[n], chosen[other] = k, m
                    return True
    return False


def _cut(segment: Segment, labels: Labels) -> list[Heading]:
    """A line of headings cut where one ends: two columns close together make one line."""
    words = segment.words
    found: list[Heading] = []
    n = 0
    while n < len(words):
        best, length = 0.0, 0
        for k in range(1, min(_LONGEST_HEADING, len(words) - n) + 1):
            tokens = tuple(t for label in segment.labels[n : n + k] for t in label)
            if not tokens or not segment.labels[n + k - 1]:
                continue
            known = max(
                labels.match(tokens).top,
                max(labels.things(tokens).values(), default=0.0),
            )
            score = known + 0.04 * k
            if known >= 0.6 and score > best:
                best, length = score, k
        if not length:
            length = 1
            close = bool(found) and words[n].box.x0 - found[-1].words[-1].box.x1 <= _UNIT_GAP * words[n].box.height
            if found and (not found[-1].fit or (close and not segment.labels[n])):  # `Compliance (%)`
                found[-1].words.append(words[n])
                found[-1].tokens += segment.labels[n]
                n += 1
                continue
        tokens = tuple(t for label in segment.labels[n : n + length] for t in label)
        found.append(Heading(list(words[n : n + length]), tokens, None, best))
        n += length
    for heading in found:
        heading.fit = 0.0
        box = box_of(heading.words)
        heading.x0, heading.x1 = box.x0, box.x1
    return found


def _deepen(headings: list[Heading], below: Row, labels: Labels) -> None:
    """A second line of headings is part of the one above it where that names more."""
    for segment in below.segments:
        if segment.numbers or segment.dates or not segment.tokens or len(segment.words) > 3:
            continue
        for heading in headings:
            if min(segment.box.x1, heading.x1) - max(segment.box.x0, heading.x0) <= 0:
                continue
            both = heading.tokens + segment.tokens
            before = labels.match(heading.tokens).top
            after = labels.match(both).top
            if after > before:
                heading.tokens = both


def _under(
    listed: Listed, view: View, index: int, end: int, headings: list[Heading], fields: Sequence[Field], labels: Labels
) -> None:
    """The items under one row of headings, on its page."""
    headings = sorted(headings, key=lambda heading: heading.x0)
    body, reasons = _body(view, index, end, headings, labels)
    if not body:
        return
    cuts = _cuts(headings, [row for row in body if row.index not in reasons])
    numeric = {h.field for h in headings if h.field is not None and fields[h.field].family in _NUMERIC}
    text = [h.field for h in headings if h.field is not None and h.field not in numeric]
    cells = {row.index: _cells(row, headings, cuts) for row in body if row.index not in reasons}
    figures = {
        index: {n for n in numeric if n in held and is_figure(held[n], view.mark)} for index, held in cells.items()
    }

    def filled(row: Row) -> bool:
        if numeric:
            return len(figures[row.index]) >= max(1, (len(numeric) + 1) // 2)
        return bool(text) and sum(n in cells[row.index] for n in text) >= max(1, (len(text) + 1) // 2)

    last = max((row.index for row in body if row.index in cells and filled(row)), default=-1)
    amount = next((h.field for h in reversed(headings) if h.field in numeric), -1)  # what a row comes to, at the right
    fits = {h.field: h.fit for h in headings if h.field is not None}
    items: list[Item] = []
    loose: list[Row] = []
    for row in body:
        page, held = row.page, cells.get(row.index, {})
        if row.index in reasons:
            listed.leave(page, reasons[row.index])
        elif filled(row) or (
            # An item that has no price of one: between the others, not below them.
            row.index < last and amount in figures[row.index] and any(_has_words(held.get(n, ())) for n in text)
        ):
            items.append(Item(page, row, dict(held), fits=fits))
            listed.add(items[-1])
        else:
            loose.append(row)
            if figures[row.index]:
                listed.leave(page, Reason.UNEXPLAINED)  # a figure that no item has
    _join(items, loose, cells, set(text))
    reckoned(view, items, fields, labels, fits)


def reckoned(view: View, items: list[Item], fields: Sequence[Field], labels: Labels, fits: dict[int, float]) -> None:
    """Give the items' figures to the properties whose values multiply; `fits` of the headings."""
    roles = _roles(fields, labels)
    if roles is not None:
        _multiplied(items, roles, view, fits)
        _untaxed(items, roles, view, fields)


def without_sums(listed: Listed, fields: Sequence[Field], view: View) -> None:
    """Leave out what sums up the rows above it, or carries their sum to the next page."""
    numeric = [n for n, one in enumerate(fields) if one.family in _NUMERIC]
    values = {id(item): {n: _value(item, n, view) for n in numeric if n in item.cells} for item in listed.items}
    _carried(listed, values)
    if len(listed.items) < _SUMMED:
        return
    *above, last = listed.items
    filled = {n: value for n, value in values[id(last)].items() if value}
    summed = sum(
        abs(sum(values[id(item)].get(n) or 0.0 for item in above) - value) < _CENT for n, value in filled.items()
    )
    # In every column, or in one where its words say so, or with fewer cells than the others: a row may well be three
    # of what one and two were above it.
    fewer = len(last.cells) < statistics.median_low(len(item.cells) for item in above)
    if (summed == len(filled) and summed >= _SUMMED) or (summed and (fewer or _SUMS.search(last.row.text))):
        listed.drop(last, Reason.SUM)


def _carried(listed: Listed, values: Mapping[int, Mapping[int, float | None]]) -> None:
    """Leave out rows at a page's edge that are called a sum carried forward, and are: of what is above them, or what
    the last row of the page before says."""
    sums: dict[int, float] = {}
    items = list(listed.items)
    for n, item in enumerate(items):
        own = {column: value for column, value in values[id(item)].items() if value is not None}
        first = n > 0 and items[n - 1].page != item.page
        last = n + 1 < len(items) and items[n + 1].page != item.page
        before = values[id(items[n - 1])] if first else {}
        repeats = any(abs(sums.get(c, 0.0) - value) < _CENT or before.get(c) == value for c, value in own.items())
        if (first or last) and repeats and is_forward(item.row):
            listed.drop(item, Reason.CARRIED_FORWARD)
            continue
        for column, value in own.items():
            sums[column] = sums.get(column, 0.0) + value


class Roles(NamedTuple):
    """The properties whose values multiply: quantity x unit price = amount."""

    quantity: int
    price: int
    amount: int


def _roles(fields: Sequence[Field], labels: Labels) -> Roles | None:
    """Which properties are a quantity, a price of one and an amount; None where one of them is not asked for."""
    asked = (("quantity",),), (("unit", "price"), ("price",), ("rate",)), (("line", "amount"), ("amount",), ("total",))
    found: list[int] = []
    for names in asked:
        best, fit = -1, 0.6
        for n, one in enumerate(fields):
            if one.family not in _NUMERIC or n in found:
                continue
            own = max(labels.match(name)[n].own - 0.05 * k for k, name in enumerate(names))
            if own > fit:
                best, fit = n, own
        if best < 0:
            return None
        found.append(best)
    return Roles(*found)


_Number = tuple[float, list[Word], float]  # value, its words, its centre


def _numbers(row: Row) -> list[_Number]:
    found: list[_Number] = []
    for segment in row.segments:
        for number in segment.numbers:
            first, last = segment.span(number.start, number.end)
            words = list(segment.words[first:last])
            if words and not number.percent:
                found.append((number.value, words, box_of(words).centre[0]))
    return found


def _is_product(a: float, b: float, whole: float) -> bool:
    return whole != 0 and abs(a * b - whole) <= 0.006 + 0.0005 * abs(whole)


def _multiplied(items: list[Item], roles: Roles, view: View, fits: dict[int, float]) -> None:
    """Let arithmetic settle what the headings leave open: which of a row's figures are quantity, price and amount."""
    agreed = sum(_agrees(item, roles, view) for item in items)
    if not items or agreed >= 0.6 * len(items):
        for item in items:
            item.proven = _agrees(item, roles, view)
        return
    width = 4 * view.height
    votes: Counter[tuple[int, int, int]] = Counter()
    examples: dict[tuple[int, int, int], tuple[float, float, float]] = {}
    for item in items:
        figures = _numbers(item.row)[:9]
        seen: set[tuple[int, int, int]] = set()
        for i, (a, _, xa) in enumerate(figures):
            for j, (b, _, xb) in enumerate(figures):
                for k, (whole, _, x) in enumerate(figures):
                    if len({i, j, k}) == 3 and a != 1 and b != 1 and _is_product(a, b, whole):
                        key = (round(xa / width), round(xb / width), round(x / width))
                        seen.add(key)
                        examples.setdefault(key, (xa, xb, x))
        votes.update(seen)
    if not votes:
        return
    most = max(votes.values())
    if most < max(1, 0.5 * len(items)):
        return
    # Of a x b and b x a the headings decide, else the quantity is the one on the left.
    held = [x for item in items for x in (_place(item.cells.get(roles.quantity)),) if x is not None]
    usual = statistics.median(held) if held else None
    best = min(
        (key for key, count in votes.items() if count == most),
        key=lambda key: abs(examples[key][0] - usual) if usual is not None else examples[key][0],
    )
    places = examples[best]
    for item in items:
        figures = _numbers(item.row)
        for property_, x in zip(roles, places, strict=True):
            near = [number for number in figures if abs(number[2] - x) <= width]
            if near:
                item.cells[property_] = min(near, key=lambda number: abs(number[2] - x))[1]
                item.fits = {**item.fits, property_: max(fits.get(property_, 0.0), 0.8)}
        item.proven = _agrees(item, roles, view)


def _place(words: Sequence[Word] | None) -> float | None:
    return box_of(words).centre[0] if words else None


def _value(item: Item, index: int, view: View) -> float | None:
    return value_of(item.cells.get(index, ()), view.mark)


def _agrees(item: Item, roles: Roles, view: View) -> bool:
    quantity, price, amount = (_value(item, index, view) for index in roles)
    return None not in (quantity, price, amount) and _is_product(quantity or 0.0, price or 0.0, amount or 0.0)


def _untaxed(items: list[Item], roles: Roles, view: View, fields: Sequence[Field]) -> None:
    """An amount before tax was asked for: one that is the product and the tax printed beside it is another."""
    if not any({"before", "tax"} <= phrase.tokens for phrase in fields[roles.amount].phrases):
        return
    for item in items:
        quantity, price, amount = (_value(item, index, view) for index in roles)
        if quantity is None or price is None or amount is None or item.proven:
            continue
        rates = [n.value for segment in item.row.segments for n in segment.numbers if 0 < n.value < 35]
        if any(_is_product(quantity * price, 1 + rate / 100, amount) for rate in rates):
            del item.cells[roles.amount]


def _body(
    view: View, index: int, end: int, headings: Sequence[Heading], labels: Labels
) -> tuple[list[Row], dict[int, Reason]]:
    """The rows under the headings, to where the space grows or sums begin, those that end them included; and which of
    them are no items, by their index."""
    body: list[Row] = []
    pitches: list[float] = []
    before = view.rows[index]
    for row in view.rows[index + 1 : end]:
        if row.page != before.page:
            break
        gap = row.top - before.bottom
        usual = statistics.median(pitches[-_PITCHES:]) if pitches else 0.0
        if len(body) >= 1 and gap > max(4.0 * view.height, 3.0 * usual):
            break
        if body:
            pitches.append(max(gap, 0.0))
        body.append(row)
        before = row
    first = next((n for n, row in enumerate(body) if n and names_sum(row, labels)), len(body))
    cuts = _cuts(headings, body[:first])
    lines = [Line(row, _columns(row, cuts)) for row in body]
    judged = Judge(lines, labels, view.mark)
    reasons = {body[n].index: reason for n, reason in judged.reasons.items()}
    end = judged.end
    return body[:end], {row.index: reasons[row.index] for row in body[:end] if row.index in reasons}


def _columns(row: Row, cuts: Sequence[float]) -> dict[int, list[Word]]:
    """The words of a row by column."""
    found: dict[int, list[Word]] = {}
    for segment in row.segments:
        for word in segment.words:
            found.setdefault(bisect_left(cuts, word.box.centre[0]), []).append(word)
    return found


def _cuts(headings: Sequence[Heading], body: Sequence[Row]) -> list[float]:
    """x between each two columns: where the fewest words of the body cross, in the middle of the widest such place."""
    tabular = [row for row in body if len(row.segments) >= max(2, len(headings) // 2)]
    shown = tabular if len(tabular) > 1 else body  # running text below a table crosses its columns
    spans = [(word.box.x0, word.box.x1) for row in shown for segment in row.segments for word in segment.words]
    starts, ends = sorted(x0 for x0, _ in spans), sorted(x1 for _, x1 in spans)
    cuts: list[float] = []
    for left, right in pairwise(headings):
        low, high = (left.x0 + left.x1) / 2, (right.x0 + right.x1) / 2
        edges = sorted({low, high, *(x for span in spans for x in span if low < x < high)})
        best: tuple[int, float, float] | None = None
        for a, b in pairwise(edges):
            middle = (a + b) / 2
            crossing = bisect_left(starts, middle) - bisect_right(ends, middle)  # begun before it, and not ended
            key = (crossing, -(b - a), middle)
            if best is None or key < best:
                best = key
        cuts.append(best[2] if best else (left.x1 + right.x0) / 2)
    return cuts


def _cells(row: Row, headings: Sequence[Heading], cuts: Sequence[float]) -> dict[int, list[Word]]:
    """The words of a row by property."""
    held: dict[int, list[Word]] = {}
    for column, words in _columns(row, cuts).items():
        target = headings[column].field
        if target is not None:
            held.setdefault(target, []).extend(words)
    return held


def _join(items: list[Item], loose: list[Row], cells: dict[int, dict[int, list[Word]]], text: set[int]) -> None:
    """Give rows of words alone to the nearer item; where both are as near, to the one below if it has no words yet."""
    bare = {id(item): {n for n in text if not _has_words(item.cells.get(n, ()))} for item in items}
    for row in loose:
        held = {n: words for n, words in cells[row.index].items() if n in text}
        if not held:
            continue
        after = next((item for item in items if item.row.index > row.index and item.page == row.page), None)
        before = next((item for item in reversed(items) if item.row.index < row.index and item.page == row.page), None)
        for n, words in held.items():
            height = max(box_of(words).height, 1.0)
            up = row.top - _bottom(before, n) if before is not None else float("inf")
            down = after.row.top - row.bottom if after is not None else float("inf")
            wanting = after is not None and n in bare[id(after)]
            if (
                after is not None
                and wanting
                and (before is None or n not in bare[id(before)] or down <= up + 0.2 * height)
            ):
                words_after = after.cells.get(n, [])
                above = [word for word in words_after if word.box.centre[1] < row.top]
                after.cells[n] = [*above, *words, *(word for word in words_after if word not in above)]
            elif before is not None and up <= 2.2 * height:
                before.cells.setdefault(n, []).extend(words)


def _bottom(item: Item, index: int) -> float:
    """Where the item's words, or else its figures, end."""
    words = item.cells.get(index)
    return max(item.row.bottom, box_of(words).y1) if words else item.row.bottom


def _has_words(words: Sequence[Word]) -> bool:
    return any(re.search(r"[^\W\d]{2}", word.text) for word in words)
