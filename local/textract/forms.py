"""Key-value pairs of a page: a label that ends in a colon, and what stands after, right of or under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from local.textract.geometry import Box, Word, around
from local.textract.rows import Segment, rows_of, segments_of

MAX_KEY_WORDS = 7
# How far a value may be, in heights of its key.
RIGHT, BELOW = 25.0, 1.5


@dataclass(frozen=True)
class Pair:
    """A key and its value; the value is empty when the form was not filled in."""

    key: tuple[Word, ...]
    value: tuple[Word, ...]

    @property
    def confidence(self) -> float:
        return min(word.confidence for word in (*self.key, *self.value))


def pairs_of(words: Sequence[Word]) -> list[Pair]:
    """The pairs of a level page in reading order."""
    rows = [segments_of(row) for row in rows_of(words)]
    return [pair for index, row in enumerate(rows) for pair in _row_pairs(row, rows[index + 1 : index + 2])]


def _row_pairs(row: Sequence[Segment], below: Sequence[Sequence[Segment]]) -> Iterator[Pair]:
    for index, segment in enumerate(row):
        for key, value in _cut(segment.words):
            # Only the last label of a segment may have its value elsewhere.
            yield Pair(key, value or _right(key, row[index + 1 : index + 2]) or _below(key, below))


def _is_label(word: Word) -> bool:
    return word.text == ":" or (word.text.endswith(":") and any(character.isalpha() for character in word.text))


def _cut(words: Sequence[Word]) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """The segment's labels with the words that follow each, up to the next label's first word."""
    ends = [index + 1 for index, word in enumerate(words) if _is_label(word)]
    starts = [0]
    for before, end in pairwise(ends):
        # Between two colons, the next label begins at its last capitalised word: "Date: 3 May No: 7".
        start = end - 1
        while start - 1 > before and words[start].text == ":":
            start -= 1
        starts.append(start)
    for start, end, stop in zip(starts, ends, [*starts[1:], len(words)], strict=False):
        key = tuple(words[start:end])
        if len(key) <= MAX_KEY_WORDS and any(character.isalpha() for word in key for character in word.text):
            yield key, tuple(words[end:stop])


def _right(key: Sequence[Word], following: Sequence[Segment]) -> tuple[Word, ...]:
    box = around(word.box for word in key)
    for segment in following:
        if not _is_label(segment.words[-1]) and segment.box.left - box.right < RIGHT * box.height:
            # A segment such as "12 May Total: 9" holds a pair of its own.
            return segment.words if not any(_is_label(word) for word in segment.words) else ()
    return ()


def _below(key: Sequence[Word], rows: Sequence[Sequence[Segment]]) -> tuple[Word, ...]:
    box = around(word.box for word in key)
    height = median(word.box.height for word in key)
    for segment in (segment for row in rows for segment in row):
        if _under(box, segment.box, height) and not any(_is_label(word) for word in segment.words):
            return segment.words
    return ()


def _under(key: Box, value: Box, height: float) -> bool:
    near = value.top - key.bottom < BELOW * height
    return near and abs(value.left - key.left) < 1.2 * height
