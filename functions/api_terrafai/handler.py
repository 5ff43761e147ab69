"""TerrafAI's routes: /api/v1/extraction-jobs, /api/v1/extractFields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api_terrafai import content, contract
from functions.api_terrafai.contract import JOBS, NAME
from functions.api_terrafai.jobs import create_job, extract_fields, get_job, get_result
from quire.adapters.aws import Aws
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import IdempotencyKey
from quire.http.edge import Route
from quire.http.telemetry import discreet, log

POLLS = Rate(30)
"""Of one job: a client that waits as it is told asks twelve times a minute."""


class TerrafAI:
    """`quire.http.edge.Contract`."""

    name = NAME
    rate = None
    routes = (
        Route(
            "POST",
            JOBS,
            create_job,
            asks=contract.CreateJob,
            form=contract.CreateJob,
            files=("file",),
            headers=IdempotencyKey,
            says={202: contract.Created, 200: contract.Created},
        ),
        Route("GET", f"{JOBS}/<job_id>", get_job, POLLS, per="job_id", says={200: contract.Status}),
        Route("GET", f"{JOBS}/<job_id>/result", get_result, says={200: content.Result}),
        Route(
            "POST",
            "/api/v1/extractFields",
            extract_fields,
            asks=contract.CreateJob,
            form=contract.CreateJob,
            files=("file",),
            headers=IdempotencyKey,
            says={200: content.Extracted},
        ),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "api-key" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


TERRAFAI = TerrafAI()
world = Aws(log)


@discreet
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(TERRAFAI, world, event)
