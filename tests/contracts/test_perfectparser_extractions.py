"""PerfectParser's contract: extractions from their submit to their export."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from openpyxl import load_workbook

from functions.api_perfectparser import extraction_results, handler
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, ApiKey, Tenant, digest_of
from quire.http import edge
from quire.http.call import MOST_FILE_BYTES
from quire.service import export, extractors, results
from quire.service.cancel import cancel
from quire.service.config import Target, from_options
from quire.service.extractors import Wanted
from quire.service.submit import REPEAT_MS
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.golden import assert_golden
from tests.contracts.perfectparser import (
    ACME,
    ONE,
    PART,
    RESULT,
    TWO,
    client,
    ended,
    ours,
    parser,
    send,
    submit,
    submitted,
)
from tests.service.documents import PROSE, pdf
from tests.service.stage import running
from tests.service.stage import submitted as job_submitted

BROKEN = Refusal(Kind.EXTRACTION_FAILED, "Cannot be read.")


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=10))


# ---- submit ----------------------------------------------------------------------------------------------------------


def test_files_are_submitted_and_their_pages_counted(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    answer = submit(call, parser_id, ("a.pdf", ONE), ("b.pdf", TWO))
    assert_golden("perfectparser", "extraction_submitted", answer)
    assert call.world.tenants.balance("acme") == Balance(97, 3, 0)


def test_the_job_runs_under_the_parser_s_newest_version(call: Caller) -> None:
    made = parser(call, result_mode="one_per_page")
    call("PATCH", f"/v1/parsers/{made['parser_id']}", {"fields": [{"name": "vendor"}]})
    extraction = submitted(call, ("a.pdf", ONE), parser_id=made["parser_id"])
    job = call.world.jobs.get("acme", ours(extraction["extraction_id"]))
    assert job and job.version == 2
    assert from_options(job.options).target is Target.PAGE
    schema = json.loads(call.world.blobs.read(str(job.options["schema"])))
    assert schema["properties"].keys() == {"vendor"}


def test_only_the_pages_that_an_extractor_wants_are_counted(call: Caller) -> None:
    made = extractors.create(call.world, ACME, Wanted("first page", {"total": {"type": "number"}}, {"pages": "1"}))
    assert not isinstance(made, Refusal)
    parser_id = call("GET", "/v1/parsers").body["parsers"][0]["parser_id"]
    assert submitted(call, ("b.pdf", TWO), parser_id=parser_id)["page_count"] == 1


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([], 400, "INVALID_PAYLOAD"),
        ([("a.pdf", b"%PDF")] * 51, 400, "INVALID_PAYLOAD"),
        ([("a.pdf", b"x" * (MOST_FILE_BYTES // 2 + 1))] * 2, 413, "FILE_TOO_LARGE"),
        ([("a.pdf", ONE), ("b.pdf", b"")], 400, "UNSUPPORTED_FILE_TYPE"),
        ([("a.zip", b"PK\x03\x04 some archive")], 400, "UNSUPPORTED_FILE_TYPE"),
        ([("a.pdf", b"%PDF-1.7 and nothing else")], 400, "PAGE_COUNT_FAILED"),
        ([("a.pdf", pdf(PROSE, password="s3cret"))], 400, "PAGE_COUNT_FAILED"),
    ],
    ids=["none", "51 files", "large", "empty", "zip", "truncated", "encrypted"],
)
def test_files_that_cannot_be_taken(call: Caller, files: list[tuple[str, bytes]], status: int, code: str) -> None:
    answer = submit(call, parser(call)["parser_id"], *files)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert call.world.store.jobs == {} and call.world.store.files == {}


def test_50_files_are_taken(call: Caller) -> None:
    notes = [(f"{number}.txt", f"Total: {number}".encode()) for number in range(50)]
    extraction = submitted(call, *notes)
    assert (extraction["file_count"], extraction["page_count"]) == (50, 50)
    assert [document["filename"] for document in extraction["documents"]] == [name for name, _ in notes]


def test_a_body_that_is_no_form(call: Caller) -> None:
    answer = call("POST", "/v1/extractions", {"parser_id": "prs_1"}, content_type="application/json")
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")
    answer = send(call, "/v1/extractions", {}, ("files", "a.pdf", ONE))
    assert answer.body["error"]["details"] == [{"field": "parser_id", "message": "Field required"}]


@pytest.mark.parametrize("parser_id", ["prs_" + "0" * 32, "prs_1", "invoices"])
def test_a_parser_that_is_not_there(call: Caller, parser_id: str) -> None:
    answer = submit(call, parser_id, ("a.pdf", ONE))
    assert (answer.status, answer.body["error"]["code"]) == (404, "PARSER_NOT_FOUND")


def test_a_parser_without_fields(call: Caller) -> None:
    blank = call("POST", "/v1/parsers", {"name": "Blank"}).body["parser"]["parser_id"]
    assert_golden("perfectparser", "error_parser_not_configured", submit(call, blank, ("a.pdf", ONE)))


def test_a_balance_that_is_short(world: World) -> None:
    poor = client(world, Tenant("poor"), credits=2)
    parser_id = parser(poor)["parser_id"]
    answer = submit(poor, parser_id, ("a.pdf", pdf(PROSE, PROSE, PROSE)), ("b.pdf", ONE))
    assert_golden("perfectparser", "error_insufficient_credits", answer)
    assert world.tenants.balance("poor") == Balance(2, 0, 0)
    assert submit(poor, parser_id, ("a.pdf", ONE), ("b.pdf", TWO)).status == 202
    assert world.tenants.balance("poor") == Balance(1, 1, 0)


# ---- once ------------------------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_first_extraction(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    first = submit(call, parser_id, ("a.pdf", TWO), key="k1")
    assert "idempotent-replayed" not in first.headers
    call.world.clock.advance(REPEAT_MS)
    call("PATCH", f"/v1/parsers/{parser_id}", {"fields": [{"name": "vendor"}]})
    again = submit(call, parser_id, ("a.pdf", TWO), key="k1")
    assert (again.status, again.headers["idempotent-replayed"]) == (202, "true")
    assert again.body == first.body
    other = submit(call, parser_id, ("a.pdf", ONE), key="k1")
    assert (other.status, other.body["error"]["code"]) == (409, "CONFLICT")
    call.world.clock.advance(DAY_MS)
    assert submit(call, parser_id, ("a.pdf", TWO), key="k1").body != first.body


def test_without_a_key_a_repeat_within_a_minute_gives_the_first_extraction(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    first = submit(call, parser_id, ("a.pdf", ONE)).body["extraction"]["extraction_id"]
    assert submit(call, parser_id, ("a.pdf", ONE)).body["extraction"]["extraction_id"] == first
    others = [
        submit(call, parser_id, ("b.pdf", ONE)),
        submit(call, parser_id, ("a.pdf", TWO)),
        submit(call, parser(call, name="Other")["parser_id"], ("a.pdf", ONE)),
    ]
    call("PATCH", f"/v1/parsers/{parser_id}", {"fields": [{"name": "vendor"}]})
    others.append(submit(call, parser_id, ("a.pdf", ONE)))
    call.world.clock.advance(REPEAT_MS)
    others.append(submit(call, parser_id, ("a.pdf", ONE)))
    ids = {each.body["extraction"]["extraction_id"] for each in others}
    assert len(ids) == len(others) and first not in ids


# ---- status ----------------------------------------------------------------------------------------------------------


def test_an_extraction_from_its_submit_to_its_end(call: Caller) -> None:
    extraction = submitted(call, ("a.pdf", ONE), ("b.pdf", TWO), ("c.pdf", ONE))
    path, job_id = f"/v1/extractions/{extraction['extraction_id']}", ours(extraction["extraction_id"])
    assert call("GET", path).body["extraction"]["status"] == "queued"
    call.start(job_id)
    running = call("GET", path).body["extraction"]
    assert (running["status"], running["completed_at"]) == ("processing", None)
    assert running["document_summary"] == {"total": 3, "completed": 0, "failed": 0, "processing": 3}
    call.world.clock.advance(2000)
    call.end(job_id, 0, RESULT)
    call.end(job_id, 1, BROKEN)
    midway = call("GET", path).body["extraction"]
    assert midway["document_summary"] == {"total": 3, "completed": 1, "failed": 1, "processing": 1}
    assert [document["credits_used"] for document in midway["documents"]] == [1, 0, 1]
    assert midway["updated_at"] > running["updated_at"]
    call.end(job_id, 2, RESULT)
    assert_golden("perfectparser", "extraction_partial", call("GET", path))


@pytest.mark.parametrize(
    ("ends", "status"),
    [((RESULT, RESULT), "completed"), ((RESULT, BROKEN), "partial"), ((BROKEN, BROKEN), "failed")],
    ids=["completed", "partial", "failed"],
)
def test_how_it_ended(call: Caller, ends: tuple[bytes | Refusal, ...], status: str) -> None:
    extraction = ended(call, *ends)
    said = call("GET", f"/v1/extractions/{extraction['extraction_id']}").body["extraction"]
    assert said["status"] == status
    assert said["credits_used"] == sum(document["credits_used"] for document in said["documents"])
    assert said["completed_at"] is not None


def test_what_was_cancelled_failed(call: Caller) -> None:
    extraction = submitted(call)
    cancel(call.world, ACME, ours(extraction["extraction_id"]))
    said = call("GET", f"/v1/extractions/{extraction['extraction_id']}").body["extraction"]
    assert (said["status"], said["credits_used"]) == ("failed", 0)
    (document,) = said["documents"]
    assert (document["status"], document["error_message"]) == ("failed", "The document was cancelled.")
    assert call.world.tenants.balance("acme") == Balance(100, 0, 0)


def test_extractions_are_listed_the_newest_first_page_by_page(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    made = []
    for number in range(5):
        made.append(submitted(call, (f"{number}.txt", b"Total: 1"), parser_id=parser_id)["extraction_id"])
        call.world.clock.advance(1)
    assert_golden("perfectparser", "extractions_page", call("GET", "/v1/extractions?limit=1"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = call("GET", f"/v1/extractions?limit=2{cursor}").body
        seen += [each["extraction_id"] for each in page["extractions"]]
        if not page["pagination"]["has_next_page"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert seen == made[::-1]


def test_extractions_are_filtered(call: Caller) -> None:
    done = ended(call, RESULT)["extraction_id"]
    other = parser(call, name="Other")["parser_id"]
    call.world.clock.advance(60_000)
    waiting = submitted(call, ("x.txt", b"Total: 1"), parser_id=other)["extraction_id"]

    def found(query: str) -> list[str]:
        answer = call("GET", f"/v1/extractions?{query}")
        assert answer.status == 200, answer.body
        return [each["extraction_id"] for each in answer.body["extractions"]]

    assert found("status=completed") == [done]
    assert found("status=queued") == found("status=pending") == [waiting]
    assert found("status=processing") == found("status=partial") == found("status=failed") == []
    assert found(f"parser_id={other}") == [waiting]
    assert found("parser_id=prs_1") == found("parser_id=prs_" + "0" * 32) == []
    assert found("since=2025-06-15T15:06:40Z") == [waiting, done]
    assert found("since=2025-06-15T15:07:00.000Z") == [waiting]
    assert found("since=2025-06-15T17:06:42+02:00") == [waiting], "to the offset"
    assert found("since=2030-01-01") == [waiting], "what has not ended may change at any time"


@pytest.mark.parametrize(
    "query",
    ["status=done", "status=", "limit=0", "limit=101", "since=yesterday", "since=1750000000000", "cursor=!", "since="],
)
def test_a_filter_that_is_not_one(call: Caller, query: str) -> None:
    answer = call("GET", f"/v1/extractions?{query}")
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")


def test_an_extraction_outlives_its_parser(call: Caller) -> None:
    extraction = ended(call, RESULT)
    call("DELETE", f"/v1/parsers/{extraction['parser_id']}")
    said = call("GET", f"/v1/extractions/{extraction['extraction_id']}").body["extraction"]
    assert (said["parser_id"], said["parser_name"], said["status"]) == (extraction["parser_id"], None, "completed")


# ---- results ---------------------------------------------------------------------------------------------------------


def test_results_are_those_of_what_has_ended_by_now(call: Caller) -> None:
    extraction = submitted(call, ("a.pdf", ONE), ("b.pdf", ONE), ("c.pdf", ONE))
    path, job_id = f"/v1/extractions/{extraction['extraction_id']}", ours(extraction["extraction_id"])
    call.start(job_id)
    assert call("GET", f"{path}/results").body["extraction"]["documents"] == []
    call.world.clock.advance(1500)
    call.end(job_id, 1, RESULT)
    call.end(job_id, 2, BROKEN)
    answer = call("GET", f"{path}/results")
    assert_golden("perfectparser", "results_midway", answer)
    done, broken = answer.body["extraction"]["documents"]
    assert (done["extracted_data"], done["confidence"], done["processing_time_ms"]) == (PART["data"], 0.9, 1500)
    assert (broken["extracted_data"], broken["confidence"]) == (None, None)


def test_a_document_by_itself(call: Caller) -> None:
    extraction = ended(call, RESULT)
    (document,) = extraction["documents"]
    path = f"/v1/extractions/{extraction['extraction_id']}/documents/{document['document_id']}"
    assert_golden("perfectparser", "document_completed", call("GET", path))


def test_a_document_that_has_not_ended_or_has_failed_has_no_data(call: Caller) -> None:
    waiting = submitted(call, ("x.txt", b"Total: 1"))
    (document,) = waiting["documents"]
    said = call("GET", f"/v1/extractions/{waiting['extraction_id']}/documents/{document['document_id']}").body
    assert (said["document"]["status"], said["document"]["extracted_data"]) == ("queued", None)
    assert said["document"]["file_type"] == "text/plain"


def test_a_document_belongs_to_its_extraction(call: Caller) -> None:
    parser_id = parser(call)["parser_id"]
    first = submitted(call, ("a.pdf", ONE), parser_id=parser_id)
    second = submitted(call, ("b.pdf", ONE), parser_id=parser_id)
    theirs = second["documents"][0]["document_id"]
    for document_id in (theirs, "doc_1", "doc_" + "0" * 32, first["documents"][0]["document_id"][:-1] + "9"):
        for rest in ("", "/export"):
            answer = call("GET", f"/v1/extractions/{first['extraction_id']}/documents/{document_id}{rest}")
            assert (answer.status, answer.body["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


def test_a_result_for_each_page_says_which(call: Caller) -> None:
    parser_id = parser(call, result_mode="one_per_page")["parser_id"]
    extraction = submitted(call, ("b.pdf", TWO), parser_id=parser_id)
    parts = [{**PART, "pages": [number], "data": {"total": number}} for number in (1, 2)]
    call.start(ours(extraction["extraction_id"]))
    call.end(ours(extraction["extraction_id"]), 0, json.dumps({"parts": parts, "pages": []}).encode())
    (document,) = call("GET", f"/v1/extractions/{extraction['extraction_id']}/results").body["extraction"]["documents"]
    assert document["extracted_data"] == {
        "results": [
            {"name": None, "pages": [1], "data": {"total": 1}},
            {"name": None, "pages": [2], "data": {"total": 2}},
        ]
    }


def test_results_are_gone_after_retention(call: Caller) -> None:
    extraction = ended(call, RESULT, RESULT)
    path = f"/v1/extractions/{extraction['extraction_id']}"
    call.world.clock.advance(DAY_MS - 1500)
    first, second = call("GET", f"{path}/results").body["extraction"]["documents"]
    assert (first["extracted_data"], first["status"]) == (None, "completed")
    assert "retention" in first["error_message"]
    assert second["extracted_data"] == PART["data"]
    call.world.clock.advance(1500)
    assert_golden("perfectparser", "error_result_expired", call("GET", f"{path}/results"))
    document = f"{path}/documents/{extraction['documents'][0]['document_id']}"
    for gone in (document, f"{document}/export", f"{path}/export"):
        answer = call("GET", gone)
        assert (answer.status, answer.body["error"]["code"]) == (410, "RESULT_EXPIRED")
    assert call("GET", path).body["extraction"]["status"] == "completed"


def test_results_that_no_answer_holds_are_exported(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    extraction = ended(call, RESULT, RESULT)
    path = f"/v1/extractions/{extraction['extraction_id']}"
    monkeypatch.setattr(extraction_results, "MOST_RESULTS", 1)
    answer = call("GET", f"{path}/results")
    assert (answer.status, answer.body["error"]["code"]) == (413, "RESULT_TOO_LARGE")
    monkeypatch.setattr(extraction_results, "MOST_RESULTS", 2)
    assert call("GET", f"{path}/results").status == 200
    monkeypatch.setattr(results, "MOST_BYTES", 600)
    assert call("GET", f"{path}/results").status == 413


# ---- export ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exported:
    status: int
    headers: Mapping[str, str]
    body: bytes


def exported(call: Caller, path: str, **query: str) -> Exported:
    event = {
        "rawPath": path,
        "requestContext": {"http": {"method": "GET"}, "requestId": "r-1"},
        "headers": dict(call.credential),
        "queryStringParameters": query or None,
    }
    answer = edge.answer(call.contract, call.world, event)
    body = answer["body"]
    return Exported(
        answer["statusCode"],
        answer["headers"],
        base64.b64decode(body) if answer["isBase64Encoded"] else body.encode(),
    )


@pytest.fixture
def done(call: Caller) -> str:
    """The path of an extraction of which one document succeeded and one failed."""
    return f"/v1/extractions/{ended(call, RESULT, BROKEN)['extraction_id']}"


def test_an_export_as_json(call: Caller, done: str) -> None:
    for answer in (exported(call, f"{done}/export"), exported(call, f"{done}/export", format="json")):
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        first, second = json.loads(answer.body)
        assert (first["filename"], first["status"], first["data"]) == ("0.pdf", "completed", PART["data"])
        assert first["document_id"].startswith("doc_")
        assert (second["status"], second["error"], second["data"]) == ("failed", "Cannot be read.", None)


def test_an_export_as_csv(call: Caller, done: str) -> None:
    answer = exported(call, f"{done}/export", format="csv")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    lines = answer.body.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and "total" in lines[0] and "12.5" in lines[1]


@pytest.mark.parametrize("name", ["excel", "xlsx"])
def test_an_export_as_excel(call: Caller, done: str, name: str) -> None:
    answer = exported(call, f"{done}/export", format=name)
    assert (answer.status, answer.headers["content-type"].split(".")[-1]) == (200, "sheet")
    sheet = load_workbook(io.BytesIO(answer.body)).worksheets[0]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"0.pdf", "total", 12.5} <= set(values)


def test_one_document_is_exported(call: Caller) -> None:
    extraction = ended(call, RESULT, RESULT)
    document = extraction["documents"][1]["document_id"]
    answer = exported(call, f"/v1/extractions/{extraction['extraction_id']}/documents/{document}/export")
    (said,) = json.loads(answer.body)
    assert (said["document_id"], said["data"]) == (document, PART["data"])


def test_a_large_export_is_a_link(call: Caller, done: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_BODY_BYTES", 10)
    answer = exported(call, f"{done}/export", format="csv")
    assert (answer.status, answer.body) == (302, b"")
    assert "/exports/" in answer.headers["location"]


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"table": "lines"}, {"format": "csv", "table": "nothing"}])
def test_an_export_that_cannot_be_had(call: Caller, done: str, query: dict[str, str]) -> None:
    answer = exported(call, f"{done}/export", **query)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (400, "INVALID_PAYLOAD")


def test_nothing_is_exported_before_something_has_ended(call: Caller) -> None:
    answer = call("GET", f"/v1/extractions/{submitted(call)['extraction_id']}/export")
    assert (answer.status, answer.body["error"]["code"]) == (409, "RESULT_NOT_READY")


# ---- others ----------------------------------------------------------------------------------------------------------


def test_another_tenant_s_extraction_is_as_one_that_never_was(call: Caller, world: World) -> None:
    stranger = client(world, Tenant("other", rate_factor=10))
    extraction = ended(call, RESULT)
    path = f"/v1/extractions/{extraction['extraction_id']}"
    document = f"{path}/documents/{extraction['documents'][0]['document_id']}"
    never = stranger("GET", "/v1/extractions/ext_" + "0" * 32)
    for each in (path, f"{path}/results", f"{path}/export"):
        answer = stranger("GET", each)
        assert (answer.status, answer.body["error"]["code"]) == (never.status, never.body["error"]["code"])
    assert stranger("GET", path).body == never.body
    for each in (document, f"{document}/export"):
        assert stranger("GET", each).status == 404
    assert stranger("GET", "/v1/extractions").body["extractions"] == []
    assert submit(stranger, extraction["parser_id"], ("a.pdf", ONE)).body["error"]["code"] == "PARSER_NOT_FOUND"
    assert world.tenants.balance("other") == Balance(100, 0, 0)


def test_a_job_of_another_contract_is_an_extraction_without_a_parser(call: Caller, world: World) -> None:
    document = running(world, Tenant("acme"), ONE)
    call.end(document.job_id, 0, b'{"chunks":[{"page_no":1}]}')
    (listed,) = call("GET", "/v1/extractions").body["extractions"]
    assert (listed["parser_id"], listed["parser_name"], listed["status"]) == (None, None, "completed")
    path = f"/v1/extractions/{listed['extraction_id']}"
    (said,) = call("GET", f"{path}/results").body["extraction"]["documents"]
    assert (said["extracted_data"], said["confidence"]) == ({"chunks": [{"page_no": 1}]}, None)
    detail = call("GET", f"{path}/documents/{said['document_id']}").body["document"]
    assert (detail["parser_id"], detail["page_count"]) == (None, 1)


def test_pages_that_nobody_counted_are_not_known_until_the_end(call: Caller, world: World) -> None:
    job = job_submitted(world, Tenant("acme"), 2)
    said = call("GET", f"/v1/extractions/ext_{job.id.replace('-', '')}").body["extraction"]
    assert said["page_count"] == 0
    assert [(each["page_count"], each["credits_used"]) for each in said["documents"]] == [(None, 0), (None, 0)]


def test_a_key_of_other_contracts_is_refused(world: World) -> None:
    world.tenants.put(Tenant("acme"))
    world.tenants.put_key(ApiKey(digest_of("k"), "acme", 0, contracts=frozenset({"extend"})))
    answer = Caller(handler.PERFECTPARSER, world, "acme", {"x-api-key": "k"})("GET", "/v1/me")
    assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")
