"""Names that are accepted where they go: titles, sheets, files."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

_MOST_SHEET_NAME = 31  # UTF-16 units
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*%]')
_MOST_FILE_STEM = 80  # characters
_ATTR_CHARS = "!#$&+-.^_`|~"


def unique(name: str, taken: set[str], most: int | None = None) -> str:
    """`name`, or `name (2)` and so on where it is taken, whatever the case of its letters; of `most` UTF-16 units. It
    is taken then."""
    number, said = 1, cut(name, most)
    while said.casefold() in taken:
        number += 1
        mark = f" ({number})"
        said = cut(name, most - len(mark) if most else None) + mark
    taken.add(said.casefold())
    return said


def cut(text: str, most: int | None) -> str:
    """The beginning of a text, of at most so many UTF-16 units: Excel's measure."""
    if most is None or len(text) <= most // 2:
        return text
    return text.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore")


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet: of at most 31 characters, none of `[]:*?/\\`, no apostrophe at an end, not
    the reserved word History; unique in the workbook (Microsoft, "Rename a worksheet")."""
    said = cut(_NOT_IN_SHEET_NAMES.sub("_", name), _MOST_SHEET_NAME).strip("'").strip() or "table"
    return unique(f"{said}_" if said.casefold() == "history" else said, taken, _MOST_SHEET_NAME)


def file_name(stem: str, suffix: str) -> str:
    """A name that every system takes for a file, from one that somebody gave to a file or a table."""
    shown = "".join(char for char in stem if unicodedata.category(char)[0] != "C")
    safe = _NOT_IN_FILE_NAMES.sub("_", unicodedata.normalize("NFC", shown)).strip(" .")
    return f"{safe[:_MOST_FILE_STEM].strip(' .') or 'export'}.{suffix}"


def ascii_name(name: str) -> str:
    """A file's name for those who know ASCII only; accents go, what has no letter there is an underscore."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    stem, suffix = PurePosixPath(bare).stem, PurePosixPath(bare).suffix
    return re.sub(r"[^A-Za-z0-9 ._()-]", "_", stem) + suffix


def disposition(name: str) -> str:
    """Content-Disposition for a file to be saved under `name`, as `file_name` gives it (RFC 6266, RFC 8187)."""
    plain = f'attachment; filename="{ascii_name(name)}"'
    if name.isascii():
        return plain
    return f"{plain}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
