"""S3: the event that EventBridge gets names the object's version.

Stock MiniStack leaves ``detail.object.version-id`` out (Amazon S3 user guide, "EventBridge event message structure").
"""

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

_version: ContextVar[str | None] = ContextVar("quire_event_version", default=None)


def install(_: Emulator) -> None:
    """Wrap the making of the event and its dispatch."""
    fire = seam(s3, "_fire_s3_event", "2ab38cfade76")
    dispatch = seam(eventbridge, "_dispatch_event", "d1bfe064f602")

    def fire_with_version(*args: Any, **options: Any) -> None:
        token = _version.set(options.get("version_id"))
        try:
            fire(*args, **options)
        finally:
            _version.reset(token)

    def dispatch_with_version(event: dict[str, Any], view: Any = None) -> None:
        version = _version.get()
        if version and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version
            event = {**event, "Detail": json.dumps(detail)}
        dispatch(event, view)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version
