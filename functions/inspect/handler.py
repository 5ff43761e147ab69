"""State Inspect: what are these bytes?"""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.inspect import inspect

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """{tenant, document_id} -> {outcome, pages, media, encrypted}."""
    return inspect(world, event["tenant"], event["document_id"])
