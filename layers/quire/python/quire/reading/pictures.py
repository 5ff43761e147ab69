"""Pictures on pages, with their bytes: what is kept between the sandbox's child and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from quire.reading.model import Box

Mime = Literal["image/png", "image/jpeg"]
MOST_BYTES = 1024 * 1024
"""Of one picture: a larger one is made smaller."""
MOST_SIDE = 2000
"""Pixels, likewise."""
MOST_OF_PAGE = 50
MOST_OF_DOCUMENT = 500
MOST_BYTES_OF_DOCUMENT = 48 * 1024 * 1024
"""Beyond these a picture is told of, without its bytes (of a document), or not at all (of a page)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at on one page.

    Attributes:
        scanned: its words are read from a picture, which is then the page and not on it.
        figures: where on such a page pictures are, in points.
    """

    scanned: bool
    figures: Sequence[Box] = ()


Looks = Mapping[int, Look]
"""By the page's number."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it shows: its place in points, its sides in pixels, its bytes in base64; None beyond a limit."""

    page: int
    box: Box
    mime: Mime
    width: int
    height: int
    base64: str | None


def to_json(picture: Picture) -> bytes:
    """One line of JSON Lines, without its newline. `from_json` gives the same picture back."""
    box = picture.box
    return orjson.dumps(
        [
            picture.page,
            [box.x0, box.y0, box.x1, box.y1],
            picture.mime,
            picture.width,
            picture.height,
            picture.base64,
        ]
    )


def from_json(line: bytes) -> Picture:
    """Raises ValueError: it is not such a line."""
    page, box, *rest = orjson.loads(line)
    return Picture(page, Box(*box), *rest)


def looks_to_plain(looks: Looks) -> list[Any]:
    """As the child gets it."""
    return [
        [number, look.scanned, [[box.x0, box.y0, box.x1, box.y1] for box in look.figures]]
        for number, look in looks.items()
    ]


def looks_of(plain: Sequence[Any]) -> dict[int, Look]:
    return {number: Look(scanned, [Box(*box) for box in figures]) for number, scanned, figures in plain}
