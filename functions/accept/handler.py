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
    """The event's key is not URL-encoded (S3 user guide, "EventBridge event message structure"). Folders that a person
    made there are objects, too."""
    found = event["detail"]["object"]
    key, version, size = found["key"], found["version-id"], found.get("size", 0)
    kind, *path = key.split("/")
    if kind == "uploads" and len(path) == 2:
        accept(world, path[0], path[1], version, size)
    elif kind == "inbox" and len(path) > 2:
        drop(world, key, version, size)
