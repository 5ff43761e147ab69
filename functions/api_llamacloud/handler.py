"""LlamaCloud's routes: files, extraction v1 (agents, jobs, runs), and extraction v2 with its configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_llamacloud import (
    agents,
    configurations,
    contract,
    extract,
    files,
    jobs,
    runs,
    schemas,
    submits,
    webhooks,
)
from quire.adapters.aws import Aws
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.telemetry import discreet, log


class LlamaCloud:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = None
    routes = (
        *files.ROUTES,
        *schemas.ROUTES,
        *agents.ROUTES,
        *submits.ROUTES,
        *jobs.ROUTES,
        *runs.ROUTES,
        *extract.ROUTES,
        *configurations.ROUTES,
        *webhooks.ROUTES,
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


LLAMACLOUD = LlamaCloud()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(LLAMACLOUD, world, event)
