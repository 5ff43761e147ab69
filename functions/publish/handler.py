"""State Publish: the document succeeds."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.domain.document import Stored
from quire.http.telemetry import discreet, log
from quire.service.finish import publish

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> None:
    """{tenant, document_id, pages, result: {key, version}}."""
    publish(world, event["tenant"], event["document_id"], event["pages"], Stored(**event["result"]))
