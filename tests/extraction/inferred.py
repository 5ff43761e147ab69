"""Whether an extracted value is what stands at a label."""

from __future__ import annotations

import re
from typing import Any

from quire.extraction import amounts, dates
from quire.extraction.choices import truth_of


def agrees(value: Any, printed: str) -> bool:
    """Whether a value of any type says what is printed."""
    if isinstance(value, bool):
        return truth_of(printed) is value
    if isinstance(value, (int, float)):
        marks: tuple[amounts.Mark, ...] = (".", ",")
        return any(abs(found.value - value) < 0.005 for mark in marks for found in amounts.find(printed, mark))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        orders: tuple[dates.Order, ...] = ("day", "month")
        if any(found.date(order).isoformat() == value for order in orders for found in dates.find(printed)):
            return True
    return _bare(value) in _bare(printed) or _bare(printed) in _bare(value)


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
