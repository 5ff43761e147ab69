"""The console: the page at /console, and what it asks for, under /console/api."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from functions.api_console import (
    contract,
    deliveries,
    documents,
    extractors,
    files,
    jobs,
    keys,
    me,
    page,
    reviews,
    usage,
)
from quire.adapters.aws import Aws
from quire.http import edge
from quire.http.telemetry import discreet, log


class Console(contract.Words):
    """`quire.http.edge.Contract`."""

    routes = (
        *me.ROUTES,
        *files.ROUTES,
        *extractors.ROUTES,
        *jobs.ROUTES,
        *documents.ROUTES,
        *reviews.ROUTES,
        *usage.ROUTES,
        *deliveries.ROUTES,
        *keys.ROUTES,
    )


CONSOLE = Console()
world = Aws(log)


@cache
def _bucket_origin() -> str:
    """Where the URLs that we sign lead."""
    url = urlsplit(world.blobs.upload_url("uploads/", None, 1))
    return f"{url.scheme}://{url.netloc}"


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return page.file_of(event, _bucket_origin) or edge.answer(CONSOLE, world, event)
