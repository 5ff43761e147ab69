"""Values out of a few: enumerations, yes or no, boxes that are ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quire.extraction.candidates import Candidate
from quire.extraction.fields import Field
from quire.extraction.labels import Labels
from quire.extraction.rank import Ranked
from quire.extraction.schema import Kind
from quire.extraction.texts import labelled
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import plain

_YES = frozenset(["yes", "y", "true", "oui", "ja", "si", "sim", "checked", "selected", "x", "✓", "✔", "☒", "☑", "[x]"])
_NO = frozenset(["no", "n", "false", "non", "nein", "nao", "☐", "[]", "()", "unchecked"])
_TICKED = frozenset(["x", "✓", "✔", "☒", "☑", "[x]", "(x)", "■", "●"])
_OPEN = frozenset(["☐", "[]", "()", "□", "○"])
# What a choice is worth by how it was found; there are no documents to fit these on.
_TICK = 0.9
_NAMED = 0.85
_ALONE = 0.5


def chosen(view: View, one: Field, labels: Labels, index: int) -> list[Ranked]:
    """The choices that the document makes for this field, the surest first."""
    kind = one.scalar.kind
    if kind is Kind.SIGNATURE:
        return []
    found = list(_truths(view, labels, index) if kind is Kind.BOOLEAN else _values(view, one, labels, index))
    found.sort(key=lambda item: -item.share)
    return found


def _truths(view: View, labels: Labels, index: int) -> Iterator[Ranked]:
    for candidate in labelled(view, labels, index):
        words = candidate.text.split()
        truth = truth_of(words[0]) if words else None
        if truth is not None and len(words) <= 3:
            named = max(candidate.base.get(name, 0.0) for name in ("inline", "right", "below"))
            first = candidate.words[:1]
            made = Candidate(candidate.page, candidate.segment, first, box_of(first), truth, words[0])
            yield Ranked(made, {}, named, _NAMED * named)


def _values(view: View, one: Field, labels: Labels, index: int) -> Iterator[Ranked]:
    named: dict[int, float] = {}
    for candidate in labelled(view, labels, index):
        fit = max(candidate.base.get(name, 0.0) for name in ("inline", "right", "below"))
        for word in candidate.words:
            named[id(word)] = max(named.get(id(word), 0.0), fit)
    found = list(_standing(view, one.scalar.enum))
    different = {str(candidate.value) for candidate, _ in found}
    for candidate, ticked in found:
        fit = max(named.get(id(word), 0.0) for word in candidate.words)
        if ticked:
            yield Ranked(candidate, {}, 1.0, _TICK)
        elif ticked is None and fit:
            yield Ranked(candidate, {}, fit, _NAMED * fit)
        elif ticked is None and len(different) == 1:
            yield Ranked(candidate, {}, 0.0, _ALONE)


def _standing(view: View, values: Sequence[object]) -> Iterator[tuple[Candidate, bool | None]]:
    """Where a value stands as a run of words, and whether the box before it is ticked (None: there is no box)."""
    wanted = [(tuple(re.findall(r"\w+", plain(str(value).replace("_", " ")))), value) for value in values]
    for row in view.rows:
        for segment in row.segments:
            printed = [re.sub(r"\W+", "", plain(word.text)) for word in segment.words]
            for words, value in wanted:
                for n in range(len(printed) - len(words) + 1):
                    if words and tuple(printed[n : n + len(words)]) == words:
                        span = segment.words[n : n + len(words)]
                        text = " ".join(word.text for word in span)
                        made = Candidate(segment.page, segment, span, box_of(span), value, text)
                        yield made, _ticked(view, segment, n)


def _ticked(view: View, segment: Segment, first: int) -> bool | None:
    if first:
        before = segment.words[first - 1].text
    else:
        left = view.left(segment)
        before = left[0].words[-1].text if left else ""
    mark = plain(before).strip()
    return True if mark in _TICKED else False if mark in _OPEN else None


def truth_of(text: str) -> bool | None:
    """What a printed yes, no or mark says; None when it says neither."""
    word = plain(text).strip(" .:;,")
    return True if word in _YES else False if word in _NO else None
