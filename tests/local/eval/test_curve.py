"""What shares are worth: a monotone line of few points, a little lower than what was seen."""

from __future__ import annotations

import pytest

from local.eval.fit import MOST_POINTS, curve

SEEN = [(n / 200, float(n % 10 < n / 20)) for n in range(200)]


def test_the_line_rises_and_has_few_points() -> None:
    points = curve(SEEN)
    assert 2 <= len(points) <= MOST_POINTS
    assert points == sorted(points)
    assert [right for _, right in points] == sorted(right for _, right in points)


@pytest.mark.parametrize("many", [5, 50])
def test_answers_that_were_all_right_are_doubted_the_more_the_fewer_they_are(many: int) -> None:
    assert curve([(0.95, 1.0)] * many)[-1][1] < 1.0
    assert curve([(0.95, 1.0)] * many)[-1][1] < curve([(0.95, 1.0)] * 10 * many)[-1][1]


def test_answers_that_were_all_wrong_are_worth_little() -> None:
    assert next(right for share, right in curve([(0.9, 0.0)] * 60) if share >= 0.85) < 0.2
