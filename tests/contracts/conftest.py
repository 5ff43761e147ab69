"""A contract at its edge, on the twins: events of API Gateway in, its answers out."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from quire.domain.document import Stored, failed, succeeded
from quire.domain.ids import document_id
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.http import edge
from quire.service import outbox
from quire.service.admit import admit
from quire.service.credentials import add_tenant
from quire.service.expand import expand
from quire.testing.world import World
from tests.contracts.described import assert_described


@dataclass(frozen=True)
class Said:
    """An answer as a client sees it."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Caller:
    """A tenant's client of one contract, and the world behind it. `underway_ms`: how long ago the gateway took its
    requests, as where the function starts slowly."""

    contract: edge.Contract
    world: World
    tenant: str
    credential: Mapping[str, str]
    underway_ms: int = 0

    def __call__(self, method: str, path: str, body: object = None, raw: bytes | None = None, **headers: str) -> Said:
        path, _, query = path.partition("?")
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        event = {
            "rawPath": path,
            "requestContext": {
                "http": {"method": method},
                "requestId": "r-1",
                "timeEpoch": self.world.clock() - self.underway_ms,
            },
            "headers": {**self.credential, **{name.replace("_", "-"): value for name, value in headers.items()}},
            "queryStringParameters": dict(pair.split("=", 1) for pair in query.split("&")) if query else None,
            "body": base64.b64encode(content).decode(),
            "isBase64Encoded": True,
        }
        answer = edge.answer(self.contract, self.world, event)
        text = answer["body"]
        said = Said(answer["statusCode"], json.loads(text) if text else None, answer["headers"])
        assert_described(self.contract, method, path, said.status, said.headers, said.body)
        return said

    # ---- what happens behind the API ---------------------------------------------------------------------------------

    def start(self, job_id: str) -> None:
        """The job's documents get their rows, and start as far as there are slots."""
        expand(self.world, self.tenant, job_id)
        admit(self.world, self.tenant)

    def succeed(self, job_id: str, position: int) -> None:
        self.end(job_id, position, b'{"chunks":[]}')

    def fail(self, job_id: str, position: int, refusal: Refusal) -> None:
        self.end(job_id, position, refusal)

    def end(self, job_id: str, position: int, with_what: bytes | Refusal) -> None:
        document = self.world.jobs.document(self.tenant, document_id(job_id, position))
        assert document is not None
        if isinstance(with_what, Refusal):
            ending = failed(with_what)
        else:
            stored: Stored = self.world.blobs.put(document.result_key, with_what, "application/json")
            ending = succeeded(1, stored)
        assert outbox.end(self.world, document, ending)
        admit(self.world, self.tenant)


@pytest.fixture
def world() -> World:
    return World()


def tenant_key(world: World, tenant: Tenant, credits: int = 100) -> str:
    return add_tenant(world.tenants, tenant, credits, world.clock())


def form(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, dict[str, str]]:
    """A multipart body of (name, file name, content), with its header."""
    lines = b""
    for name, filename, content in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
        lines += b"--B\r\nContent-Disposition: " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"
    return lines + b"--B--\r\n", {"content_type": "multipart/form-data; boundary=B"}
