"""State Read, which waits for its task token: the words of each page."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.reading.media import Media
from quire.service.read import Inspected, read

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """{tenant, document_id, media, pages, encrypted, token} -> the task's {outcome}, by its token."""
    inspected = Inspected(Media(event["media"]), event["pages"], event["encrypted"])
    read(world, event["tenant"], event["document_id"], inspected, event["token"])
