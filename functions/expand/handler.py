"""A job's mark appeared in the table's stream: its documents get their rows."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.expand import expand

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The first record that fails is named, so that the stream goes on from there (partial batch response)."""
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        tenant = keys["PK"]["S"].removeprefix("tenant#")
        try:
            expand(world, tenant, keys["SK"]["S"].removeprefix("expand#"))
        except Exception as fault:  # noqa: BLE001 - reported to the stream, which tries again
            log("expand_failed", tenant=tenant, fault=fault, metric="ExpandFailed")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
