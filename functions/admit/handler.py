"""A poke for a tenant: documents start while there are free slots."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.admit import admit, again_s

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Several pokes of one tenant are one; what fails is delivered again (partial batch response), within seconds."""
    pokes: dict[str, list[dict[str, Any]]] = {}
    for record in event["Records"]:
        pokes.setdefault(record["body"], []).append(record)
    failed: list[dict[str, Any]] = []
    for tenant, records in pokes.items():
        try:
            admit(world, tenant)
        except Exception as fault:  # noqa: BLE001 - reported to the queue, which tries again
            log("admit_failed", tenant=tenant, fault=fault, metric="AdmitFailed")
            failed += records
    for record in failed:
        _soon(record)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _soon(record: dict[str, Any]) -> None:
    """A message that failed would stay hidden, and its group with it, for all of the queue's visibility timeout (Lambda
    guide, "Handling errors for an SQS event source")."""
    try:
        world.pokes.again(record["receiptHandle"], again_s(int(record["attributes"]["ApproximateReceiveCount"])))
    except Exception as fault:  # noqa: BLE001 - then it comes later, and the pokes of `sweep` do not wait for it
        log("poke_stays_hidden", tenant=record["body"], fault=fault)
