"""Numbers as a sheet shows them: the format codes of SpreadsheetML (ECMA-376, part 1, 18.8.31).

Thousands are not grouped: whose comma it would be, the file does not say. What a format says that is not understood
(fractions, powers of ten) leaves the number as it is.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"'
    r"|\\(?P<escaped>.)"
    r"|_."  # as wide as the character that follows
    r"|\*."  # that character, as often as the cell is wide
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]"
    r"|\[(?P<condition>(?:<=|>=|<>|<|>|=)-?[\d.]+)\]"
    r"|\[(?P<elapsed>h+|m+|s+)\]"
    r"|\[(?P<colour>[^\]]*)\]"
    r"|(?P<digits>[0#?](?:[0#?,]*[0#?])?(?:\.[0#?]*)?|\.[0#?]+)(?P<thousandths>,*)"
    r"|(?P<general>General)"
    r"|(?P<percent>%)"
    r"|(?P<power>E[+-])"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|(?P<end>;)|.', re.DOTALL)
_COMPARED = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_MOST_DIGITS = 15  # that a sheet keeps of a number


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a section: what is written as it stands, or the number's digits."""

    text: str
    digits: bool = False


def number(value: float, number_format: str) -> str:
    """A number with the leading zeros, decimals, signs and words that its cell's format gives it; "" where the format
    shows nothing."""
    if number_format in ("General", "@", ""):
        return plain(value)
    sections = _sections(number_format)
    section, signed = _chosen(value, sections)
    shown = _shown(value, section, signed=signed)
    if shown is None:
        return plain(value)
    # Accountants write nothing as a dash: the number is there all the same.
    return _shown(value, sections[0], signed=False) or "0" if value == 0 and shown.strip() in ("-", "–", "—") else shown


def plain(value: float) -> str:
    """As many digits as a sheet keeps."""
    return str(value) if isinstance(value, int) else f"{value:.{_MOST_DIGITS}g}"


def moment(value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta, number_format: str) -> str:
    """A date or a time in ISO 8601, which no country reads otherwise, but no finer than the format shows it: a month
    (`May 2024`), a year. A duration in hours, minutes and seconds."""
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    letters = "".join(match["other"] or "" for match in _TOKEN.finditer(number_format)).lower()
    day, month, year, hour = (letter in letters for letter in "dmyh")
    if year and not day and not hour:
        return f"{value:%B %Y}" if month else f"{value:%Y}"
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if hour and not day and not year:
        return value.time().isoformat("seconds")
    return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")


def _sections(number_format: str) -> list[str]:
    sections, begin = [], 0
    for match in _SECTION.finditer(number_format):
        if match["end"]:
            sections.append(number_format[begin : match.start()])
            begin = match.end()
    return [*sections, number_format[begin:]]


def _chosen(value: float, sections: list[str]) -> tuple[str, bool]:
    """The section for this value, and whether a minus is to be written before it."""
    conditions = [
        match["condition"] for section in sections[:2] for match in _TOKEN.finditer(section) if match["condition"]
    ]
    if conditions:
        for section in sections:
            condition = next((m["condition"] for m in _TOKEN.finditer(section) if m["condition"]), None)
            if condition is None or _meets(value, condition):
                return section, value < 0
        return "General", value < 0
    if value < 0 and len(sections) > 1:
        # Where only a colour tells that it is below zero, the sign is written: a colour is no text.
        return sections[1], bool(sections[1].strip()) and not re.search(r"[-(–−]|[A-Za-z]", _words(sections[1]))
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], value < 0


def _meets(value: float, condition: str) -> bool:
    match = _COMPARED.fullmatch(condition)
    if match is None:
        return False
    limit = float(match[2])
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit,
        ">=": value >= limit, "=": value == limit, "<>": value != limit,
    }[match[1]]  # fmt: skip


def _words(section: str) -> str:
    """What a section writes beside the digits and its currency."""
    return "".join(match["quoted"] or match["escaped"] or match["other"] or "" for match in _TOKEN.finditer(section))


def _shown(value: float, section: str, *, signed: bool) -> str | None:
    """None where the section is not understood."""
    parts: list[_Part] = []
    scale = 0  # powers of ten
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup
        if kind in ("power", "elapsed") or (kind == "other" and match["other"] == "/"):
            return None
        if match["digits"] is not None:
            parts.append(_Part(match["digits"], digits=True))
            scale -= 3 * len(match["thousandths"])
        elif kind == "general":
            parts.append(_Part("General", digits=True))
        elif kind == "percent":
            parts.append(_Part("%"))
            scale += 2
        elif kind in ("quoted", "escaped", "currency", "other"):
            parts.append(_Part(match[kind]))
        elif match[0].startswith("_"):
            parts.append(_Part(" "))
    runs = [part.text for part in parts if part.digits]
    if len(runs) > 1 and "General" in runs:
        return None
    digits = _digits(value, runs, scale)
    text = "".join(digits.pop(0) if part.digits else part.text for part in parts)
    text = " ".join(text.split())
    return f"-{text}" if signed and text else text


def _digits(value: float, runs: list[str], scale: int) -> list[str]:
    """The number's digits for each run of a section's places for them (several: `000-00-0000`), from the left."""
    if runs == ["General"]:
        return [plain(abs(value))]
    if not runs:
        return []
    whole_runs = [*runs[:-1], runs[-1].partition(".")[0]]
    fraction = runs[-1].partition(".")[2]
    amount = Decimal(repr(abs(value))).scaleb(scale)
    rounded = amount.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP) if amount < 10**20 else amount
    whole, _, decimals = f"{rounded:f}".partition(".")
    least = len(fraction.rstrip("#?"))
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    places = [run.replace(",", "") for run in whole_runs]
    whole = "" if whole == "0" else whole
    needed = len("".join(places).lstrip("#?"))
    whole = whole.rjust(needed, "0")
    shown = []
    for places_of_run in reversed(places[1:]):
        cut = max(len(whole) - len(places_of_run), 0)
        shown.append(whole[cut:])
        whole = whole[:cut]
    shown.append(whole)
    shown.reverse()
    if decimals:
        shown[-1] += f".{decimals}"
        if shown[-1].startswith("."):
            shown[-1] = f"0{shown[-1]}"
    return shown
