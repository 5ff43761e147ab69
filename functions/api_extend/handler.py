"""Extend's routes: /files, /extract, /extract_runs, /batch_runs, /extractors, /webhook_endpoints and _subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_extend import contract, extractors, files, runs, webhooks
from quire.adapters.aws import Aws
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.telemetry import discreet, log


class Extend:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = Rate(10, 1000)
    routes = tuple(
        contract.of_our_version(route) for route in (*files.ROUTES, *runs.ROUTES, *extractors.ROUTES, *webhooks.ROUTES)
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_until)


EXTEND = Extend()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(EXTEND, world, event)
