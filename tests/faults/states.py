"""Step Functions in memory: it runs the real infra/document.asl.json, on the harness' clock.

What the definition may use: Task (Lambda, waitForTaskToken), Choice, Wait, Pass, Succeed, Fail, Retry, Catch, timeouts,
JSONPath. Anything else raises, so that the definition cannot outgrow the interpreter unnoticed. Jitter is left out:
delays are the longest that it allows."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from tests.faults.errors import Refused

DEFINITION = Path(__file__).parents[2] / "infra" / "document.asl.json"
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "Equals": operator.eq,
}
_TASK = re.compile(r"\$\{(\w+)\}")


class Host(Protocol):
    """What executions need of the harness."""

    def now(self) -> int: ...

    def later(
        self, milliseconds: int, what: Callable[[], None], name: str = ..., awaited: Callable[[], bool] = ...
    ) -> None: ...

    def invoke(self, function: str, event: Any, done: Callable[[Any, str | None], None]) -> None:
        """Run a handler; `done(answer, None)`, or `done(None, name of the error)`."""
        ...

    def gone(self, execution: Execution) -> None:
        """It failed, timed out or was aborted: EventBridge tells of that."""
        ...


@dataclass(slots=True)
class Execution:
    """`entered` counts the tries of tasks: an answer to an earlier one is too late. `tries` are by retrier of the
    state that it is in."""

    name: str
    input: str
    started_at: int
    status: str = "RUNNING"
    state: str = ""
    data: Any = None
    entered: int = 0
    token: str | None = None
    tries: dict[int, int] = field(default_factory=dict)
    visited: list[str] = field(default_factory=list)


def load(text: str | None = None) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(text if text is not None else DEFINITION.read_text())
    return definition


class States:
    def __init__(self, host: Host, definition: Mapping[str, Any]) -> None:
        self.host = host
        self.definition = definition
        self.executions: dict[str, Execution] = {}
        self._tokens: dict[str, tuple[Execution, int]] = {}

    def call(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, f"_{operation}")(asked)
        return answer

    # ---- the API -----------------------------------------------------------------------------------------------------

    def _StartExecution(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - the API's name
        name, payload = asked.get("name") or f"unnamed-{len(self.executions)}", asked["input"]
        known = self.executions.get(name)
        if known:
            if known.status == "RUNNING" and known.input == payload:
                return {"executionArn": name}
            raise Refused("ExecutionAlreadyExists")
        execution = Execution(name, payload, self.host.now(), data=json.loads(payload))
        self.executions[name] = execution
        self._time_out(execution)
        self.host.later(0, lambda: self._enter(execution, self.definition["StartAt"]))
        return {"executionArn": name}

    def _DescribeExecution(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        execution = self.executions.get(asked["executionArn"].rsplit(":", 1)[1])
        if execution is None:
            raise Refused("ExecutionDoesNotExist")
        return {"status": execution.status}

    def _StopExecution(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        execution = self.executions.get(asked["executionArn"].rsplit(":", 1)[1])
        if execution is None:
            raise Refused("ExecutionDoesNotExist")
        self.end(execution, "ABORTED")
        return {}

    def _SendTaskSuccess(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        execution, entered = self._waiting(asked["taskToken"])
        self._succeeded(execution, entered, json.loads(asked["output"]))
        return {}

    def _SendTaskFailure(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        execution, entered = self._waiting(asked["taskToken"])
        self._failed(execution, entered, asked.get("error", "States.TaskFailed"))
        return {}

    def _waiting(self, token: str) -> tuple[Execution, int]:
        if token not in self._tokens:
            raise Refused("InvalidToken")
        execution, entered = self._tokens[token]
        if execution.status != "RUNNING" or execution.token != token:
            raise Refused("TaskTimedOut")
        execution.token = None
        return execution, entered

    # ---- the machine -------------------------------------------------------------------------------------------------

    def end(self, execution: Execution, status: str) -> None:
        if execution.status != "RUNNING":
            return
        execution.status, execution.token = status, None
        if status != "SUCCEEDED":
            self.host.gone(execution)

    def _time_out(self, execution: Execution) -> None:
        seconds = self.definition.get("TimeoutSeconds")
        if seconds:
            name = f"execution timeout {execution.name}"
            self.host.later(seconds * 1000, lambda: self.end(execution, "TIMED_OUT"), name, lambda: False)

    def _enter(self, execution: Execution, name: str) -> None:
        execution.state = name
        execution.tries = {}
        execution.visited.append(name)
        self._try(execution)

    def _try(self, execution: Execution) -> None:
        if execution.status != "RUNNING":
            return
        state = self.definition["States"][execution.state]
        execution.entered += 1
        {"Task": self._task, "Choice": self._choice, "Wait": self._wait, "Pass": self._pass, "Succeed": self._succeed,
         "Fail": self._fail}[state["Type"]](execution, state)  # fmt: skip

    def _succeed(self, execution: Execution, _state: Mapping[str, Any]) -> None:
        self.end(execution, "SUCCEEDED")

    def _fail(self, execution: Execution, _state: Mapping[str, Any]) -> None:
        self.end(execution, "FAILED")

    def _pass(self, execution: Execution, state: Mapping[str, Any]) -> None:
        if "Result" in state:
            execution.data = placed(execution.data, state.get("ResultPath", "$"), state["Result"])
        self._next(execution, state)

    def _wait(self, execution: Execution, state: Mapping[str, Any]) -> None:
        if "Seconds" in state or "SecondsPath" in state:
            milliseconds = 1000 * int(state.get("Seconds") or at(execution.data, state["SecondsPath"]))
        else:
            until = state.get("Timestamp") or at(execution.data, state["TimestampPath"])
            milliseconds = int(datetime.fromisoformat(until).timestamp() * 1000) - self.host.now()
        self.host.later(max(0, milliseconds), lambda: self._next(execution, state), f"wait {execution.state}")

    def _choice(self, execution: Execution, state: Mapping[str, Any]) -> None:
        chosen = next((rule["Next"] for rule in state["Choices"] if matches(rule, execution.data)), None)
        target = chosen or state.get("Default")
        if target is None:
            self.end(execution, "FAILED")
        else:
            self._enter(execution, target)

    def _task(self, execution: Execution, state: Mapping[str, Any]) -> None:
        entered = execution.entered
        waits = state["Resource"].endswith(".waitForTaskToken")
        token = f"token-{execution.name}-{entered}"
        context = {
            "Task": {"Token": token},
            "Execution": {"Name": execution.name, "Input": json.loads(execution.input)},
        }
        asked = filled(state["Parameters"], execution.data, context) if "Parameters" in state else execution.data
        if waits:
            execution.token = token
            self._tokens[token] = (execution, entered)
        seconds = state.get("TimeoutSeconds") or (
            "TimeoutSecondsPath" in state and at(execution.data, state["TimeoutSecondsPath"])
        )
        if seconds:
            self.host.later(
                int(seconds) * 1000,
                lambda: self._failed(execution, entered, "States.Timeout"),
                f"task timeout {execution.state}",
                lambda: self._current(execution, entered),
            )
        function, event = (asked["FunctionName"], asked["Payload"]) if waits else (state["Resource"], asked)

        def done(answer: Any, error: str | None) -> None:
            if error:
                self._failed(execution, entered, error)
            elif not waits:
                self._succeeded(execution, entered, answer)

        named = _TASK.search(function)
        if named is None:
            raise NotImplementedError(function)
        self.host.invoke(_function(named[1]), json.loads(json.dumps(event)), done)

    def _current(self, execution: Execution, entered: int) -> bool:
        return execution.status == "RUNNING" and execution.entered == entered

    def _succeeded(self, execution: Execution, entered: int, answer: Any) -> None:
        if self._current(execution, entered):
            state = self.definition["States"][execution.state]
            execution.data = placed(execution.data, state.get("ResultPath", "$"), answer)
            self._next(execution, state)

    def _failed(self, execution: Execution, entered: int, error: str) -> None:
        if not self._current(execution, entered):
            return
        state = self.definition["States"][execution.state]
        execution.entered += 1  # nothing of that try counts any more
        execution.token = None
        for number, retry in enumerate(state.get("Retry", [])):
            if not _names(retry["ErrorEquals"], error):
                continue
            tries = execution.tries.get(number, 0)
            if tries < retry.get("MaxAttempts", 3):
                execution.tries[number] = tries + 1
                pause = retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2.0) ** tries
                self.host.later(int(1000 * min(pause, retry.get("MaxDelaySeconds", 1e9))), lambda: self._try(execution))
                return
            break  # the first retrier that names the error is the one (States Language, "Retrying after error")
        caught = next((one for one in state.get("Catch", []) if _names(one["ErrorEquals"], error)), None)
        if caught is None:
            self.end(execution, "FAILED")
            return
        told = {"Error": error, "Cause": ""}
        execution.data = placed(execution.data, caught.get("ResultPath", "$"), told)
        self._enter(execution, caught["Next"])

    def _next(self, execution: Execution, state: Mapping[str, Any]) -> None:
        if execution.status != "RUNNING":
            return
        if state.get("End"):
            self.end(execution, "SUCCEEDED")
        else:
            self._enter(execution, state["Next"])


def _function(named: str) -> str:
    """The folder under functions/ of a task that the definition names: `AwaitReview` is `await_review`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", named).lower()


def _names(wanted: list[str], error: str) -> bool:
    return error in wanted or "States.ALL" in wanted or ("States.TaskFailed" in wanted and error != "States.Timeout")


def at(data: Any, path: str, context: Any = None) -> Any:
    """What a reference path such as `$.read.outcome` finds; an error where it finds nothing, as in AWS."""
    if path.startswith("$$"):
        data, path = context, path[1:]
    if path == "$":
        return data
    for step in path.removeprefix("$.").split("."):
        if not isinstance(data, dict) or step not in data:
            raise LookupError(f"{path} finds nothing")
        data = data[step]
    return data


def filled(template: Any, data: Any, context: Any) -> Any:
    """A payload template's values."""
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): at(data, value, context) if name.endswith(".$") else filled(value, data, context)
        for name, value in template.items()
    }


def placed(data: Any, path: str | None, value: Any) -> Any:
    """The state's data with a result at its ResultPath; None drops the result."""
    if path is None:
        return data
    if path == "$":
        return value
    after = json.loads(json.dumps(data))
    *parents, last = path.removeprefix("$.").split(".")
    place = after
    for step in parents:
        place = place.setdefault(step, {})
    place[last] = value
    return after


def matches(rule: Mapping[str, Any], data: Any) -> bool:
    """Whether a choice rule holds."""
    if "And" in rule:
        return all(matches(one, data) for one in rule["And"])
    if "Or" in rule:
        return any(matches(one, data) for one in rule["Or"])
    if "Not" in rule:
        return not matches(rule["Not"], data)
    (test,) = (name for name in rule if name not in ("Variable", "Next"))
    try:
        value = at(data, rule["Variable"])
    except LookupError:
        if test == "IsPresent":
            return not rule[test]
        raise
    if test == "IsPresent":
        return bool(rule[test])
    if test == "IsNull":
        return (value is None) is rule[test]
    wanted = rule[test]
    kind = next((kind for kind in _COMPARISONS if test.endswith(kind)), None)
    if kind is None:
        raise NotImplementedError(test)
    return type(value) is type(wanted) and bool(_COMPARISONS[kind](value, wanted))
