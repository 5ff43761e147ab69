"""Step Functions and the queue of pokes in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MemoryWorkflow:
    """`quire.domain.ports.Workflow`. `started` are (tenant, document id) in order; `states` by document id are a test's
    to set or to take away."""

    started: list[tuple[str, str]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def start(self, tenant: str, document_id: str) -> None:
        if document_id not in self.states:
            self.started.append((tenant, document_id))
            self.states[document_id] = "RUNNING"

    def state(self, document_id: str) -> str | None:
        return self.states.get(document_id)


@dataclass(frozen=True, slots=True)
class MemoryTokens:
    """`quire.domain.ports.TaskTokens`. By task token, `completed` are the outputs and `failed` the errors: what came
    first."""

    completed: dict[str, Mapping[str, object]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        if token not in self.failed:
            self.completed.setdefault(token, output)

    def fail(self, token: str, error: str) -> None:
        if token not in self.completed:
            self.failed.setdefault(token, error)


@dataclass(frozen=True, slots=True)
class MemoryPokes:
    """`quire.domain.ports.Pokes`. `poked` are the tenants in order, `lanes` their lanes; `put_off` are the seconds by
    receipt."""

    poked: list[str] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    put_off: dict[str, int] = field(default_factory=dict)

    def poke(self, tenant: str, *, lane: str = "") -> None:
        self.poked.append(tenant)
        self.lanes.append(lane)

    def again(self, receipt: str, seconds: int) -> None:
        self.put_off[receipt] = seconds
