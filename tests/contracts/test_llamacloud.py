"""LlamaCloud's contract: extraction v2, its saved configurations, and how each refusal is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.api_llamacloud import handler
from functions.api_llamacloud.contract import say_refusal
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.statuses import STATUS
from quire.service.config import Mode, Target, from_options
from quire.service.submit import Submission, Submitted, sources_of, submit
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.golden import assert_golden
from tests.contracts.llamacloud import (
    ACCOUNTED,
    ACME,
    AGENTS,
    LISTS,
    PART,
    RESULT,
    SCHEMA,
    SIZES,
    V1,
    WARNINGS,
    agent,
    client,
    done,
    extract,
    uploaded,
)

V2 = "/api/v2/extract"
CONFIGURATIONS = "/api/v1/beta/configurations"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


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
        {"parse_config_id": "p"},
        {"sheet_names": ["One"]},
    ],
)
def test_what_is_not_offered_is_refused(call: Caller, more: dict[str, Any]) -> None:
    assert extract(call, uploaded(call)["id"], **more).status == 422


def test_things_that_are_not_there(call: Caller, world: World) -> None:
    stranger = client(world, Tenant("other"))
    file, job = uploaded(call)["id"], extract(call, uploaded(call)["id"]).body["id"]
    for who, path in (
        (call, "/api/v2/extract/x"),
        (stranger, f"/api/v2/extract/{job}"),
        (stranger, f"/api/v1/files/{file}"),
    ):
        assert who("GET", path).status == 404
    assert extract(stranger, file).status == 404
    assert Caller(handler.LLAMACLOUD, world, "acme", {})("GET", f"/api/v1/files/{file}").status == 401


# ---- one job ---------------------------------------------------------------------------------------------------------


def test_every_field_of_a_job(call: Caller) -> None:
    job = extract(call, uploaded(call)["id"], tier="agentic", disable_cache=True, version="2.5")
    assert_golden("llamacloud", "extract_created", job)
    done(call, job.body["id"])
    path = f"{V2}/{job.body['id']}?expand=configuration,extract_metadata,usage"
    assert_golden("llamacloud", "extract_completed", call("GET", path))


def test_rows_of_lists_and_warnings_of_pages_are_told_who_asks_for_them(call: Caller) -> None:
    """The type that the service's SDK has for the metadata knows no such members."""
    job = extract(call, uploaded(call)["id"]).body["id"]
    done(call, job, ACCOUNTED)
    assert call("GET", f"{V2}/{job}").body["extract_metadata"].keys() == {"field_metadata"}
    said = call("GET", f"{V2}/{job}?expand=lists").body["extract_metadata"]
    assert (said["lists"], said["warnings"]) == (LISTS, WARNINGS)


def test_a_job_of_another_contract_is_said_too(call: Caller) -> None:
    job = extract(call, uploaded(call)["id"]).body["id"]
    done(call, job, {"chunks": [{"chunk_type": "text", "page_content": "Tea"}]})
    said = call("GET", f"{V2}/{job}").body
    assert said["extract_result"] == {"chunks": [{"chunk_type": "text", "page_content": "Tea"}]}
    assert said["extract_metadata"]["field_metadata"] == {"document_metadata": {}}


def test_each_document_of_a_job_of_several_is_a_job_here(call: Caller) -> None:
    sources = [sources_of(call.world, one)[0] for one in (_job(call), _job(call))]
    submitted = submit(call.world, ACME, Submission("extract_page", "text", sources, "f", {"mode": "fast"}))
    assert isinstance(submitted, Submitted)
    call.start(submitted.job.id)
    call.succeed(submitted.job.id, 1)
    first, second = (document_id(submitted.job.id, position) for position in (0, 1))
    assert (call("GET", f"{V2}/{second}").body["id"], call("GET", f"{V2}/{second}").body["status"]) == (
        second,
        "COMPLETED",
    )
    assert call("GET", f"{V2}/{submitted.job.id}").body["id"] == first
    assert {first, second} <= {job["id"] for job in call("GET", V2).body["items"]}
    refused = call("DELETE", f"{V2}/{second}")
    assert (refused.status, refused.body["code"]) == (400, "result_not_ready")
    assert submitted.job.id in refused.body["detail"]
    assert call("DELETE", f"{V2}/{submitted.job.id}?force=true").status == 200
    assert call("GET", f"{V2}/{second}").status == 404


def test_a_job_that_has_ended_is_not_cancelled(call: Caller) -> None:
    job = done(call, extract(call, uploaded(call)["id"]).body["id"])
    assert call("POST", f"{V2}/{job}/cancel").status == 400
    other = extract(call, uploaded(call)["id"]).body["id"]
    assert [call("POST", f"{V2}/{other}/cancel").body["status"] for _ in range(2)] == ["CANCELLED", "CANCELLED"]


def test_a_job_is_deleted_when_it_has_ended_or_by_force(call: Caller) -> None:
    job = extract(call, uploaded(call)["id"]).body["id"]
    assert call("DELETE", f"{V2}/{job}").status == 400
    done(call, job)
    assert call("DELETE", f"{V2}/{job}").body == {"deleted": True}
    assert [call(method, f"{V2}/{job}").status for method in ("GET", "DELETE")] == [404, 404]
    other = extract(call, uploaded(call)["id"]).body["id"]
    assert call("DELETE", f"{V2}/{other}?force=true").status == 200


def test_ids_that_are_none_of_ours(call: Caller) -> None:
    for said in (
        "x",
        "pjb-1",
        "0" * 36,
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000",
    ):
        assert call("GET", f"{V2}/{said}").status == 404
        assert extract(call, said).status == 404


def test_webhooks_are_kept_with_the_job_and_not_said(call: Caller) -> None:
    webhook = {
        "webhook_url": "https://example.com/h",
        "webhook_events": ["extract.success"],
        "webhook_signing_secret": "s3",
    }
    body = {
        "file_input": uploaded(call)["id"],
        "configuration": {"data_schema": SCHEMA},
        "webhook_configurations": [webhook],
    }
    answer = call("POST", V2, body)
    job = call.world.jobs.get("acme", answer.body["id"])
    assert job and job.echo and job.echo["webhooks"] == [webhook]
    assert "s3" not in str(call("GET", f"{V2}/{answer.body['id']}?expand=configuration").body)
    refused = call("POST", V2, {**body, "webhook_configurations": [{**webhook, "webhook_url": "http://example.com"}]})
    assert refused.body["detail"][0]["loc"] == ["body", "webhook_configurations", 0, "webhook_url"]


def test_a_retry_without_a_key_gives_the_first_job(call: Caller) -> None:
    file = uploaded(call)["id"]
    first, again = (extract(call, file).body["id"] for _ in range(2))
    assert first == again != extract(call, file, tier="agentic").body["id"]


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_jobs_are_listed_newest_first_by_pages_with_their_data(call: Caller) -> None:
    jobs = []
    for _ in range(3):
        call.world.clock.advance(1000)
        jobs.append(extract(call, uploaded(call)["id"]).body["id"])
    done(call, jobs[2])
    first = call("GET", f"{V2}?page_size=2").body
    second = call("GET", f"{V2}?page_size=2&page_token={first['next_page_token']}").body
    assert [job["id"] for job in first["items"] + second["items"]] == jobs[::-1]
    assert (first["items"][0]["extract_result"], first["items"][0]["extract_metadata"]) == (PART["data"], None)
    assert second["next_page_token"] is None
    expanded = call("GET", f"{V2}?expand=extract_metadata,configuration").body["items"][0]
    assert expanded["extract_metadata"]["field_metadata"].keys() == {"document_metadata"}
    assert expanded["configuration"]["data_schema"] == SCHEMA
    assert call("GET", f"{V2}?page_token=x").status == 422


def test_jobs_are_filtered(call: Caller) -> None:
    file, other = uploaded(call)["id"], uploaded(call)["id"]
    old = extract(call, file).body["id"]
    call.world.clock.advance(60_000)
    new = done(call, extract(call, other).body["id"])
    between = "2025-06-15T15:07:00Z"

    def found(query: str) -> list[str]:
        return [job["id"] for job in call("GET", f"{V2}?{query}").body["items"]]

    assert found("status=COMPLETED") == [new]
    assert found("status=THROTTLED") == []
    assert found(f"file_input={file}") == found(f"document_input_value={file}") == [old]
    assert found("document_input_type=parse_job_id") == []
    assert found(f"created_at_on_or_after={between}") == [new]
    assert found(f"created_at_on_or_before={between}") == [old]
    assert found(f"job_ids={old},{new},x") == [new, old]
    assert found(f"job_ids={old}&status=COMPLETED") == []


def test_a_page_is_shorter_where_its_data_are_large(call: Caller) -> None:
    large = {**RESULT, "parts": [{**PART, "data": {"total": "x" * 1_500_000}, "fields": []}]}
    jobs = [done(call, extract(call, uploaded(call)["id"]).body["id"], large) for _ in range(4)]
    seen, token = [], ""
    while True:
        page = call("GET", f"{V2}?{token}").body
        assert len(page["items"]) < 4
        seen += [job["id"] for job in page["items"]]
        if page["next_page_token"] is None:
            break
        token = f"page_token={page['next_page_token']}"
    assert sorted(seen) == sorted(jobs)


# ---- saved configurations --------------------------------------------------------------------------------------------


def saved(call: Caller, name: str = "mine", **settings: Any) -> dict[str, Any]:
    parameters = {"product_type": "extract_v2", "data_schema": SCHEMA, **settings}
    answer = call("POST", CONFIGURATIONS, {"name": name, "parameters": parameters})
    assert answer.status == 200, answer.body
    return dict(answer.body)


def test_a_configuration_is_saved_and_used(call: Caller) -> None:
    one = saved(call, tier="agentic_plus", target_pages="1-2", version="latest")
    assert_golden("llamacloud", "configuration", call("GET", f"{CONFIGURATIONS}/{one['id']}"))
    job = call("POST", V2, {"file_input": uploaded(call)["id"], "configuration_id": one["id"]}).body
    assert job["configuration_id"] == one["id"]
    said = call("GET", f"{V2}/{job['id']}?expand=configuration").body["configuration"]
    assert (said["tier"], said["target_pages"], said["version"]) == ("agentic_plus", "1-2", "latest")
    assert [each["id"] for each in call("GET", f"{V2}?configuration_id={one['id']}").body["items"]] == [job["id"]]
    kept = call.world.jobs.get("acme", job["id"])
    assert kept and from_options(kept.options).mode is Mode.PREMIUM


def test_configurations_are_listed_changed_and_deleted(call: Caller) -> None:
    one = saved(call)
    call.world.clock.advance(1000)
    two = saved(call, tier="agentic")  # a name is not one's own
    path = f"{CONFIGURATIONS}/{one['id']}"

    def listed(query: str) -> list[str]:
        return [each["id"] for each in call("GET", f"{CONFIGURATIONS}?{query}").body["items"]]

    assert listed("product_type=extract_v2,parse_v2") == [two["id"], one["id"]]
    assert listed("product_type=parse_v2") == listed("name=other") == []
    assert listed("latest_only=true") == [two["id"]]
    call.world.clock.advance(1000)
    changed = call("PUT", path, {"name": "other", "parameters": {**one["parameters"], "tier": "turbo"}}).body
    assert (changed["name"], changed["parameters"]["tier"]) == ("other", "turbo")
    assert changed["version"] > one["version"]
    assert call("PUT", path, {"name": "third"}).body["parameters"]["tier"] == "turbo"
    assert (call("DELETE", path).status, call("GET", path).status, call("DELETE", path).status) == (204, 404, 404)


def test_one_configuration_is_wanted_no_more_no_less(call: Caller) -> None:
    file, one = uploaded(call)["id"], saved(call)
    assert call("POST", V2, {"file_input": file}).status == 422
    both = {"file_input": file, "configuration_id": one["id"], "configuration": {"data_schema": SCHEMA}}
    assert call("POST", V2, both).status == 422
    assert call("POST", V2, {"file_input": file, "configuration_id": "x"}).status == 404


def test_other_products_are_not_saved(call: Caller) -> None:
    answer = call("POST", CONFIGURATIONS, {"name": "a", "parameters": {"product_type": "parse_v2"}})
    assert answer.status == 422


def test_another_tenant_s_configuration_is_none(call: Caller, world: World) -> None:
    one, stranger = saved(call), client(world, Tenant("other"))
    assert stranger("GET", f"{CONFIGURATIONS}/{one['id']}").body == stranger("GET", f"{CONFIGURATIONS}/x").body
    asked = {"file_input": uploaded(stranger)["id"], "configuration_id": one["id"]}
    assert stranger("POST", V2, asked).status == 404


# ---- limits and refusals ---------------------------------------------------------------------------------------------


def test_a_key_makes_twenty_jobs_a_minute_by_a_route(world: World) -> None:
    call = client(world, Tenant("slow"))
    file = uploaded(call)["id"]
    answers = [extract(call, file, max_pages=number + 1) for number in range(21)]
    assert [answer.status for answer in answers] == [200] * 20 + [429]
    assert_golden("llamacloud", "rate_limited", answers[-1])
    assert int(answers[-1].headers["retry-after"]) > 0
    assert call("GET", f"{V2}/{answers[0].body['id']}").status == 200  # others go on


def test_credits_that_are_out(world: World) -> None:
    call = client(world, Tenant("poor"), credits=0)
    assert_golden("llamacloud", "payment_required", extract(call, uploaded(call)["id"]))


def test_what_is_wrong_with_a_request_is_listed(call: Caller) -> None:
    assert_golden("llamacloud", "invalid", call("POST", V2, {"configuration": {"data_schema": SCHEMA, "tier": "warp"}}))


@pytest.mark.parametrize("route", ["v2", "configuration", "agent", "job", "run"])
def test_an_unknown_member_of_a_configuration_is_named(call: Caller, route: str) -> None:
    file, made = uploaded(call)["id"], agent(call)["id"]
    config = {"data_schema": SCHEMA, "target_page": "1"}
    path, body = {
        "v2": (V2, {"file_input": file, "configuration": config}),
        "configuration": (CONFIGURATIONS, {"name": "c", "parameters": {"product_type": "extract_v2", **config}}),
        "agent": (AGENTS, {"name": "b", "data_schema": SCHEMA, "config": {"page_ranges": "1"}}),
        "job": (f"{V1}/jobs", {"extraction_agent_id": made, "file_id": file, "config_override": {"page_ranges": "1"}}),
        "run": (f"{V1}/run", {"data_schema": SCHEMA, "file_id": file, "config": {"page_ranges": "1"}}),
    }[route]
    refused = call("POST", path, body)
    assert refused.status == 422
    (problem,) = refused.body["detail"]
    assert problem["type"] == "unknown_member"
    assert problem["msg"].endswith(
        ("`target_page` (is `target_pages` meant?)", "`page_ranges` (is `page_range` meant?)")
    )
    assert call.world.tenants.balance("acme").reserved == 0


def test_a_key_that_is_none(world: World) -> None:
    answer = Caller(handler.LLAMACLOUD, world, "acme", {"authorization": "Bearer llx-none"})("GET", V2)
    assert_golden("llamacloud", "unauthenticated", answer)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_the_contract_s_shape(kind: Kind) -> None:
    answer = say_refusal(Refusal(kind, "Why."))
    assert isinstance(answer.body, dict)
    if answer.status == 422:
        (problem,) = answer.body["detail"]
        assert (problem["loc"], problem["msg"]) == (["body"], "Why.")
    else:
        assert answer.body == {"detail": "Why.", "code": kind.value}


@pytest.mark.parametrize("kind", [kind for kind in Kind if STATUS[kind] == 409])
def test_final_refusals_are_not_asked_again(kind: Kind) -> None:
    assert say_refusal(Refusal(kind, "Why.")).status == (409 if kind is Kind.CONFLICT else 400)


def _job(call: Caller) -> Job:
    job = call.world.jobs.get("acme", extract(call, uploaded(call)["id"]).body["id"])
    assert job
    return job
