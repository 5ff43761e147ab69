"""Bring documents into review, by the use cases themselves."""

from __future__ import annotations

import json
from typing import Any

from quire.domain.document import Document, Stored
from quire.domain.tenant import Tenant
from quire.reading.media import Media
from quire.service.config import Config
from quire.service.extract import extract
from quire.service.held import first_key
from quire.service.hold import Doubtful, hold
from quire.service.read import Inspected, read
from quire.testing.world import World
from tests.service.documents import PROSE, pdf
from tests.service.stage import row_of, running

SCHEMA = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string"},
        "total": {"type": "number"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"what": {"type": "string"}, "amount": {"type": "number"}}},
        },
    },
}
OUTPUT: dict[str, Any] = {
    "parts": [
        {
            "name": None,
            "pages": [1],
            "data": {"invoice_number": "4711", "total": 12.5, "lines": [{"what": "Tea", "amount": 12.5}]},
            "fields": [
                {"path": "invoice_number", "value": "4711", "confidence": 0.95, "citations": [
                    {"page": 1, "text": "4711", "box": [1.0, 2.0, 3.0, 4.0]}]},
                {"path": "total", "value": 12.5, "confidence": 0.5, "citations": [
                    {"page": 2, "text": "12,5O", "box": None}]},
                {"path": "lines[0].what", "value": "Tea", "confidence": 0.9, "citations": []},
                {"path": "lines[0].amount", "value": 12.5, "confidence": 0.6, "citations": []},
            ],
            "ungrounded": [],
        }
    ],
    "pages": [{"number": 1, "width": 612.0, "height": 792.0}],
    "flagged": ["total", "lines[0].amount"],
}  # fmt: skip
THRESHOLD = Config(review_threshold=80)


def doubtful(world: World, document: Document, output: dict[str, Any] | None = None) -> Doubtful:
    """What Extract would hand on: an output of three pages, kept apart from results."""
    stored = world.blobs.put(first_key(document), json.dumps(output or OUTPUT).encode(), "application/json")
    return Doubtful(3, stored, 2)


def held(world: World, tenant: Tenant, token: str = "task-1", config: Config = THRESHOLD) -> Document:  # noqa: S107
    """A document of a job of its own, in review; three of the tenant's credits are held for it."""
    document = running(world, tenant, config=config, schema=SCHEMA)
    world.pipeline.reserve(document, 3)
    hold(world, tenant.id, document.id, doubtful(world, document), token)
    return row_of(world, document)


def extracted(world: World, tenant: Tenant, config: Config, *pages: list[str]) -> tuple[Document, dict[str, Any]]:
    """A document of these pages that is read and extracted: what Extract said of it."""
    document = running(world, tenant, pdf(*([*PROSE, *page] for page in pages)), config, SCHEMA)
    read(world, tenant.id, document.id, Inspected(Media.PDF, len(pages), encrypted=False), "t1")
    return document, extract(world, tenant.id, document.id)


def output_in(world: World, stored: Stored) -> Any:
    return json.loads(world.blobs.get(stored))
