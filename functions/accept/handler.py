"""S3 "Object Created", by EventBridge: an upload arrived, or a file was dropped."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.inbox import drop
from quire.service.uploads import accept

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """The event's key is not URL-encoded (S3 user guide, "EventBridge event message structure")."""
    found = event["detail"]["object"]
    key, version, size = found["key"], found["version-id"], found.get("size", 0)
    kind, tenant, rest = key.split("/", 2)
    if kind == "uploads":
        accept(world, tenant, rest, version, size)
    elif "/" in rest:
        drop(world, key, version, size)
