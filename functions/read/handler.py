"""State Read, which waits for its task token: the words of each page."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import log
from quire.reading.media import Media
from quire.service.read import read

world = Aws(log)


def handler(event: dict[str, Any], _context: object) -> None:
    """{tenant, document_id, media, pages, token} -> the task's {outcome}, by its token."""
    media = Media(event["media"])
    read(world, event["tenant"], event["document_id"], media, event["pages"], event["token"])
