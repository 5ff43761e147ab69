"""Answers to queries by the page's own words: what stands at the label that has the question's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from local.textract.forms import pairs_of
from local.textract.geometry import Box, Word
from local.textract.rows import Segment, rows_of, segments_of

# Words that questions are made of.
_ASKING = frozenset(
    re.findall(r"\w+", "what is are was were the a an of on in at to for by who whom when where how which does do")
)
_MOST_LABEL_WORDS = 6
# How much the words of a label and of a question must have in common (0..1).
_LEAST_FIT = 0.5
# How far under its label a value may stand, in heights of the label.
_BELOW = 2.0
# A colon says that a label is one; the words beside or under another may be anything.
_LOOSE = 0.9


@dataclass(frozen=True)
class Answer:
    """The words that answer a question; `confidence` is 0..100."""

    words: tuple[Word, ...]
    confidence: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def answer_of(question: str, words: Sequence[Word]) -> Answer | None:
    """What a level page says to a question, its remark in parentheses apart; None where no label has its words."""
    asked = _tokens(question.partition("(")[0])
    best: tuple[tuple[float, bool], tuple[Word, ...]] | None = None
    for label, value, trust in _labelled(words):
        own = _tokens(" ".join(word.text for word in label))
        shared = len(own & asked)
        fit = trust * 2 * shared / (len(own) + len(asked)) if shared else 0.0
        # Beside or under a label may stand another label: it has no figures.
        rank = fit, any(character.isdigit() for word in value for character in word.text)
        if fit >= _LEAST_FIT and (best is None or rank > best[0]):
            best = rank, value
    if best is None:
        return None
    (fit, _), value = best
    return Answer(value, fit * min(word.confidence for word in value))


def _labelled(words: Sequence[Word]) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...], float]]:
    """What may be a label, what stands for it, and how sure that is (0..1)."""
    for pair in pairs_of(words):
        if pair.value:
            yield pair.key, pair.value, 1.0
    rows = [segments_of(row) for row in rows_of(words)]
    for row in rows:
        for label, value in pairwise(row):
            if _may_be_label(label):
                yield label.words, value.words, _LOOSE
    for row, following in pairwise(rows):
        for label in filter(_may_be_label, row):
            for value in following:
                if _is_under(label.box, value.box):
                    yield label.words, value.words, _LOOSE


def _may_be_label(segment: Segment) -> bool:
    return len(segment.words) <= _MOST_LABEL_WORDS


def _is_under(label: Box, value: Box) -> bool:
    return value.top - label.bottom < _BELOW * label.height and min(label.right, value.right) > max(
        label.left, value.left
    )


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.lower())) - _ASKING
