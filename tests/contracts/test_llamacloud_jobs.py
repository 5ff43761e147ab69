"""LlamaCloud's contract: jobs and runs of v1."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from quire.domain.ids import document_id, locate
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service.config import Mode, Target, from_options
from quire.service.expand import expand
from quire.service.inspect import inspect
from quire.testing.world import World
from tests.contracts.conftest import Caller, form
from tests.contracts.golden import assert_golden
from tests.contracts.llamacloud import (
    ACCOUNTED,
    AGENTS,
    LISTS,
    PART,
    PDF,
    RESULT,
    SCHEMA,
    SIZES,
    V1,
    WARNINGS,
    agent,
    client,
    done,
    extract,
    job,
    job_of_run,
    run,
    uploaded,
)
from tests.service.documents import PROSE, pdf

RUNS, JOBS = f"{V1}/runs", f"{V1}/jobs"
OTHER = {"type": "object", "properties": {"vendor": {"type": "string"}}}


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


# ---- jobs of an agent ------------------------------------------------------------------------------------------------


def test_a_job_from_its_submit_to_its_result(call: Caller) -> None:
    made, file = agent(call, extraction_mode="BALANCED"), uploaded(call)
    answer = call("POST", JOBS, {"extraction_agent_id": made["id"], "file_id": file["id"], "priority": "low"})
    assert_golden("llamacloud", "job_created", answer)
    path = f"{JOBS}/{answer.body['id']}"
    assert answer.body["extraction_agent"]["id"] == made["id"]
    assert (answer.body["file_id"], answer.body["file"]["id"]) == (file["id"], file["id"])
    assert call("GET", f"{path}/result").body == {"detail": "The job has not ended yet.", "code": "result_not_ready"}
    call.start(answer.body["id"])
    assert call("GET", path).body["status"] == "PENDING"
    call.end(answer.body["id"], 0, json.dumps(RESULT).encode())
    assert call("GET", path).body["status"] == "SUCCESS"
    assert_golden("llamacloud", "job_result", call("GET", f"{path}/result"))
    assert_golden("llamacloud", "run", call("GET", f"{RUNS}/by-job/{answer.body['id']}"))
    kept = call.world.jobs.get("acme", answer.body["id"])
    assert kept and (kept.extractor, kept.version) == (made["id"], 1)


def test_an_agent_s_schema_and_configuration_are_overridden_for_one_job(call: Caller) -> None:
    made = agent(call, extraction_mode="PREMIUM", page_range="1")
    config = {"extraction_mode": "FAST", "extraction_target": "PER_PAGE", "chunk_mode": "SECTION"}
    one = job(call, made["id"], data_schema_override=OTHER, config_override=config)
    said = one["extraction_agent"]
    assert (said["data_schema"], said["name"]) == (OTHER, "invoices")
    assert config.items() <= said["config"].items() and said["config"]["page_range"] is None
    kept = call.world.jobs.get("acme", one["id"])
    assert kept and (from_options(kept.options).mode, from_options(kept.options).target) == (Mode.FAST, Target.PAGE)
    assert call("GET", f"{AGENTS}/{made['id']}").body == made


def test_priority_is_the_agent_s_or_the_job_s_own(call: Caller) -> None:
    made = agent(call, priority="high")
    assert made["config"]["priority"] == "high"
    usual = job(call, made["id"])
    urgent = job(call, made["id"], priority="critical")
    late = job(call, made["id"], config_override={"priority": "low"})
    said = {one["id"]: one["extraction_agent"]["config"]["priority"] for one in (usual, urgent, late)}
    assert said[usual["id"]] == "high" and said[late["id"]] == "low"
    for one in (usual, urgent, late):
        expand(call.world, "acme", one["id"])
    line = [locate(ticket.document_id)[0] for ticket in call.world.line.waiting("acme", 10)]
    assert line == [urgent["id"], usual["id"], late["id"]]
    refused = call("POST", JOBS, {"extraction_agent_id": made["id"], "file_id": uploaded(call)["id"], "priority": "x"})
    assert refused.status == 422


def test_a_job_of_the_default_agent_needs_a_schema(call: Caller) -> None:
    default = call("GET", f"{AGENTS}/default").body["id"]
    body = {"extraction_agent_id": default, "file_id": uploaded(call)["id"]}
    refused = call("POST", JOBS, body)
    assert refused.body["detail"][0]["type"] == "extractor_not_configured"
    answer = call("POST", JOBS, {**body, "data_schema_override": json.dumps(SCHEMA)})
    assert (answer.body["extraction_agent"]["id"], answer.body["extraction_agent"]["data_schema"]) == (default, SCHEMA)


def test_a_batch_gives_a_job_for_each_file(call: Caller) -> None:
    made, files = agent(call), [uploaded(call)["id"] for _ in range(3)]
    body = {"extraction_agent_id": made["id"], "file_ids": [*files, files[0]]}
    jobs = call("POST", f"{JOBS}/batch", body).body
    assert [each["file_id"] for each in jobs] == [*files, files[0]]
    assert len({each["id"] for each in jobs}) == 4
    again = call("POST", f"{JOBS}/batch", body).body
    assert [each["id"] for each in again] == [each["id"] for each in jobs]
    keyed = [call("POST", f"{JOBS}/batch", body, idempotency_key="k").body for _ in range(2)]
    assert len({each["id"] for each in keyed[0]}) == 4 and keyed[0] == keyed[1]


def test_a_batch_whose_first_document_cannot_be_paid_makes_no_job(world: World) -> None:
    call = client(world, Tenant("poor"), credits=0)
    made, files = agent(call), [uploaded(call)["id"] for _ in range(3)]
    assert call("POST", f"{JOBS}/batch", {"extraction_agent_id": made["id"], "file_ids": files}).status == 402
    assert call("GET", f"{JOBS}?extraction_agent_id={made['id']}").body == []


def test_of_a_batch_so_many_are_done_as_can_be_paid_in_the_files_order(world: World) -> None:
    call = client(world, Tenant("poor"), credits=3)
    two_pages = pdf(PROSE, PROSE)
    made, files = agent(call), [uploaded(call, content=two_pages)["id"] for _ in range(3)]
    answer = call("POST", f"{JOBS}/batch", {"extraction_agent_id": made["id"], "file_ids": files})
    assert answer.status == 200 and [each["file_id"] for each in answer.body] == files
    jobs = [each["id"] for each in answer.body]
    assert jobs == sorted(jobs)
    for job_id in jobs:
        call.start(job_id)
    said = [inspect(world, "poor", document_id(job_id, 0)) for job_id in jobs]
    assert [one["outcome"] for one in said] == ["done", "refused", "not_yet"], "the second has not ended yet"
    assert said[1]["refusal"]["kind"] == "payment_required"


def test_a_file_comes_with_the_job(call: Caller) -> None:
    made = agent(call)
    parts = [("extraction_agent_id", None, made["id"].encode()), ("file", "a.pdf", PDF)]
    body, headers = form(*parts, ("data_schema_override", None, json.dumps(OTHER).encode()))
    answer = call("POST", f"{JOBS}/file", raw=body, **headers)
    assert (answer.body["file"]["name"], answer.body["extraction_agent"]["data_schema"]) == ("a.pdf", OTHER)
    kept = call.world.jobs.get("acme", answer.body["id"])
    assert kept and kept.counted == (1,)
    for field, said in (
        ("config_override", b"{"),
        ("config_override", b'{"extraction_mode": 1}'),
        ("data_schema_override", b"{"),
    ):
        body, headers = form(*parts, (field, None, said))
        assert call("POST", f"{JOBS}/file", raw=body, **headers).body["detail"][0]["loc"] == ["body", field]
    body, headers = form(parts[0], ("file", "a.pdf", b"8BPS\x00\x01"))
    assert call("POST", f"{JOBS}/file", raw=body, **headers).body["code"] == "unsupported_input"


@pytest.mark.parametrize("more", [{"extraction_agent_id": "x"}, {"file_id": "x"}])
def test_a_job_of_what_is_not_there(call: Caller, more: dict[str, Any]) -> None:
    body = {"extraction_agent_id": agent(call)["id"], "file_id": uploaded(call)["id"], **more}
    assert call("POST", JOBS, body).status == 404


def test_jobs_are_a_bare_list_the_newest_first(call: Caller) -> None:
    made, other = agent(call), agent(call, "other")
    jobs = []
    for _ in range(3):
        call.world.clock.advance(1000)
        jobs.append(job(call, made["id"])["id"])
    assert [each["id"] for each in call("GET", f"{JOBS}?extraction_agent_id={made['id']}").body] == jobs[::-1]
    assert call("GET", f"{JOBS}?extraction_agent_id={other['id']}").body == []
    assert call("GET", f"{JOBS}?extraction_agent_id=x").status == 404
    assert call("GET", JOBS).status == 422


# ---- without an agent ------------------------------------------------------------------------------------------------


def test_a_run_of_a_schema_of_its_own(call: Caller) -> None:
    answer = run(call, file_id=uploaded(call)["id"], config={"extraction_mode": "FAST", "extract_model": "mine"})
    assert_golden("llamacloud", "run_created", answer)
    result = call("GET", f"{JOBS}/{done(call, answer.body['id'])}/result").body
    assert (result["data"], result["extraction_agent_id"]) == (PART["data"], answer.body["extraction_agent"]["id"])


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"text": "Total: 12.50"}, "text.txt"),
        ({"file": {"data": base64.b64encode(PDF).decode(), "mime_type": "application/pdf"}}, "document.pdf"),
        ({"file": {"data": base64.b64encode(b"a,b\n1,2\n").decode(), "mime_type": "text/csv"}}, "document.csv"),
    ],
)
def test_a_run_of_what_comes_with_it(call: Caller, more: dict[str, Any], name: str) -> None:
    answer = run(call, **more)
    assert (answer.status, answer.body["file"]["name"]) == (200, name), answer.body
    assert run(call, **more).body["id"] == answer.body["id"]
    assert run(call, text="Other").body["id"] != answer.body["id"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": "a", "file_id": "b"},
        {"text": ""},
        {"file": {"data": "?", "mime_type": "application/pdf"}},
        {"text": "a", "data_schema": {"type": "string"}},
        {"text": "a", "config": {"page_range": "7"}},
        {"text": "a", "webhook_configurations": [{}]},
    ],
)
def test_a_run_that_cannot_be(call: Caller, more: dict[str, Any]) -> None:
    assert run(call, **more).status == 422


# ---- runs ------------------------------------------------------------------------------------------------------------


def test_runs_are_listed_by_skip_and_limit(call: Caller) -> None:
    made = agent(call)
    jobs = []
    for _ in range(5):
        call.world.clock.advance(1000)
        jobs.append(job(call, made["id"])["id"])
    done(call, jobs[4])
    seen = []
    for skip in (0, 2, 4):
        page = call("GET", f"{RUNS}?extraction_agent_id={made['id']}&skip={skip}&limit=2").body
        assert (page["total"], page["skip"], page["limit"]) == (5, skip, 2)
        seen += page["items"]
    assert [each["job_id"] for each in seen] == jobs[::-1]
    assert (seen[0]["status"], seen[0]["data"]) == ("SUCCESS", PART["data"])
    assert seen[1]["status"] == "CREATED"
    assert call("GET", f"{RUNS}?extraction_agent_id={made['id']}&limit=0").status == 422
    assert call("GET", f"{RUNS}?extraction_agent_id=x").status == 404


def test_a_run_is_found_by_its_id_and_by_its_job(call: Caller) -> None:
    one = done(call, job(call, agent(call)["id"])["id"])
    by_job = call("GET", f"{RUNS}/by-job/{one}").body
    assert job_of_run(by_job["id"]) == one
    assert call("GET", f"{RUNS}/{by_job['id']}").body == by_job


def test_the_jobs_of_other_contracts_are_runs_of_the_default_agent(call: Caller) -> None:
    one = done(call, extract(call, uploaded(call)["id"], tier="agentic").body["id"])
    default = call("GET", f"{AGENTS}/default").body["id"]
    page = call("GET", f"{RUNS}?extraction_agent_id={default}").body
    (said,) = page["items"]
    assert (said["job_id"], said["data_schema"], said["config"]["extraction_mode"]) == (one, SCHEMA, "BALANCED")


def test_the_latest_run_of_a_user_interface(call: Caller) -> None:
    made = agent(call)
    path = f"{RUNS}/latest-from-ui?extraction_agent_id={made['id']}"
    job(call, made["id"])
    assert (call("GET", path).status, call("GET", path).body) == (200, None)
    call.world.clock.advance(1000)
    one = job(call, made["id"], query="?from_ui=true")
    assert (call("GET", path).body["job_id"], call("GET", path).body["from_ui"]) == (one["id"], True)


def test_a_deleted_run_is_gone_with_its_job(call: Caller) -> None:
    made = agent(call)
    one = done(call, job(call, made["id"])["id"])
    found = call("GET", f"{RUNS}/by-job/{one}").body["id"]
    assert (call("DELETE", f"{RUNS}/{found}").status, call("DELETE", f"{RUNS}/{found}").status) == (200, 404)
    for path in (f"{RUNS}/{found}", f"{RUNS}/by-job/{one}", f"{JOBS}/{one}", f"{JOBS}/{one}/result"):
        assert call("GET", path).status == 404
    assert call("GET", f"{RUNS}?extraction_agent_id={made['id']}").body["total"] == 0


def test_a_run_that_failed_and_one_that_was_cancelled(call: Caller) -> None:
    failed, cancelled = (job(call, agent(call, name)["id"])["id"] for name in "ab")
    call.start(failed)
    call.fail(failed, 0, Refusal(Kind.OCR_PROVIDER_ERROR, "Textract is away."))
    call("POST", f"/api/v2/extract/{cancelled}/cancel")
    for said, word, why in ((failed, "ERROR", "Textract is away."), (cancelled, "CANCELLED", "The job was cancelled.")):
        found = call("GET", f"{JOBS}/{said}").body
        assert (found["status"], found["error"]) == (word, why)
        of_run = call("GET", f"{RUNS}/by-job/{said}").body
        assert (of_run["status"], of_run["error"], of_run["data"]) == ("ERROR", why, None)
        assert call("GET", f"{JOBS}/{said}/result").body == {"detail": why, "code": "result_not_ready"}


def test_pages_and_rows_give_lists(call: Caller) -> None:
    one = job(call, agent(call, extraction_target="PER_PAGE")["id"])["id"]
    done(call, one, {"parts": [{**PART, "data": {"total": n}, "pages": [n]} for n in (1, 2)], "pages": SIZES})
    said = call("GET", f"{RUNS}/by-job/{one}").body
    assert said["data"] == [{"total": 1}, {"total": 2}]
    assert [entry["total"]["confidence"] for entry in said["extraction_metadata"]["field_metadata"]] == [0.9, 0.9]


def test_what_has_passed_its_retention(call: Caller) -> None:
    made = agent(call)
    one = done(call, job(call, made["id"])["id"])
    call.world.clock.advance(DAY_MS)
    assert call("GET", f"{RUNS}/by-job/{one}").status == call("GET", f"{JOBS}/{one}/result").status == 410
    (listed,) = call("GET", f"{RUNS}?extraction_agent_id={made['id']}").body["items"]
    assert (listed["status"], listed["data"]) == ("SUCCESS", None) and "retention" in listed["error"]


def test_another_tenant_s_runs_are_none(call: Caller, world: World) -> None:
    made, stranger = agent(call), client(world, Tenant("other"))
    one = done(call, job(call, made["id"])["id"])
    found = call("GET", f"{RUNS}/by-job/{one}").body["id"]
    absent = stranger("GET", f"{JOBS}/x").body
    for path in (f"{JOBS}/{one}", f"{JOBS}/{one}/result", f"{RUNS}/{found}", f"{RUNS}/by-job/{one}"):
        answer = stranger("GET", path)
        assert (answer.status, answer.body) == (404, absent)
    assert stranger("DELETE", f"{RUNS}/{found}").status == 404
    for path in (JOBS, RUNS):
        assert stranger("GET", f"{path}?extraction_agent_id={made['id']}").status == 404
    assert (
        stranger("POST", JOBS, {"extraction_agent_id": made["id"], "file_id": uploaded(stranger)["id"]}).status == 404
    )
    mine = agent(stranger)["id"]
    foreign = stranger("POST", JOBS, {"extraction_agent_id": mine, "file_id": uploaded(call)["id"]})
    assert foreign.body == stranger("POST", JOBS, {"extraction_agent_id": mine, "file_id": "x"}).body


def test_rows_of_lists_and_warnings_of_pages_stand_in_the_open_metadata(call: Caller) -> None:
    made = job(call, agent(call)["id"])["id"]
    done(call, made, ACCOUNTED)
    said = call("GET", f"{JOBS}/{made}/result").body["extraction_metadata"]
    assert (said["lists"], said["warnings"]) == (LISTS, WARNINGS)
