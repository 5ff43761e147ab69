"""LlamaCloud's contract: extraction agents, and their schemas."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api_llamacloud import schemas
from quire.domain.extractor import GENERATE
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.config import Config, Mode, Target, to_options
from quire.service.extractors import Change
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.golden import assert_golden
from tests.contracts.llamacloud import ACME, AGENTS, SCHEMA, V1, agent, client, job, uploaded


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


# ---- agents ----------------------------------------------------------------------------------------------------------


def test_an_agent_is_made_shown_and_found_by_its_name(call: Caller) -> None:
    asked = {
        "extraction_mode": "MULTIMODAL",
        "extraction_target": "PER_PAGE",
        "chunk_mode": "PAGE",
        "use_reasoning": True,
    }
    answer = call("POST", AGENTS, {"name": "my invoices", "data_schema": SCHEMA, "config": asked})
    assert_golden("llamacloud", "agent", answer)
    assert asked.items() <= answer.body["config"].items()
    for path in (answer.body["id"], "by-name/my invoices", "by-name/my%20invoices"):
        assert call("GET", f"{AGENTS}/{path}").body == answer.body


def test_a_schema_may_come_as_text(call: Caller) -> None:
    answer = call(
        "POST", AGENTS, {"name": "a", "data_schema": '{"properties": {"a": {"type": "string"}}}', "config": {}}
    )
    assert answer.body["data_schema"] == {"properties": {"a": {"type": "string"}}}


def test_agents_are_a_bare_list_the_newest_first(call: Caller) -> None:
    made = []
    for name in "abc":
        call.world.clock.advance(1000)
        made.append(agent(call, name))
    assert call("GET", AGENTS).body == made[::-1]
    with_default = call("GET", f"{AGENTS}?include_default=true").body
    assert [each["name"] for each in with_default] == ["c", "b", "a", "default"]


def test_agents_are_listed_by_pages_too(call: Caller) -> None:
    for name in "abc":
        call.world.clock.advance(1000)
        agent(call, name)
    path = "/api/v1/beta/extraction-agents?page_size=2&include_default=true"
    first = call("GET", path).body
    second = call("GET", f"{path}&page_token={first['next_page_token']}").body
    assert [each["name"] for each in first["items"]] == ["c", "b"]
    assert [each["name"] for each in second["items"]] == ["a", "default"]
    assert second["next_page_token"] is None


def test_more_agents_than_an_answer_holds_are_listed_by_pages_only(call: Caller) -> None:
    large = {"type": "object", "properties": {"a": {"type": "string", "description": "x" * 110_000}}}
    for number in range(40):
        agent(call, f"a{number}", large)
    assert call("GET", AGENTS).body["code"] == "result_too_large"
    page = call("GET", "/api/v1/beta/extraction-agents").body
    assert 0 < len(page["items"]) < 40 and page["next_page_token"]


def test_an_agent_is_changed_and_deleted(call: Caller) -> None:
    made = agent(call)
    path = f"{AGENTS}/{made['id']}"
    other = {"type": "object", "properties": {"vendor": {"type": "string"}}}
    changed = call("PUT", path, {"data_schema": other, "config": {"extraction_mode": "BALANCED"}}).body
    assert (changed["data_schema"], changed["config"]["extraction_mode"]) == (other, "BALANCED")
    assert call("GET", path).body == changed
    answer = call("DELETE", path)
    assert (answer.status, answer.body) == (200, {"deleted": True})
    assert [call(method, path, body).status for method, body in (
        ("GET", None), ("DELETE", None), ("PUT", {"data_schema": other, "config": {}}),
    )] == [404, 404, 404]  # fmt: skip
    assert call("GET", AGENTS).body == []


def test_the_default_agent_is_there_and_stays_as_it_is(call: Caller) -> None:
    answer = call("GET", f"{AGENTS}/default")
    assert_golden("llamacloud", "default_agent", answer)
    path = f"{AGENTS}/{answer.body['id']}"
    assert call("GET", path).body == call("GET", f"{AGENTS}/by-name/default").body == answer.body
    assert call("PUT", path, {"data_schema": SCHEMA, "config": {}}).status == 403
    assert call("DELETE", path).status == 403


def test_an_agent_that_another_contract_changed_says_what_is_so_now(call: Caller) -> None:
    made = agent(call, extraction_mode="MULTIMODAL", chunk_mode="SECTION")
    options = to_options(Config(mode=Mode.BALANCED, target=Target.PAGE, pages="1-2"))
    kept = call.world.extractors.versions("acme", made["id"], [1])[0].config
    extractors.update(call.world, ACME, made["id"], Change(config={**kept, **options}))
    config = call("GET", f"{AGENTS}/{made['id']}").body["config"]
    assert (config["extraction_mode"], config["extraction_target"], config["page_range"]) == (
        "BALANCED",
        "PER_PAGE",
        "1-2",
    )
    assert config["chunk_mode"] is None


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"name": ""}, ["name"]),
        ({"data_schema": None}, ["data_schema", "dict[str,any]"]),
        ({"config": None}, ["config"]),
        ({"data_schema": "{"}, ["data_schema"]),
        ({"data_schema": "[]"}, ["data_schema"]),
        ({"data_schema": {"type": "array"}}, ["data_schema", "$"]),
        ({"data_schema": {"type": "object", "properties": {"a": {"title": "x" * 120_000}}}}, ["data_schema"]),
        ({"config": {"extraction_mode": "SLOW"}}, ["config", "extraction_mode"]),
        ({"config": {"parse_model": "none"}}, ["config", "parse_model"]),
        ({"config": {"page_range": "0"}}, ["config", "page_range"]),
        ({"config": {"num_pages_context": 0}}, ["config", "num_pages_context"]),
    ],
)
def test_what_is_wrong_with_an_agent_is_named(call: Caller, more: dict[str, Any], place: list[str]) -> None:
    answer = call("POST", AGENTS, {"name": "a", "data_schema": SCHEMA, "config": {}, **more})
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"] == ["body", *place]


def test_a_name_that_is_taken_is_refused_for_good(call: Caller) -> None:
    agent(call)
    answer = call("POST", AGENTS, {"name": "invoices", "data_schema": SCHEMA, "config": {}})
    assert (answer.status, answer.body["code"]) == (400, "name_taken")


def test_another_tenant_s_agent_is_none(call: Caller, world: World) -> None:
    made, stranger = agent(call), client(world, Tenant("other"))
    absent = stranger("GET", f"{AGENTS}/x")
    for path in (made["id"], "by-name/invoices"):
        answer = stranger("GET", f"{AGENTS}/{path}")
        assert (answer.status, answer.body) == (404, absent.body)
    assert stranger("DELETE", f"{AGENTS}/{made['id']}").status == 404
    assert stranger("GET", AGENTS).body == []
    default = call("GET", f"{AGENTS}/default").body["id"]
    assert stranger("GET", f"{AGENTS}/{default}").status == 404


# ---- schemas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"{AGENTS}/schema/validation", "/api/v2/extract/schema/validation"])
def test_a_schema_is_validated(call: Caller, path: str) -> None:
    assert call("POST", path, {"data_schema": SCHEMA}).body == {"data_schema": SCHEMA}
    answer = call("POST", path, {"data_schema": {"type": "object", "properties": {"a": {"type": "colour"}}}})
    assert answer.status == 400
    assert answer.body["detail"].startswith("$.a: ")


def test_a_schema_is_generated_of_a_prompt(call: Caller) -> None:
    answer = call("POST", f"{AGENTS}/schema/generate", {"prompt": "vendor name, total amount"})
    assert answer.body["data_schema"]["properties"].keys() == {"vendor_name", "total_amount"}


def test_a_generated_schema_keeps_what_the_caller_had(call: Caller) -> None:
    mine = {"type": "string", "description": "Mine."}
    had = {"type": "object", "properties": {"total_amount": mine}}
    answer = call("POST", f"{AGENTS}/schema/generate", {"prompt": "vendor name, total amount", "data_schema": had})
    properties = answer.body["data_schema"]["properties"]
    assert properties.keys() == {"vendor_name", "total_amount"}
    assert properties["total_amount"] == mine


def test_a_generated_configuration_can_be_saved(call: Caller) -> None:
    made = call("POST", "/api/v2/extract/schema/generate", {"prompt": "vendor name, total", "name": "mine"}).body
    assert (made["name"], made["parameters"]["product_type"]) == ("mine", "extract_v2")
    saved = call("POST", "/api/v1/beta/configurations", made)
    assert saved.status == 200
    assert saved.body["parameters"]["data_schema"] == made["parameters"]["data_schema"]


def test_a_schema_is_generated_of_a_file_by_a_job_that_is_awaited(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    awaited: list[Job] = []

    def ended(world: World, job: Job, _by: int) -> object:
        awaited.append(job)
        call.start(job.id)
        call.end(job.id, 0, b'{"parts": [], "pages": [], "schema": {"type": "object", "properties": {"a": {}}}}')
        return world.jobs.document(job.tenant, call.world.jobs.documents(job.tenant, job.id)[0].id)

    monkeypatch.setattr(schemas, "wait", ended)
    file = uploaded(call)["id"]
    answer = call("POST", f"{AGENTS}/schema/generate", {"file_id": file, "prompt": "totals"})
    assert answer.body == {"data_schema": {"type": "object", "properties": {"a": {}}}}
    (job,) = awaited
    assert (job.extractor, job.options["infer"], job.options["prompt"]) == (GENERATE, True, "totals")
    # It is no extraction.
    assert call("GET", "/api/v2/extract").body["items"] == []
    assert call("GET", f"{V1}/jobs/{job.id}").status == 404


def test_a_file_of_which_no_schema_can_be_made(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(world: World, job: Job, _by: int) -> object:
        call.start(job.id)
        call.fail(job.id, 0, Refusal(Kind.UNSUPPORTED_INPUT, "No PDF."))
        return world.jobs.documents(job.tenant, job.id)[0]

    file, path = uploaded(call)["id"], f"{AGENTS}/schema/generate"
    monkeypatch.setattr(schemas, "wait", failed)
    assert call("POST", path, {"file_id": file}).body == {"detail": "No PDF.", "code": "unsupported_input"}
    monkeypatch.setattr(schemas, "wait", lambda *_: None)
    assert call("POST", path, {"file_id": file}).status == 504  # asked again, the same job is awaited
    assert call("POST", path, {"file_id": "x"}).status == 404
    assert call("POST", path, {}).status == 422


def test_jobs_stay_with_an_agent_that_is_gone(call: Caller) -> None:
    made = agent(call)
    one = job(call, made["id"])
    call("DELETE", f"{AGENTS}/{made['id']}")
    assert call("GET", f"{V1}/jobs/{one['id']}").body["extraction_agent"]["name"] == "invoices"
    assert [each["id"] for each in call("GET", f"{V1}/jobs?extraction_agent_id={made['id']}").body] == [one["id"]]
