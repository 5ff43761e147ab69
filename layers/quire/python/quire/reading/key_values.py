"""Key-values worked out from words and ruling lines.

A label stands left of its value ("Date: 3 May", or a column further right), or above it, as in the boxes of a form.
Every way in which a part of the page may be the label of another is a candidate with a score; the best are taken first,
and what is taken as a value is no label any more.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quire.reading.labels import COLON, COUNTER, is_value, likeness
from quire.reading.lines import visual_rows
from quire.reading.marks import without_marks
from quire.reading.model import Box, KeyValue, Line, Table, Word, around, mean_confidence

# In heights of a line:
_PART = 1.0  # a wider gap parts a label from what stands beside it
_LOOSE_CURRENCY = 6.0  # "$" at the left edge of a box, the amount at its right
_FARTHEST_RIGHT = 30.0
_FARTHEST_BELOW = 2.6
_NEXT_LINE = 0.8  # the lines of one value are no further apart
_SAME_EDGE = 1.0
_ROWS_BELOW = 6  # rows of the page that are looked at below a label
_DASHES = ("-", "–", "—")
_MOST_WORDS = 10  # of a value; more are prose
_LEAST = 0.5  # a candidate with a lower score is none


@dataclass(slots=True, eq=False)
class _Part:
    """A run of words that is one label or one value; `row` is its visual row's number, `place` where it is in it."""

    words: list[Word]
    box: Box
    text: str
    row: int = 0
    place: int = 0
    likeness: float = 0.0
    value: bool = False
    rest: Sequence[_Part] = ()  # further lines of the same label


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    key: _Part
    value: list[_Part]


def find(lines: Sequence[Line], tables: Sequence[Table] = (), rulings: Sequence[Box] = ()) -> list[KeyValue]:
    """The pairs of one upright page, from the top down.

    Args:
        lines: the page's lines, in any order.
        tables: those found; what stands in them is not paired.
        rulings: what is drawn on it as thin horizontal or vertical strokes, each as its (flat) box in points.
    """
    held = [table.box for table in tables if table.rows > 2]  # one row under its header is a row of pairs too
    free = [line for line in lines if not any(box.holds(*line.box.centre) for box in held)] if held else lines
    walls = [ruling for ruling in rulings if ruling.height > ruling.width]
    across = [ruling for ruling in rulings if ruling.height <= ruling.width]
    rows = _rows(free, walls)
    _join_labels(rows)
    labels = [part for row in rows for part in row if part.likeness > 0]
    candidates = [
        candidate
        for label in labels
        for candidate in (_right(label, rows), _below(label, rows, walls, across))
        if candidate is not None and candidate.score >= _LEAST
    ]
    taken: set[int] = set()
    found: list[KeyValue] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.key.box.y0, c.key.box.x0)):
        parts = {id(part) for part in (candidate.key, *candidate.key.rest, *candidate.value)}
        if taken.isdisjoint(parts):
            taken |= parts
            found.append(_pair(candidate))
    return sorted(found, key=lambda pair: (pair.key_box.y0, pair.key_box.x0))


def _pair(candidate: _Candidate) -> KeyValue:
    key = [word for part in (candidate.key, *candidate.key.rest) for word in part.words]
    value = [word for part in candidate.value for word in part.words]
    sure = mean_confidence([*key, *value])
    return KeyValue(
        key=" ".join(word.text for word in key).rstrip(),
        value=" ".join(word.text for word in value),
        key_box=around(word.box for word in key).rounded(),
        value_box=around(word.box for word in value).rounded(),
        confidence=round(candidate.score * (1.0 if sure is None else sure), 4),
    )


def _rows(lines: Sequence[Line], walls: Sequence[Box]) -> list[list[_Part]]:
    """The page's rows of parts, each from left to right."""
    parted = [_part(words) for line in lines for words in _parted(line.words, walls)]
    rows = [_with_signs(row) for row in visual_rows(parted)]
    for n, row in enumerate(rows):
        for place, part in enumerate(row):
            part.row, part.place = n, place
            part.value = is_value(part.text)
            bare = without_marks(part.text)
            part.likeness = likeness(bare, value=part.value if bare == part.text else None)
    return rows


def _part(words: list[Word]) -> _Part:
    if len(words) == 1:
        return _Part(words, words[0].box, words[0].text)
    return _Part(words, around([word.box for word in words]), " ".join([word.text for word in words]))


def _with_signs(row: list[_Part]) -> list[_Part]:
    """One row; a currency's sign that stands alone goes with the amount after it."""
    parts = row[:1]
    for part in row[1:]:
        if part.text[:1].isdigit() and _is_currency(parts[-1].words):
            parts[-1] = _part([*parts[-1].words, *part.words])
        else:
            parts.append(part)
    return parts


def _parted(words: Sequence[Word], walls: Sequence[Box]) -> Iterator[list[Word]]:
    """A line's words at wide gaps and walls, and after each label that ends with a colon."""
    split = [piece for word in words for piece in (_at_colon(word) if ":" in word.text else (word,))]
    first_label = next((n for n, word in enumerate(split) if word.text.endswith(COLON)), len(split))
    current: list[Word] = []
    next_key = False  # `current` is a label, though its colon has not come
    for n, word in enumerate(split):
        if current:
            # Only after a label's value: a line that begins with several words before its first colon is one label.
            begins = not next_key and n > first_label and _next_key(split, n, current)
            if (begins or _part_ends(current, word, walls)) and not _is_amount(current, word):
                yield current
                current, next_key = [], begins
        current.append(word)
    if current:
        yield current


def _part_ends(words: Sequence[Word], following: Word, walls: Sequence[Box]) -> bool:
    """Whether `following` stands apart from `words`, or they are a label whose value it begins."""
    last, box = words[-1].box, following.box
    height = max(box.y1 - box.y0, last.y1 - last.y0)
    if box.x0 - last.x1 > _PART * height or _ends_label(words, following):
        return True
    return bool(walls) and any(_beside(wall, box) and last.x1 - 1 <= wall.x0 <= box.x0 + 1 for wall in walls)


def _is_amount(words: Sequence[Word], following: Word) -> bool:
    """Whether `words` are a currency's sign, and `following` the amount at the other edge of its box."""
    if not _is_currency(words) or not following.text[:1].isdigit():
        return False
    last, box = words[-1].box, following.box
    return box.x0 - last.x1 <= _LOOSE_CURRENCY * max(box.height, last.height)


def _is_currency(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].text in ("$", "€", "£", "¥")


def _ends_label(words: Sequence[Word], following: Word) -> bool:
    """Whether `words` are a label whose value `following` begins."""
    last = words[-1].text
    if last.endswith(COLON):
        return following.text not in COLON and (len(words) > 1 or len(last) > 1)
    if last in _DASHES:
        return 1 < len(words) <= 4 and _has_digit(following) and not any(map(_has_digit, words))
    return last.casefold() in COUNTER and _has_digit(following)


def _has_digit(word: Word) -> bool:
    return any(character.isdigit() for character in word.text)


def _next_key(words: Sequence[Word], at: int, value: Sequence[Word]) -> bool:
    """Whether another label begins at `words[at]` within a line: up to three words to a colon, after a value."""
    if value[-1].text.endswith(COLON) or not words[at].text[:1].isupper() or len(value) > 8:
        return False
    for word in words[at : at + 3]:
        if word.text.endswith(COLON) and not word.text.startswith("#"):
            return True
        if not word.text[:1].isupper():
            return False
    return False


def _at_colon(word: Word) -> list[Word]:
    """ "Key:value" as two words; not a time, a URL or a ratio."""
    head, colon, tail = word.text.partition(":")
    if not colon or not tail or len(head) < 2 or not head[0].isalpha() or tail.startswith(("/", "\\")):
        return [word]
    box = word.box
    cut = box.x0 + box.width * (len(head) + 1) / len(word.text)
    return [
        Word(head + colon, Box(box.x0, box.y0, cut, box.y1), word.confidence),
        Word(tail, Box(cut, box.y0, box.x1, box.y1), word.confidence),
    ]


def _join_labels(rows: Sequence[list[_Part]]) -> None:
    """A label of two lines: the second begins where the first does, right below it, and goes on in small letters."""
    for row, below in pairwise(rows):
        for part in row:
            if part.likeness < 0.4 or part.text.endswith(COLON):
                continue
            for other in below:
                if _is_next_line(part.box, other.box) and _goes_on(other):
                    part.rest = [*part.rest, other]
                    part.text += " " + other.text
                    other.likeness = 0.0


def _is_next_line(box: Box, other: Box) -> bool:
    """Whether `other` is of the same type right below `box`, at its left edge."""
    height = box.y1 - box.y0
    return (
        abs(other.x0 - box.x0) <= 0.5 * height
        and -0.5 * height <= other.y0 - box.y1 <= 0.45 * height
        and abs(other.y1 - other.y0 - height) <= 0.35 * height
    )


def _goes_on(part: _Part) -> bool:
    return not part.value and (part.text[:1].islower() or part.text[:1] == "(")


def _right(key: _Part, rows: Sequence[list[_Part]]) -> _Candidate | None:
    """The part beside `key` as its value."""
    row = rows[key.row]
    if key.place + 1 >= len(row):
        return None
    value = row[key.place + 1]
    height = max(key.box.height, value.box.height, 1.0)
    away = (value.box.x0 - key.box.x1) / height
    if away > _FARTHEST_RIGHT or value.likeness == 1.0:
        return None
    colon = key.text.endswith(COLON)
    if not colon:
        # Figures side by side are a table's row.
        after = row[key.place + 2] if key.place + 2 < len(row) else None
        if after is not None and after.value:
            return None
        if not value.value and (after is not None or key.likeness < 0.6 or value.likeness > 0.3):
            return None
    if len(value.words) > _MOST_WORDS:
        return None
    score = (0.85 if colon else 0.35 + 0.35 * key.likeness) + 0.1 * value.value - 0.01 * away
    if colon and value.likeness > 0.5:
        score -= 0.1
    return _Candidate(score, key, [value, *_further_lines(value, key, rows)] if colon else [value])


def _further_lines(value: _Part, key: _Part, rows: Sequence[list[_Part]]) -> list[_Part]:
    """The lines below that go on with a value: at its left edge, close, and with no label before them."""
    found: list[_Part] = []
    last = value
    for row in rows[value.row + 1 : value.row + _ROWS_BELOW]:
        at = next((p for p in row if abs(p.box.x0 - value.box.x0) <= _SAME_EDGE * value.box.height), None)
        if at is None:
            if row and row[0].box.y0 - last.box.y1 > _NEXT_LINE * last.box.height:
                break
            continue
        before = any(p.box.x1 <= at.box.x0 and p.box.x0 >= key.box.x0 - key.box.height for p in row)
        gap = at.box.y0 - last.box.y1
        if before or gap > _NEXT_LINE * last.box.height or at.likeness >= 0.6 or at.value or len(at.text) < 2:
            break
        found.append(at)
        last = at
    return found


def _beside(wall: Box, box: Box) -> bool:
    return wall.y0 <= box.centre[1] <= wall.y1


def _between(key: _Part, row: Sequence[_Part], walls: Sequence[Box]) -> tuple[float, float]:
    """From where to where a value below `key` may begin: as far as the next label beside it, and the walls."""
    height = key.box.y1 - key.box.y0
    following = next((p for p in row[key.place + 1 :] if p.likeness >= 0.4 or not p.value), None)
    left = key.box.x0 - 1.5 * height
    right = following.box.x0 - 0.5 * height if following else float("inf")
    for wall in walls:
        if _beside(wall, key.box):
            if wall.x0 > key.box.x0:
                right = min(right, wall.x0)
            if wall.x0 <= key.box.x0 + 1:
                left = max(left, wall.x0)
    return left, right


def _below(key: _Part, rows: Sequence[list[_Part]], walls: Sequence[Box], across: Sequence[Box]) -> _Candidate | None:
    """What stands below `key`, as far as the next labels right of it and below it, as its value."""
    if key.likeness < 0.4:
        return None
    row = rows[key.row]
    box = key.box
    height = box.y1 - box.y0
    bottom = max([part.box.y1 for part in (key, *key.rest)])
    left, right = _between(key, row, walls)
    ceiling = min(
        (r.y0 for r in across if r.y0 > bottom - 1 and r.x0 <= box.x0 + height and r.x1 >= box.x1 - height),
        default=float("inf"),
    )
    found: list[_Part] = []
    floor = bottom + _FARTHEST_BELOW * height
    last_bottom = bottom
    for below in rows[key.row + 1 : key.row + 1 + _ROWS_BELOW]:
        inside = [
            p for p in below if left <= p.box.x0 < right and p.box.y0 >= bottom - 0.45 * height and p not in key.rest
        ]
        if not inside:
            crossing = [p.box.y0 for p in below if p.box.x0 < left and p.box.x1 > box.x0 + height and p not in key.rest]
            if crossing and min(crossing) >= last_bottom - 0.4 * height:
                break
            continue
        if min([p.box.y0 for p in inside]) > floor:
            break
        if any(
            p.likeness > 0.55 or p.box.x1 > right + height or len(p.words) > _MOST_WORDS or p.box.centre[1] > ceiling
            for p in inside
        ):
            break
        found += inside
        last_bottom = max([p.box.y1 for p in inside])
        floor = last_bottom + _NEXT_LINE * statistics.median([p.box.height for p in inside])
    if not found:
        return None
    first = found[0]
    centred = abs(first.box.centre[0] - box.centre[0]) <= 1.5 * height
    edge = abs(first.box.x0 - box.x0) <= 1.5 * height
    figure = all(p.value for p in found)
    score = 0.1 + 0.6 * key.likeness + 0.1 * (centred or edge) + 0.1 * figure - 0.3 * max(first.likeness - 0.3, 0)
    if len(found) > 4:
        score -= 0.2
    if key.place + 1 < len(row) and row[key.place + 1].value:
        score -= 0.2  # a value stands beside it
    return _Candidate(min(score, 0.84), key, found)
