"""Words and lines with their outlines, in pixels of one image (origin top left, y down)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

Point = tuple[float, float]
# Four corners in reading direction: the text's own top left, top right, bottom right, bottom left.
Quad = tuple[Point, Point, Point, Point]


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def quad(self) -> Quad:
        return (self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)


def bounds(points: Iterable[Point]) -> Box:
    """The smallest upright rectangle around the points (at least one)."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def around(boxes: Iterable[Box]) -> Box:
    """The smallest upright rectangle around the boxes (at least one)."""
    return bounds(point for box in boxes for point in ((box.left, box.top), (box.right, box.bottom)))


@dataclass(frozen=True)
class Word:
    """A run of characters without a space; `confidence` is 0..100."""

    text: str
    confidence: float
    quad: Quad

    @cached_property
    def box(self) -> Box:
        return bounds(self.quad)


@dataclass(frozen=True)
class Line:
    """Words that follow one another on one line of writing (at least one)."""

    words: tuple[Word, ...]
    quad: Quad

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words)

    @cached_property
    def box(self) -> Box:
        return bounds(self.quad)
