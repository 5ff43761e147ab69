"""State Fail, and EventBridge's word of an execution that ended by itself: the document fails."""

from __future__ import annotations

import json
from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.finish import fail, refusal_of_fault
from quire.service.tasks import refusal_in

world = Aws(log)

_TIMED_OUT = "TIMED_OUT"


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """The execution's state, with a step's refusal or a caught error; or "Step Functions Execution Status Change"."""
    if "detail" in event:
        detail = event["detail"]
        document = json.loads(detail["input"])
        refusal = refusal_of_fault("States.Timeout" if detail["status"] == _TIMED_OUT else detail["status"])
    else:
        document = event
        refusals = (refusal_in(event.get(step, {})) for step in ("reviewed", "extracted", "read", "inspected"))
        refusal = next(filter(None, refusals), None) or refusal_of_fault(event.get("error", {}).get("Error", ""))
    fail(world, document["tenant"], document["document_id"], refusal)
