"""What lies under no contract's paths: the way to the console, the definitions, and for all else a contract's 404."""

from __future__ import annotations

from typing import Any

from functions.elsewhere import definitions, spoken
from quire.adapters.aws import Aws
from quire.http import edge
from quire.http.telemetry import discreet, log

CONSOLE = "/console"
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return _page(event) or edge.answer(spoken.contract_of(event), world, event)


def _page(event: dict[str, Any]) -> dict[str, Any] | None:
    """What anybody may read; None where it is none of it."""
    path, method = event["rawPath"], event["requestContext"]["http"]["method"]
    if method not in ("GET", "HEAD"):
        return None
    if path == "/":
        return {"statusCode": 302, "headers": {"location": CONSOLE, "cache-control": "no-cache"}}
    document = definitions.document(path)
    if document is None:
        return None
    headers = {"content-type": "application/json", "cache-control": "no-cache"}
    return {"statusCode": 200, "headers": headers, "body": "" if method == "HEAD" else document}
