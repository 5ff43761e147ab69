"""Layout is worked out where text runs level from left to right; a frame turns a page's coordinates there and back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from quire.reading.model import Box

# Below this skew (degrees) a line of a whole page's width climbs less than half its height: not worth turning.
_LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """`angle`: the direction in which text runs on the displayed page, degrees clockwise from rightwards.

    A turned box may lie at negative coordinates; only differences matter to layout.
    """

    angle: float
    level: bool = field(init=False)
    _cos: float = field(init=False, repr=False, compare=False)
    _sin: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        quarters = self.angle / 90
        if quarters == int(quarters):  # quarter turns stay exact
            cos, sin = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
        else:
            cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        object.__setattr__(self, "level", self.angle == 0)
        object.__setattr__(self, "_cos", cos)
        object.__setattr__(self, "_sin", sin)

    def upright(self, points: Iterable[tuple[float, float]]) -> Box:
        """The box of a displayed shape (its corners) after turning the page so that its text is level."""
        cos, sin = self._cos, self._sin
        left = top = math.inf
        right = bottom = -math.inf
        for x, y in points:
            across, down = x * cos + y * sin, y * cos - x * sin
            if across < left:
                left = across
            if across > right:
                right = across
            if down < top:
                top = down
            if down > bottom:
                bottom = down
        return Box(left, top, right, bottom)

    def upright_box(self, box: Box) -> Box:
        """`upright` for a displayed box: exact for quarter turns."""
        return box if self.level else Box(*_turned(box, self._cos, -self._sin))

    def displayed(self, box: Box) -> Box:
        """The box on the displayed page of an upright box, to a hundredth of a point where they differ."""
        if self.level:
            return box
        x0, y0, x1, y1 = _turned(box, self._cos, self._sin)
        # Not by round(), which takes longer than all the rest.
        return Box(
            (x0 * 100 + 0.5) // 1 / 100,
            (y0 * 100 + 0.5) // 1 / 100,
            (x1 * 100 + 0.5) // 1 / 100,
            (y1 * 100 + 0.5) // 1 / 100,
        )


def frame(angle: float) -> Frame:
    """The frame for text at `angle` degrees, to the nearest quarter turn when it is within half a degree."""
    angle %= 360
    quarter = round(angle / 90) * 90
    return Frame(float(quarter % 360) if abs(angle - quarter) < _LEVEL else angle)


def _turned(box: Box, cos: float, sin: float) -> tuple[float, float, float, float]:
    """The corners of the box of `box` turned clockwise: y grows downwards."""
    left, right, top, bottom = box.x0 * cos, box.x1 * cos, box.y0 * cos, box.y1 * cos
    if cos < 0:
        left, right, top, bottom = right, left, bottom, top
    left_down, right_down, top_back, bottom_back = box.x0 * sin, box.x1 * sin, box.y0 * sin, box.y1 * sin
    if sin < 0:
        left_down, right_down, top_back, bottom_back = right_down, left_down, bottom_back, top_back
    return left - bottom_back, left_down + top, right - top_back, right_down + bottom
