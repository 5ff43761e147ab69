"""Values of one kind: what a text says as a value of a field, and every value that a document lists for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from quire.extraction import amounts, candidates, choices, currencies, dates, patterns, prose, rows, texts
from quire.extraction.candidates import Candidate
from quire.extraction.fields import Family, Field
from quire.extraction.grid import Count, Reason, count_of
from quire.extraction.labels import Labels
from quire.extraction.leaf import Leaf, citation, clock, legibility
from quire.extraction.schema import Kind
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import plain
from quire.reading.formats.void import is_void
from quire.reading.model import Word

_NAMED = 0.6  # how well a label names what it lists
_SHAPED = 0.8  # how sure a value is that only its shape speaks for
_ENUM = re.compile(r"\w+")
_BULLET = re.compile(r"^(?:[-•·*▪–‣◦]|\(?\d{1,2}[.)]|\(?[a-z][.)])$")
_MOST_LISTED = 10_000  # as many as a few hundred pages list; the others are counted
_APART = frozenset([Family.CHOICE, Family.CURRENCY, Family.PHONE, Family.EMAIL, Family.URI])  # found by themselves


def value_in(view: View, one: Field, text: str) -> Any:
    """The value that a cell's text says, as the schema's type wants it; None where it says none."""
    scalar = one.scalar
    value: Any = text
    if is_void(text.strip()):
        return None
    if scalar.kind is Kind.BOOLEAN:
        return choices.truth_of(text.split()[0]) if text.split() else None
    if scalar.kind is Kind.ENUM:
        return _choice(scalar.enum, text)
    if scalar.kind is Kind.TIME:
        return clock(text)
    if one.family is Family.CURRENCY:
        found = amounts.find(text, view.mark)
        value = amounts.currency_of(text) or next((n.currency for n in found if n.currency), None)
    elif one.family in (Family.AMOUNT, Family.NUMBER):
        numbers = amounts.find(text, view.mark)
        if not numbers:
            return None
        number = numbers[0]
        value = number.value
        if scalar.written == "integer":
            value = int(value) if value == int(value) else None
        elif scalar.written == "string":
            value = text[number.start : number.end]
    elif one.family is Family.DATE:
        days = dates.find(text)
        if not days:
            return None
        day = days[0].date(view.order).isoformat()
        if scalar.kind is Kind.STRING:
            value = next((form for form in (text, day) if patterns.fits(scalar.pattern, form)), None)
        else:
            value = day if scalar.kind is Kind.DATE else f"{day}T{(clock(text[days[0].end :]) or '00:00:00Z')}"
    elif scalar.kind in (Kind.EMAIL, Kind.URI):
        value = candidates.shape_in(one.family, text)
    if isinstance(value, str) and scalar.kind is Kind.STRING and not patterns.fits(scalar.pattern, value):
        return None
    return value


def _choice(values: Sequence[Any], text: str) -> Any:
    said = _ENUM.findall(plain(text))
    for value in values:
        words = _ENUM.findall(plain(str(value).replace("_", " ")))
        if words and any(said[n : n + len(words)] == words for n in range(len(said) - len(words) + 1)):
            return value
    return None


def listed(view: View, one: Field, labels: Labels) -> tuple[list[Leaf], Count | None]:
    """Every value that the document lists for the only field of `labels`, each once, in reading order; and what became
    of the others, None where there is none.

    From a column that a heading names, from what labels lead to, and of shapes that speak for themselves (telephone
    numbers, email and web addresses) from everywhere.
    """
    column = _column(view, one, labels)
    found: dict[Any, Leaf] = {}
    became: list[tuple[int, Reason | None]] = []
    for page, words, share in _held(view, one, labels) if column is None else column:
        if isinstance(words, Reason):
            became.append((page, words))
            continue
        value = value_in(view, one, " ".join(word.text for word in words).strip(" |,;"))
        key = plain(str(value))
        if value in (None, ""):
            reason: Reason | None = Reason.EMPTY
        elif key not in found:
            reason = None if len(found) < _MOST_LISTED else Reason.UNEXPLAINED
        else:
            reason = Reason.REPEATED
        became.append((page, reason))
        if reason is None or (reason is Reason.REPEATED and found[key].confidence < share):
            cited = citation(view, page, words)
            found[key] = Leaf(one.scalar.path, value, share * legibility(words), (cited,))
    if column is None:  # no grid: the same may be said in many places
        became = [(page, reason) for page, reason in became if reason in (None, Reason.UNEXPLAINED)]
    return list(found.values()), count_of(one.scalar.path.removesuffix("[]"), became) if became else None


_Held = tuple[int, Sequence[Word], float]  # page, words, how sure
_Of = tuple[int, Sequence[Word] | Reason, float]


def _column(view: View, one: Field, labels: Labels) -> list[_Of] | None:
    """The rows of a column that a heading names, and why others of them hold no value; None where there is none."""
    if one.family in _APART or one.scalar.pattern is not None:
        return None
    listed = rows.items_of(view, [one], labels)
    if sum(len(item.cells) for item in listed.items) <= 1 or any(marked for *_, marked in _labelled(view, one, labels)):
        return None  # a label with a colon heads no column
    found: list[_Of] = []
    for page, what in listed.rows:
        if isinstance(what, Reason):
            found.append((page, what, 0.0))
        else:
            cells: list[_Of] = [(page, words, what.fits.get(0, 0.5)) for words in what.cells.values()]
            found += cells or [(page, Reason.EMPTY, 0.0)]
    return found


def _held(view: View, one: Field, labels: Labels) -> Iterator[_Held]:
    family = one.family
    if family is Family.CHOICE:
        for ranked in choices.several(view, one, labels, 0):
            yield ranked.candidate.page, ranked.candidate.words, ranked.share
    elif family is Family.CURRENCY:
        for ranked in currencies.printed(view, labels, 0):
            yield ranked.candidate.page, ranked.candidate.words, ranked.share
    elif family in (Family.PHONE, Family.EMAIL, Family.URI):
        yield from _shaped(candidates.shaped_of(view, family), labels)
    elif one.scalar.pattern is not None:
        for made in candidates.patterned(view, one.scalar.pattern):
            yield made.page, made.words, _SHAPED
    else:
        yield from (beside[:3] for beside in _labelled(view, one, labels))


def _shaped(pool: Sequence[Candidate], labels: Labels) -> Iterator[_Held]:
    """Those that no label says to be something else (a fax among the telephones)."""
    for made in pool:
        match = labels.match(made.inline or made.left)[0]
        if match.rival <= max(match.own, 0.6):
            yield made.page, made.words, _SHAPED


def _labelled(view: View, one: Field, labels: Labels) -> Iterator[tuple[int, Sequence[Word], float, bool]]:
    """What labels of the field lead to: `Colours: red, green and blue`, one label per value, or lines below one.

    Also what running text names as the parties; and whether the label has a colon.
    """
    seen: set[int] = set()
    if any("party" in known.tokens for known in one.phrases):
        for made in prose.parties(view):
            yield made.page, made.words, _SHAPED, True
    for made in texts.labelled(view, labels, 0):
        fit = max(made.base.get(name, 0.0) for name in ("inline", "right", "below", "keyed"))
        if fit < _NAMED or made.base.get("rival", 0.0) > 0.2 or any(id(word) in seen for word in made.words):
            continue
        if made.base.get("label_itself", 0.0) >= 0.9 or made.base.get("empty"):
            continue
        runs = list(_runs(view, one, made))
        for words in runs:
            seen.update(id(word) for word in words)
            yield made.page, words, fit, bool(made.base.get("colon"))


def _runs(view: View, one: Field, made: Candidate) -> Iterator[list[Word]]:
    if one.family in (Family.AMOUNT, Family.NUMBER, Family.DATE):
        spans = made.segment.dates if one.family is Family.DATE else made.segment.numbers
        for span in spans:
            first, last = made.segment.span(span.start, span.end)
            words = [word for word in made.segment.words[first:last] if any(word is other for other in made.words)]
            if words:
                yield words
        return
    segment: Segment | None = made.segment
    words_ = list(made.words)
    while words_:
        yield from _parted(words_)
        segment = view.below(segment, box_of(words_)) if segment is not None else None
        # Lines go on as a list: at the same edge, or each behind a bullet.
        if (
            segment is None
            or abs(segment.box.x0 - box_of(words_).x0) > 0.8 * view.height
            or segment.box.y0 - box_of(words_).y1 > 1.2 * view.height
            or ":" in segment.text
            or not (_BULLET.match(segment.words[0].text) or _listlike(made))
        ):
            return
        words_ = list(segment.words)


def _listlike(made: Candidate) -> bool:
    return "below" in made.base or "right" in made.base


def _parted(words: Sequence[Word]) -> Iterator[list[Word]]:
    """At commas, semicolons, bars and a last `and`; a bullet in front is none of it."""
    rest = list(words)
    while rest and _BULLET.match(rest[0].text):
        del rest[0]
    commas = any(word.text.endswith((",", ";")) or word.text in ("|", "/", "·") for word in rest)
    current: list[Word] = []
    for word in rest:
        if word.text in ("|", "/", "·", ";", ",") or (commas and word.text.casefold() in ("and", "&", "or")):
            if current:
                yield current
            current = []
            continue
        current.append(word)
        if word.text.endswith((",", ";")):
            yield current
            current = []
    if current:
        yield current
