"""Dates as they are printed, with names of months in six languages; day-first or month-first as the document shows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from quire.extraction.alternation import one_of
from quire.extraction.words import plain

Order = Literal["day", "month"]
"""What comes first in 03/04/2025."""

_MONTHS = (
    "january jan janvier janv januar janner jan. enero ene gennaio gen janeiro",
    "february feb fevrier fevr februar febr febrero febbraio fevereiro fev",
    "march mar mars marz maerz mrz marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juin juni junio giugno giu junho",
    "july jul juillet juil juli julio luglio lug julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct octobre oktober okt octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec decembre dezember dez diciembre dic dicembre dezembro",
)
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 3
_YEARS = range(1900, 2101)


@cache
def _months() -> dict[str, int]:
    return {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}


@cache
def _pattern() -> re.Pattern[str]:
    names = one_of(_months())
    part = r"\s?[-/.\u2013]\s?"
    year = r"(?:\d{4}|['’]?\d{2})"
    return re.compile(
        rf"(?<![\d/.])(?:"
        rf"(?P<y1>(?:19|20)\d\d)(?P<s1>{part}|\s)(?P<m1>\d{{1,2}})(?:{part}|\s)(?P<d1>\d{{1,2}})"
        rf"|(?P<a>\d{{1,2}})(?P<s2>{part}|\s(?=\d\d?\s\d{{4}}))(?P<b>\d{{1,2}})(?:{part}|\s)(?P<y2>\d{{4}}|['’]?\d{{2}})"
        rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s\-/.,]*(?:de\s|of\s|d[’'])?(?P<n3>{names})\b\.?[\s\-/.,]*(?:de\s)?"
        rf"(?P<y3>{year})"
        rf"|\b(?P<n4>{names})\.?[\s\-/.]*(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?[\s,\-/.]+(?P<y4>{year})"
        rf"|(?P<d5>\d{{1,2}})(?P<m5>\d{{2}})(?P<y5>(?:19|20)\d\d)(?=\s\d\d?:\d\d)"
        rf"|(?P<y6>20\d\d)(?P<m6>[01]\d)(?P<d6>[0-3]\d)(?=\s\d\d?:\d\d|T|$)"
        rf")(?!\d(?!\d?:\d\d))(?!/\d)(?!-\d+(?![\d/.]))",
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A date at `start`..`end` of a text.

    `first`, `second`: the two leading numbers where their order is open (03/04), else None: `day` and `month` hold.
    """

    start: int
    end: int
    year: int
    month: int
    day: int
    first: int | None = None
    second: int | None = None
    named: bool = False

    def date(self, order: Order = "day") -> datetime.date:
        """The day in this order, in the other one where the first makes no date."""
        if self.first is None or self.second is None:
            return datetime.date(self.year, self.month, self.day)
        pairs = [(self.first, self.second), (self.second, self.first)]
        for day, month in pairs if order == "day" else pairs[::-1]:
            made = _made(self.year, month, day)
            if made is not None:
                return made
        raise AssertionError("one of the two orders makes a date")


def find(text: str) -> list[Found]:
    """The dates in a text, from the left: only those that the calendar has, 1900 to 2100."""
    # Folding to plain text keeps the length for the letters that matter, else the offsets would be wrong.
    folded = plain(text) if not text.isascii() else text
    if len(folded) != len(text):
        folded = "".join(c if len(plain(c)) != 1 else plain(c) for c in text)
    if len(_DIGIT.findall(folded)) < _FEWEST_DIGITS:
        return []
    found: list[Found] = []
    at = 0
    while match := _pattern().search(folded, at):
        made = _found(match)
        if made is not None:
            found.append(made)
            at = match.end()
        else:
            at = match.start() + 1
    return found


def _found(match: re.Match[str]) -> Found | None:
    start, end = match.span()
    if match["a"]:
        a, b, year = int(match["a"]), int(match["b"]), _year(match["y2"])
        if _made(year, b, a) is None and _made(year, a, b) is None:
            return None
        return Found(start, end, year, b, a, a, b)
    for n in "13456":
        if not match[f"y{n}"]:
            continue
        year = _year(match[f"y{n}"])
        named = n in "34"
        month = _months()[match[f"n{n}"].lower()] if named else int(match[f"m{n}"])
        day = int(match[f"d{n}"])
        if _made(year, month, day) is not None:
            return Found(start, end, year, month, day, named=named)
    return None


def _year(text: str) -> int:
    year = int(text.strip("'’"))
    if len(text.strip("'’")) == 2:
        year += 2000 if year < 70 else 1900
    return year


def _made(year: int, month: int, day: int) -> datetime.date | None:
    if year not in _YEARS:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def order_of(texts: Iterable[tuple[str, Sequence[Found]]], american: bool = False) -> Order:
    """Whether a document writes the day first, by its own dates: those found in each of its texts.

    A number above 12 settles it; so does a range, whose first day is not after its last. Else, `american` decides.
    """
    votes = {"day": 0.0, "month": 0.0}
    for text, dated in texts:
        found = [date for date in dated if date.first is not None]
        for date in found:
            votes["day"] += (date.first or 0) > 12
            votes["month"] += (date.second or 0) > 12
        for a, b in pairwise(found):
            if re.fullmatch(
                r"\s*(?:[-\u2013\u2014]|to|au|bis|al|thru|through)\s*", text[a.end : b.start], re.IGNORECASE
            ):
                votes["day"] += 0.5 * (a.date("day") <= b.date("day"))
                votes["month"] += 0.5 * (a.date("month") <= b.date("month"))
    if votes["day"] == votes["month"]:
        return "month" if american else "day"
    return "day" if votes["day"] > votes["month"] else "month"
