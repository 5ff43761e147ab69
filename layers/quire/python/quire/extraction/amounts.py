"""Numbers as the world prints them: 1.234,56 · 1,234.56 · 1'234.50 · 12 345 · 1,23,456 · (12.00) · 12.00- · 5.00 CR."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

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
_NAMES = sorted(_CURRENCIES, key=len, reverse=True)
_BEFORE = "|".join(re.escape(name) for name in _NAMES if name not in ("fr", "ft", "kr"))
_AFTER = "|".join(re.escape(name) for name in _NAMES if name not in ("r", "rs"))
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
_SPACES = " \u00a0\u202f"
_APART = re.compile(r"[\s'’]")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Amount:
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
    while match := _NUMBER.search(text, at):
        amount, at = _amount(text, match, mark)
        if amount is not None:
            found.append(amount)
    return found


def _amount(text: str, match: re.Match[str], mark: Mark | None) -> tuple[Amount | None, int]:
    digits = match["digits"]
    start, end = match.span()
    group = match["group"]
    if group is not None and group in _SPACES and not (mark == "," or match["before"] or match["after"]):
        # Without a sign that it is one number, a space parts two.
        first = digits.split(group, 1)[0]
        end = match.start("digits") + len(first)
        digits = first
        tail = False
    else:
        tail = True
    after = match["after"] if tail else None
    if tail and end < len(text) and text[end].isalpha() and after is None:
        return None, end  # part of a code: 12AB
    value = value_of(digits, mark)
    if value is None:
        return None, end
    negative = bool(
        (match["sign"] and match["sign"].strip() != "+")
        or match["sign2"]
        or (match["open"] and match["close"] and tail)
        or (tail and (match["minus"] or match["credit"]))
    )
    stripped = _APART.sub("", digits)
    at = max(stripped.rfind("."), stripped.rfind(","))
    after_mark = len(stripped) - at - 1 if at >= 0 else 0
    whole = value == int(value) and after_mark == 3
    name = match["before"] or (after if after != "%" else None)
    if match["open"] and not (match["close"] and tail):
        start += len(match["open"])
    if match["close"] and not match["open"]:
        end = min(end, match.start("close"))
    return Amount(
        start,
        end,
        -value if negative else value,
        0 if whole else after_mark,
        _CURRENCIES.get(name.lower()) if name else None,
        after == "%",
        len(_DIGIT.findall(digits)),
    ), max(end, match.start() + 1)


def value_of(digits: str, mark: Mark | None = None) -> float | None:
    """The number that digits with separators stand for; None when they stand for none (12,34,5)."""
    bare = digits if digits.isdecimal() else _APART.sub("", digits)
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


_CLEAR = re.compile(r"(?<![\d.,])\d{1,3}(?:[., '’\u00a0\u202f]\d{3})*([.,])\d{2}(?![\d.,/])")


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
