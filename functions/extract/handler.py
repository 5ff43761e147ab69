"""State Extract: the reading becomes the result."""

from __future__ import annotations

from typing import Any

from quire.adapters.aws import Aws
from quire.http.telemetry import discreet, log
from quire.service.extract import extract

world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """{tenant, document_id} -> {outcome, pages, result: {key, version}} or {outcome, refusal}."""
    return extract(world, event["tenant"], event["document_id"])
