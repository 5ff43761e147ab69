"""Step Functions: a result too large for the state fails, as it would on AWS.

Stock MiniStack takes any size; AWS ends the task with States.DataLimitExceeded above 256 KiB (Step Functions quotas,
"Maximum input or output size for a task, state, or execution").
"""

import json
from typing import Any

from ministack.services import stepfunctions

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

LARGEST_BYTES = 262_144


def install(_: Emulator) -> None:
    """Wrap the call of a function by a task."""
    call = seam(stepfunctions, "_call_lambda", "25830369b126")

    def call_within_limit(reference: str, event: Any) -> Any:
        result = call(reference, event)
        size = len(json.dumps(result, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > LARGEST_BYTES:
            message = f"The task returned {size} bytes, more than the {LARGEST_BYTES} that a state may hold."
            raise stepfunctions._ExecutionError("States.DataLimitExceeded", message)
        return result

    stepfunctions._call_lambda = call_within_limit
