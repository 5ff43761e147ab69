"""What could be the value of a field: spans of words on a page, each with what speaks for and against it."""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from quire.extraction import amounts, dates, patterns
from quire.extraction.fields import Family, Field
from quire.extraction.labels import Labels
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import Tokens, phrase
from quire.reading.formats.void import is_void
from quire.reading.model import Box, Word

Features = dict[str, float]

_CONNECTED = re.compile(r"^\W*(?:[-–—]+|to|au|bis|al|thru|through|till|until)?\W*$", re.IGNORECASE)
_LABEL_WORDS = 7  # a label within a line is no longer
_WORDS_AFTER = 3
_NAMED = 0.6  # how well a key names a field whose value it leads to
_CODE_WORDS = 5
_CODE = re.compile(r"(?<![\w$€£])[A-Za-z]{0,10}[-/#.:]?\d[\w\-/.]*")
_DEFINED = re.compile(r"\W*\((?:the )?[\"“'‘]([^\"”'’]{2,40})[\"”'’]\)")
_TIME = re.compile(r"(?<![\d:])\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?(?![\d:])")
_PHONE = re.compile(r"(?<![\w/])\+?\(?\d[\d\s().\-/]{6,18}\d(?![\w/])")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_URI = re.compile(
    r"(?:https?://|www\.)[^\s,;<>\"]+|(?<![@\w.])[\w\-]+(?:\.[\w\-]+)*\.(?:com|org|net|gov|io|co|fr|de|uk|eu|es|it|my)(?:\.[a-z]{2})?(?:/[^\s,;]*)?(?![\w@])"
)


_AREA = re.compile(r"\+?\(?\+?\d{2,5}\)?")
_SHAPES = {"phone": _PHONE, "email": _EMAIL, "uri": _URI, "time": _TIME}


@dataclass(slots=True, eq=False)
class Candidate:
    """`value`: typed, as the answer has it; `text`: as printed.

    `inline`, `left`, `above`, `header`: the words of what may be its label, by where it stands; `after`: those that
    follow in the same line; `key`: of the key-value whose value it is; `section`: of the heading that it stands under.
    `head`: which line of the document stands over it.
    `base`: what holds for any field. `mate`: the other date of a period.
    """

    page: int
    segment: Segment
    words: tuple[Word, ...]
    box: Box
    value: Any
    text: str
    inline: Tokens = ()
    left: Tokens = ()
    above: Tokens = ()
    header: Tokens = ()
    after: Tokens = ()
    key: Tokens = ()
    head: int = -1
    section: Tokens = ()
    base: Features = field(default_factory=dict)
    mate: Candidate | None = None


def amounts_of(view: View) -> list[Candidate]:
    """Every number of the document."""
    found: list[Candidate] = []
    largest = max(
        (abs(n.value) for row in view.rows for s in row.segments for n in s.numbers if n.decimals == 2), default=0.0
    )
    for row in view.rows:
        for segment in row.segments:
            for number in segment.numbers:
                first, last = segment.span(number.start, number.end)
                if first == last:
                    continue
                made = _typed(view, segment, first, last, number.value, segment.text[number.start : number.end])
                base = made.base
                if number.decimals == 2:
                    base["decimals"] = 1.0
                    if abs(number.value) == largest:
                        base["largest"] = 1.0
                elif number.decimals == 0:
                    base["integer"] = 1.0
                    if number.digits == 4 and 1900 <= number.value <= 2100:
                        base["year"] = 1.0
                    if number.digits >= 6:
                        base["long"] = 1.0
                if number.decimals and view.counts[number.value] > 1:
                    base["repeated"] = min(view.counts[number.value] - 1, 3) / 3
                if number.currency is not None:
                    base["currency"] = 1.0
                if number.percent:
                    base["percent"] = 1.0
                if number.value == 0:
                    base["zero"] = 1.0
                elif number.value < 0:
                    base["negative"] = 1.0
                if segment is row.segments[-1] and "after" not in base:
                    base["rightmost"] = 1.0
                found.append(made)
    for made in _voids(view, math.nan):
        made.base["decimals"] = 1.0
        if made.segment is view.rows[made.segment.row].segments[-1]:
            made.base["rightmost"] = 1.0
        found.append(made)
    _crowd(found)
    return found


def _voids(view: View, value: Any) -> Iterator[Candidate]:
    """Where a value would stand and a sheet has none (`is_void`): a field that one answers is null, and no other value
    takes its place."""
    for row in view.rows:
        for segment in row.segments:
            for n, word in enumerate(segment.words):
                if is_void(word.text):
                    yield _typed(view, segment, n, n + 1, value, word.text)


def _crowd(pool: Sequence[Candidate]) -> None:
    """How many values stand under the same head: a column's head names each of its rows, and none alone."""
    heads = Counter(made.head for made in pool)
    for made in pool:
        if made.head >= 0:
            made.base["crowd"] = min(heads[made.head] - 1, 5) / 5
        _slim(made)


def _slim(made: Candidate) -> None:
    """What is 0 says nothing, and a long document has a hundred thousand candidates."""
    if not all(made.base.values()):
        made.base = {name: value for name, value in made.base.items() if value}


def dates_of(view: View) -> list[Candidate]:
    """Every date of the document, `value` an ISO 8601 day."""
    found: list[Candidate] = []
    seen: dict[datetime.date, int] = {}
    for row in view.rows:
        before: tuple[Segment, int] | None = None
        previous: Candidate | None = None
        for segment in row.segments:
            for date in segment.dates:
                first, last = segment.span(date.start, date.end)
                if first == last:
                    continue
                day = date.date(view.order)
                text = segment.text[date.start : date.end]
                made = _typed(view, segment, first, last, day.isoformat(), text)
                seen[day] = seen.get(day, 0) + 1
                base = made.base
                rest = segment.text[date.end :]
                base["timed"] = float(bool(_TIME.search(rest[:10])))
                base["named"] = float(date.named)
                base["short"] = float(len(text) < 8)
                if before is not None and previous is not None and _joined(before, segment, date.start):
                    previous.base["first"] = 1.0
                    base["second"] = 1.0
                    previous.mate, made.mate = made, previous
                    # What names the pair stands before its first.
                    if not made.inline or (segment is before[0] and not previous.inline):
                        made.inline = previous.inline  # `to` alone is no label
                    if not made.left or segment is before[0]:
                        made.left = previous.left
                    if not made.above:
                        made.above = previous.above
                before, previous = (segment, date.end), made
                found.append(made)
    for made in found:
        made.base["repeated"] = min(seen[datetime.date.fromisoformat(made.value)] - 1, 3) / 3
        made.base["sole"] = float(len(seen) == 1)
    found += _voids(view, "")
    _crowd(found)
    return found


def codes_of(view: View) -> list[Candidate]:
    """Every word with a digit that is no date: numbers of invoices, accounts and so on."""
    found: list[Candidate] = []
    for row in view.rows:
        for segment in row.segments:
            for match in _CODE.finditer(segment.text):
                start, end = match.span()
                if any(date.start < end and start < date.end for date in segment.dates) or _TIME.match(match[0]):
                    continue
                text = match[0].rstrip(".,:;-/")
                first, last = segment.span(start, start + len(text))
                if first == last or not text:
                    continue
                made = _typed(view, segment, first, last, text, text)
                number = next((n for n in segment.numbers if n.start <= start and end <= n.end), None)
                digits = sum(c.isdigit() for c in text)
                made.base["money"] = float(number is not None and (number.decimals > 0 or number.currency is not None))
                made.base["short"] = float(digits <= 2)
                made.base["digits"] = min(digits, 10) / 10
                made.base["letters"] = float(any(c.isalpha() for c in text))
                made.base["alone"] = float(len(segment.words) == last - first)
                _slim(made)
                found.append(made)
    return [*found, *_voids(view, "")]


def keyed_codes(view: View, labels: Labels, index: int) -> list[Candidate]:
    """Values of several words with a digit in them, whose key names the field: GMD 774 2018 36."""
    found: list[Candidate] = []
    for page in view.numbers:
        for key, box, text in view.facts[page].keys:
            if not any(map(str.isdigit, text)) or labels.match(key)[index].own < _NAMED:
                continue
            held = view.within(page, box)
            words = [word for _, words in held for word in words]
            if not 1 < len(words) <= _CODE_WORDS or any(not word.text[:1].isalnum() for word in words):
                continue
            first = held[0][0]
            made = _typed(view, first, *first.span_of(held[0][1]), text, " ".join(word.text for word in words))
            made.words, made.box = tuple(words), box_of(words)
            made.base["letters"] = float(any(map(str.isalpha, text)))
            made.base["digits"] = min(sum(map(str.isdigit, text)), 10) / 10
            made.base["whole"] = 1.0
            found.append(made)
    return found


def patterned(view: View, pattern: str) -> list[Candidate]:
    """Every short run of words that has the pattern."""
    found: list[Candidate] = []
    for row in view.rows:
        for segment in row.segments:
            for first, last, text in patterns.spans(pattern, segment.words):
                made = _typed(view, segment, first, last, text, text)
                made.base["alone"] = float(len(segment.words) == last - first)
                found.append(made)
    return found


def stated(view: View, one: Field, page: int, box: Box) -> Candidate | None:
    """What stands in the box, as a value of the field; None where the field wants another kind of value."""
    held = view.within(page, box)
    words = tuple(word for _, inside in held for word in inside)
    if not words:
        return None
    segment = held[0][0]
    text = " ".join(word.text for word in words)
    value: Any = text
    if one.family in (Family.AMOUNT, Family.NUMBER):
        numbers = amounts.find(text, view.mark)
        if not numbers:
            return None
        value = numbers[0].value
    elif one.family is Family.DATE:
        days = dates.find(text)
        if not days:
            return None
        value = days[0].date(view.order).isoformat()
    return Candidate(page, segment, words, box_of(words), value, text)


def shaped_of(view: View, family: str) -> list[Candidate]:
    """What has the shape of a telephone number, an email address, a web address or a time of day."""
    pattern = _SHAPES[family]
    found: list[Candidate] = []
    whole: list[Candidate] = []
    for row in view.rows:
        for segment in row.segments:
            for match in pattern.finditer(segment.text):
                if family == "phone" and any(d.start < match.end() and match.start() < d.end for d in segment.dates):
                    continue
                first, last = segment.span(*match.span())
                if first < last:
                    text = match[0].strip().rstrip(".,;")
                    made = _typed(view, segment, first, last, text, text)
                    made.base["digits"] = min(sum(c.isdigit() for c in text), 10) / 10
                    made.base["plus"] = float(text.startswith(("+", "(")))
                    found.append(made)
            if family == "phone":
                whole += _parted_phone(view, segment)
    rest = {id(word) for made in whole for word in made.words}
    return whole + [made for made in found if id(made.words[0]) not in rest]


def _parted_phone(view: View, segment: Segment) -> list[Candidate]:
    """`(555)    555-0184`: a wide space parts the area's code from the number."""
    row = view.rows[segment.row].segments
    after = row[segment.column + 1] if segment.column + 1 < len(row) else None
    if after is None or not _AREA.fullmatch(segment.words[-1].text) or after.dates:
        return []
    text = f"{segment.words[-1].text} {after.words[0].text}"
    if after.box.x0 - segment.box.x1 > 4 * segment.box.height or not _PHONE.fullmatch(text):
        return []
    last = len(segment.words)
    made = _typed(view, segment, last - 1, last, text, text)
    made.words = (segment.words[-1], after.words[0])
    made.box = box_of(made.words)
    made.base["digits"] = min(sum(map(str.isdigit, text)), 10) / 10
    made.base["plus"] = float(text.startswith(("+", "(")))
    return [made]


def shape_in(family: str, text: str) -> str | None:
    """The first thing of this shape in a text."""
    found = _SHAPES[family].search(text)
    return found[0].strip().rstrip(".,;") if found else None


def _typed(view: View, segment: Segment, first: int, last: int, value: Any, text: str) -> Candidate:
    words = segment.words[first:last]
    box = box_of(words)
    made = Candidate(segment.page, segment, words, box, value, text)
    made.inline = _inline(segment, first)
    made.key = view.key_of(words[0])
    made.section = view.section(segment.row)
    base = made.base
    if last < len(segment.words):
        made.after = tuple(chain.from_iterable(segment.labels[last : last + _WORDS_AFTER]))
        if made.after or any(segment.labels[last:]):
            base["after"] = 1.0
        defined = _DEFINED.match(segment.text, segment.starts[last]) if "(" in segment.text else None
        if defined:
            made.inline = made.key = phrase(defined[1])  # what a text defines it to be, it is
    width, height = view.sizes[segment.page]
    if not made.inline:
        between = 0
        for other in view.left(segment):
            labels = other.tokens
            if labels and not (len(labels) == 1 and len(labels[0]) == 1):
                made.left = _tail(other)
                base["gap"] = (box.x0 - other.box.x1) / max(width, 1.0)
                break
            between += 1
            if between > 4:
                break
        if between:
            base["between"] = min(between, 4) / 4
        if not made.left:
            base["unlabelled"] = 1.0
    above = view.above(segment, box)
    if above is not None:
        made.above = _over(above, box)
        made.head = id(above)
    if not made.above:
        header = view.header(segment, box)
        if header is not None and header is not above:
            made.header = _over(header, box)
            made.head = id(header)
    if segment.page == view.numbers[0]:
        base["first_page"] = 1.0
    if segment.page == view.numbers[-1]:
        base["last_page"] = 1.0
    base["y"] = box.y0 / max(height, 1.0)
    if box.x0 + box.x1 > width:
        base["right_half"] = 1.0
    return made


def _inline(segment: Segment, first: int) -> Tokens:
    """The words before in the same line, back to the value before them."""
    found: list[str] = []
    for n in range(first - 1, max(first - 1 - _LABEL_WORDS, -1), -1):
        labels = segment.labels[n]
        text = segment.words[n].text
        if not labels and any(map(str.isdigit, text)):
            if found:
                break
            continue  # another value of the same label
        found[:0] = labels
    return tuple(found)


def _tail(segment: Segment) -> Tokens:
    return tuple(chain.from_iterable(segment.labels[-_LABEL_WORDS:]))


def _over(segment: Segment, box: Box) -> Tokens:
    """The words of a line above that stand over the box; all of a short line."""
    if len(segment.words) <= 3:
        return segment.tokens
    left, right = box.x0 - box.height, box.x1 + box.height
    near = [
        labels
        for word, labels in zip(segment.words, segment.labels, strict=True)
        if word.box.x1 >= left and word.box.x0 <= right
    ]
    if len(segment.words) <= 6 and not any(near):
        return segment.tokens
    return tuple(chain.from_iterable(near))


def _joined(before: tuple[Segment, int], segment: Segment, start: int) -> bool:
    """Whether only a dash or a word like `to` stands between two dates of a row."""
    other, end = before
    if other is segment:
        return bool(_CONNECTED.match(segment.text[end:start]))
    between = other.text[end:] + " " + segment.text[:start]
    near = segment.box.x0 - other.box.x1 <= 6 * max(segment.box.height, 1.0)
    return near and segment.column == other.column + 1 and bool(_CONNECTED.match(between))
