"""A poke for a tenant: documents start while there are free slots."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.admit import admit

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Several pokes of one tenant are one; what fails is delivered again (partial batch response)."""
    pokes: dict[str, list[str]] = {}
    for record in event["Records"]:
        pokes.setdefault(record["body"], []).append(record["messageId"])
    failed: list[str] = []
    for tenant, messages in pokes.items():
        try:
            admit(world, tenant)
        except Exception as fault:  # noqa: BLE001 - reported to the queue, which tries again
            log("admit_failed", tenant=tenant, fault=fault, metric="AdmitFailed")
            failed += messages
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
