"""PerfectParser's routes: /v1/parsers, /v1/extractions, /v1/webhooks, /v1/me, /v1/credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_perfectparser import account, contract, extractions, parsers, webhooks
from quire.adapters.aws import Aws
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.edge import Route
from quire.http.telemetry import log

_EXTRACTION = "/v1/extractions/<extraction_id>"
_DOCUMENT = f"{_EXTRACTION}/documents/<document_id>"


class PerfectParser:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = Rate(150)
    routes = (
        Route("POST", "/v1/parsers", parsers.create_parser),
        Route("GET", "/v1/parsers", parsers.list_parsers),
        Route("GET", "/v1/parsers/<parser_id>", parsers.get_parser),
        Route("PATCH", "/v1/parsers/<parser_id>", parsers.update_parser),
        Route("DELETE", "/v1/parsers/<parser_id>", parsers.delete_parser),
        Route("POST", "/v1/parsers/<parser_id>/detect-fields", parsers.detect_fields),
        Route("POST", "/v1/extractions", extractions.submit_extraction, Rate(20)),
        Route("GET", "/v1/extractions", extractions.list_extractions),
        Route("GET", _EXTRACTION, extractions.get_extraction),
        Route("GET", f"{_EXTRACTION}/results", extractions.get_results),
        Route("GET", f"{_EXTRACTION}/export", extractions.export_extraction),
        Route("GET", _DOCUMENT, extractions.get_document),
        Route("GET", f"{_DOCUMENT}/export", extractions.export_document),
        Route("POST", "/v1/webhooks", webhooks.create_webhook),
        Route("GET", "/v1/webhooks", webhooks.list_webhooks),
        Route("GET", "/v1/webhooks/<webhook_id>", webhooks.get_webhook),
        Route("PATCH", "/v1/webhooks/<webhook_id>", webhooks.update_webhook),
        Route("DELETE", "/v1/webhooks/<webhook_id>", webhooks.delete_webhook),
        Route("POST", "/v1/webhooks/<webhook_id>/test", webhooks.test_webhook),
        Route("GET", "/v1/me", account.get_me),
        Route("GET", "/v1/credits", account.get_credits),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("x-api-key")

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_until)


PERFECTPARSER = PerfectParser()
world = Aws(log)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(PERFECTPARSER, world, event)
