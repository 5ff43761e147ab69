"""Words drawn tight."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from local.textract.ink import tighten


def crop(width: int = 200, height: int = 40, paper: int = 255) -> NDArray[np.uint8]:
    return np.full((height, width), paper, np.uint8)


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (0, 255), (230, 90)])
def test_a_box_ends_where_the_ink_ends(paper: int, pen: int) -> None:
    line = crop(paper=paper)
    line[10:30, 20:80] = pen
    line[8:30, 110:190] = pen

    first, second = tighten(line, [(14, 90), (100, 196)], reach=30)

    assert first == (20, 10, 80, 30)
    assert second == (110, 8, 190, 30)


def test_the_cut_is_the_widest_blank_near_the_rough_place() -> None:
    line = crop()
    for left, right in ((20, 45), (48, 80), (100, 130), (133, 170)):  # letters 3 apart, words 20
        line[10:30, left:right] = 0

    first, second = tighten(line, [(18, 84), (86, 172)], reach=30)

    assert (first.right, second.left) == (80, 100)


def test_rules_and_the_lines_above_and_below_are_not_ink() -> None:
    line = crop()
    line[12:28, 20:180] = 0
    line[34:36, :] = 0  # an underline from edge to edge
    line[0:4, 50:60] = 0  # the foot of a letter above

    (box,) = tighten(line, [(15, 185)], reach=30)

    assert box == (20, 12, 180, 28)


def test_without_ink_the_rough_place_stays() -> None:
    assert tighten(crop(), [(20, 80)], reach=10) == [(20, 0, 80, 40)]
