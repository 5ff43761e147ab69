"""extract.page's synchronous routes: a batch of one, awaited."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_extract_page import extract as routes
from functions.api_extract_page import handler
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.http.call import MOST_FILE_BYTES
from quire.http.ids import plain_id
from quire.service import results, wait
from quire.service.expand import expand
from quire.service.wait import ANSWER_MS
from quire.service.waiting import arrive, refuse
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key


@pytest.fixture
def call(world: World) -> Caller:
    key = tenant_key(world, Tenant("acme", rate_factor=10))
    return Caller(handler.EXTRACT_PAGE, world, "acme", {"x-api-key": key})


@pytest.fixture
def awaited(call: Caller, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the wait end at once: with a result, a refusal, or nothing."""

    def ending(with_what: bytes | Refusal | None) -> None:
        def wait(_: object, job: Any, _by: int) -> Any:
            if with_what is None:
                return None
            call.start(job.id)
            call.end(job.id, 0, with_what)
            return call.world.jobs.documents("acme", job.id)[0]

        monkeypatch.setattr(routes, "wait", wait)

    return ending


def extract(call: Caller, *parts: tuple[str, str | None, bytes]) -> Said:
    body, headers = form(*parts)
    return call("POST", "/v1/extract/file", raw=body, **headers)


CHUNK = {"page_content": "Total", "page_no": 1, "bbox": [50, 100, 75, 110.5], "chunk_type": "text"}
PICTURE = {
    "page_content": "", "page_no": 1, "bbox": [50, 200, 75, 210], "chunk_type": "image", "image_b64": "QUJD",
    "image_mime": "image/png", "image_width": 20, "image_height": 10,
}  # fmt: skip
TEXT = {"chunks": [CHUNK, PICTURE]}


def test_the_result_comes_as_it_is(call: Caller, awaited: Any) -> None:
    awaited(json.dumps(TEXT).encode())
    answer = extract(call, ("file", "a.pdf", b"%PDF-"), ("extract_images", None, b"false"))
    assert (answer.status, answer.body) == (200, TEXT)


def test_a_document_that_needs_longer_goes_on_in_its_batch(call: Caller, awaited: Any) -> None:
    awaited(None)
    answer = extract(call, ("file", "a.pdf", b"%PDF-"))
    assert (answer.status, answer.body["error"]) == (504, "still_running")
    assert call("GET", f"/v1/batches/{answer.body['batch_id']}").status == 200


def test_a_slow_start_leaves_less_time_to_wait(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides of the limit: to the gateway's own 504 there are five seconds more, and it is never heard."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        call.world.clock.advance(round(seconds * 1000))

    monkeypatch.setattr(wait.wait, "__defaults__", (sleep,))
    for underway_ms, waits_s in ((24_000, 1.0), (ANSWER_MS - 1, 0.001), (ANSWER_MS, 0), (29_000, 0)):
        call.underway_ms = underway_ms
        slept.clear()
        answer = extract(call, ("file", "a.pdf", b"%PDF-"))
        assert (answer.status, answer.body["error"]) == (504, "still_running")
        assert sum(slept) == pytest.approx(waits_s)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Kind.PAYMENT_REQUIRED, 402, "payment_required"), (Kind.UNSUPPORTED_INPUT, 415, "unsupported_input"),
        (Kind.PASSWORD_REQUIRED, 415, "unsupported_input"), (Kind.PAGE_LIMIT_EXCEEDED, 413, "page_limit_exceeded"),
        (Kind.EXTRACTION_FAILED, 422, "extraction_failed"), (Kind.OCR_PROVIDER_ERROR, 502, "ocr_provider_error"),
    ],
)  # fmt: skip
def test_a_document_that_is_refused(call: Caller, awaited: Any, kind: Kind, status: int, code: str) -> None:
    awaited(Refusal(kind, "Why."))
    answer = extract(call, ("file", "a.pdf", b"%PDF-"))
    assert (answer.status, answer.body["error"]) == (status, code)
    assert answer.body["batch_id"].startswith("batch_")


def test_a_result_that_is_too_large_for_the_answer_is_in_its_batch(call: Caller, awaited: Any) -> None:
    awaited(b'"' + b"x" * routes.MOST_ANSWER_BYTES + b'"')
    answer = extract(call, ("file", "a.pdf", b"%PDF-"))
    assert (answer.status, answer.body["error"]) == (413, "result_too_large")


def test_both_sides_of_the_limit_of_a_body(call: Caller, awaited: Any) -> None:
    awaited(b'{"chunks":[]}')
    assert extract(call, ("file", "a", b"x" * MOST_FILE_BYTES)).status == 200
    assert extract(call, ("file", "a", b"x" * (MOST_FILE_BYTES + 1))).body["error"] == "document_too_large"


@pytest.mark.parametrize(
    "parts",
    [(), (("file", None, b"text"),), (("other", "a.pdf", b"x"),), (("file", "a", b"x"), ("engine", None, b"warp"))],
)
def test_a_form_that_is_not_one(call: Caller, parts: Any) -> None:
    assert extract(call, *parts).status == 422


def test_the_same_file_again_within_a_minute_is_the_same_job(call: Caller, awaited: Any) -> None:
    awaited(None)
    ids = [extract(call, ("file", "a.pdf", b"%PDF-")).body["batch_id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert extract(call, ("file", "a.pdf", b"%PDF-"), ("extract_tables", None, b"false")).body["batch_id"] != ids[0]
    call.world.clock.advance(60_000)
    assert extract(call, ("file", "a.pdf", b"%PDF-")).body["batch_id"] != ids[0]


# ---- from a URL ------------------------------------------------------------------------------------------------------


def test_a_url_is_fetched_and_its_document_awaited(call: Caller, awaited: Any) -> None:
    awaited(None)
    answer = call("POST", "/v1/extract", {"url": "https://files.example/a.pdf", "extract_images": True})
    assert (answer.status, answer.body["error"]) == (504, "still_running")
    batch = call("GET", f"/v1/batches/{answer.body['batch_id']}").body
    (item,) = batch["items"]
    assert (batch["options"]["extract_images"], item["status"]) == (True, "pending")
    plain = plain_id("file", item["file_id"])
    assert plain
    due = call.world.fetches.get("acme", plain)
    assert due and due.url == "https://files.example/a.pdf"


def test_the_same_url_again_within_a_minute_is_the_same_job(call: Caller, awaited: Any) -> None:
    awaited(None)
    said = [call("POST", "/v1/extract", {"url": f"https://files.example/{n}.pdf"}).body["batch_id"] for n in (1, 1, 2)]
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize("url", ["ftp://files.example/a", "nowhere", "https://me:secret@files.example/a", "", None, 7])
@pytest.mark.parametrize("path", ["/v1/extract", "/v1/extract/schema"])
def test_a_url_that_is_none(call: Caller, path: str, url: object) -> None:
    answer = call("POST", path, {"url": url, "auto_schema": True})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "url"])


def test_a_url_that_cannot_be_fetched(call: Caller, awaited: Any) -> None:
    awaited(None)
    said = call("POST", "/v1/extract", {"url": "https://files.example/a.pdf"}).body["batch_id"]
    plain = plain_id("batch", said)
    assert plain
    expand(call.world, call.tenant, plain)
    (document,) = call.world.jobs.documents(call.tenant, plain)
    file_id = document.source.file_id
    assert file_id
    refuse(call.world, call.world.files.get("acme", [file_id])[file_id], Refusal(Kind.FETCH_FAILED, "It said no."))
    (item,) = call("GET", f"/v1/batches/{said}").body["items"]
    assert (item["status"], item["error"]["code"]) == ("failed", "fetch_failed")
    awaited(Refusal(Kind.FETCH_FAILED, "It said no."))
    answer = call("POST", "/v1/extract", {"url": "https://files.example/b.pdf"})
    assert (answer.status, answer.body["error"]) == (422, "fetch_failed")


# ---- the fields of a schema ------------------------------------------------------------------------------------------

WANTED = {"total": {"type": "number"}, "line_items": {"type": "array", "items": {"type": "object", "properties": {
    "amount": {"type": "number"}}}}}  # fmt: skip
FOUND: dict[str, Any] = {
    "parts": [
        {
            "name": None,
            "pages": [1],
            "data": {"total": 12.5, "line_items": [{"amount": None}]},
            "fields": [
                {"path": "total", "value": 12.5, "confidence": 0.97,
                 "citations": [{"page": 1, "text": "12.50", "box": [306.0, 79.2, 367.2, 95.04]}]}
            ],
            "ungrounded": ["line_items[0].amount"],
        }
    ],
    "pages": [{"number": 1, "width": 612.0, "height": 792.0}],
}  # fmt: skip


def fields(call: Caller, **asked: object) -> Said:
    return call("POST", "/v1/extract/schema", {"url": "https://files.example/a.pdf", **asked})


def test_values_come_with_their_evidence(call: Caller, awaited: Any) -> None:
    awaited(json.dumps(FOUND).encode())
    answer = fields(call, schema=WANTED, strict=True)
    assert answer.status == 200
    assert answer.body == {
        "values": {"total": 12.5, "line_items": [{"amount": None}]},
        "evidence": {"total": [{"page": 1, "bbox": [500, 100, 600, 120], "text": "12.50"}]},
        "page_count": 1,
        "ungrounded_fields": ["line_items[0].amount"],
        "generated_schema": None,
    }


def test_a_schema_is_made_where_it_is_asked_for(call: Caller, awaited: Any) -> None:
    made = {"type": "object", "properties": {"total": {"type": "number"}}}
    awaited(json.dumps({**FOUND, "schema": made}).encode())
    assert fields(call, auto_schema=True).body["generated_schema"] == made
    (job,) = call.world.store.jobs.values()
    assert (job.options["infer"], job.extractor) == (True, "schema")


def test_a_schema_sent_along_is_filled_not_made(call: Caller, awaited: Any) -> None:
    awaited(json.dumps(FOUND).encode())
    assert fields(call, schema=WANTED, auto_schema=True).status == 200
    (job,) = call.world.store.jobs.values()
    assert "infer" not in job.options
    assert json.loads(call.world.blobs.read(str(job.options["schema"]))) == WANTED


def test_a_file_and_its_schema_in_a_form(call: Caller, awaited: Any) -> None:
    awaited(json.dumps(FOUND).encode())
    body, headers = form(("file", "a.pdf", b"%PDF-"), ("schema", None, json.dumps(WANTED).encode()))
    answer = call("POST", "/v1/extract/schema/file", raw=body, **headers)
    assert (answer.status, answer.body["values"]["total"]) == (200, 12.5)


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"auto_schema": False}, {"schema": None}, {"schema": "x"}, {"schema": {}}, {"schema": {"a": {"type": "x"}}},
        {"schema": {"type": "array", "items": {}}}, {"schema": {f"f{n}": {"type": "string"} for n in range(5001)}},
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_filled(call: Caller, asked: dict[str, object]) -> None:
    answer = fields(call, **asked)
    assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["body", "schema"])


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        inner = {"type": "object", "properties": {"a": inner}}
    return inner


def test_both_sides_of_the_depth_of_a_schema(call: Caller, awaited: Any) -> None:
    awaited(json.dumps(FOUND).encode())
    assert fields(call, schema=nested(5)).status == 200
    answer = fields(call, schema=nested(6))
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "schema", "$.a.a.a.a.a"])
    listed = {"a": {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "string"}}}}}
    assert fields(call, schema=listed).status == 200


@pytest.mark.parametrize("schema", [b"", b"{", b"[]", b"7"])
def test_a_form_whose_schema_is_no_json(call: Caller, schema: bytes) -> None:
    body, headers = form(("file", "a.pdf", b"%PDF-"), ("schema", None, schema))
    answer = call("POST", "/v1/extract/schema/file", raw=body, **headers)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "schema"])


def test_values_that_are_too_large_for_the_answer_are_in_their_batch(call: Caller, awaited: Any) -> None:
    awaited(b'"' + b"x" * results.MOST_BYTES + b'"')
    answer = fields(call, schema=WANTED)
    assert (answer.status, answer.body["error"]) == (413, "result_too_large")
    assert answer.body["batch_id"].startswith("batch_")


def test_values_that_came_too_late_are_the_result_of_their_item(call: Caller, awaited: Any) -> None:
    awaited(None)
    said = fields(call, schema=WANTED).body["batch_id"]
    plain = plain_id("batch", said)
    assert plain
    (item,) = call("GET", f"/v1/batches/{said}").body["items"]
    url = f"/v1/batches/{said}/items/{item['id']}/result"
    assert call("GET", url).body["error"] == "result_not_ready"
    fetched(call, item["file_id"])
    call.start(plain)
    call.end(plain, 0, json.dumps(FOUND).encode())
    answer = call("GET", url)
    assert (answer.status, answer.body["values"]["total"]) == (200, 12.5)


def test_a_document_taken_in_parts_has_a_value_for_each(call: Caller, awaited: Any) -> None:
    (part,) = FOUND["parts"]
    awaited(json.dumps({**FOUND, "parts": [part, part]}).encode())
    answer = fields(call, schema=WANTED).body
    assert [values["total"] for values in answer["values"]] == [12.5, 12.5]
    assert list(answer["evidence"]) == ["[0].total", "[1].total"]
    assert answer["ungrounded_fields"][1] == "[1].line_items[0].amount"


def fetched(call: Caller, said: str) -> None:
    """The bytes behind the URL have come."""
    plain = plain_id("file", said)
    assert plain
    file = call.world.files.get(call.tenant, [plain])[plain]
    stored = call.world.blobs.put(file.key, b"%PDF-", "")
    arrive(call.world, file, stored.version, 5)
