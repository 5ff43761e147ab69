"""PerfectParser's contract: parsers, and their fields found on a sample."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.call import MOST_FILE_BYTES
from quire.service import extractors
from quire.service.config import Config, Target, from_options, to_options
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said
from tests.contracts.golden import assert_golden
from tests.contracts.perfectparser import FIELDS, ONE, PART, TWO, client, detecting, parser, send

FOUND = {"type": "object", "properties": {"total": {"type": ["number", "null"], "title": "Total"}}}
INFERRED = json.dumps({"parts": [PART], "pages": [], "schema": FOUND}).encode()


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


# ---- create, get, list, update, delete -------------------------------------------------------------------------------


def test_a_parser_is_created_and_read_again(call: Caller) -> None:
    body = {"name": "Invoices", "description": "Of suppliers.", "result_mode": "one_per_page", "fields": FIELDS}
    created = call("POST", "/v1/parsers", body)
    assert_golden("perfectparser", "parser_created", created)
    again = call("GET", f"/v1/parsers/{created.body['parser']['parser_id']}")
    assert again.body == created.body


def test_a_parser_without_fields_is_blank(call: Caller) -> None:
    made = call("POST", "/v1/parsers", {"name": "Blank"}).body["parser"]
    assert (made["schema"], made["fields"]) == ({"type": "object", "properties": {}}, {})
    assert (made["description"], made["result_mode"]) == ("", "one_per_file")
    assert (made["has_sample_file"], made["sample_file_id"]) == (False, None)


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ({"type": "text"}, {"type": ["string", "null"]}),
        ({"type": "integer"}, {"type": ["integer", "null"]}),
        ({"type": "currency"}, {"type": ["number", "null"]}),
        ({"type": "boolean"}, {"type": ["boolean", "null"]}),
        ({"type": "date"}, {"type": ["string", "null"], "format": "date"}),
        ({"type": "datetime"}, {"type": ["string", "null"], "format": "date-time"}),
        ({"type": "url"}, {"type": ["string", "null"], "format": "uri"}),
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}),
        ({}, {"type": ["string", "null"]}),
    ],
)
def test_a_field_becomes_a_property(call: Caller, field: dict[str, str], schema: dict[str, Any]) -> None:
    made = parser(call, fields=[{"name": "it", "description": "As printed.", **field}])
    assert made["schema"]["properties"] == {"it": {**schema, "description": "As printed."}}
    assert made["fields"] == {"it": {"description": "As printed."}}


def test_rows_of_a_table_are_an_array_with_fields(call: Caller) -> None:
    inner = [{"name": "text"}, {"name": "amount", "type": "number"}]
    made = parser(call, fields=[{"name": "lines", "type": "array", "fields": inner}])
    (lines,) = made["schema"]["properties"].values()
    columns = {"text": {"type": ["string", "null"]}, "amount": {"type": ["number", "null"]}}
    assert lines == {"type": "array", "items": {"type": "object", "properties": columns}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "result_mode": "one_per_line"}, "result_mode"),
        ({"name": "x", "fields": [{"type": "string"}]}, "fields.0.name"),
        ({"name": "x", "fields": [{"name": "a"}, {"name": "a"}]}, "fields"),
        ({"name": "x", "fields": [{"name": "a", "type": "object", "fields": [{"name": "b"}] * 2}]}, "fields"),
        ({"name": "x", "description": "y" * 5_001}, "description"),
        (None, "body"),
    ],
)
def test_a_parser_that_is_not_well_described(call: Caller, body: Any, field: str) -> None:
    answer = call("POST", "/v1/parsers", body)
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")
    assert field in [detail["field"] for detail in answer.body["error"]["details"]]


def test_an_unknown_member_is_named_with_what_may_be_meant(call: Caller) -> None:
    field = {"name": "total", "descripton": "What is to be paid."}
    for body in ({"name": "a", "fields": [field]}, {"name": "a", "descripton": "Of suppliers."}):
        refused = call("POST", "/v1/parsers", body)
        assert (refused.status, refused.body["error"]["code"]) == (400, "INVALID_PAYLOAD")
        assert "`descripton` (is `description` meant?)" in json.dumps(refused.body)


def test_a_name_of_100_characters_fits(call: Caller) -> None:
    assert parser(call, name="x" * 100)["name"] == "x" * 100


def test_a_name_is_taken_once(call: Caller) -> None:
    made = parser(call)
    answer = call("POST", "/v1/parsers", {"name": "Invoices"})
    assert (answer.status, answer.body["error"]["code"]) == (409, "CONFLICT")
    other = parser(call, name="Receipts")
    assert call("PATCH", f"/v1/parsers/{other['parser_id']}", {"name": "Invoices"}).status == 409
    assert call("DELETE", f"/v1/parsers/{made['parser_id']}").status == 204
    assert call("PATCH", f"/v1/parsers/{other['parser_id']}", {"name": "Invoices"}).status == 200


def test_what_an_update_leaves_out_stays(call: Caller) -> None:
    made = parser(call, description="Of suppliers.")
    path = f"/v1/parsers/{made['parser_id']}"
    call.world.clock.advance(1000)
    renamed = call("PATCH", path, {"name": "Bills"}).body["parser"]
    assert renamed == {**made, "name": "Bills", "updated_at": renamed["updated_at"]}
    assert renamed["updated_at"] > made["updated_at"]
    by_page = call("PATCH", path, {"result_mode": "one_per_page"}).body["parser"]
    assert (by_page["result_mode"], by_page["schema"], by_page["name"]) == ("one_per_page", made["schema"], "Bills")
    back = call("PATCH", path, {"result_mode": "one_per_file", "description": ""}).body["parser"]
    assert (back["result_mode"], back["description"]) == ("one_per_file", "")
    fewer = call("PATCH", path, {"fields": [{"name": "vendor"}]}).body["parser"]
    assert fewer["fields"].keys() == {"vendor"}
    assert call("PATCH", path, {"fields": []}).body["parser"]["fields"] == {}
    assert call("GET", path).body["parser"]["name"] == "Bills"


def test_a_deleted_parser_is_gone(call: Caller) -> None:
    path = f"/v1/parsers/{parser(call)['parser_id']}"
    answer = call("DELETE", path)
    assert (answer.status, answer.body) == (204, None)
    assert_golden("perfectparser", "error_parser_not_found", call("GET", path))
    assert call("DELETE", path).status == 404
    assert call("GET", "/v1/parsers").body["parsers"] == []


def test_parsers_are_listed_the_newest_first_page_by_page(call: Caller) -> None:
    names = [f"P{number}" for number in range(5)]
    for name in names:
        parser(call, name=name)
        call.world.clock.advance(1)
    assert_golden("perfectparser", "parsers_page", call("GET", "/v1/parsers?limit=1"))
    seen: list[str] = []
    cursor = ""
    while True:
        page = call("GET", f"/v1/parsers?limit=2{cursor}").body
        seen += [each["name"] for each in page["parsers"]]
        assert page["pagination"]["has_next_page"] is (page["pagination"]["next_cursor"] is not None)
        if not page["pagination"]["has_next_page"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert seen == names[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=!"])
def test_a_page_that_cannot_be_had(call: Caller, query: str) -> None:
    answer = call("GET", f"/v1/parsers?{query}")
    assert (answer.status, answer.body["error"]["code"]) == (400, "INVALID_PAYLOAD")


def test_another_tenant_s_parser_is_as_one_that_never_was(call: Caller, world: World) -> None:
    stranger = client(world, Tenant("other"))
    path = f"/v1/parsers/{parser(call)['parser_id']}"
    never = call("GET", "/v1/parsers/prs_" + "0" * 32)
    for method, body in (("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)):
        answer = stranger(method, path, body)
        assert (answer.status, answer.body) == (never.status, never.body)
    assert stranger("GET", "/v1/parsers").body["parsers"] == []
    assert stranger("POST", "/v1/parsers", {"name": "Invoices"}).status == 201
    assert call("GET", path).status == 200


@pytest.mark.parametrize(
    "schema",
    [
        {"total": {"type": "number", "description": "To pay."}},
        [{"name": "total", "type": "number", "description": "To pay."}],
        '{"type": "object", "properties": {"total": {"type": "number", "description": "To pay."}}}',
    ],
    ids=["map", "list", "text"],
)
def test_an_extractor_that_another_contract_saved_is_a_parser(call: Caller, world: World, schema: object) -> None:
    config = to_options(Config(target=Target.PAGE))
    made = extractors.create(world, Tenant("acme"), extractors.Wanted("theirs", schema, config))
    assert not isinstance(made, Refusal)
    (said,) = call("GET", "/v1/parsers").body["parsers"]
    assert (said["name"], said["result_mode"]) == ("theirs", "one_per_page")
    assert said["fields"] == {"total": {"description": "To pay."}}
    assert isinstance(said["schema"], dict)


# ---- fields found on a sample ----------------------------------------------------------------------------------------


def detect(call: Caller, parser_id: str, content: bytes | None = TWO, **fields: str) -> Said:
    files = [] if content is None else [("file", "sample.pdf", content)]
    return send(call, f"/v1/parsers/{parser_id}/detect-fields", fields, *files)


def blank(call: Caller) -> str:
    return str(call("POST", "/v1/parsers", {"name": "Blank"}).body["parser"]["parser_id"])


def test_fields_are_found_on_a_sample_and_kept(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    detecting(call, monkeypatch, INFERRED)
    parser_id = blank(call)
    answer = detect(call, parser_id, prompt="the total")
    assert answer.status == 200
    assert_golden("perfectparser", "fields_detected", answer)
    kept = call("GET", f"/v1/parsers/{parser_id}").body["parser"]
    assert (kept["schema"], kept["fields"].keys()) == (FOUND, {"total"})
    assert (kept["has_sample_file"], kept["sample_file_id"]) == (True, answer.body["sample_file_id"])
    call.world.clock.advance(DAY_MS)
    later = call("GET", f"/v1/parsers/{parser_id}").body["parser"]
    assert (later["has_sample_file"], later["sample_file_id"]) == (False, None)


def test_the_sample_and_the_prompt_reach_the_job(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    detecting(call, monkeypatch, None)
    detect(call, blank(call), prompt="the total")
    (job,) = call.world.store.jobs.values()
    config = from_options(job.options)
    assert (config.infer, config.prompt, job.counted) == (True, "the total", (2,))
    assert call("GET", "/v1/extractions").body["extractions"] == []
    assert call("GET", f"/v1/extractions/ext_{job.id.replace('-', '')}").status == 200


def test_fields_that_are_there_are_replaced_only_when_that_is_said(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    detecting(call, monkeypatch, INFERRED)
    parser_id = parser(call)["parser_id"]
    refused = detect(call, parser_id)
    assert refused.status == 409
    assert_golden("perfectparser", "error_schema_already_exists", refused)
    assert call.world.store.jobs == {}, "nothing was paid"
    assert detect(call, parser_id, replace_existing_schema="true").status == 200
    assert call("GET", f"/v1/parsers/{parser_id}").body["parser"]["schema"] == FOUND


def test_a_sample_is_named_again(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    detecting(call, monkeypatch, INFERRED)
    parser_id = blank(call)
    sample = detect(call, parser_id).body["sample_file_id"]
    path = f"/v1/parsers/{parser_id}/detect-fields"
    for body in (
        {"sample_file_id": sample, "prompt": "vendor", "replace_existing_schema": True},
        {"prompt": "its own sample", "replace_existing_schema": True},
    ):
        answer = call("POST", path, body, content_type="application/json")
        assert (answer.status, answer.body["sample_file_id"]) == (200, sample)
    call.world.clock.advance(DAY_MS)
    gone = call(
        "POST", path, {"sample_file_id": sample, "replace_existing_schema": True}, content_type="application/json"
    )
    assert (gone.status, gone.body["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize("sample", ["smp_" + "0" * 32, "smp_1", "file_" + "0" * 32])
def test_a_sample_that_is_not_there(call: Caller, sample: str) -> None:
    path = f"/v1/parsers/{blank(call)}/detect-fields"
    answer = call("POST", path, {"sample_file_id": sample}, content_type="application/json; charset=utf-8")
    assert (answer.status, answer.body["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (None, 400, "INVALID_PAYLOAD"),
        (b"", 400, "UNSUPPORTED_FILE_TYPE"),
        (b"%PDF-1.7 and nothing else", 400, "PAGE_COUNT_FAILED"),
        (b"x" * (MOST_FILE_BYTES + 1), 413, "FILE_TOO_LARGE"),
    ],
    ids=["none", "empty", "truncated", "large"],
)
def test_a_sample_that_cannot_be_taken(call: Caller, content: bytes | None, status: int, code: str) -> None:
    answer = detect(call, blank(call), content)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert call.world.store.jobs == {}


def test_a_sample_for_whose_pages_the_credits_are_short(world: World) -> None:
    poor = client(world, Tenant("poor"), credits=1)
    answer = detect(poor, blank(poor), TWO)
    assert (answer.status, answer.body["error"]["code"]) == (402, "INSUFFICIENT_CREDITS")


def test_a_sample_that_needs_longer_is_asked_for_again(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    detecting(call, monkeypatch, None)
    parser_id = blank(call)
    late = detect(call, parser_id)
    assert (late.status, late.body["error"]["code"]) == (504, "STILL_RUNNING")
    detecting(call, monkeypatch, INFERRED)
    assert detect(call, parser_id).status == 200
    assert len(call.world.store.jobs) == 1


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        (Refusal(Kind.EXTRACTION_FAILED, "Cannot be read."), 422, "EXTRACTION_FAILED"),
        (json.dumps({"parts": [], "pages": [], "schema": {"type": "object", "properties": {}}}).encode(), 422,
         "NO_FIELDS_DETECTED"),
    ],
    ids=["broken", "nothing on it"],
)  # fmt: skip
def test_a_sample_without_fields_leaves_the_parser_as_it_was(
    call: Caller, monkeypatch: pytest.MonkeyPatch, outcome: bytes | Refusal, status: int, code: str
) -> None:
    detecting(call, monkeypatch, outcome)
    made = parser(call)
    answer = detect(call, made["parser_id"], ONE, replace_existing_schema="true")
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert call("GET", f"/v1/parsers/{made['parser_id']}").body["parser"] == made


def test_fields_of_another_tenant_s_parser_are_not_found(call: Caller, world: World) -> None:
    answer = detect(client(world, Tenant("other")), blank(call))
    assert (answer.status, answer.body["error"]["code"]) == (404, "PARSER_NOT_FOUND")
