"""Plain text: decoded, and parted into pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charset_normalizer import from_bytes

from quire.reading.flow import ROWS, Block, Text, rows_of
from quire.reading.media import BOMS

_WESTERN = ["cp1252", "cp1250"]
_OTHERS = ["cp1251", "cp1253", "cp932", "gb18030", "cp949", "big5"]
# In western languages letters with accents stand one by one; other scripts are made of such bytes.
_FOREIGN = re.compile(rb"[\x80-\xff]{3}")


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of these bytes: by their mark, as UTF-8, as is declared in them, or as is most likely.

    Bytes that have no meaning become U+FFFD: damage costs a character, not the document. Line ends become newlines.
    """
    return _decoded(content, declared).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, declared: str | None) -> str:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace")
    for candidate in filter(None, ("utf-8", declared)):
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    western = not _FOREIGN.search(content)
    matches = from_bytes(content, cp_isolation=_WESTERN if western else [*_OTHERS, *_WESTERN])
    if western:
        best = min(matches, key=lambda match: (match.chaos, _WESTERN.index(match.encoding)), default=None)
    else:
        best = matches.best()
    return content.decode(best.encoding if best else "cp1252", "replace")


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """Form feeds end pages; in a text without any, 60 rows do (a longer line than 90 characters takes several)."""
    text = decode(path.read_bytes()).rstrip("\x1a")
    if "\f" in text:
        # A last form feed ends the last page, it begins none.
        yield from ([Text(part.strip("\n"))] for part in text.removesuffix("\n").removesuffix("\f").split("\f"))
        return
    held: list[str] = []
    rows = 0
    for line in text.split("\n"):
        needed = sum(1 for _ in rows_of(line))
        if held and rows + needed > ROWS:
            yield [Text("\n".join(held))]
            held, rows = [], 0
        held.append(line)
        rows += needed
    if rows and (any(held) or len(text) <= rows):
        yield [Text("\n".join(held))]
