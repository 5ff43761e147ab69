"""What extract.page's contract answers in each situation, byte for byte but for ids and cursors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_extract_page import extract, handler
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.ids import plain_id
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key
from tests.contracts.golden import assert_golden
from tests.contracts.test_extract_page import begun, submit, uploaded
from tests.contracts.test_extract_page_sync import FOUND, TEXT, WANTED


@pytest.fixture
def call(world: World) -> Caller:
    return Caller(handler.EXTRACT_PAGE, world, "acme", {"x-api-key": tenant_key(world, Tenant("acme"))})


def golden(situation: str, said: Said) -> None:
    assert_golden("extract_page", situation, said)


def test_files(call: Caller) -> None:
    made = call("POST", "/v1/files", {"size_bytes": 8, "filename": "a.pdf", "content_type": "application/pdf"})
    golden("file_created", made)
    plain = plain_id("file", made.body["id"])
    call.world.blobs.put(f"uploads/acme/{plain}", b"%PDF-1.7", "")
    submit(call, [made.body["id"]])
    golden("file_uploaded", call("GET", f"/v1/files/{made.body['id']}"))
    golden("file_not_found", call("GET", "/v1/files/file_x"))


def test_batches(call: Caller) -> None:
    (waiting,) = (call("POST", "/v1/files", {"size_bytes": 5}).body["id"],)
    golden("file_not_uploaded", submit(call, [waiting]))
    golden("batch_created", submit(call, uploaded(call, 3)))
    said, plain = begun(call, 3)
    call.succeed(plain, 0)
    call.fail(plain, 1, Refusal(Kind.PAGE_LIMIT_EXCEEDED, "A document has at most 1000 pages."))
    golden("batch_running", call("GET", f"/v1/batches/{said}"))
    golden("batch_cancelled", call("POST", f"/v1/batches/{said}/cancel"))
    call.succeed(plain, 2)
    golden("batch_partially_failed", call("GET", f"/v1/batches/{said}"))


def test_results(call: Caller) -> None:
    said, plain = begun(call)
    (item,) = call("GET", f"/v1/batches/{said}").body["items"]
    url = f"/v1/batches/{said}/items/{item['id']}/result"
    golden("result_not_ready", call("GET", url))
    call.succeed(plain, 0)
    golden("result", call("GET", url))
    call.world.clock.advance(DAY_MS)
    golden("result_expired", call("GET", url))


@pytest.mark.parametrize(
    ("situation", "with_what"),
    [
        ("chunks", json.dumps(TEXT).encode()),
        ("still_running", None),
        ("document_refused", Refusal(Kind.UNSUPPORTED_INPUT, "The bytes are not a PDF, PNG, JPEG or TIFF.")),
    ],
)
def test_an_awaited_document(
    call: Caller, monkeypatch: pytest.MonkeyPatch, situation: str, with_what: bytes | Refusal | None
) -> None:
    _awaits(call, monkeypatch, with_what)
    body, headers = form(("file", "a.pdf", b"%PDF-"))
    golden(situation, call("POST", "/v1/extract/file", raw=body, **headers))


def test_an_awaited_schema(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    _awaits(call, monkeypatch, json.dumps(FOUND).encode())
    asked = {"url": "https://files.example/a.pdf", "schema": WANTED}
    golden("values", call("POST", "/v1/extract/schema", asked))


def test_requests_that_are_refused(call: Caller) -> None:
    golden("invalid", call("POST", "/v1/files", {"size_bytes": "9"}))
    golden("invalid_schema", call("POST", "/v1/extract/schema", {"url": "https://a.example/", "schema": {"a": 1}}))
    golden("not_found", call("GET", "/v1/nowhere"))
    golden("method_not_allowed", call("DELETE", "/v1/files"))
    golden("invalid_key", Caller(handler.EXTRACT_PAGE, call.world, "acme", {"x-api-key": "qk_x"})("GET", "/v1/files/x"))
    for _ in range(60):
        limited = call("POST", "/v1/files", {"size_bytes": 1})
    golden("rate_limited", limited)


def _awaits(call: Caller, monkeypatch: pytest.MonkeyPatch, with_what: bytes | Refusal | None) -> None:
    def wait(_: object, job: Any, _by: int) -> Any:
        if with_what is None:
            return None
        call.start(job.id)
        call.end(job.id, 0, with_what)
        return call.world.jobs.documents("acme", job.id)[0]

    monkeypatch.setattr(extract, "wait", wait)
