"""One scalar of the answer: its value as the schema's type wants it, and the words that say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quire.extraction import patterns
from quire.extraction.candidates import Candidate
from quire.extraction.schema import Kind, Scalar
from quire.extraction.view import View
from quire.reading.formats.void import is_void
from quire.reading.model import Box, Word

_CLOCK = re.compile(r"^\W{0,3}(?:at |um |à )?(\d{1,2})[:h.](\d{2})(?::(\d{2}))?\s?([AaPp])?\.?(?:[Mm]\b)?")
_POSITIVE = re.compile(r"\bpositive\b|\bwithout (?:its |the )?(?:sign|minus)\b", re.IGNORECASE)
_TYPED = (Kind.DATE, Kind.ENUM, Kind.BOOLEAN, Kind.SIGNATURE)


@dataclass(frozen=True, slots=True)
class Citation:
    """Words on a page: its number (from 1), their box in points (None on a page without places), their text."""

    page: int
    box: Box | None
    text: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar of the answer; `path` as in `line_items[0].amount`."""

    path: str
    value: Any
    confidence: float
    citations: tuple[Citation, ...] = ()


def scalars_of(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each scalar of filled-in data, null ones too, with its path as `Leaf` has it."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from scalars_of(inner, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for number, inner in enumerate(data):
            yield from scalars_of(inner, f"{path}[{number}]")
    else:
        yield path, data


def citation(view: View, page: int, words: Sequence[Word]) -> Citation:
    box = view.displayed(page, words)
    return Citation(page, box and box.rounded(), " ".join(word.text for word in words))


def legibility(words: Sequence[Word]) -> float:
    """How sure OCR was of the least legible word, kept near 1: a value in doubt is mostly right."""
    stated = [word.confidence for word in words if word.confidence is not None]
    return 0.7 + 0.3 * min(stated) if stated else 1.0


def written(scalar: Scalar, candidate: Candidate) -> Any:
    """The value as the schema's type wants it; None where it cannot be, or the document says that there is none."""
    value = candidate.value
    if is_void(candidate.text):
        return None
    if isinstance(value, float) and value < 0 and _POSITIVE.search(scalar.description):
        value = -value
    if scalar.kind is Kind.DATETIME:
        return f"{value}T{_clock_after(candidate)}Z"
    if scalar.kind is Kind.TIME:
        return clock(candidate.text)
    if scalar.kind in _TYPED:
        return value if patterns.fits(scalar.pattern, value) else None
    if scalar.written == "integer":
        return int(value) if isinstance(value, (int, float)) and value == int(value) else None
    if scalar.written == "number":
        return value if isinstance(value, (int, float)) else None
    # As printed, where the schema does not ask for another form of the same: an ISO 8601 day, a plain number.
    return next((form for form in (candidate.text, str(value)) if patterns.fits(scalar.pattern, form)), None)


def clock(text: str) -> str | None:
    """`2:07 pm` -> `14:07:00Z`: RFC 3339 wants a zone, and UTC stands where none is printed."""
    found = _CLOCK.match(text)
    told = _time(found) if found else None
    return f"{told}Z" if told else None


def _clock_after(candidate: Candidate) -> str:
    """The time of day printed behind a date; midnight where there is none."""
    segment = candidate.segment
    last = candidate.words[-1]
    at = next((n for n, word in enumerate(segment.words) if word is last), len(segment.words) - 1)
    found = _CLOCK.match(segment.text[segment.starts[at] + len(last.text) :])
    return (_time(found) if found else None) or "00:00:00"


def _time(found: re.Match[str]) -> str | None:
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    half = (found[4] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None
