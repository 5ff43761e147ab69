"""Step Functions: an execution ends once, and when its time is up.

Stock MiniStack has no execution timeout, lets a stopped execution wait for its token, and overwrites ABORTED with
FAILED when that wait ends. Here TimeoutSeconds ends an execution with TIMED_OUT (and the event that rules on
``aws.states`` get), both ends wake what waits, and the first end counts.
"""

import json
import threading
from contextvars import ContextVar
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import now_iso, request_scope
from ministack.services import stepfunctions

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

_current: ContextVar[str] = ContextVar("quire_execution", default="")
_ending = threading.Lock()


def current_execution() -> str:
    """Return the ARN of the execution that this thread runs a state of, or an empty string."""
    return _current.get()


def install(emulator: Emulator) -> None:
    """Wrap the run, the failure and the stop of executions."""
    run = seam(stepfunctions, "_run_execution", "996dff84e0e0")
    fail = seam(stepfunctions, "_fail_execution", "e6da895fa0b7")
    stop = seam(stepfunctions, "_stop_execution", "44d2d84ccd5c")
    invoke = seam(stepfunctions, "_invoke_resource", "a85d2be9a858")
    seam(stepfunctions, "_emit_execution_status_event", "9c89e45693e3")

    def run_in_time(arn: str) -> None:
        _current.set(arn)
        execution = stepfunctions._executions[arn]
        seconds = _timeout(execution)
        if seconds is None:
            run(arn)
            return
        # The timer has no request scope of its own: hand it the execution, not the ARN.
        cancel = emulator.timers.later(seconds, lambda: _time_out(execution))
        try:
            run(arn)
        finally:
            cancel()

    def fail_once(execution: dict[str, Any], error: str, cause: str) -> None:
        with _ending:
            if execution["status"] == "RUNNING":
                fail(execution, error, cause)

    def stop_and_wake(data: dict[str, Any]) -> Any:
        with _ending:
            answer = stop(data)
        _wake(data.get("executionArn", ""))
        return answer

    def invoke_while_running(resource: str, payload: Any) -> Any:
        execution = stepfunctions._executions.get(current_execution())
        if execution is not None and execution["status"] != "RUNNING":
            # The states of a branch would otherwise go on; nobody sees this error.
            raise stepfunctions._ExecutionError("States.Runtime", "the execution has ended")
        return invoke(resource, payload)

    stepfunctions._run_execution = run_in_time
    stepfunctions._fail_execution = fail_once
    stepfunctions._stop_execution = stop_and_wake
    stepfunctions._invoke_resource = invoke_while_running


def _timeout(execution: dict[str, Any]) -> float | None:
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    try:
        seconds = json.loads(machine.get("definition", "{}")).get("TimeoutSeconds")
    except ValueError:
        return None
    return None if seconds is None else float(seconds)


def _time_out(execution: dict[str, Any]) -> None:
    arn = execution["executionArn"]
    spec = parse_arn(arn)
    with _ending:
        if execution["status"] != "RUNNING":
            return
        execution.update(status="TIMED_OUT", stopDate=now_iso(), error="States.Timeout")
        with request_scope(spec.account_id, spec.region):
            stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
            stepfunctions._emit_execution_status_event(execution)
    with request_scope(spec.account_id, spec.region):
        _wake(arn)


def _wake(arn: str) -> None:
    """Let the tasks of an ended execution stop waiting for their tokens."""
    for token, entry in list(stepfunctions._task_tokens.items()):
        if entry.get("execution") == arn:
            entry["error"] = {"Error": "States.Runtime", "Cause": "the execution has ended"}
            entry["event"].set()
            stepfunctions._task_tokens.pop(token, None)
