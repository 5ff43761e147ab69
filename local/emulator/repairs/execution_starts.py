"""Step Functions: starting an execution again by its name is harmless, and a start is prompt.

On AWS a name that is running with the same input answers with that execution; any other use of a name raises
ExecutionAlreadyExists for 90 days (API reference, StartExecution, "Idempotency"). Stock MiniStack always raises, and
waits 0.15 s before the first state.
"""

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import stepfunctions

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

_STOCK_DELAY = 0.15


class _Clock:
    """The time module, without the wait before the first state."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        if seconds != _STOCK_DELAY:
            time.sleep(seconds)


def install(_: Emulator) -> None:
    """Wrap StartExecution."""
    start = seam(stepfunctions, "_start_execution", "9923282fc76c")

    def start_or_find(data: dict[str, Any]) -> Any:
        machine = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", ""))
        if machine and data.get("name"):
            name = stepfunctions._state_machines[machine]["name"]
            arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{name}:{data['name']}"
            found = stepfunctions._executions.get(arn)
            if found and found["status"] == "RUNNING" and found["input"] == data.get("input", "{}"):
                return json_response({"executionArn": arn, "startDate": found["startDate"]})
        return start(data)

    stepfunctions._start_execution = start_or_find
    stepfunctions.time = _Clock()
