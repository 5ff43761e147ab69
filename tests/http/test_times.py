"""Times as most contracts write them."""

from __future__ import annotations

import pytest

from quire.http.times import say_time


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_781_949_600_000, "2026-06-20T10:00:00.000Z"), (7, "1970-01-01T00:00:00.007Z")],
)
def test_a_time_is_utc_to_the_millisecond(milliseconds: int, said: str) -> None:
    assert say_time(milliseconds) == said
