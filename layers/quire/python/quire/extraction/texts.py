"""Candidates for values in words: what a label leads to, the letterhead, blocks of an address, choices and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from quire.extraction.candidates import Candidate, Features
from quire.extraction.labels import Labels, Match
from quire.extraction.lexicon import said
from quire.extraction.view import Segment, View, box_of
from quire.extraction.words import Tokens, phrase, vocabulary
from quire.reading.model import Word

_LABEL = 0.5  # what names a field at least this well is looked behind
_INLINE = 0.62
_WIDEST_LABEL = 8
_WIDE_SPACE = 3.0
_PROSE = 7
_KEY = 0.9  # how much of a label the key of a key-value is
_OPEN_LABELS = frozenset(["name"])


def labelled(view: View, labels: Labels, index: int, *, lines: int = 1) -> Iterator[Candidate]:
    """What stands behind, right of and below words that name the field, up to `lines` lines of it."""
    for row in view.rows:
        for segment in row.segments:
            tokens = segment.tokens
            if not (labels.touch(tokens, index) or ("name" in tokens and view.section(segment.row))):
                continue  # nothing in it names the field
            yield from _inside(view, segment, labels, index, lines)
            if len(segment.words) > _WIDEST_LABEL:
                continue
            match = _named(view, segment, segment.tokens, labels, index)
            if match.own < _LABEL:
                continue
            colon = float(segment.text.rstrip().endswith((":", "#")))
            for n, other in enumerate(row.segments[segment.column + 1 : segment.column + 3]):
                if n and not other.words:
                    break
                gap = (other.box.x0 - segment.box.x1) / max(view.sizes[segment.page][0], 1.0)
                yield _made(
                    view,
                    other,
                    [part.words for part in _block(view, other, lines, labels)],
                    {
                        "right": match.own,
                        "rival": max(0.0, match.rival - match.own),
                        "gap": gap,
                        "colon": colon,
                        "skipped": float(n),
                    },
                    labels,
                    index,
                )
                joined = _joined(view, other, labels)
                if not n and joined:
                    yield _made(
                        view,
                        other,
                        [part.words for part in (other, *joined)],
                        {
                            "right": match.own,
                            "rival": max(0.0, match.rival - match.own),
                            "gap": gap,
                            "colon": colon,
                            "joined": 1.0,
                        },
                        labels,
                        index,
                    )
                if other.tokens:
                    break
            below = view.below(segment)
            if below is not None and below.column >= 0:
                aligned = float(abs(below.box.x0 - segment.box.x0) <= 1.5 * view.height)
                drop = (below.box.y0 - segment.box.y1) / max(view.height, 1.0)
                right_taken = float(segment.column + 1 < len(row.segments))
                yield _made(
                    view,
                    below,
                    [part.words for part in _block(view, below, lines, labels)],
                    {
                        "below": match.own,
                        "rival": max(0.0, match.rival - match.own),
                        "aligned": aligned,
                        "drop": min(drop, 3.0) / 3,
                        "colon": colon,
                        "busy": right_taken,
                    },
                    labels,
                    index,
                )
    yield from _keyed(view, labels, index)


def _named(view: View, segment: Segment, printed: Tokens, labels: Labels, index: int) -> Match:
    """How well a label names the field; `Name:` says whose by the heading that it stands under."""
    match = labels.match(printed)[index]
    if match.own < _LABEL and printed and set(printed) <= _OPEN_LABELS:
        return labels.match(view.section(segment.row))[index]
    return match


def _joined(view: View, segment: Segment, labels: Labels) -> list[Segment]:
    """The parts right of a value that a wide space alone parts from it: `Tomas    Castellanos`."""
    found: list[Segment] = []
    last = segment
    for other in view.rows[segment.row].segments[segment.column + 1 :]:
        apart = other.box.x0 - last.box.x1 > _WIDE_SPACE * max(last.box.height, 1.0)
        if apart or (other.is_value is False and labels.match(other.tokens).top >= _LABEL):
            break
        if ":" in other.text or other.numbers or other.dates or last.numbers:
            break
        found.append(other)
        last = other
    return found


def _keyed(view: View, labels: Labels, index: int) -> Iterator[Candidate]:
    """The values of the key-values whose keys name the field."""
    for page in view.numbers:
        for key, box, _ in view.facts[page].keys:
            match = labels.match(key)[index]
            if match.own < _LABEL:
                continue
            held = view.within(page, box)
            if held:
                features = {"keyed": match.own, "rival": max(0.0, match.rival - match.own)}
                yield _made(view, held[0][0], [words for _, words in held], features, labels, index)


def _inside(view: View, segment: Segment, labels: Labels, index: int, lines: int) -> Iterator[Candidate]:
    """`Label: value` in one line."""
    best: tuple[float, int, float] | None = None
    for n in range(1, min(_WIDEST_LABEL, len(segment.words))):
        marked = segment.words[n - 1].text.endswith((":", "#", ":-", "-", "：")) or segment.words[n].text in (
            ":",
            "-",
            "=",
        )
        for first in range(max(0, n - 4), n):
            if not marked and (first or _is_prose(segment.words)):
                break
            printed = tuple(token for labels_ in segment.labels[first:n] for token in labels_)
            match = _named(view, segment, printed, labels, index)
            score = match.own + 0.2 * marked - 0.02 * first
            named = match.own >= _INLINE and match.own > match.rival and (marked or match.own >= 0.9)
            if named and (best is None or score > best[0]):
                best = (score, n, match.own)
    # A value may hold its label's colon: `Order : 12`.
    if best is None:
        return
    _, n, own = best
    if not segment.words[n - 1].text.endswith((":", "#")) and all(segment.labels[n:]) and not segment.numbers:
        known = vocabulary().known
        if all(token in known for tokens in segment.labels[n:] for token in tokens):
            return  # a longer label: `Advertiser Code`
    while n < len(segment.words) and not re.search(r"\w", segment.words[n].text):
        n += 1
    if n >= len(segment.words):
        return
    rest = list(segment.words[n:])
    # Another label may follow in the same line.
    for k in range(1, len(rest)):
        if rest[k].text.endswith(":") and segment.labels[n + k] and k + 1 < len(rest):
            rest = rest[:k]
            break
    more = [below.words for below in _block(view, segment, lines, labels)[1:]]
    marked = segment.words[n - 1].text.endswith((":", "#")) or not re.search(r"\w", segment.words[n - 1].text)
    yield _made(view, segment, [rest, *more], {"inline": own, "colon": float(marked)}, labels, index)


def _block(view: View, segment: Segment, lines: int, labels: Labels) -> list[Segment]:
    """The line, and those that go on under its left edge, up to `lines` in all."""
    found = [segment]
    last = segment
    while len(found) < lines:
        below = view.below(last)
        if below is None or abs(below.box.x0 - segment.box.x0) > 1.2 * view.height:
            break
        if below.box.y0 - last.box.y1 > 0.9 * max(last.box.height, 1.0) or said(below.text).stop:
            break
        if view.is_key(below.words[0]) or labels.match(below.tokens).top >= _KEY:
            break
        found.append(below)
        last = below
    return found


def _made(
    view: View, segment: Segment, lines: Sequence[Sequence[Word]], features: Features, labels: Labels, index: int
) -> Candidate:
    words = tuple(chain.from_iterable(lines))
    text = " ".join(word.text for word in words).strip(" :|")
    printed = phrase(text)
    match = labels.match(printed)[index]
    features["label_itself"] = max(match.own, match.rival) if len(words) <= _WIDEST_LABEL else 0.0
    if view.is_key(words[0]):
        features["label_itself"] = max(features["label_itself"], _KEY)
    features["ends_colon"] = float(text.endswith(":"))
    _looks(text, features)
    features["words"] = min(len(words), 12) / 12
    features["prose"] = float(_is_prose(words))
    return Candidate(segment.page, segment, words, box_of(words), text, text, base=features)


def _is_prose(words: Sequence[Word]) -> bool:
    return len(words) >= _PROSE and sum(word.text[:1].islower() for word in words) > len(words) / 2


def _looks(text: str, features: Features) -> None:
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    features["letters"] = letters / max(len(text), 1)
    features["figures"] = float(digits > letters)
    features["empty"] = float(letters + digits < 2)
    features["legal"] = float(said(text).legal)
