"""What a sheet shows where it has no value: marks of an error, or of a formula that nobody has calculated yet."""

from __future__ import annotations

import re

NOT_CALCULATED = "#####"
"""Stands for a formula whose value is not in the file; a sheet shows the like for a value that it has no room for."""
# The error values of SpreadsheetML (ECMA-376, part 1, 18.18.11, and Excel's newer ones).
_VOID = re.compile(r"#{3,}|#(?:N/A|NAME\?|(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|GETTING_DATA)!?)")


def is_void(text: str) -> bool:
    """Whether `text` says that there is no value here."""
    return text.startswith("#") and _VOID.fullmatch(text) is not None
