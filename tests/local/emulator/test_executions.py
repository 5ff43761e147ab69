"""Repairs of Step Functions: tokens, ends, starts, histories."""

import inspect
import json
import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from ministack.services import stepfunctions

from local.emulator.emulator import Emulator
from local.emulator.repairs import execution_history, execution_starts
from tests.local.emulator.conftest import Deployed


def start(deployed: Deployed, machine: str, name: str, do: str) -> str:
    """Start an execution and return its ARN."""
    answer = deployed.client("stepfunctions").start_execution(
        stateMachineArn=deployed.outputs[machine], name=name, input=json.dumps({"id": name, "do": do})
    )
    arn: str = answer["executionArn"]
    return arn


def ended(deployed: Deployed, arn: str, seconds: float = 10) -> dict[str, Any]:
    """Wait for the end of an execution and describe it."""
    states = deployed.client("stepfunctions")
    deadline = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def token(deployed: Deployed, name: str, count: int = 1) -> list[str]:
    """Wait for the tokens that the tasks of an execution got."""
    return [value["token"] for value in deployed.seen("token", lambda value: value["id"] == name, count=count)]


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """Return the code of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    code: str = caught.value.response["Error"]["Code"]
    return code


def test_retry_and_catch_match_the_class_of_an_exception(deployed: Deployed) -> None:
    flaky = ended(deployed, start(deployed, "Machine", "flaky", "flaky"))
    assert flaky["status"] == "FAILED"
    assert flaky["error"] == "FlakyError"
    assert len(deployed.seen("attempt", lambda value: value == "flaky")) == 2

    hopeless = ended(deployed, start(deployed, "Machine", "hopeless", "hopeless"))
    assert hopeless["status"] == "SUCCEEDED"
    assert json.loads(hopeless["output"])["caught"]["Error"] == "HopelessError"


def test_a_task_waits_for_its_token(deployed: Deployed) -> None:
    arn = start(deployed, "WaitingMachine", "answered", "wait")
    (found,) = token(deployed, "answered")
    states = deployed.client("stepfunctions")
    states.send_task_heartbeat(taskToken=found)
    states.send_task_success(taskToken=found, output=json.dumps({"pages": 3}))

    assert json.loads(ended(deployed, arn)["output"]) == {"pages": 3}
    assert len(found) > 500  # as long as on AWS, so that it fits nowhere where AWS's does not
    assert refused(states.send_task_success, taskToken=found, output="{}") == "TaskTimedOut"
    assert refused(states.send_task_success, taskToken="nonsense", output="{}") == "InvalidToken"


def test_each_try_has_a_token_of_its_own(deployed: Deployed) -> None:
    arn = start(deployed, "WaitingMachine", "again", "wait")
    (first,) = token(deployed, "again")
    states = deployed.client("stepfunctions")
    states.send_task_failure(taskToken=first, error="Again", cause="once more")
    second = next(found for found in token(deployed, "again", count=2) if found != first)

    assert refused(states.send_task_success, taskToken=first, output="{}") == "TaskTimedOut"
    states.send_task_success(taskToken=second, output='"done"')
    assert ended(deployed, arn)["output"] == '"done"'


def test_a_function_that_fails_before_its_token_is_answered_fails_the_task(deployed: Deployed) -> None:
    found = ended(deployed, start(deployed, "WaitingMachine", "early", "hopeless"))

    assert json.loads(found["output"])["caught"]["Error"] == "HopelessError"


def test_an_execution_past_its_time_is_timed_out_and_told(deployed: Deployed) -> None:
    arn = start(deployed, "ShortMachine", "late", "wait")
    (found,) = token(deployed, "late")

    assert ended(deployed, arn)["status"] == "TIMED_OUT"
    (event,) = deployed.seen("status", lambda value: value["detail"]["executionArn"] == arn)
    assert event["source"] == "aws.states"
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"]["status"] == "TIMED_OUT"
    assert event["detail"]["name"] == "late"
    states = deployed.client("stepfunctions")
    assert refused(states.send_task_success, taskToken=found, output="{}") == "TaskTimedOut"


def test_a_stopped_execution_stays_aborted_and_is_told_once(deployed: Deployed) -> None:
    arn = start(deployed, "WaitingMachine", "stopped", "wait")
    (found,) = token(deployed, "stopped")
    states = deployed.client("stepfunctions")
    states.stop_execution(executionArn=arn, error="Cancelled", cause="by a test")

    assert refused(states.send_task_success, taskToken=found, output="{}") == "TaskTimedOut"
    time.sleep(0.5)
    assert states.describe_execution(executionArn=arn)["status"] == "ABORTED"
    events = deployed.seen("status", lambda value: value["detail"]["executionArn"] == arn)
    assert [event["detail"]["status"] for event in events] == ["ABORTED"]


def test_a_failed_execution_is_told(deployed: Deployed) -> None:
    arn = start(deployed, "Machine", "told", "flaky")

    (event,) = deployed.seen("status", lambda value: value["detail"]["executionArn"] == arn)
    assert event["detail"]["status"] == "FAILED"
    assert event["detail"]["error"] == "FlakyError"
    assert json.loads(event["detail"]["input"]) == {"id": "told", "do": "flaky"}


def test_a_running_name_with_the_same_input_is_the_same_execution(deployed: Deployed) -> None:
    arn = start(deployed, "WaitingMachine", "named", "wait")
    (found,) = token(deployed, "named")

    assert start(deployed, "WaitingMachine", "named", "wait") == arn
    again = deployed.client("stepfunctions").start_execution
    machine = deployed.outputs["WaitingMachine"]
    assert refused(again, stateMachineArn=machine, name="named", input="{}") == "ExecutionAlreadyExists"
    deployed.client("stepfunctions").send_task_success(taskToken=found, output="{}")
    ended(deployed, arn)
    assert token(deployed, "named") == [found]
    given = json.dumps({"id": "named", "do": "wait"})
    assert refused(again, stateMachineArn=machine, name="named", input=given) == "ExecutionAlreadyExists"


def test_a_result_too_large_for_the_state_fails(deployed: Deployed) -> None:
    found = ended(deployed, start(deployed, "Machine", "large", "large"))

    assert found["status"] == "FAILED"
    assert found["error"] == "States.DataLimitExceeded"


def test_an_execution_starts_without_the_stock_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    assert "time.sleep(0.15)" in inspect.getsource(stepfunctions)

    execution_starts._Clock.sleep(0.15)
    assert waited == []
    execution_starts._Clock.sleep(2)
    assert waited == [2]


def test_old_histories_go_and_names_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    executions = {str(number): {"executionArn": str(number), "events": [1, 2, 3, 4]} for number in range(300)}
    monkeypatch.setattr(stepfunctions, "_executions", executions)
    monkeypatch.setattr(stepfunctions, "_run_execution", str)
    execution_history.install(cast(Emulator, None))  # it needs nothing of it
    for arn in list(executions):
        stepfunctions._run_execution(arn)

    assert len(executions) == 300
    assert executions["99"]["events"] == [1, 4]
    assert executions["100"]["events"] == [1, 2, 3, 4]
