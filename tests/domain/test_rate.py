"""Rate limits: a bucket that may be emptied at once, and fills evenly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.domain.rate import Passage, Rate, next_full_at, passage

NOW = 1_750_000_000_000
LIMITS = st.integers(1, 1000)


class Bucket:
    """What an adapter keeps of a bucket: one number."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.full_at = 0.0

    def ask(self, now: int) -> Passage:
        after = next_full_at(self.rate, self.full_at, now)
        if after is None:
            return passage(self.rate, self.full_at, now, allowed=False)
        self.full_at = after
        return passage(self.rate, after, now, allowed=True)


def test_a_rate_is_spread_over_its_period() -> None:
    assert Rate(60).interval_ms == 1000
    assert Rate(60).scaled(100) == Rate(6000, 60_000)


@given(LIMITS, st.integers(0, 2000))
def test_the_whole_limit_may_come_at_once_and_not_one_more(limit: int, ago: int) -> None:
    bucket = Bucket(Rate(limit))
    passed = [bucket.ask(NOW + ago) for _ in range(limit + 1)]
    assert [found.allowed for found in passed] == [True] * limit + [False]
    assert [found.remaining for found in passed] == [*range(limit - 1, -1, -1), 0]


@given(LIMITS, st.integers(0, 120_000))
def test_who_waits_as_long_as_told_may_pass(limit: int, later: int) -> None:
    bucket = Bucket(Rate(limit))
    for _ in range(limit):
        bucket.ask(NOW)
    found = bucket.ask(NOW + later)
    if not found.allowed:
        assert found.retry_after_ms >= 1
        assert bucket.ask(NOW + later + found.retry_after_ms).allowed


@given(LIMITS, st.lists(st.integers(0, 5000), min_size=1, max_size=200))
def test_over_any_time_no_more_pass_than_the_bucket_and_what_filled_it(limit: int, pauses: list[int]) -> None:
    rate = Rate(limit)
    bucket, now, allowed = Bucket(rate), NOW, 0
    for pause in pauses:
        now += pause
        allowed += bucket.ask(now).allowed
    assert allowed <= limit + (now - NOW) / rate.interval_ms + 1


def test_a_request_each_interval_always_passes() -> None:
    bucket = Bucket(Rate(7))
    for number in range(1000):
        assert bucket.ask(NOW + round(number * Rate(7).interval_ms + 0.5)).allowed


@pytest.mark.parametrize("passed_ms", [0, 400, 1000, 1500])
def test_the_reset_says_when_the_bucket_is_full(passed_ms: int) -> None:
    bucket = Bucket(Rate(60))
    bucket.ask(NOW)
    bucket.ask(NOW)
    assert bucket.ask(NOW + passed_ms).reset_ms == 3000 - passed_ms
