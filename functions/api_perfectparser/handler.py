"""PerfectParser's routes: /v1/parsers, /v1/extractions, /v1/webhooks, /v1/me, /v1/credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_perfectparser import account, contract, detect, extraction_results, extractions, parsers, webhooks
from quire.adapters.aws import Aws
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.telemetry import discreet, log


class PerfectParser:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = Rate(150)
    routes = (
        *parsers.ROUTES,
        *detect.ROUTES,
        *extractions.ROUTES,
        *extraction_results.ROUTES,
        *webhooks.ROUTES,
        *account.ROUTES,
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("x-api-key")

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_until)


PERFECTPARSER = PerfectParser()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(PERFECTPARSER, world, event)
