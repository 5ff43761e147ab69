"""The state machine, its task tokens, and what wakes `admit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Workflow(Protocol):
    def start(self, tenant: str, document_id: str) -> None:
        """Start the document's execution, named by its id; started before: nothing happens."""
        ...

    def state(self, document_id: str) -> str | None:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, or None when it was never started."""
        ...


class TaskTokens(Protocol):
    def succeed(self, token: str, output: Mapping[str, object]) -> None:
        """Complete a task; a token that is no longer waited for counts as done."""
        ...

    def fail(self, token: str, error: str) -> None:
        """End a try of a task by an error's name, for its retries to go by; a token likewise."""
        ...


class Pokes(Protocol):
    def poke(self, tenant: str, *, lane: str = "") -> None:
        """Wake `admit` for a tenant. Pokes of a tenant's lane come one after the other: one that failed holds up those
        behind it, and none in another lane."""
        ...

    def again(self, receipt: str, seconds: int) -> None:
        """A poke that failed, known by its receipt, comes again after so long; else the queue hides it for minutes."""
        ...
