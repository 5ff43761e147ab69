"""Textract in memory: it answers what a test laid ready, and counts what it was asked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quire.domain.document import Stored
from quire.domain.ports import OcrCall, Query
from quire.domain.rate import Rate
from quire.testing.blobs import MemoryBlobs
from quire.testing.store import Store
from quire.testing.tenants import MemoryTenants

Said = Mapping[str, object] | Exception


@dataclass(frozen=True, slots=True)
class MemoryOcrTurns:
    """`quire.domain.ports.OcrTurns`."""

    store: Store
    rates: Mapping[OcrCall, Rate] = field(default_factory=lambda: dict.fromkeys(OcrCall, Rate(25, 1000)))

    def take(self, call: OcrCall, now: int) -> bool:
        return MemoryTenants(self.store).pass_rate(f"textract#{call}", self.rates[call], now).allowed


@dataclass(frozen=True, slots=True)
class OcrJob:
    """An asynchronous job as it was asked for; its output goes under `{output_prefix}/{id}/`."""

    id: str
    stored: Stored
    features: tuple[str, ...]
    queries: tuple[Query, ...]
    tag: str
    output_prefix: str


@dataclass(slots=True)
class ScriptedOcr:
    """`quire.domain.ports.OcrService`.

    `script` is what the synchronous calls meet, in order: an answer, or an exception (`AnswerLost`, `OcrFault`,
    `OcrRefused`); `faults` meet the asynchronous starts before they take effect. `detected` are the synchronous calls
    and `queries` what the last of them asked; `starts` counts the asynchronous ones, `started` are the jobs that they
    made, by request token."""

    blobs: MemoryBlobs
    script: deque[Said] = field(default_factory=deque)
    faults: deque[Exception] = field(default_factory=deque)
    detected: list[tuple[Stored, tuple[str, ...]]] = field(default_factory=list)
    queries: tuple[Query, ...] = ()
    started: dict[str, OcrJob] = field(default_factory=dict)
    starts: int = 0
    statuses: dict[str, str] = field(default_factory=dict)
    status_calls: int = 0

    def detect(self, stored: Stored, features: Sequence[str], queries: Sequence[Query]) -> Mapping[str, object]:
        self.detected.append((stored, tuple(features)))
        self.queries = tuple(queries)
        said = self.script.popleft()
        if isinstance(said, Exception):
            raise said
        return said

    def start(
        self,
        stored: Stored,
        features: Sequence[str],
        queries: Sequence[Query],
        *,
        token: str,
        tag: str,
        output_prefix: str,
    ) -> str:
        self.starts += 1
        if self.faults:
            raise self.faults.popleft()
        known = self.started.get(token)
        name = known.id if known else f"ocr-{len(self.started) + 1}"
        job = OcrJob(name, stored, tuple(features), tuple(queries), tag, output_prefix)
        if known and known != job:
            raise ValueError("IdempotentParameterMismatchException: the token stands for another request")
        if known is None:
            self.started[token] = job
            self.statuses[job.id] = "IN_PROGRESS"
        return job.id

    def status(self, job_id: str, features: Sequence[str]) -> str:
        self.status_calls += 1
        job = next(job for job in self.started.values() if job.id == job_id)
        if bool(job.features) is not bool(features):
            raise LookupError("text detection and analysis do not know each other's jobs")
        return self.statuses[job_id]

    def finish(self, job_id: str, status: str, parts: Sequence[Mapping[str, object]] = ()) -> None:
        """The job ends: its output is written as Textract does, in numbered parts beside an access check."""
        job = next(job for job in self.started.values() if job.id == job_id)
        self.blobs.put(f"{job.output_prefix}/.s3_access_check", b"", "application/octet-stream")
        for number, part in enumerate(parts, start=1):
            self.blobs.put(f"{job.output_prefix}/{job.id}/{number}", json.dumps(part).encode(), "application/json")
        self.statuses[job_id] = status
