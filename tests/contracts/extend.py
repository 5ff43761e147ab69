"""A client of Extend's contract, and results as the engine writes them."""

from __future__ import annotations

import json
from typing import Any

from functions.api_extend import handler
from quire.domain.ids import locate
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.http.ids import plain_id
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key

SCHEMA = {
    "type": "object",
    "properties": {
        "total": {"type": ["number", "null"]},
        "missing": {"type": ["string", "null"]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": ["string", "null"]}, "amount": {"type": ["number", "null"]}},
                "required": ["text", "amount"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["total", "missing", "lines"],
    "additionalProperties": False,
}


def cited(text: str, page: int = 1, box: list[float] | None = None) -> list[dict[str, Any]]:
    return [{"page": page, "text": text, "box": box}]


def part(**changed: Any) -> dict[str, Any]:
    fields = [
        {"path": "total", "value": 12.5, "confidence": 0.9, "citations": cited("12.50", 1, [10, 20, 40, 30])},
        {"path": "lines[0].text", "value": "Tea", "confidence": 0.8, "citations": cited("Tea", 1, [5, 5, 9, 9])},
        {"path": "lines[0].amount", "value": 3, "confidence": 0.6, "citations": cited("3", 1, [15, 5, 19, 9])},
    ]
    data = {"total": 12.5, "missing": None, "lines": [{"text": "Tea", "amount": 3}]}
    return {"name": None, "pages": [1], "data": data, "fields": fields, "ungrounded": ["missing"], **changed}


def written(*parts: dict[str, Any], **more: Any) -> bytes:
    """A result, of one page."""
    pages = [{"number": 1, "width": 595, "height": 842}]
    return json.dumps({"parts": list(parts) or [part()], "pages": pages, **more}).encode()


def client(world: World, tenant: Tenant, credits: int = 100) -> Caller:
    key = tenant_key(world, tenant, credits)
    return Caller(
        handler.EXTEND, world, tenant.id, {"authorization": f"Bearer {key}", "x-extend-api-version": "2026-02-09"}
    )


def upload(call: Caller, name: str = "a.pdf", content: bytes = b"%PDF-1.7", *more: tuple[str, None, bytes]) -> str:
    body, headers = form(("file", name, content), *more)
    answer = call("POST", "/files/upload", raw=body, **headers)
    assert answer.status == 200, answer.body
    return str(answer.body["id"])


def create(call: Caller, file: object = None, **asked: Any) -> Said:
    body = {"file": file or {"id": upload(call)}, **({} if "extractor" in asked else {"config": {"schema": SCHEMA}})}
    return call("POST", "/extract_runs", {**body, **asked})


def created(call: Caller, file: object = None, **asked: Any) -> dict[str, Any]:
    answer = create(call, file, **asked)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def place(run_id: str) -> tuple[str, int]:
    """The job, and the position in it, of a run."""
    plain = plain_id("exr", run_id)
    assert plain
    return locate(plain)


def end(call: Caller, run_id: str, with_what: bytes | Refusal) -> None:
    """The run's document starts and ends so."""
    job_id, position = place(run_id)
    call.start(job_id)
    call.end(job_id, position, with_what)


def get(call: Caller, run_id: str) -> dict[str, Any]:
    answer = call("GET", f"/extract_runs/{run_id}")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def save(call: Caller, name: str = "invoices", **asked: Any) -> dict[str, Any]:
    answer = call("POST", "/extractors", {"name": name, "config": {"schema": SCHEMA}, **asked})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def walk(call: Caller, path: str, size: int = 2) -> list[dict[str, Any]]:
    """All of a list, page by page."""
    found: list[dict[str, Any]] = []
    token, joint = None, "&" if "?" in path else "?"
    while True:
        said = call("GET", f"{path}{joint}maxPageSize={size}" + (f"&nextPageToken={token}" if token else ""))
        assert said.status == 200, said.body
        assert said.body["object"] == "list" and len(said.body["data"]) <= size
        found += said.body["data"]
        token = said.body["nextPageToken"]
        if token is None:
            return found
