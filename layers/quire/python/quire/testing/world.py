"""The world in memory, for tests of the use cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quire.testing.blobs import MemoryBlobs
from quire.testing.deliveries import MemoryDeliveries
from quire.testing.endpoints import MemoryEndpoints
from quire.testing.extractors import MemoryExtractors
from quire.testing.fetches import MemoryFetches
from quire.testing.files import MemoryFiles
from quire.testing.jobs import MemoryJobs
from quire.testing.line import MemoryLine
from quire.testing.ocr import MemoryOcrTurns, ScriptedOcr
from quire.testing.pipeline import MemoryPipeline
from quire.testing.review import MemoryReviews
from quire.testing.store import Store
from quire.testing.submissions import MemorySubmissions
from quire.testing.tenants import MemoryTenants
from quire.testing.web import ScriptedWeb
from quire.testing.workflow import MemoryPokes, MemoryTokens, MemoryWorkflow

START_MS = 1_750_000_000_000
"""When the tests' clock starts: 2025-06-15."""


@dataclass(slots=True)
class ManualClock:
    """`quire.domain.ports.Clock`: milliseconds since 1970, moved by hand."""

    now: int = START_MS

    def __call__(self) -> int:
        return self.now

    def advance(self, milliseconds: int) -> int:
        """Move on; answers the new time."""
        self.now += milliseconds
        return self.now


@dataclass(frozen=True, slots=True)
class RecordedLog:
    """`quire.domain.ports.Log`. `entries` are the events with their facts, in order."""

    entries: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __call__(self, event: str, **facts: object) -> None:
        self.entries.append((event, facts))

    def named(self, event: str) -> list[dict[str, object]]:
        """The facts of each event of that name."""
        return [facts for name, facts in self.entries if name == event]


class World:
    """`quire.domain.ports.World`. A test may put another twin in place of any of them."""

    def __init__(self, now: int = START_MS) -> None:
        self.store = Store()
        self.clock = ManualClock(now)
        self.log = RecordedLog()
        self.tenants = MemoryTenants(self.store)
        self.files = MemoryFiles(self.store)
        self.fetches = MemoryFetches(self.store)
        self.web = ScriptedWeb()
        self.extractors = MemoryExtractors(self.store)
        self.endpoints = MemoryEndpoints(self.store)
        self.deliveries = MemoryDeliveries(self.store)
        self.submissions = MemorySubmissions(self.store)
        self.jobs = MemoryJobs(self.store)
        self.line = MemoryLine(self.store)
        self.pipeline = MemoryPipeline(self.store)
        self.reviews = MemoryReviews(self.store)
        self.blobs = MemoryBlobs(self.clock)
        self.ocr = ScriptedOcr(self.blobs)
        self.ocr_turns = MemoryOcrTurns(self.store)
        self.workflow = MemoryWorkflow()
        self.tokens = MemoryTokens()
        self.pokes = MemoryPokes()


if TYPE_CHECKING:
    from quire.domain import ports

    _satisfies: type[ports.World] = World
