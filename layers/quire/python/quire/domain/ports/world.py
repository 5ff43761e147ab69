"""All ports together, with the clock and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from quire.domain.ports.blobs import Blobs
from quire.domain.ports.deliveries import Deliveries
from quire.domain.ports.endpoints import Endpoints
from quire.domain.ports.extractors import Extractors
from quire.domain.ports.fetches import Fetches
from quire.domain.ports.files import Files
from quire.domain.ports.jobs import Jobs, Submissions
from quire.domain.ports.line import Line
from quire.domain.ports.ocr import OcrService, OcrTurns
from quire.domain.ports.pipeline import Pipeline
from quire.domain.ports.review import Reviews
from quire.domain.ports.tenants import Tenants
from quire.domain.ports.web import Web
from quire.domain.ports.workflow import Pokes, TaskTokens, Workflow

Clock = Callable[[], int]
"""Milliseconds since 1970."""


class Log(Protocol):
    def __call__(self, event: str, **facts: object) -> None:
        """Record an event by name with ids and counts: never text of a document, nor a key."""
        ...


class World(Protocol):
    """All of it, as a use case gets it."""

    @property
    def tenants(self) -> Tenants: ...
    @property
    def files(self) -> Files: ...
    @property
    def fetches(self) -> Fetches: ...
    @property
    def web(self) -> Web: ...
    @property
    def extractors(self) -> Extractors: ...
    @property
    def endpoints(self) -> Endpoints: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def line(self) -> Line: ...
    @property
    def pipeline(self) -> Pipeline: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def ocr(self) -> OcrService: ...
    @property
    def ocr_turns(self) -> OcrTurns: ...
    @property
    def workflow(self) -> Workflow: ...
    @property
    def tokens(self) -> TaskTokens: ...
    @property
    def pokes(self) -> Pokes: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def log(self) -> Log: ...
