"""A quick dataclass is a frozen one in all but the check at run time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.reading.quick import quick


@quick
class Point:
    x: float
    y: float = 2.0


def test_is_made_compared_hashed_and_replaced_as_before() -> None:
    point = Point(1.0)
    assert (point.x, point.y) == (1.0, 2.0)
    assert point == Point(x=1.0, y=2.0) and hash(point) == hash(Point(1.0))
    assert replace(point, y=3.0) == Point(1.0, 3.0)


def test_has_no_other_fields() -> None:
    with pytest.raises(TypeError):
        Point(1.0, 2.0, 3.0)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Point(1.0).z = 3.0  # type: ignore[attr-defined]
