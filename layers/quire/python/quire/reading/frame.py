"""Layout is worked out where text runs level from left to right; a frame turns a page's coordinates there and back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from quire.reading.model import Box

# Below this skew (degrees) a line of a whole page's width climbs less than half its height: not worth turning.
_LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """`angle`: the direction in which text runs on the displayed page, degrees clockwise from rightwards.

    A turned box may lie at negative coordinates; only differences matter to layout.
    """

    angle: float

    @property
    def level(self) -> bool:
        return self.angle == 0

    def upright(self, points: Iterable[tuple[float, float]]) -> Box:
        """The box of a displayed shape (its corners) after turning the page so that its text is level."""
        return _turned(points, -self.angle)

    def upright_box(self, box: Box) -> Box:
        """`upright` for a displayed box: exact for quarter turns."""
        return box if self.level else self.upright(_corners(box))

    def displayed(self, box: Box) -> Box:
        """The box on the displayed page of an upright box."""
        return box if self.level else _turned(_corners(box), self.angle)


def frame(angle: float) -> Frame:
    """The frame for text at `angle` degrees, to the nearest quarter turn when it is within half a degree."""
    angle %= 360
    quarter = round(angle / 90) * 90
    return Frame(float(quarter % 360) if abs(angle - quarter) < _LEVEL else angle)


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)


def _turned(points: Iterable[tuple[float, float]], degrees: float) -> Box:
    # y grows downwards, so a positive angle turns clockwise; quarter turns stay exact.
    quarters = degrees / 90
    if quarters == int(quarters):
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[int(quarters) % 4]
    else:
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))  # type: ignore[assignment]
    turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in points]
    xs, ys = [x for x, _ in turned], [y for _, y in turned]
    return Box(min(xs), min(ys), max(xs), max(ys))
