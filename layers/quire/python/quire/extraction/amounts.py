"""Numbers as the world prints them: 1.234,56 · 1,234.56 · 1'234.50 · 12 345 · 1,23,456 · (12.00) · 12.00- · 5.00 CR."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from quire.extraction.alternation import one_of

Mark = Literal[".", ","]
"""What parts the decimals."""

_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP",
    "gbp": "GBP", "¥": "JPY", "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "₹": "INR", "inr": "INR", "rs": "INR",
    "rm": "MYR", "myr": "MYR", "chf": "CHF", "fr": "CHF", "sfr": "CHF", "kr": "SEK", "sek": "SEK", "nok": "NOK",
    "dkk": "DKK", "zł": "PLN", "pln": "PLN", "czk": "CZK", "kč": "CZK", "huf": "HUF", "ft": "HUF", "r$": "BRL",
    "brl": "BRL", "mxn": "MXN", "cad": "CAD", "c$": "CAD", "ca$": "CAD", "aud": "AUD", "a$": "AUD", "nzd": "NZD",
    "s$": "SGD", "sgd": "SGD", "hk$": "HKD", "hkd": "HKD", "₩": "KRW", "krw": "KRW", "zar": "ZAR", "r": "ZAR",
    "aed": "AED", "sar": "SAR", "₺": "TRY", "try": "TRY", "₽": "RUB", "rub": "RUB", "₫": "VND", "vnd": "VND",
    "idr": "IDR", "rp": "IDR", "thb": "THB", "฿": "THB", "₱": "PHP", "php": "PHP", "ils": "ILS", "₪": "ILS",
}  # fmt: skip
_BEFORE = one_of(_CURRENCIES.keys() - {"fr", "ft", "kr"})
_AFTER = one_of(_CURRENCIES.keys() - {"r", "rs"})
_DIGITS = (
    r"\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d+)?"  # lakhs
    r"|\d{1,3}(?:(?P<group>[.,'’\u00a0\u202f ])\d{3})(?:(?P=group)\d{3})*(?:\s?[.,]\s?\d{1,2}(?!\d)|[.,]\d+)?"
    r"|\d+(?:\s?[.,]\s?\d{2}(?!\d)|[.,]\d+)?"
    r"|[.,]\d{1,4}"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/:#])(?<!\d[-−–])(?P<open>\(\s?)?(?P<sign>[-−–+]\s?)?(?:(?P<before>{_BEFORE})\s?)?(?P<sign2>[-−–]\s?)?"
    rf"(?P<digits>{_DIGITS})"
    rf"(?:\s?(?P<after>{_AFTER}|%)(?![^\W\d]))?(?P<close>\s?\))?(?P<minus>-(?![\w/]))?(?:\s?(?P<credit>CR)\b)?"
    r"(?![\d/:]|[.,]\d|-\d)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_LEAD = 16  # characters; what stands before a number's first digit, a currency with signs and spaces, is shorter
_SPACES = " \u00a0\u202f"
_APART = re.compile(r"[\s'’]")


class Amount(msgspec.Struct, frozen=True, gc=False):
    """A number at `start`..`end` of a text.

    `decimals`: how many digits stand after the mark; `digits`: how many in all; `currency`: ISO 4217.
    """

    start: int
    end: int
    value: float
    decimals: int
    currency: str | None
    percent: bool
    digits: int


def find(text: str, mark: Mark | None = None) -> list[Amount]:
    """The numbers in a text, from the left.

    Args:
        text: of one line.
        mark: the document's decimal mark (`decimal_mark`), which decides what 1.234 and 12 345 are.
    """
    found: list[Amount] = []
    at = 0
    while (figure := _FIGURE.search(text, at)) and (match := _NUMBER.search(text, max(at, figure.start() - _LEAD))):
        amount, at = _amount(text, match, mark)
        if amount is not None:
            found.append(amount)
    return found


def _amount(text: str, match: re.Match[str], mark: Mark | None) -> tuple[Amount | None, int]:
    digits, group, before, after = match.group("digits", "group", "before", "after")
    start, end = match.span()
    if group is not None and group in _SPACES and not (mark == "," or before or after):
        # Without a sign that it is one number, a space parts two.
        first = digits.split(group, 1)[0]
        end = match.start("digits") + len(first)
        digits = first
        tail = False
    else:
        tail = True
    if not tail:
        after = None
    if tail and end < len(text) and text[end].isalpha() and after is None:
        return None, end  # part of a code: 12AB
    bare = _bare(digits)
    value = _value(bare, mark)
    if value is None:
        return None, end
    sign, sign2, opened, closed, minus, credit = match.group("sign", "sign2", "open", "close", "minus", "credit")
    negative = bool(
        (sign and sign.strip() != "+") or sign2 or (opened and closed and tail) or (tail and (minus or credit))
    )
    at = max(bare.rfind("."), bare.rfind(","))
    after_mark = len(bare) - at - 1 if at >= 0 else 0
    whole = value == int(value) and after_mark == 3
    name = before or (after if after != "%" else None)
    if opened and not (closed and tail):
        start += len(opened)
    if closed and not opened:
        end = min(end, match.start("close"))
    return Amount(
        start,
        end,
        -value if negative else value,
        0 if whole else after_mark,
        _CURRENCIES.get(name.lower()) if name else None,
        after == "%",
        len(bare) - bare.count(".") - bare.count(","),
    ), max(end, match.start() + 1)


def value_of(digits: str, mark: Mark | None = None) -> float | None:
    """The number that digits with separators stand for; None when they stand for none (12,34,5)."""
    return _value(_bare(digits), mark)


def _bare(digits: str) -> str:
    """Without spaces and apostrophes."""
    return digits if digits.isdecimal() else _APART.sub("", digits)


def _value(bare: str, mark: Mark | None) -> float | None:
    points, commas = bare.count("."), bare.count(",")
    decimal: str | None
    if points and commas:
        decimal = "." if bare.rfind(".") > bare.rfind(",") else ","
        if bare.count(decimal) > 1:
            return None
    elif points + commas > 1:
        decimal = None
    elif points or commas:
        sign = "." if points else ","
        after = len(bare) - bare.index(sign) - 1
        if after != 3 or bare.startswith(("0", sign)):
            decimal = sign
        elif mark is not None:
            decimal = sign if sign == mark else None
        else:
            decimal = "." if sign == "." else None
    else:
        decimal = None
    other = {".": ",", ",": "."}.get(decimal or "", "")
    clean = bare.replace(other, "") if other else bare.replace(".", "").replace(",", "")
    try:
        return float(clean.replace(",", "."))
    except ValueError:
        return None


# Its first character is a digit, for the engine runs to the next of these; what stands before it is asked then.
_CLEAR = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:[., '’\u00a0\u202f]\d{3})*([.,])\d{2}(?![\d.,/])")


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """The mark before two decimals that most of a document's numbers have; None where there is no such number."""
    votes = {".": 0, ",": 0}
    for text in texts:
        for match in _CLEAR.finditer(text):
            votes[match[1]] += 1
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


CODES = frozenset(_CURRENCIES.values())


def currency_of(text: str) -> str | None:
    """The ISO 4217 code that a sign or a name stands for."""
    return _CURRENCIES.get(text.strip(" .:()").lower())
