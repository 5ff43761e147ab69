"""What tests ask of the twin and the service never has: errors on demand, counts of calls and of pages billed."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any

from local.textract.errors import MESSAGES, TextractError
from local.textract.model import OPERATIONS

# Bills kept; the oldest go first.
MAX_BILLS = 10_000
MAX_TIMES = 10_000


@dataclass
class Fault:
    """An error that the next `times` calls of an operation get."""

    error: str
    times: int


@dataclass
class Control:
    """The faults to come and the counts so far."""

    faults: dict[str, Fault] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    pages: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def set_fault(self, request: Any) -> None:
        """Takes `{"operation", "error", "times"}`; 0 times takes the operation's fault away.

        Raises:
            ValueError: on anything else.
        """
        if not isinstance(request, dict) or set(request) != {"operation", "error", "times"}:
            raise ValueError("expected operation, error and times")
        operation, error, times = request["operation"], request["error"], request["times"]
        if operation not in OPERATIONS or error not in MESSAGES:
            raise ValueError("no such operation or error")
        if type(times) is not int or not 0 <= times <= MAX_TIMES:
            raise ValueError(f"times: 0..{MAX_TIMES}")
        self.faults[operation] = Fault(error, times)

    def called(self, operation: str) -> None:
        """Counts a call, and raises the fault that waits for it."""
        self.calls[operation] += 1
        fault = self.faults.get(operation)
        if fault and fault.times:
            fault.times -= 1
            raise TextractError(fault.error)

    def bill(self, account: str, pages: int) -> None:
        """Adds pages that were read to what they were read for."""
        self.pages[account] = self.pages.pop(account, 0) + pages
        while len(self.pages) > MAX_BILLS:
            self.pages.popitem(last=False)

    def report(self) -> dict[str, Any]:
        """`calls` and `refused` per operation; `pages` per ClientRequestToken, without one per document."""
        return {"calls": dict(self.calls), "refused": dict(self.refused), "pages": dict(self.pages)}
