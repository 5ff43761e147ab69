"""Which way up, how skewed, and the way back."""

from __future__ import annotations

import math

import numpy as np
import pytest

from local.textract.geometry import Box, Line, Quad, Word
from local.textract.orient import Turns, levelling, moved, skew_of, upright
from tests.local.textract.documents import written

LETTER = [
    "Dear Sir or Madam,",
    "Thank you for the letter that we got last week.",
    "Please find the three invoices that you asked for,",
    "with the dates and the amounts that were agreed.",
    "We look forward to hearing from you again soon.",
    "Yours faithfully,",
    "Jane Roe, Accounts",
]


def sloped(degrees: float, length: float = 400, height: float = 20) -> Line:
    """A line of writing that runs downhill by so many degrees."""
    angle = math.radians(degrees)
    along = math.cos(angle) * length, math.sin(angle) * length
    down = -math.sin(angle) * height, math.cos(angle) * height
    quad: Quad = ((0, 0), along, (along[0] + down[0], along[1] + down[1]), down)
    return Line((Word("text", 90.0, quad),), quad)


@pytest.mark.parametrize("turn", range(4))
def test_a_point_of_the_upright_page_is_found_on_the_submitted_one(turn: int) -> None:
    submitted = np.zeros((60, 100, 3), np.uint8)
    submitted[10:14, 70:80] = 255  # a mark

    straight, back = upright(submitted, turn)

    rows, columns = np.nonzero(straight[:, :, 0])
    found = Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
    xs, ys = zip(*moved(back, found.quad), strict=True)
    assert (min(xs), min(ys), max(xs), max(ys)) == (70, 10, 80, 14)


@pytest.mark.parametrize("degrees", [-8.0, -1.0, 0.0, 2.5, 12.0])
def test_the_skew_is_the_slope_of_most_lines(degrees: float) -> None:
    lines = [*(sloped(degrees) for _ in range(5)), sloped(30), sloped(0, length=30)]

    assert skew_of(lines) == pytest.approx(degrees)


def test_a_page_without_long_lines_has_no_skew() -> None:
    assert skew_of([]) == 0.0
    assert skew_of([sloped(20, length=40)]) == 0.0


def test_levelling_takes_the_skew_out() -> None:
    line = sloped(5.0)

    quad = moved(levelling(5.0, (1000, 800)), line.quad)

    assert quad[0][1] == pytest.approx(quad[1][1])
    assert quad[0][0] == pytest.approx(quad[3][0])


@pytest.mark.parametrize("turned", range(4))
def test_knows_which_way_up_a_page_is(turned: int) -> None:
    page = np.asarray(written(LETTER, (1000, 600)))

    assert Turns()(np.rot90(page, -turned)) == turned


def test_a_thin_strip_has_an_orientation_too() -> None:
    assert Turns()(np.full((1, 4000, 3), 255, np.uint8)) in range(4)
