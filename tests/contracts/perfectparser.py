"""A client of PerfectParser's contract, and what happens behind it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from functions.api_perfectparser import detect, handler
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.http.ids import plain_id
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, tenant_key
from tests.service.documents import PROSE, pdf

ACME = Tenant("acme")
ONE, TWO = pdf(PROSE), pdf(PROSE, PROSE)
FIELDS = [
    {"name": "vendor", "type": "string", "description": "Who issued it."},
    {"name": "total", "type": "number", "description": "What is to be paid."},
]
CITATIONS = [{"page": 1, "text": "12.50", "box": [10, 20, 40, 30]}]
PART = {
    "name": None,
    "pages": [1],
    "data": {"vendor": None, "total": 12.5},
    "fields": [
        {"path": "vendor", "value": None, "confidence": 0.1, "citations": []},
        {"path": "total", "value": 12.5, "confidence": 0.9, "citations": CITATIONS},
    ],
    "ungrounded": [],
}
RESULT = json.dumps({"parts": [PART], "pages": [{"number": 1, "width": 612, "height": 792}]}).encode()


def client(world: World, tenant: Tenant = ACME, credits: int = 100) -> Caller:
    return Caller(handler.PERFECTPARSER, world, tenant.id, {"x-api-key": tenant_key(world, tenant, credits)})


def parser(call: Caller, name: str = "Invoices", **fields: Any) -> dict[str, Any]:
    answer = call("POST", "/v1/parsers", {"name": name, "fields": FIELDS, **fields})
    assert answer.status == 201, answer.body
    return dict(answer.body["parser"])


def send(call: Caller, path: str, fields: dict[str, str], *files: tuple[str, str, bytes], **headers: str) -> Said:
    """A multipart body, with files as (field, name, content)."""
    named = [(field, (name, content)) for field, name, content in files] or [("none", ("", b""))]
    request = httpx.Request("POST", "http://quire", data=fields, files=named)
    return call("POST", path, raw=request.read(), content_type=request.headers["content-type"], **headers)


def submit(call: Caller, parser_id: str, *files: tuple[str, bytes], key: str | None = None) -> Said:
    named = [("files", name, content) for name, content in files]
    headers = {"idempotency_key": key} if key else {}
    return send(call, "/v1/extractions", {"parser_id": parser_id}, *named, **headers)


def submitted(call: Caller, *files: tuple[str, bytes], parser_id: str | None = None) -> dict[str, Any]:
    answer = submit(call, parser_id or parser(call)["parser_id"], *(files or (("a.pdf", ONE),)))
    assert answer.status == 202, answer.body
    return dict(answer.body["extraction"])


def ours(said: str) -> str:
    """The job that an extraction is."""
    plain = plain_id("ext", said)
    assert plain
    return plain


def ended(call: Caller, *with_what: bytes | Refusal) -> dict[str, Any]:
    """An extraction whose documents have ended so."""
    extraction = submitted(call, *((f"{number}.pdf", ONE) for number in range(len(with_what))))
    job_id = ours(extraction["extraction_id"])
    call.start(job_id)
    for position, what in enumerate(with_what):
        call.world.clock.advance(1500)
        call.end(job_id, position, what)
    return extraction


def detecting(call: Caller, monkeypatch: pytest.MonkeyPatch, with_what: bytes | Refusal | None) -> None:
    """Makes the wait for found fields end at once: with a result, a refusal, or nothing."""

    def wait(_: object, job: Any, _by: int) -> Any:
        if with_what is None:
            return None
        if not call.world.jobs.documents(call.tenant, job.id):
            call.start(job.id)
            call.end(job.id, 0, with_what)
        return call.world.jobs.documents(call.tenant, job.id)[0]

    monkeypatch.setattr(detect, "wait", wait)
