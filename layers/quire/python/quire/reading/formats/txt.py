"""Plain text: decoded, and parted into pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from quire.reading.formats.encodings import decode
from quire.reading.formats.flow import ROWS, Block, Text, rows_of


def pages(path: Path) -> Iterator[Sequence[Block]]:
    """Form feeds end pages; in a text without any, 60 rows do (a longer line than 90 characters takes several)."""
    yield from parted(decode(path.read_bytes()).rstrip("\x1a"))


def parted(text: str) -> Iterator[Sequence[Block]]:
    """The pages of a text, as `pages` has them."""
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
