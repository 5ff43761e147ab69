"""What is to be fetched for a file was written: its bytes are brought in, if it is time."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.fetch import fetch

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The first record that fails is named, so that the stream goes on from there (partial batch response). A try that
    had begun is not begun again so soon: `sweep` wakes the next."""
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        tenant = keys["PK"]["S"].split("#")[1]
        try:
            fetch(world, tenant, keys["SK"]["S"].removeprefix("fetch#"))
        except Exception as fault:  # noqa: BLE001 - reported to the stream, which tries again
            log("fetch_broke_off", tenant=tenant, fault=fault, metric="FetchBrokeOff")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
