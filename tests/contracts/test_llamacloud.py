"""LlamaCloud's contract: files, and extraction v2."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_llamacloud import handler
from functions.api_llamacloud.contract import say_refusal
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import uploads
from quire.service.config import Mode, Target, from_options
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key

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


@pytest.fixture
def call(world: World) -> Caller:
    key = tenant_key(world, Tenant("acme"))
    return Caller(handler.LLAMACLOUD, world, "acme", {"authorization": f"Bearer {key}"})


def uploaded(call: Caller, field: str = "file", path: str = "/api/v1/beta/files") -> dict[str, Any]:
    body, headers = form((field, "a.pdf", b"%PDF-1.7"), ("purpose", None, b"extract"))
    answer = call("POST", path, raw=body, **headers)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def extract(call: Caller, file_id: str, schema: Any = SCHEMA, **configuration: Any) -> Said:
    body = {"file_input": file_id, "configuration": {"data_schema": schema, **configuration}}
    return call("POST", "/api/v2/extract", body)


@pytest.mark.parametrize(("path", "field"), [("/api/v1/beta/files", "file"), ("/api/v1/files", "upload_file")])
def test_a_file_by_form(call: Caller, path: str, field: str) -> None:
    file = uploaded(call, field, path)
    assert (file["name"], file["file_type"], file["purpose"]) == ("a.pdf", "pdf", "extract")
    again = call("GET", f"/api/v1/files/{file['id']}").body
    assert (again["id"], again["project_id"]) == (file["id"], file["project_id"])


def test_a_file_by_presigned_url(call: Caller) -> None:
    target = call("PUT", "/api/v1/files", {"name": "a.pdf", "file_size": 8}).body
    assert target.keys() == {"url", "expires_at", "file_id", "form_fields"}
    job = extract(call, target["file_id"]).body  # waits for its file
    call.start(job["id"])
    assert call("GET", f"/api/v2/extract/{job['id']}").body["status"] == "PENDING"
    call.world.blobs.put(f"uploads/acme/{target['file_id']}", b"%PDF-1.7", "")
    uploads.accept(call.world, "acme", target["file_id"], "1", 8)
    call.start(job["id"])
    assert call("GET", f"/api/v2/extract/{job['id']}").body["status"] == "RUNNING"


def test_a_job_from_its_submit_to_its_result(call: Caller) -> None:
    file = uploaded(call)
    job = extract(call, file["id"], tier="cost_effective", cite_sources=True, confidence_scores=True).body
    assert (job["status"], job["file_input"], job["extract_result"]) == ("PENDING", file["id"], None)
    call.start(job["id"])
    assert call("GET", f"/api/v2/extract/{job['id']}").body["status"] == "RUNNING"
    call.end(job["id"], 0, json.dumps(RESULT).encode())
    done = call("GET", f"/api/v2/extract/{job['id']}").body
    assert (done["status"], done["extract_result"]) == ("COMPLETED", PART["data"])
    metadata = done["extract_metadata"]["field_metadata"]["document_metadata"]
    assert metadata["total"] == {
        "confidence": 0.9,
        "citation": [
            {
                "page": 1, "matching_text": "12.50", "bounding_boxes": [{"x": 10, "y": 20, "w": 30, "h": 10}],
                "page_dimensions": {"width": 595, "height": 842},
            }
        ],
    }  # fmt: skip
    assert metadata["lines"] == [{"text": {"confidence": 0.8, "citation": []}}]
    assert metadata["missing"] == {"confidence": None, "citation": []}
    call.world.clock.advance(DAY_MS)
    assert call("GET", f"/api/v2/extract/{job['id']}").status == 410


@pytest.mark.parametrize(("target", "metadata"), [("per_page", "page_metadata"), ("per_table_row", "row_metadata")])
def test_a_schema_for_each_page_or_row_gives_a_list(call: Caller, target: str, metadata: str) -> None:
    job = extract(call, uploaded(call)["id"], extraction_target=target).body["id"]
    call.start(job)
    parts = [{**PART, "data": {"total": n}, "pages": [n]} for n in (1, 2)]
    call.end(job, 0, json.dumps({"parts": parts, "pages": SIZES}).encode())
    done = call("GET", f"/api/v2/extract/{job}").body
    assert done["extract_result"] == [{"total": 1}, {"total": 2}]
    said = done["extract_metadata"]["field_metadata"]
    assert said.keys() == {metadata}
    assert [entry["total"]["confidence"] for entry in said[metadata]] == [0.9, 0.9]


def test_citations_and_confidences_are_left_out_where_they_are_not_wanted(call: Caller) -> None:
    job = extract(call, uploaded(call)["id"], cite_sources=False, confidence_scores=False).body["id"]
    call.start(job)
    call.end(job, 0, json.dumps(RESULT).encode())
    metadata = call("GET", f"/api/v2/extract/{job}").body["extract_metadata"]["field_metadata"]["document_metadata"]
    assert metadata == {"total": {}, "lines": [{"text": {}}], "missing": {}}


def test_the_configuration_reaches_the_job(call: Caller) -> None:
    asked = {
        "tier": "agentic_plus", "target_pages": "1-3,7", "max_pages": 2, "extraction_target": "per_page",
        "system_prompt": "Look closely.", "cite_sources": False, "disable_cache": True,
    }  # fmt: skip
    job = call.world.jobs.get("acme", extract(call, uploaded(call)["id"], **asked).body["id"])
    assert job
    config = from_options(job.options)
    assert (config.mode, config.pages, config.max_pages, config.target) == (Mode.PREMIUM, "1-3,7", 2, Target.PAGE)
    assert (config.system_prompt, config.cite, config.confidence) == ("Look closely.", False, True)


def test_a_job_that_fails_and_one_that_is_cancelled(call: Caller) -> None:
    job = extract(call, uploaded(call)["id"]).body["id"]
    call.start(job)
    call.fail(job, 0, Refusal(Kind.EXTRACTION_FAILED, "Cannot be read."))
    failed = call("GET", f"/api/v2/extract/{job}").body
    assert (failed["status"], failed["error_message"]) == ("FAILED", "Cannot be read.")
    other = extract(call, uploaded(call)["id"]).body["id"]
    assert call("POST", f"/api/v2/extract/{other}/cancel").body["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "array", "items": {"type": "string"}}, "$"),
        ({"type": "object", "properties": {"a": {"type": "colour"}}}, "$.a"),
    ],
)
def test_a_schema_that_is_not_one_is_refused_with_its_path(call: Caller, schema: Any, place: str) -> None:
    answer = extract(call, uploaded(call)["id"], schema)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"] == ["body", "configuration", "data_schema", place]


@pytest.mark.parametrize(
    "more",
    [
        {"target_pages": "0"},
        {"target_pages": "a-b"},
        {"max_pages": 0},
        {"extraction_target": "per_line"},
        {"tier": "warp"},
    ],
)
def test_what_is_not_offered_is_refused(call: Caller, more: dict[str, Any]) -> None:
    assert extract(call, uploaded(call)["id"], **more).status == 422


def test_things_that_are_not_there(call: Caller, world: World) -> None:
    stranger = Caller(
        handler.LLAMACLOUD, world, "other", {"authorization": f"Bearer {tenant_key(world, Tenant('other'))}"}
    )
    file, job = uploaded(call)["id"], extract(call, uploaded(call)["id"]).body["id"]
    for who, path in (
        (call, "/api/v2/extract/x"),
        (stranger, f"/api/v2/extract/{job}"),
        (stranger, f"/api/v1/files/{file}"),
    ):
        assert who("GET", path).status == 404
    assert extract(stranger, file).status == 404
    assert Caller(handler.LLAMACLOUD, world, "acme", {})("GET", f"/api/v1/files/{file}").status == 401


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_the_contract_s_shape(kind: Kind) -> None:
    answer = say_refusal(Refusal(kind, "Why."))
    assert isinstance(answer.body, dict)
    assert answer.body["detail"] == ("Why." if answer.status != 422 else answer.body["detail"])
    assert 400 <= answer.status < 600
