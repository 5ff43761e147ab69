"""Turning a page so that its text is level, and back."""

from __future__ import annotations

import pytest

from quire.reading.frame import frame
from quire.reading.model import Box

BOX = Box(100, 200, 180, 212)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_quarter_turns_are_exact_both_ways(angle: float) -> None:
    turned = frame(angle).upright_box(BOX)
    assert frame(angle).displayed(turned) == BOX
    assert {turned.width, turned.height} == {80, 12}


def test_text_that_runs_downwards_is_upright_when_turned_back() -> None:
    first, second = Box(100, 10, 110, 60), Box(80, 10, 90, 60)  # 90 degrees clockwise: lines go from right to left
    down = frame(90)
    assert down.upright_box(first).width == 50
    assert down.upright_box(first).y0 < down.upright_box(second).y0


def test_a_small_skew_is_levelled_and_less_than_half_a_degree_is_left() -> None:
    corners = [(0.0, 0.0), (100.0, 5.24), (99.5, 15.2), (-0.5, 10.0)]  # three degrees
    assert frame(3).upright(corners).height == pytest.approx(10, abs=0.3)
    assert frame(0.4).level
    assert frame(359.7).level
