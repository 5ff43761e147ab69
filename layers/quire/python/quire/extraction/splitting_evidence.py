"""What speaks for a new document between two pages, and what against it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from quire.extraction.splitting_kinds import ANNEXES
from quire.extraction.splitting_traits import Counter, Traits, is_counter, words_of

Evidence = dict[str, float]

AGAINST = frozenset(
    (
        "counter_next",
        "loose_next",
        "counter_open",
        "head_same",
        "foot_same",
        "words_same",
        "places_same",
        "running_same",
    )
) | frozenset(("code_shared", "label_same", "title_repeated", "table_continued", "sentence_continued"))
"""Names of evidence that the document goes on; all other evidence speaks for a new one."""

_TOP = 0.08  # of the page's height
_NEAR = 4.0  # points: the same place on two pages
_MOST_CODES = 200
_MOST_LABELS = 100


@dataclass(slots=True)
class Open:
    """The document that may go on: its first page, its last one with words, and by what it names itself."""

    first: Traits
    last: Traits
    counter: Counter | None
    since: int  # pages since the one that had the counter
    blank: bool = False  # a blank page came last
    codes: set[str] = field(default_factory=set)
    labelled: dict[str, str] = field(default_factory=dict)

    def add(self, page: Traits) -> None:
        """The document goes on with this page."""
        self.since += 1
        self.blank = page.blank
        if page.counter is not None:
            self.counter, self.since = page.counter, 0
        if page.blank:
            return
        self.first = page if self.first.blank else self.first
        self.last = page
        if len(self.codes) < _MOST_CODES:
            self.codes |= page.codes
        for name, value in page.labelled:
            if len(self.labelled) < _MOST_LABELS:
                self.labelled.setdefault(name, value)


def opened(page: Traits) -> Open:
    """A document that begins with this page."""
    return Open(page, page, page.counter, 0, page.blank, set(page.codes), dict(reversed(page.labelled)))


def evidence(document: Open, page: Traits, *, table_continued: bool) -> Evidence:
    """What is known of the boundary before `page`, each 0..1; `table_continued`: a table goes on over it."""
    first, last = document.first, document.last
    found: Evidence = {
        "size_changed": float(_size_changed(last, page)),
        "source_changed": float(last.source != page.source),
    }
    found |= _counted(document, page)
    found["head_same"] = max(_alike(first.head, page.head), _alike(last.head, page.head))
    found["foot_same"] = max(_alike(first.foot, page.foot), _alike(last.foot, page.foot))
    found["foot_differs"] = float(bool(last.foot) and bool(page.foot) and found["foot_same"] < 0.2)
    found["words_same"] = max(_alike(first.words, page.words), _alike(last.words, page.words))
    same, differ = max(_placed(first, page), _placed(last, page))
    found["places_same"] = same
    found["places_differ"] = differ
    found["running_same"] = float(_running(last) & _running(page) != frozenset())
    shared = document.codes & page.codes
    found["code_shared"] = min(len(shared), 3) / 3
    found["code_differs"] = float(bool(document.codes) and bool(page.codes) and not shared)
    found["codes_new"] = len(page.codes - document.codes) / len(page.codes) if page.codes and document.codes else 0.0
    pairs = [
        (value, document.labelled[name]) for name, value in dict(page.labelled).items() if name in document.labelled
    ]
    found["label_same"] = min(sum(a == b for a, b in pairs), 2) / 2
    found["label_differs"] = min(sum(a != b for a, b in pairs), 2) / 2
    title = page.title
    repeated = title is not None and any(
        (other.title is not None and other.title.kind == title.kind) or _says(other, title.text)
        for other in (first, last)
    )
    found["title_new"] = float(title is not None and title.kind not in ANNEXES and not repeated)
    found["title_repeated"] = float(repeated)
    found["large_new"] = float(bool(page.large) and not _says(first, page.large) and not _says(last, page.large))
    found["table_continued"] = float(table_continued)
    found["sentence_continued"] = float(_goes_on(last, page))
    found["after_blank"] = float(document.blank)
    found["totalled"] = float(last.totalled)
    found["ends_early"] = max(0.0, 0.75 - last.bottom)
    return found


def _counted(document: Open, page: Traits) -> Evidence:
    """What the pages' own numbers say."""
    before, now = document.counter, page.counter
    found = dict.fromkeys(
        (
            "counter_next",
            "counter_restarts",
            "counter_breaks",
            "counter_open",
            "counter_over",
            "loose_next",
            "loose_restarts",
        ),
        0.0,
    )
    expected = before.number + document.since + 1 if before is not None else None
    if now is None:
        if before is not None and before.total is not None and expected is not None:
            found["counter_open" if expected <= before.total else "counter_over"] = 1.0
        return found
    if now.loose or (before is not None and before.loose):
        if now.number == expected:
            found["loose_next"] = 1.0
        elif now.number == 1:
            found["loose_restarts"] = 1.0
        return found
    if now.number == 1:
        found["counter_restarts"] = 1.0
    elif before is not None and (now.number != expected or now.total != before.total):
        found["counter_breaks"] = 1.0
    elif now.number == expected or now.number == document.since + 2:
        found["counter_next"] = 1.0
    return found


def _size_changed(a: Traits, b: Traits) -> bool:
    return abs(a.width - b.width) > 0.02 * a.width or abs(a.height - b.height) > 0.02 * a.height


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _placed(a: Traits, b: Traits) -> tuple[float, float]:
    """Of what stands at the same places of both heads: how much is equal, how much differs in its figures alone."""
    same = differ = 0
    for x, y, text in b.places:
        for other in _near(a, x, y):
            if other == text:
                same += 1
            elif _shape(other) == _shape(text) and re.search(r"\d{2}", text) and not is_counter(text):
                differ += 1
            else:
                continue
            break
    most = max(min(len(a.places), len(b.places)), 1)
    return min(same / most, 1.0), min(differ, 3) / 3


def _running(page: Traits) -> frozenset[str]:
    """The lines of words at the very top: a running header says the same on each page."""
    return frozenset(
        text
        for _, y, text in page.places
        if y < _TOP * page.height and len(text.split()) > 1 and not any(c.isdigit() for c in text)
    )


def _says(page: Traits, text: str) -> bool:
    """Whether all words of a title stand on the page too."""
    return words_of(text) <= page.words


def _near(page: Traits, x: float, y: float) -> Iterator[str]:
    return (text for x0, y0, text in page.places if abs(x0 - x) <= _NEAR and abs(y0 - y) <= _NEAR)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _goes_on(before: Traits, page: Traits) -> bool:
    """Whether a sentence runs over the end of the page."""
    last, first = before.last.rstrip(), page.first.lstrip()
    return len(last.split()) >= 5 and last[-1:] not in ".:;!?" and first[:1].islower() and len(first.split()) >= 3


@cache
def weights() -> Mapping[str, float]:
    """How much each evidence weighs, and `bias`; fitted on labelled files, see `docs/accuracy-splitting.md`."""
    found: dict[str, float] = json.loads(Path(__file__).with_name("splitting_weights.json").read_text(encoding="utf-8"))
    return found


def probability(found: Mapping[str, float], weighed: Mapping[str, float] | None = None) -> float:
    """0..1: a new document begins."""
    weighed = weights() if weighed is None else weighed
    score = weighed["bias"] + sum(weighed.get(name, 0.0) * value for name, value in found.items())
    return 1.0 / (1.0 + math.exp(-max(min(score, 30.0), -30.0)))
