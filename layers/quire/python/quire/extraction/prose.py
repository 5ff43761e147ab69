"""Names in running text: what a defined term stands for, and what follows the words that name a field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quire.extraction.candidates import Candidate
from quire.extraction.labels import Labels
from quire.extraction.view import Row, Segment, View, box_of
from quire.extraction.words import phrase
from quire.reading.model import Word

_TERM = re.compile(r"\((?:[^()\"“”]{0,40}[\s,])?[\"“]([^\"“”]{2,40})[\"”]\)?[,;.]?")
_PROSE = 5  # words that a line of running text has at least
_WIDEST_TERM = 7
_LEAST = 0.75
_LONGEST_NAME = 10
_BACK = 5  # lines in which a defined name begins
_INSIDE = frozenset(
    ("of", "and", "&", "de", "la", "le", "du", "the", "von", "van", "der", "y", "et", "und", "di", "da", "del", "for")
)
_CONNECTS = re.compile(r"is|are|was|shall|be|being|by|means?|of|in|on|the|an?|to|as|state|commonwealth", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|among|entre|zwischen|tra)\b", re.IGNORECASE)
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)")
_MOST_PARTIES = 6
_BEGINS = re.compile(r"^(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|between|among|by|and|parties:?)$", re.IGNORECASE)


def named(view: View, labels: Labels, index: int) -> Iterator[Candidate]:
    """Names that running text gives the field: `X Limited, a company … (the "Client")`, `the law of Y, whose …`."""
    lines = view.pools.get("prose")
    if lines is None:
        lines = view.pools["prose"] = [s for row in view.rows for s in row.segments if len(s.words) >= _PROSE]
    for segment in lines:
        if any('"' in word.text or "“" in word.text for word in segment.words):
            yield from _defined(view, segment, labels, index)
        if labels.touch(segment.tokens, index):
            yield from _following(segment, labels, index)
        if segment.tokens:
            yield from _headed(view, segment, labels, index)


def _defined(view: View, segment: Segment, labels: Labels, index: int) -> Iterator[Candidate]:
    for match in _TERM.finditer(segment.text):
        own = labels.match(phrase(match[1]))[index].own
        if own < _LEAST:
            continue
        last = next(n for n, at in enumerate(segment.starts) if at + len(segment.words[n].text) > match.start())
        flow = _before(view, segment, last)
        name = _name(flow)
        if name:
            yield _made(segment, name, {"defined": own})


def _before(view: View, segment: Segment, last: int) -> list[Word]:
    """The words of a clause that ends before word `last`: back to where a party, a list or a sentence begins."""
    words = list(segment.words[:last])
    rows: Sequence[Row] = view.rows[max(0, segment.row - _BACK) : segment.row]
    for row in reversed(rows):
        if row.page == segment.page and len(row.segments) == 1:
            words[:0] = row.segments[0].words
    start = 0
    for n in range(len(words) - 1, -1, -1):
        text = words[n].text
        # A name may hold `and`; only behind a comma or a definition it parts two parties.
        parts = n == 0 or words[n - 1].text.endswith((",", ";", ")", '"', "”", ".")) or text.casefold() != "and"
        if _BEGINS.match(text) and parts:
            start = n + 1
            break
        if n < len(words) - 1 and text.endswith((".", ";", ":")) and len(text) > 4:
            start = n + 1
            break
    return words[start:]


def _headed(view: View, segment: Segment, labels: Labels, index: int) -> Iterator[Candidate]:
    """Names in the line below a heading that names the field: `Governing law`, `… the law of England and Wales, …`."""
    above = view.above(segment, segment.box)
    if above is None or len(above.words) > _PROSE or not above.tokens:
        return
    own = labels.match(above.tokens)[index].own
    if own < _LEAST:
        return
    for n, word in enumerate(segment.words[:-1]):
        if word.text.casefold() in ("of", "by", "in", "is"):
            name = _name(segment.words[n + 1 :])
            if name:
                yield _made(segment, name, {"clause": own})


def _following(segment: Segment, labels: Labels, index: int) -> Iterator[Candidate]:
    words = segment.words
    best: tuple[float, int] | None = None
    for first in range(len(words) - 1):
        if not segment.labels[first]:
            continue
        for last in range(first + 1, min(first + _WIDEST_TERM, len(words) - 1) + 1):
            if not segment.labels[last - 1]:
                continue
            tokens = tuple(token for label in segment.labels[first:last] for token in label)
            match = labels.match(tokens)[index]
            if match.own >= _LEAST and match.own > match.rival and (best is None or match.own > best[0]):
                best = (match.own, last)
    if best is None:
        return
    at = best[1]
    while at < len(words) and _CONNECTS.fullmatch(words[at].text):
        at += 1
    name = _name(list(words[at:]))
    if name:
        yield _made(segment, name, {"clause": best[0]})


def parties(view: View) -> list[Candidate]:
    """Who a document is made between: the names behind `between`, each to its comma, `and` or definition."""
    for row in view.rows:
        for segment in row.segments:
            at = next((n for n, w in enumerate(segment.words) if _BETWEEN.match(w.text)), None)
            if at is None:
                continue
            words = list(segment.words[at + 1 :])
            for below in view.rows[segment.row + 1 : segment.row + 2 * _BACK]:
                if below.page == segment.page:
                    words += below.segments[0].words
            found = _parties(segment, words)
            if len(found) > 1:
                return found
    return []


def _parties(segment: Segment, words: Sequence[Word]) -> list[Candidate]:
    found: list[Candidate] = []
    n = 0
    while n < len(words) and len(found) < _MOST_PARTIES:
        text = words[n].text
        if _NUMBERING.match(text) or text.casefold() in ("and", "the", "by"):
            n += 1
            continue
        name = _name(words[n:])
        for k, word in enumerate(name):
            if word.text == "and":
                name = name[:k]
                break
        if name:
            found.append(_made(segment, name, {}))
        # On to the next party: behind `and`, or behind a number in parentheses.
        n += max(len(name), 1)
        while n < len(words) and words[n].text.casefold() != "and" and not _NUMBERING.match(words[n].text):
            if words[n].text.endswith(".") and len(words[n].text) > 4:
                return found
            n += 1
    return found


def _name(words: Sequence[Word]) -> list[Word]:
    """The run of capitalised words at the front, to where the clause ends."""
    found: list[Word] = []
    for word in words[:_LONGEST_NAME]:
        text = word.text
        if not text[:1].isupper() and not (found and text.casefold() in _INSIDE):
            break
        found.append(word)
        if text.endswith((",", ";", ".", ":", ")")) and not re.search(r"\b(?:Inc|Co|Ltd|Corp|St|Mr|Dr)[.,]$", text):
            break
    while found and found[-1].text.casefold() in _INSIDE:
        found.pop()
    return found


def _made(segment: Segment, words: Sequence[Word], base: dict[str, float]) -> Candidate:
    text = " ".join(word.text for word in words).strip(" ,;:.")
    base["letters"] = sum(map(str.isalpha, text)) / max(len(text), 1)
    return Candidate(segment.page, segment, tuple(words), box_of(words), text, text, base=base)
