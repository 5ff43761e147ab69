"""Words, lines and Textract blocks for the tests, from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quire.reading.model import Box, Line, Word, line_of

LETTER_WIDTH = 5.0  # points, of type 10 points high


def word(text: str, x: float, y: float, height: float = 10) -> Word:
    """A word whose top left corner is at x, y (points)."""
    return Word(text, Box(x, y, x + LETTER_WIDTH * len(text), y + height))


def words(text: str, x: float, y: float) -> list[Word]:
    """Words with a normal space between them."""
    made = []
    for part in text.split():
        made.append(word(part, x, y))
        x += LETTER_WIDTH * (len(part) + 0.5)
    return made


def line(text: str, x: float, y: float) -> Line:
    """A line of words whose top left corner is at x, y (points)."""
    return line_of(words(text, x, y))


def grid(texts: Sequence[Sequence[str]], xs: Sequence[float], y: float, leading: float = 16) -> list[Line]:
    """Rows of lines, the n-th text of each row at xs[n]; empty texts are left out."""
    return [
        line(text, x, y + n * leading) for n, row in enumerate(texts) for x, text in zip(xs, row, strict=True) if text
    ]


def block(
    kind: str, identity: str, box: tuple[float, float, float, float] | None = None, **more: Any
) -> dict[str, Any]:
    """A Textract block; `box` is left, top, width, height as ratios of the page."""
    made: dict[str, Any] = {"BlockType": kind, "Id": identity, **more}
    if box:
        left, top, width, height = box
        right, bottom = left + width, top + height
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        made["Geometry"] = {
            "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
            "Polygon": [{"X": x, "Y": y} for x, y in corners],
        }
    return made


def children(*identities: str) -> list[dict[str, Any]]:
    return [{"Type": "CHILD", "Ids": list(identities)}]


def text_line(text: str, number: int, top: float, page: int | None = None) -> list[dict[str, Any]]:
    """A LINE with its WORDs, a letter 1% of the page wide, 2% high."""
    where = {} if page is None else {"Page": page}
    parts: list[dict[str, Any]] = []
    left = 0.1
    for n, part in enumerate(text.split()):
        identity = f"w{page}-{number}-{n}"
        box = (left, top, 0.01 * len(part), 0.02)
        parts.append(block("WORD", identity, box, Text=part, Confidence=90.0 + n, **where))
        left += 0.01 * (len(part) + 1)
    whole = (0.1, top, left - 0.11, 0.02)
    related = children(*(part["Id"] for part in parts))
    return [
        block("LINE", f"l{page}-{number}", whole, Text=text, Confidence=95.0, Relationships=related, **where),
        *parts,
    ]
