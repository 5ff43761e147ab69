"""Values out of a few: enumerations, yes or no, boxes that are ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quire.extraction import amounts, currencies
from quire.extraction.candidates import Candidate
from quire.extraction.fields import Field
from quire.extraction.labels import Labels
from quire.extraction.rank import Ranked
from quire.extraction.schema import Kind
from quire.extraction.texts import labelled
from quire.extraction.ticks import tick_of
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import plain

_YES = frozenset(["yes", "y", "true", "oui", "ja", "si", "sim", "checked", "selected", "x", "✓", "✔", "☒", "☑", "[x]"])
_NO = frozenset(["no", "n", "false", "non", "nein", "nao", "☐", "[]", "()", "unchecked"])
# What a choice is worth by how it was found; there are no documents to fit these on.
_TICK = 0.9
_LEFT_OVER = 0.8
_NAMED = 0.85
_ALONE = 0.5
_QUESTION = 0.4  # a question has more words than a label
_OPTIONS = 6

_Option = tuple[Candidate, bool | None]


def chosen(view: View, one: Field, labels: Labels, index: int) -> list[Ranked]:
    """The choices that the document makes for this field, the surest first."""
    kind = one.scalar.kind
    if kind is Kind.SIGNATURE:
        return []
    if kind is Kind.BOOLEAN:
        found = list(_truths(view, labels, index))
    elif one.scalar.enum and set(map(str, one.scalar.enum)) <= amounts.CODES:
        found = [r for r in currencies.printed(view, labels, index) if r.candidate.value in one.scalar.enum]
    else:
        found = list(_values(view, one, labels, index))
    found.sort(key=lambda item: -item.share)
    return found


def several(view: View, one: Field, labels: Labels, index: int) -> list[Ranked]:
    """All values of an enumeration that the document chooses, in reading order, each once."""
    found: dict[str, Ranked] = {}
    for ranked in _values(view, one, labels, index):
        known = found.get(str(ranked.candidate.value))
        if known is None or known.share < ranked.share:
            found[str(ranked.candidate.value)] = ranked
    return list(found.values())


def _truths(view: View, labels: Labels, index: int) -> Iterator[Ranked]:
    for row in view.rows:
        for segment in row.segments:
            own = labels.match(segment.tokens)[index].own if segment.tokens else 0.0
            if own < _QUESTION:
                continue
            word = next((n for n, w in enumerate(segment.words) if any(map(str.isalnum, w.text))), 0)
            ticked = tick_of(view, segment, word, after=True)
            if ticked is not None and truth_of(segment.words[word].text) is None:
                yield Ranked(_of(segment, 0, len(segment.words), ticked), own, _TICK * own)
            options = _answers(view, segment)
            lone = options[0][0] if len(options) == 1 and options[0][1] is None else None
            if lone is not None and _asked(segment, lone):
                yield Ranked(lone, own, _LEFT_OVER * min(1.0, 0.4 + own))
            yields = [item for item in _decided(options) if isinstance(item[0].value, bool)]
            for candidate, share in yields:
                yield Ranked(candidate, own, share * min(1.0, 0.4 + own))
    for candidate in labelled(view, labels, index):
        words = candidate.text.split()
        truth = truth_of(words[0]) if words else None
        if truth is not None and len(words) <= 3 and not _counts(words):
            # Yes beside No says nothing unless one is ticked.
            if len([o for o in _answers(view, candidate.segment) if o[0].value is not truth]) > 0:
                continue
            if tick_of(view, candidate.segment, _place(candidate)) is False:
                continue
            named = max(candidate.base.get(name, 0.0) for name in ("inline", "right", "below", "keyed"))
            first = candidate.words[:1]
            made = Candidate(candidate.page, candidate.segment, first, box_of(first), truth, words[0])
            yield Ranked(made, named, _NAMED * named)


def _asked(question: Segment, answer: Candidate) -> bool:
    """Whether a lone yes or no, with no box, stands right behind the mark of the question."""
    words = question.words
    if answer.segment is not question:
        return words[-1].text.endswith("?") and answer.words[0] is answer.segment.words[0]
    at = _place(answer)
    return at > 0 and words[at - 1].text.endswith("?")


def _place(candidate: Candidate) -> int:
    return next((n for n, word in enumerate(candidate.segment.words) if word is candidate.words[0]), 0)


def _answers(view: View, question: Segment) -> list[_Option]:
    """Yes and no beside a question, in its row (or alone in the next), and which is ticked."""
    row = view.rows[question.row].segments
    found = [option for segment in row[question.column :] for option in _yes_no(view, segment)]
    if found or question.column + 1 < len(row):
        return found[:2]
    below = view.rows[question.row + 1] if question.row + 1 < len(view.rows) else None
    if below is None or below.page != question.page or below.top - question.box.y1 > 1.5 * view.height:
        return []
    found = [option for segment in below.segments for option in _yes_no(view, segment)]
    return found[:2] if len(found) >= 2 and sum(len(s.words) for s in below.segments) <= _OPTIONS else []


def _yes_no(view: View, segment: Segment) -> Iterator[_Option]:
    for n, word in enumerate(segment.words):
        bare = plain(word.text).strip(" .:;,[]()□☐☒☑■✓✔/")
        truth = True if bare in ("yes", "oui", "ja", "si", "sim", "y") else None
        truth = False if bare in ("no", "non", "nein", "nao", "n") else truth
        # `No.` counts; so do `No 12` and any `n` in a text.
        printed = [other.text for other in segment.words[n : n + 2]]
        if truth is None or _counts(printed) or len(segment.words) > _OPTIONS + 6:
            continue
        yield _of(segment, n, n + 1, truth), tick_of(view, segment, n)


def _counts(words: Sequence[str]) -> bool:
    """`No. 12`, `No 12`: the word for a number, not an answer."""
    return len(words) > 1 and (words[0] == "No." or words[1][:1].isdigit())


def _of(segment: Segment, first: int, last: int, value: object) -> Candidate:
    words = segment.words[first:last]
    return Candidate(segment.page, segment, words, box_of(words), value, " ".join(word.text for word in words))


def _decided(options: Sequence[_Option]) -> list[tuple[Candidate, float]]:
    """The options that are chosen: ticked, or the only one left where the boxes of the others are seen empty."""
    ticked = [(candidate, _TICK) for candidate, tick in options if tick]
    if ticked:
        return ticked
    left = [candidate for candidate, tick in options if tick is None]
    if len(options) > 1 and len(left) == 1:
        return [(left[0], _LEFT_OVER)]
    return []


def _values(view: View, one: Field, labels: Labels, index: int) -> Iterator[Ranked]:
    named: dict[int, float] = {}
    for candidate in labelled(view, labels, index):
        fit = max(candidate.base.get(name, 0.0) for name in ("inline", "right", "below", "keyed"))
        for word in candidate.words:
            named[id(word)] = max(named.get(id(word), 0.0), fit)
    found = list(_standing(view, one.scalar.enum))
    groups: dict[tuple[int, int], list[_Option]] = {}
    for option in found:
        groups.setdefault((option[0].page, option[0].segment.row), []).append(option)
    for (_, row), options in groups.items():
        question = max(
            (labels.match(segment.tokens)[index].own for segment in view.rows[row].segments if segment.tokens),
            default=0.0,
        )
        decided = _decided(options)
        for candidate, share in decided:
            yield Ranked(candidate, share, share)
        if decided or len({str(candidate.value) for candidate, _ in options}) == len(options) > 1:
            if not decided:  # several, and nothing tells which
                for candidate, tick in options:
                    if tick is None:
                        yield Ranked(candidate, question, _NAMED * max(question, 0.3) / (len(options) + 1))
            continue
        for candidate, tick in options:
            fit = max(named.get(id(word), 0.0) for word in candidate.words)
            if tick is None and fit:
                yield Ranked(candidate, fit, _NAMED * fit)
    different = {str(candidate.value) for candidate, _ in found}
    if len(different) == 1:
        yield from (Ranked(candidate, 0.0, _ALONE) for candidate, tick in found if tick is None)


def _standing(view: View, values: Sequence[object]) -> Iterator[_Option]:
    """Where a value stands as a run of words, and whether the box before it is ticked (None: no box is seen)."""
    wanted = [(tuple(re.findall(r"\w+", plain(str(value).replace("_", " ")))), value) for value in values]
    firsts = {words[0] for words, _ in wanted if words}
    for row in view.rows:
        for segment in row.segments:
            printed = [re.sub(r"\W+", "", plain(word.text)) for word in segment.words]
            if firsts.isdisjoint(printed):
                continue
            for words, value in wanted:
                for n in range(len(printed) - len(words) + 1):
                    if words and tuple(printed[n : n + len(words)]) == words:
                        yield _of(segment, n, n + len(words), value), tick_of(view, segment, n)


def truth_of(text: str) -> bool | None:
    """What a printed yes, no or mark says; None when it says neither."""
    word = plain(text).strip(" .:;,")
    return True if word in _YES else False if word in _NO else None
