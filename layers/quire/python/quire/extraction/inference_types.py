"""What type a value has, by how it is printed and by what its label says of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from quire.extraction import amounts, dates
from quire.extraction.choices import truth_of
from quire.extraction.fields import Family, compile_field
from quire.extraction.schema import Kind, Scalar
from quire.extraction.words import phrase

# Share of a column's values that have to agree: one cell that was misread makes no column of text.
_AGREED = 0.8
_LONGEST_UNIT = 8
_MOST_DIGITS = 8  # of a number without separators
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_URI = re.compile(r"(?:https?://|www\.)\S+")
_COUNTS = frozenset(("quantity", "count", "percent", "age"))
_SPOKEN = ("yes", "no", "true", "false", "oui", "non", "ja", "nein", "si", "sim", "nao")


def schema_of(kind: Kind, title: str) -> dict[str, Any]:
    """The property for a value of this kind; every value may be null, for a document may not say it."""
    made: dict[str, Any] = {"type": ["string", "null"], "title": title}
    if kind in (Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN):
        made["type"] = [kind.value, "null"]
    elif kind in (Kind.DATE, Kind.EMAIL, Kind.URI):
        made["format"] = kind.value
    return made


def family_of_label(label: str) -> Family:
    """What the label's words alone say of its values."""
    return compile_field(Scalar(label, label, Kind.STRING)).family


def kind_of_label(label: str) -> Kind:
    """The kind of a field of which no value was seen."""
    if _COUNTS & set(phrase(label)):
        return Kind.NUMBER
    match family_of_label(label):
        case Family.AMOUNT | Family.NUMBER:
            return Kind.NUMBER
        case Family.DATE:
            return Kind.DATE
        case Family.EMAIL:
            return Kind.EMAIL
        case Family.URI:
            return Kind.URI
        case _:
            return Kind.STRING


def kind_of(value: str) -> Kind:
    """The kind of one printed value: STRING where it is more than a number, a date and so on.

    `€ 44 620,00` and `20 %` are numbers, `15,00 Unités` is one with its unit, `007` and `12-34` are none.
    """
    text = value.strip()
    if truth_of(text) is not None and text.casefold().strip(".") in _SPOKEN:
        return Kind.BOOLEAN
    if _EMAIL.fullmatch(text):
        return Kind.EMAIL
    if _URI.fullmatch(text):
        return Kind.URI
    days = dates.find(text)
    if len(days) == 1 and _rest(text, days[0].start, days[0].end) <= 2:
        return Kind.DATE
    return _number(text)


def _number(text: str) -> Kind:
    found = amounts.find(text, amounts.decimal_mark([text]))
    if len(found) != 1:
        return Kind.STRING
    number = found[0]
    before, after = text[: number.start].strip(), text[number.end :].strip()
    digits = text[number.start : number.end].strip()
    if before or (after and not (after.isalpha() and len(after) <= _LONGEST_UNIT)):
        return Kind.STRING
    if digits.isdigit() and len(digits) > 1 and (digits.startswith("0") or len(digits) > _MOST_DIGITS):
        return Kind.STRING  # a code
    whole = not number.decimals and not number.currency and not number.percent
    return Kind.INTEGER if whole else Kind.NUMBER


def _rest(text: str, start: int, end: int) -> int:
    """How many letters and digits stand outside of start..end."""
    return sum(c.isalnum() for c in text[:start] + text[end:])


@dataclass(slots=True)
class Votes:
    """The kinds of the values seen under one label; bounded, however many values there are."""

    kinds: Counter[Kind] = field(default_factory=Counter)

    def add(self, value: str) -> None:
        self.kinds[kind_of(value)] += 1

    def kind(self, label: str) -> Kind:
        """The kind that most values have, as far as the label lets it: an account's number is no number."""
        if not self.kinds:
            return kind_of_label(label)
        votes = Counter(self.kinds)
        if votes[Kind.NUMBER]:
            votes[Kind.NUMBER] += votes.pop(Kind.INTEGER, 0)
        kind, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        if count < _AGREED * sum(votes.values()):
            return Kind.STRING
        family = family_of_label(label)
        if kind in (Kind.NUMBER, Kind.INTEGER) and family in (Family.IDENTIFIER, Family.PHONE, Family.ADDRESS):
            return Kind.STRING
        return Kind.NUMBER if kind is Kind.INTEGER and family is Family.AMOUNT else kind
