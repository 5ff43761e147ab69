"""Requests as API Gateway hands them over, and answers as a client sees them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from local.openapi import TITLES, contract_of
from quire.domain.ports import World
from quire.http import edge
from quire.reading import sandbox
from quire.service import wait

CONTRACTS: Mapping[str, edge.Contract] = {name: contract_of(name) for name in TITLES}
_SCHEMES = {**dict.fromkeys(("console", "extend", "llamacloud", "pages"), "Bearer "), "terrafai": "Api-Key "}


def credential(contract: str, key: str) -> dict[str, str]:
    """The header that carries a key, as each contract wants it."""
    scheme = _SCHEMES.get(contract)
    return {"x-api-key": key} if scheme is None else {"authorization": scheme + key}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def event(self) -> dict[str, Any]:
        """HTTP API, payload format 2.0."""
        return {
            "rawPath": self.path,
            "requestContext": {"http": {"method": self.method}, "requestId": "r-1"},
            "headers": dict(self.headers),
            "queryStringParameters": dict(self.query) or None,
            "body": base64.b64encode(self.body).decode(),
            "isBase64Encoded": True,
        }


@dataclass(frozen=True)
class Said:
    """`text` is the body as it was sent, in base64 where it was."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text) if self.text else None


def ask(contract: str, world: World, request: Request) -> Said:
    return said(edge.answer(CONTRACTS[contract], world, request.event()))


def said(answer: Mapping[str, Any]) -> Said:
    return Said(answer["statusCode"], answer["headers"], answer["body"] or "")


def names_of(path: str) -> list[str]:
    """The values that a route's path holds."""
    return re.findall(r"<(\w+)>", path)


def multipart(fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A body of named fields and of files (name, content), and its content type."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="{name}"; filename="{said}"', content) for name, (said, content) in files.items()]
    body = b"".join(
        b"--limit\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), content)
        for head, content in parts
    )
    return body + b"--limit--\r\n", "multipart/form-data; boundary=limit"


@contextmanager
def at_once() -> Iterator[None]:
    """Nobody waits for a document, and no child process counts or draws pages: each file has one."""
    counted = SimpleNamespace(pages=1)
    with (
        patch.object(wait, "_pauses", lambda: iter(())),
        patch.object(sandbox, "inspect_each", lambda files, **_: [counted for _ in files]),
        patch.object(sandbox, "draw_pages", lambda _file, _media, wanted, *_: [path.touch() for path in wanted]),
    ):
        yield
