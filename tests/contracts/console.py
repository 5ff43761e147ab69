"""A client of the console's API, and what happens behind it."""

from __future__ import annotations

import json
from typing import Any

from functions.api_console import handler
from functions.api_pages import handler as pages
from quire.domain.document import Document
from quire.domain.ids import document_id
from quire.domain.tenant import Tenant
from quire.http.edge import Contract
from quire.service import uploads
from quire.service.hold import Doubtful, hold
from quire.testing.world import World
from tests.contracts.conftest import Caller, tenant_key
from tests.contracts.extend import SCHEMA, written

API = "/console/api"
ACME = Tenant("acme")


def client(world: World, tenant: Tenant = ACME, credits: int = 100) -> Caller:
    return with_key(world, tenant_key(world, tenant, credits), tenant.id)


def with_key(world: World, key: str, tenant: str = ACME.id, contract: Contract = handler.CONSOLE) -> Caller:
    return Caller(contract, world, tenant, {"authorization": f"Bearer {key}"})


def pictures(call: Caller) -> Caller:
    """The same client, asking for pictures of pages."""
    return Caller(pages.PAGES, call.world, call.tenant, call.credential)


def uploaded(call: Caller, name: str = "a.pdf", content: bytes = b"%PDF-1.7") -> str:
    """Announced, PUT, and accepted: the file's id."""
    made = call("POST", f"{API}/files", {"name": name, "size": len(content)})
    assert made.status == 201, made.body
    (file,) = call.world.files.get(call.tenant, [made.body["id"]]).values()
    stored = call.world.blobs.put(file.key, content, "application/octet-stream")
    uploads.accept(call.world, call.tenant, file.id, stored.version, len(content))
    return file.id


def submitted(call: Caller, *file_ids: str, **asked: Any) -> dict[str, Any]:
    said = call("POST", f"{API}/jobs", {"file_ids": list(file_ids or [uploaded(call)]), **asked})
    assert said.status == 201, said.body
    return dict(said.body)


def ended(call: Caller, output: bytes | None = None, **asked: Any) -> str:
    """The document of a job of a schema that succeeded with this output."""
    job = submitted(call, **{"json_schema": SCHEMA, **asked})["id"]
    call.start(job)
    call.end(job, 0, output or written())
    return document_id(job, 0)


def held(call: Caller, *flagged: str, name: str = "a.pdf", **asked: Any) -> str:
    """A document in review, whose `flagged` fields are in doubt."""
    file_id = uploaded(call, name)
    job = submitted(call, file_id, **(asked or {"json_schema": SCHEMA, "review_threshold": 80}))["id"]
    call.start(job)
    identity = document_id(job, 0)
    doubts = list(flagged or ("lines[0].amount",))
    first = call.world.blobs.put(
        f"results/{call.tenant}/{job}/review/0.json", written(flagged=doubts), "application/json"
    )
    hold(call.world, call.tenant, identity, Doubtful(1, first, len(doubts)), f"task {identity}")
    return identity


def row(call: Caller, identity: str) -> Document:
    found = call.world.jobs.document(call.tenant, identity)
    assert found
    return found


def shown(call: Caller, identity: str) -> dict[str, Any]:
    """The view of a document."""
    said = call("GET", f"{API}/documents/{identity}")
    assert said.status == 200, said.body
    return dict(said.body)


def by_path(view: dict[str, Any]) -> dict[str, Any]:
    """The view's fields."""
    return {field["path"]: field for field in view["output"]["fields"]}


def chunked(*texts: str) -> bytes:
    """A result without a schema."""
    chunks = [{"chunk_type": "text", "page_no": 1, "page_content": text} for text in texts]
    return json.dumps({"chunks": chunks}).encode()
