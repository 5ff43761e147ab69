"""State AwaitReview, which waits for its task token: the document is held for a person."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.domain.document import Stored
from quire.http.telemetry import discreet, log
from quire.service.hold import Doubtful, hold

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """{tenant, document_id, pages, result: {key, version}, flagged, token} -> the task's {outcome}, by its token."""
    found = Doubtful(event["pages"], Stored(**event["result"]), event["flagged"])
    hold(world, event["tenant"], event["document_id"], found, event["token"])
