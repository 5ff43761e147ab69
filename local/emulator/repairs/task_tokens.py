"""Step Functions: ``lambda:invoke.waitForTaskToken`` as AWS runs it.

Stock MiniStack ignores that the function failed and waits on, uses one short token for all tries of a task, counts the
timeout from the end of the invocation, has no heartbeat, and tells a caller with a used token that it never existed.
"""

import json
import secrets
import threading
import time
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from local.emulator.emulator import Emulator
from local.emulator.repairs.execution_ends import current_execution
from local.emulator.seams import seam

# AWS's tokens are some 600 characters, up to 2,048: one that is put where 64 fit must fail here too.
_PREFIX = "AQCQAAAAKgAAAAMAAAAAAAAAA"
_TOKEN_BYTES = 450


def install(_: Emulator) -> None:
    """Replace the callback of tasks and the three SendTask actions."""
    invoke = seam(stepfunctions, "_invoke_with_callback", "bbb38423156a")
    parameters = seam(stepfunctions, "_apply_parameters", "a90d58220630")
    seam(stepfunctions, "_execute_task", "53c818d247db")
    for name, expected in (
        ("_send_task_success", "12eff48bce57"),
        ("_send_task_failure", "c2a489b4ed33"),
        ("_send_task_heartbeat", "56879a4655d1"),
    ):
        setattr(stepfunctions, name, _known_token(seam(stepfunctions, name, expected)))

    def with_callback(resource: str, payload: Any, token: str, state: dict[str, Any]) -> Any:
        if "lambda" in resource:
            return _invoke_and_wait(resource.replace(".waitForTaskToken", ""), payload, token, state)
        return invoke(resource, payload, token, state)

    def with_new_token(state: dict[str, Any], data: Any, context: dict[str, Any] | None = None) -> Any:
        # Parameters are worked out once per try, before the token is used.
        if context and ".waitForTaskToken" in state.get("Resource", ""):
            context["Task"] = {"Token": new_token()}
        return parameters(state, data, context)

    stepfunctions._invoke_with_callback = with_callback
    stepfunctions._apply_parameters = with_new_token


def new_token() -> str:
    """Return a token of AWS's length."""
    return _PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def _invoke_and_wait(resource: str, payload: Any, token: str, state: dict[str, Any]) -> Any:
    started = time.monotonic()
    called = threading.Event()
    entry: dict[str, Any] = {
        "event": called,
        "result": None,
        "error": None,
        "heartbeat": None,
        "execution": current_execution(),
    }
    stepfunctions._task_tokens[token] = entry
    try:
        try:
            stepfunctions._invoke_resource(resource, payload)
        except stepfunctions._ExecutionError:
            if not called.is_set():  # an answer that came first counts
                raise
        _wait(entry, started, state)
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if entry["error"]:
        raise stepfunctions._ExecutionError(entry["error"].get("Error", ""), entry["error"].get("Cause", ""))
    result = entry["result"]
    try:
        return json.loads(result) if isinstance(result, str) else result
    except ValueError:
        return result


def _wait(entry: dict[str, Any], started: float, state: dict[str, Any]) -> None:
    """Wait for the answer; raise States.Timeout when it does not come, or no heartbeat does."""
    deadline = started + state.get("TimeoutSeconds", 99_999_999)
    pulse = state.get("HeartbeatSeconds", 99_999_999)
    beat = started
    while not entry["event"].wait(min(max(0.0, min(deadline, beat + pulse) - time.monotonic()), threading.TIMEOUT_MAX)):
        if entry["heartbeat"]:
            entry["heartbeat"], beat = None, time.monotonic()
        elif time.monotonic() >= min(deadline, beat + pulse):
            raise stepfunctions._ExecutionError("States.Timeout", "")


def _known_token(stock: Any) -> Any:
    def send(data: dict[str, Any]) -> Any:
        token = data.get("taskToken") or ""
        if token in stepfunctions._task_tokens:
            answer = stock(data)
            if stock.__name__ != "_send_task_heartbeat":
                stepfunctions._task_tokens.pop(token, None)  # a second answer comes too late
            return answer
        if token.startswith(_PREFIX):
            message = "Task Timed Out: 'Provided task does not exist anymore'"
            return error_response_json("TaskTimedOut", message, 400)
        return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)

    return send
