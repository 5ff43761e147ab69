"""What is to go wrong in a case, and where: written and read as one line, so that each case can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What happens at a call, or to an event on its way."""

    FAIL_BEFORE = "fail_before"
    FAIL_AFTER = "fail_after"
    THROTTLE = "throttle"
    TIMEOUT = "timeout"
    DUPLICATE = "duplicate"
    SLOW = "slow"
    DELAY = "delay"
    CRASH_BEFORE = "crash_before"
    CRASH_AFTER = "crash_after"
    LOST = "lost"
    TWICE = "twice"
    LATE = "late"


OF_WRITES = (
    Kind.FAIL_BEFORE,
    Kind.FAIL_AFTER,
    Kind.THROTTLE,
    Kind.TIMEOUT,
    Kind.DUPLICATE,
    Kind.SLOW,
    Kind.DELAY,
    Kind.CRASH_BEFORE,
    Kind.CRASH_AFTER,
)
OF_READS = (Kind.FAIL_AFTER, Kind.THROTTLE, Kind.SLOW, Kind.DELAY, Kind.CRASH_AFTER)
"""A read leaves nothing behind: whether it failed before or after makes no difference."""
OF_EVENTS = (Kind.LOST, Kind.TWICE, Kind.LATE)
SLOW_MS = 1_300
"""Less than an end may take from its time stamp to its write."""
DELAY_MS = 100_000
"""Longer than `sweep` takes whoever began a step to be still at it."""
EVENT_LATE_MS = 200_000
LANDS_MS = 3_000
"""How long after the caller gave up a request may still take effect."""


@dataclass(frozen=True, slots=True)
class Site:
    """A call or an event, by its number among those of its name in a run; `invocation` is whose call it is."""

    name: str
    kinds: tuple[Kind, ...]
    invocation: int = 0

    @property
    def writes(self) -> bool:
        return self.kinds is not OF_READS


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario with faults by site. `seed` orders what is near in time; `side_by_side` actors run at once."""

    scenario: str
    faults: Mapping[str, Kind] = field(default_factory=dict)
    seed: int | None = None
    side_by_side: int = 1

    def __str__(self) -> str:
        faults = "+".join(f"{site}={kind}" for site, kind in self.faults.items())
        order = (
            "" if self.seed is None else f"@{self.seed}" + (f"x{self.side_by_side}" if self.side_by_side > 1 else "")
        )
        return f"{self.scenario}{order}" + (f"/{faults}" if faults else "")


def parse(text: str) -> Case:
    """The case that a line stands for."""
    head, _, faults = text.partition("/")
    scenario, _, order = head.partition("@")
    seed, _, width = order.partition("x")
    said = [fault.rpartition("=") for fault in faults.split("+")] if faults else []
    return Case(
        scenario,
        {site: Kind(kind) for site, _, kind in said},
        int(seed) if seed else None,
        int(width) if width else 1,
    )
