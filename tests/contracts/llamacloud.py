"""A client of LlamaCloud's contract, and what happens behind it."""

from __future__ import annotations

import json
from typing import Any

from functions.api_llamacloud import handler
from quire.domain.ids import locate
from quire.domain.tenant import Tenant
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key
from tests.service.documents import PROSE, pdf

ACME = Tenant("acme", rate_factor=100)
PDF = pdf(PROSE)
SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}, "lines": {"type": "array", "items": {
    "type": "object", "properties": {"text": {"type": "string"}}}}}}  # fmt: skip
CITATIONS = [{"page": 1, "text": "12.50", "box": [10, 20, 40, 30]}]
PART = {
    "name": None,
    "pages": [1],
    "data": {"total": 12.5, "lines": [{"text": "Tea"}], "missing": None},
    "fields": [
        {"path": "total", "value": 12.5, "confidence": 0.9, "citations": CITATIONS},
        {"path": "lines[0].text", "value": "Tea", "confidence": 0.8, "citations": []},
    ],
    "ungrounded": ["missing"],
}
SIZES = [{"number": 1, "width": 595, "height": 842}]
RESULT = {"parts": [PART], "pages": SIZES}
LISTS = [{"path": "lines", "shown": 2, "returned": 1, "left_out": [{"reason": "header", "page": 1, "row": 1}]}]
WARNINGS = [{"page": 1, "kind": "hidden_text", "message": "Text that does not show is left out.", "count": 3}]
ACCOUNTED = {"parts": [{**PART, "lists": LISTS}], "pages": SIZES, "warnings": WARNINGS}
V1 = "/api/v1/extraction"
AGENTS = f"{V1}/extraction-agents"


def client(world: World, tenant: Tenant = ACME, credits: int = 100) -> Caller:
    key = tenant_key(world, tenant, credits)
    return Caller(handler.LLAMACLOUD, world, tenant.id, {"authorization": f"Bearer {key}"})


def uploaded(
    call: Caller, field: str = "file", path: str = "/api/v1/beta/files", content: bytes = b"%PDF-1.7"
) -> dict[str, Any]:
    body, headers = form((field, "a.pdf", content), ("purpose", None, b"extract"), ("external_file_id", None, b"x-1"))
    answer = call("POST", path, raw=body, **headers)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def agent(call: Caller, name: str = "invoices", schema: Any = SCHEMA, **config: Any) -> dict[str, Any]:
    answer = call("POST", AGENTS, {"name": name, "data_schema": schema, "config": config})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def job(call: Caller, agent_id: str, file_id: str | None = None, query: str = "", **more: Any) -> dict[str, Any]:
    body = {"extraction_agent_id": agent_id, "file_id": file_id or uploaded(call)["id"], **more}
    answer = call("POST", f"{V1}/jobs{query}", body)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def run(call: Caller, **more: Any) -> Said:
    return call("POST", f"{V1}/run", {"data_schema": SCHEMA, "config": {}, **more})


def extract(call: Caller, file_id: str, schema: Any = SCHEMA, **configuration: Any) -> Said:
    body = {"file_input": file_id, "configuration": {"data_schema": schema, **configuration}}
    return call("POST", "/api/v2/extract", body)


def done(call: Caller, job_id: str, result: Any = RESULT) -> str:
    """The job runs, and ends with a result; answers its id."""
    call.start(job_id)
    call.end(job_id, 0, json.dumps(result).encode())
    return job_id


def job_of_run(run_id: str) -> str:
    return locate(run_id)[0]
