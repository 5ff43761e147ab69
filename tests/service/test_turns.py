"""Many documents wait for their turns at Textract, as the state machine lets them try: its own figures, simulated."""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from quire.domain.ports import OcrCall
from quire.domain.rate import Rate
from quire.testing.ocr import MemoryOcrTurns
from quire.testing.world import START_MS, World

MACHINE = Path(__file__).parents[2] / "infra" / "document.asl.json"
(BUSY,) = [
    retry for retry in json.loads(MACHINE.read_text())["States"]["Read"]["Retry"] if retry["ErrorEquals"] == ["OcrBusy"]
]
READING_MS = (1500, 4500)
"""Between a turn and the next document in its slot, at least and at most."""


class Crowd:
    """Tenants with as many slots as they have, each filled with the next document as soon as one has had its turn."""

    def __init__(self, per_second: int, slots: dict[str, int], documents: dict[str, int]) -> None:
        self.turns = MemoryOcrTurns(World().store, dict.fromkeys(OcrCall, Rate(per_second, 1000)))
        self.left = dict(documents)
        self.served: Counter[str] = Counter(dict.fromkeys(slots, 0))
        self.tries: Counter[int] = Counter()
        self.queue: list[tuple[int, int, str]] = []
        self.random = random.Random(7)
        for tenant, number in slots.items():
            for _ in range(number):
                self._enter(tenant, START_MS)

    def _enter(self, tenant: str, at: int) -> None:
        if self.left[tenant]:
            heapq.heappush(self.queue, (at, sum(self.left.values()), tenant))
            self.left[tenant] -= 1

    def run(self, seconds: int) -> None:
        while self.queue and self.queue[0][0] < START_MS + seconds * 1000:
            now, document, tenant = heapq.heappop(self.queue)
            if self.turns.take(OcrCall.DETECT, now):
                self.served[tenant] += 1
                self._enter(tenant, now + self.random.randint(*READING_MS))
            else:
                delay = self.random.uniform(0, BUSY["IntervalSeconds"] * 1000)  # JitterStrategy FULL
                heapq.heappush(self.queue, (now + int(delay), document, tenant))
                self.tries[document] += 1


def test_what_the_account_may_ask_is_used_while_many_wait() -> None:
    crowd = Crowd(5, {"a": 50, "b": 50}, {"a": 10_000, "b": 10_000})
    crowd.run(600)
    assert crowd.served.total() >= 0.9 * 5 * 600


def test_a_tenant_with_ten_thousand_documents_keeps_no_other_from_its_turns() -> None:
    crowd = Crowd(1, {"huge": 8, "small": 8}, {"huge": 10_000, "small": 40})
    seconds = 0
    while crowd.served["small"] < 40:
        crowd.run(seconds := seconds + 1)
    assert crowd.served["huge"] <= 1.5 * 40


@pytest.mark.parametrize("tenants", [2, 5, 20])
def test_tenants_with_the_same_slots_get_the_same_number_of_turns(tenants: int) -> None:
    names = [f"t{number}" for number in range(tenants)]
    crowd = Crowd(5, dict.fromkeys(names, 8), dict.fromkeys(names, 10_000))
    crowd.run(1200)
    assert min(crowd.served.values()) >= 0.75 * max(crowd.served.values())


def test_nobody_waits_for_ever() -> None:
    """Four hundred documents and one call a second: the unluckiest is far from its last try."""
    names = [f"t{number}" for number in range(50)]
    crowd = Crowd(1, dict.fromkeys(names, 8), dict.fromkeys(names, 8))
    crowd.run(24 * 3600)
    assert crowd.served.total() == 400
    assert max(crowd.tries.values()) <= BUSY["MaxAttempts"] / 2
