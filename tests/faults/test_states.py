"""What the state machine makes of a step that fails, run by the sweep's own interpreter of its definition."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from quire.domain.refusal import Kind
from quire.service.finish import refusal_of_fault
from tests.faults.states import Execution, States, load

_STEPS_DONE = {"outcome": "done", "pages": 1, "media": "pdf", "encrypted": False, "result": {}, "flagged": 0}


class Steps:
    """Each step succeeds but Extract, which ends with the errors that it is given, one a try. No time passes."""

    def __init__(self, errors: Iterator[str]) -> None:
        self.errors = errors
        self.invoked: Counter[str] = Counter()
        self.failed: list[Any] = []
        self.waiting: deque[Callable[[], None]] = deque()

    def now(self) -> int:
        return 0

    def later(
        self, _milliseconds: int, what: Callable[[], None], name: str = "", awaited: Callable[[], bool] = bool
    ) -> None:
        if "timeout" not in name and awaited is bool:  # nothing is late here
            self.waiting.append(what)

    def invoke(self, function: str, event: Any, done: Callable[[Any, str | None], None]) -> None:
        self.invoked[function] += 1
        if function == "fail":
            self.failed.append(event)
        error = next(self.errors, None) if function == "extract" else None
        if function == "read":
            self.states.call("SendTaskSuccess", {"taskToken": event["token"], "output": '{"outcome": "done"}'})
        else:
            done(None if error else _STEPS_DONE, error)

    def gone(self, execution: Execution) -> None:
        raise AssertionError(execution.status)

    def run(self) -> None:
        self.states = States(self, load())
        asked = {"name": "one", "input": '{"tenant": "acme", "document_id": "d"}'}
        self.states.call("StartExecution", asked)
        while self.waiting:
            self.waiting.popleft()()


def forever(error: str) -> Iterator[str]:
    while True:
        yield error


@pytest.mark.parametrize(
    "error", ["States.Timeout", "Sandbox.Timedout", "Lambda.Unknown", "Runtime.OutOfMemory", "Runtime.ExitError"]
)
def test_an_extraction_that_runs_out_of_time_is_tried_once_more_and_ends_the_document(error: str) -> None:
    steps = Steps(forever(error))
    steps.run()
    assert steps.invoked["extract"] == 2
    (state,) = steps.failed
    assert refusal_of_fault(state["error"]["Error"]).kind is Kind.EXTRACTION_FAILED


def test_one_that_has_time_enough_at_the_second_try_goes_on() -> None:
    steps = Steps(iter(["Sandbox.Timedout"]))
    steps.run()
    assert (steps.invoked["extract"], steps.invoked["publish"], steps.failed) == (2, 1, [])


def test_other_faults_are_tried_for_longer() -> None:
    steps = Steps(forever("ServiceUnavailable"))
    steps.run()
    assert steps.invoked["extract"] == 7
