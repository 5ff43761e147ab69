"""Repair: functions run from the source tree in the emulator's own pool."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.local.emulator.conftest import Deployed


def invoke(deployed: Deployed, payload: Any, **options: Any) -> dict[str, Any]:
    """Invoke the task function and return boto3's answer with the payload read."""
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.outputs["Task"], Payload=json.dumps(payload), **options
    )
    read: dict[str, Any] = {**answer, "Payload": json.loads(answer["Payload"].read() or "null")}
    return read


def test_a_function_gets_the_templates_variables_and_the_local_endpoints(deployed: Deployed) -> None:
    wanted = ["SETTING", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_TEXTRACT", "AWS_ACCESS_KEY_ID"]

    found = invoke(deployed, {"variables": wanted})["Payload"]
    assert found["environment"] == {
        "SETTING": "from the template",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": deployed.aws,
        "AWS_ENDPOINT_URL_TEXTRACT": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "test",
    }
    assert found["name"] == deployed.outputs["Task"]


def test_an_exception_keeps_its_class_name(deployed: Deployed) -> None:
    answer = invoke(deployed, {"do": "hopeless"})

    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "HopelessError"


def test_a_timeout_and_an_exit_are_lambdas_errors(deployed: Deployed) -> None:
    assert invoke(deployed, {"do": "sleep", "seconds": 9})["Payload"]["errorType"] == "Sandbox.Timedout"
    assert invoke(deployed, {"do": "exit"})["Payload"]["errorType"] == "Runtime.ExitError"


def test_fifty_calls_at_once_all_succeed_in_few_processes(deployed: Deployed) -> None:
    with ThreadPoolExecutor(50) as callers:
        found = list(callers.map(lambda _: invoke(deployed, {"do": "nothing"})["Payload"], range(50)))

    assert [answer["did"] for answer in found] == ["nothing"] * 50
    assert len({answer["process"] for answer in found}) <= 6
