"""Codes of currencies: what a sign or a code beside an amount stands for, else what the document is written in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from quire.extraction import amounts
from quire.extraction.candidates import Candidate
from quire.extraction.fields import Family
from quire.extraction.labels import Labels
from quire.extraction.rank import Ranked
from quire.extraction.ready import Ready
from quire.extraction.view import Segment, View, box_of

# How sure a code is by where it was found; there are no documents to fit these on.
_BESIDE = 0.95
_NAMED = 0.9
_USUAL = 0.85
_MIXED = 0.5


def printed(view: View, labels: Labels, index: int) -> list[Ranked]:
    """The codes that the document's signs and codes stand for: one that a label names first, then the most usual."""
    found = list(_all(view))
    usual = Counter(candidate.value for candidate in found)
    ranked: list[Ranked] = []
    for candidate in found:
        named = max(labels.match(tokens)[index].own for tokens in (candidate.inline, candidate.left, candidate.above))
        share = _USUAL if len(usual) == 1 else _MIXED * usual[candidate.value] / len(found)
        ranked.append(Ranked(candidate, named, _NAMED if named >= 0.7 else share))
    ranked.sort(key=lambda item: -item.share)
    return ranked


def settle(ready: Ready, ranked: list[list[Ranked]]) -> None:
    """The code of an amount of money is the one that stands beside that amount."""
    amounts_of: dict[int, int] = {}
    for n, one in enumerate(ready.fields):
        if one.family is Family.AMOUNT and one.whole is not None:
            amounts_of.setdefault(id(one.whole), n)
    for n, one in enumerate(ready.fields):
        if one.family is not Family.CURRENCY or one.whole is None:
            continue
        amount = amounts_of.get(id(one.whole))
        if amount is None or not ranked[amount]:
            ranked[n].clear()
            continue
        chosen = ranked[amount][0]
        beside = [item for item in ranked[n] if _touch(item.candidate, chosen.candidate)]
        if beside:
            first = beside[0]
            ranked[n].insert(0, Ranked(first.candidate, first.score, min(_BESIDE, chosen.share)))


def _touch(code: Candidate, amount: Candidate) -> bool:
    """The same words, or the next ones in the line."""
    if code.segment is not amount.segment and (code.page != amount.page or code.segment.row != amount.segment.row):
        return False
    gap = max(code.box.x0 - amount.box.x1, amount.box.x0 - code.box.x1)
    return gap <= 1.5 * max(amount.box.height, 1.0)


def _all(view: View) -> Iterator[Candidate]:
    for row in view.rows:
        for segment in row.segments:
            for number in segment.numbers:
                if number.currency is not None:
                    first, last = segment.span(number.start, number.end)
                    yield _made(view, segment, first, last, number.currency)
            for n, word in enumerate(segment.words):
                code = word.text.strip(".,:;()")
                if code in amounts.CODES or code in ("€", "$", "£", "¥"):
                    value = amounts.currency_of(code)
                    if value is not None:
                        yield _made(view, segment, n, n + 1, value)


def _made(view: View, segment: Segment, first: int, last: int, code: str) -> Candidate:
    words = segment.words[first:last]
    made = Candidate(segment.page, segment, tuple(words), box_of(words), code, code)
    made.inline = tuple(token for labels in segment.labels[:first] for token in labels)
    left = view.left(segment)
    made.left = left[0].tokens if left and not made.inline else ()
    above = view.above(segment, made.box)
    made.above = above.tokens if above is not None and len(above.words) <= 3 else ()
    return made
