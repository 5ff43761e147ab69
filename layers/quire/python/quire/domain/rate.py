"""A token bucket as one number: the generic cell rate algorithm (ITU-T I.371).

`full_at` is the time at which the bucket would be full again. A request costs one interval; it is refused when it would
push `full_at` further than a whole bucket ahead of now."""

from __future__ import annotations

import math
from dataclasses import dataclass

_SLACK = 0.01
"""Of an interval: what adding up intervals that are no whole milliseconds may be wrong by."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`limit` requests in each `period_ms`, all of which may come at once."""

    limit: int
    period_ms: int = 60_000

    @property
    def interval_ms(self) -> float:
        return self.period_ms / self.limit

    def scaled(self, factor: int) -> Rate:
        return Rate(self.limit * factor, self.period_ms)


@dataclass(frozen=True, slots=True)
class Passage:
    """What a request found: whether it may pass, what is left of the bucket, and how long to wait (milliseconds)."""

    allowed: bool
    limit: int
    remaining: int
    retry_after_ms: int
    reset_ms: int


def next_full_at(rate: Rate, full_at: float, now: int) -> float | None:
    """Where `full_at` stands after one more request at `now`, or None when the bucket is empty."""
    after = max(full_at, now) + rate.interval_ms
    return after if after - now <= rate.period_ms + _SLACK * rate.interval_ms else None


def passage(rate: Rate, full_at: float, now: int, *, allowed: bool) -> Passage:
    """What to tell a caller; `full_at` as it stands after the request, or as it stood when it was refused."""
    ahead = max(0.0, full_at - now)
    remaining = int((rate.period_ms - ahead) / rate.interval_ms + _SLACK)
    wait = 0 if allowed else max(1, math.ceil(ahead + rate.interval_ms - rate.period_ms - 1e-3))
    return Passage(allowed, rate.limit, remaining if allowed else 0, wait, round(ahead))
