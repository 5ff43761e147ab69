"""A delivery was written, or is due again: it is tried, if it is time."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.api_extend import events as extend
from functions.api_llamacloud import events as llamacloud
from functions.api_perfectparser import events as perfectparser
from functions.api_terrafai import events as terrafai
from functions.deliver import standard
from quire.adapters.aws import Aws
from quire.domain.ports import DeliveryKey
from quire.http.telemetry import discreet, log
from quire.service.deliver import deliver
from quire.service.speaking import Speaker

SPEAKERS: Mapping[str, Speaker] = {
    "extend": extend,
    "perfectparser": perfectparser,
    "terrafai": terrafai,
    "llamacloud": llamacloud,
    standard.NAME: standard,
}
"""By the contract that an endpoint, or a job with webhooks of its own, speaks."""
AT_ONCE = 10
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """All of a batch side by side, so that a slow receiver does not hold up the others. What broke off is named, and
    the stream goes on from there (partial batch response); a try that had begun is not begun again so soon."""
    records = {_key(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"]}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = dict(zip(records, pool.map(_tried, records), strict=True))
    return {"batchItemFailures": [{"itemIdentifier": records[key]} for key, whole in done.items() if not whole]}


def _tried(key: DeliveryKey) -> bool:
    try:
        deliver(world, key, SPEAKERS)
    except Exception as fault:  # noqa: BLE001 - reported to the stream, which tries again
        log("delivery_broke_off", tenant=key.tenant, event_id=key.id, fault=fault, metric="DeliveryBrokeOff")
        return False
    return True


def _key(record: Mapping[str, Any]) -> DeliveryKey:
    keys = record["dynamodb"]["Keys"]
    _, tenant, _, receiver = keys["PK"]["S"].split("#")
    return DeliveryKey(tenant, receiver, keys["SK"]["S"].removeprefix("delivery#"))
