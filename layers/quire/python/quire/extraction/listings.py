"""Items that no heading heads, as receipts and web shops list them: a name, an amount at the right, and lines between.

The list ends where sums begin. A quantity stands before the name, as `2 x 3.50`, or behind a label in its lines.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from quire.extraction import amounts
from quire.extraction.fields import Family, Field
from quire.extraction.grid import Judge, Line, Reason, names_sum
from quire.extraction.labels import Labels
from quire.extraction.rows import Item, Listed
from quire.extraction.view import Row, Segment, View, box_of
from quire.reading.model import Word

_FIT = 0.7  # how sure a cell is that no heading names
_FEWEST = 1
_UNIT = 3  # letters behind an amount: a currency, the code of its tax
_TIMES = re.compile(r"^(\d{1,4})\s*(?:x|@|×|\*)\s*$|^(?:x|×)\s*(\d{1,4})$|^(\d{1,4})x$", re.IGNORECASE)
_QUANTITY = re.compile(r"^(?:qty|quantity|qte|menge|anzahl|cant)\b\.?$", re.IGNORECASE)


def items_of(view: View, fields: Sequence[Field], labels: Labels) -> Listed:
    """The items; none where the schema asks for no name or no amount, or the document lists nothing."""
    name = _first(fields, (Family.TEXT, Family.ORGANISATION, Family.TITLE))
    amount = _role(fields, labels, ("amount",), ("total", "price"), ("price",))
    listed = Listed()
    if name is None or amount is None:
        return listed
    quantity = _role(fields, labels, ("quantity",))
    price = _role([one if n != amount else None for n, one in enumerate(fields)], labels, ("unit", "price"), ("price",))
    lines, sums = _lines(view, labels)
    if len(lines) < _FEWEST:
        return listed
    edge = statistics.median(box.x1 for _, _, box in ((row, words, box_of(words)) for row, words in lines))
    for n, (row, words) in enumerate(lines):
        if abs(box_of(words).x1 - edge) > 6 * view.height:
            continue
        end = lines[n + 1][0].index if n + 1 < len(lines) else row.index + 4
        item = Item(row.page, row, {amount: words})
        said = _name(row, words)
        if not _letters(said):
            before = _row_above(view, row)
            said = _name(before, ()) if before is not None else said
        if not _letters(said):
            continue
        counted, unit, said = _counted(view, row, words, said, end)
        item.cells[name] = said
        if quantity is not None and counted:
            item.cells[quantity] = counted
        if price is not None and unit:
            item.cells[price] = unit
        item.fits = dict.fromkeys(item.cells, _FIT)
        listed.add(item)
    for page in dict.fromkeys(row.page for row in sums):
        listed.rows += [(page, Reason.SUM) for row in sums if row.page == page]
    return listed


def _first(fields: Sequence[Field], families: Sequence[Family]) -> int | None:
    return next((n for n, one in enumerate(fields) if one.family in families), None)


def _role(fields: Sequence[Field | None], labels: Labels, *names: tuple[str, ...]) -> int | None:
    """The number that one of these words names best."""
    best, fit = None, 0.55
    for n, one in enumerate(fields):
        if one is None or one.family not in (Family.AMOUNT, Family.NUMBER):
            continue
        own = max(labels.match(name)[n].own - 0.02 * k for k, name in enumerate(names))
        if own > fit:
            best, fit = n, own
    return best


def _lines(view: View, labels: Labels) -> tuple[list[tuple[Row, list[Word]]], list[Row]]:
    """The rows before the first sum that end with an amount, each with the words of the amount; and the sums among and
    behind them."""
    found: list[tuple[Row, list[Word]]] = []
    for row in view.rows:
        amount = _amount(row)
        if amount or (found and names_sum(row, labels)):
            found.append((row, amount))
    lines = [Line(row, {0: _name(row, amount), 1: amount} if amount else {0: _name(row, ())}) for row, amount in found]
    # What stands above the first item is called a sum, too: `Amount due 12.00` in a heading.
    while lines and names_sum(lines[0].row, labels):
        del lines[0], found[0]
    judged = Judge(lines, labels, view.mark, headed=False)
    items = [(row, amount) for n, (row, amount) in enumerate(found[: judged.end]) if n not in judged.reasons and amount]
    return items, [found[n][0] for n in sorted(judged.reasons) if n < judged.end]


def _amount(row: Row) -> list[Word]:
    """The words of the amount that the row ends with; none where it ends with none."""
    last = row.segments[-1]
    money = [n for n in last.numbers if n.decimals == 2 and not n.percent]
    if not money or last.dates:
        return []
    first, end = last.span(money[-1].start, money[-1].end)
    tail = [word.text for word in last.words[end:]]
    return list(last.words[first:end]) if first < end and sum(map(len, tail)) <= _UNIT else []


def _name(row: Row, amount: Sequence[Word]) -> list[Word]:
    """The words of the row before its amount."""
    cut = box_of(amount).x0 if amount else float("inf")
    return [word for segment in row.segments for word in segment.words if word.box.x1 <= cut + 1]


def _letters(words: Sequence[Word]) -> bool:
    return sum(c.isalpha() for word in words for c in word.text) >= 3


def _row_above(view: View, row: Row) -> Row | None:
    before = view.rows[row.index - 1] if row.index else None
    if before is None or before.page != row.page or row.top - before.bottom > 1.5 * view.height:
        return None
    return before if not any(n.decimals == 2 for s in before.segments for n in s.numbers) else None


def _counted(
    view: View, row: Row, amount: Sequence[Word], said: list[Word], end: int
) -> tuple[list[Word], list[Word], list[Word]]:
    """How many, the price of one, and the name without either: each as words."""
    whole = amounts.find(" ".join(word.text for word in amount), view.mark)
    total = whole[0].value if whole else 0.0
    numbers = [(n.value, list(s.words[slice(*s.span(n.start, n.end))])) for s in row.segments for n in s.numbers]
    numbers = [(value, words) for value, words in numbers if words and words[0] not in amount]
    for n, (a, first) in enumerate(numbers):
        for b, second in numbers[n + 1 :]:
            if a and b and abs(a * b - total) < 0.006:
                count, unit = (first, second) if a == int(a) else (second, first)
                drop = {id(word) for word in (*count, *unit)}
                rest = [w for w in said if id(w) not in drop and w.text.casefold() not in ("x", "@", "×", "*")]
                return count, unit, rest if _letters(rest) else said
    if said and _TIMES.match(said[0].text):
        return said[:1], [], said[1:]
    if len(said) > 1 and said[0].text.isdigit() and (len(said[0].text) <= 2 or said[1].text.casefold() == "x"):
        rest = said[2:] if said[1].text.casefold() in ("x", "×", "@") else said[1:]
        return (said[:1], [], rest) if _letters(rest) else ([], [], said)
    return _below(view, row, end), [], said


def _below(view: View, row: Row, end: int) -> list[Word]:
    """`Qty 4` in the lines of an item."""
    for other in view.rows[row.index : min(end, row.index + 5)]:
        if other.page != row.page:
            break
        for segment in other.segments:
            found = _labelled(segment)
            if found:
                return found
    return []


def _labelled(segment: Segment) -> list[Word]:
    for n, word in enumerate(segment.words[:-1]):
        following = segment.words[n + 1]
        if _QUANTITY.match(word.text.strip(":")) and following.text.strip(".,:").isdigit():
            return [following]
    return []
