"""How each contract says that a document waits for a person, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.api_extract_page import handler as extract_page
from functions.api_llamacloud import handler as llamacloud
from functions.api_perfectparser import handler as perfectparser
from functions.api_terrafai import jobs as terrafai_jobs
from quire.domain.document import Document, Verdict
from quire.domain.ids import document_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.http.ids import say_id
from quire.service import extractors, finish, review, wait
from quire.service.config import Config, to_options
from quire.service.hold import Doubtful, hold
from quire.testing.world import World
from tests.contracts import extend
from tests.contracts import llamacloud as llama
from tests.contracts import perfectparser as perfect
from tests.contracts.conftest import Caller, tenant_key
from tests.contracts.golden import assert_golden
from tests.contracts.test_terrafai import PLAIN, RESULT, SYNC, caller, created, posted, result, saved, status

ACME = Tenant("acme", rate_factor=100)
REVIEWED = Config(review_threshold=80)


@pytest.fixture
def terrafai(world: World) -> Caller:
    return caller(world, ACME)


def held(call: Caller, job_id: str, output: Any, flagged: int = 2) -> Document:
    """The job's only document, in review with this output."""
    call.start(job_id)
    identity = document_id(job_id, 0)
    first = call.world.blobs.put(
        f"results/acme/{job_id}/review/0.json", json.dumps(output).encode(), "application/json"
    )
    hold(call.world, call.tenant, identity, Doubtful(2, first, flagged), "task")
    (document,) = call.world.jobs.documents(call.tenant, job_id)
    assert document.undecided
    return document


def reviewed(call: Caller, job_id: str, verdict: Verdict, edits: Mapping[str, Any] | None = None) -> None:
    """A person decides, and the document goes on to its end."""
    identity = document_id(job_id, 0)
    assert not isinstance(review.decide(call.world, ACME, identity, verdict, edits=edits), Refusal)
    document = call.world.jobs.document(call.tenant, identity)
    assert document and document.review
    said: Any = call.world.tokens.completed["task"]
    if said["outcome"] == "done":
        finish.publish(call.world, call.tenant, identity, document.review.pages, document.review.first)
    else:
        refusal = Refusal(Kind(said["refusal"]["kind"]), said["refusal"]["message"])
        finish.fail(call.world, call.tenant, identity, refusal)


class TestTerrafAI:
    def test_a_job_is_held_until_it_is_approved(self, terrafai: Caller) -> None:
        job = created(terrafai, documentReview="80")
        terrafai.world.clock.advance(1000)
        held(terrafai, job, RESULT)
        assert_golden("terrafai", "review_required", status(terrafai, job))
        assert_golden("terrafai", "result_held", result(terrafai, job))
        reviewed(terrafai, job, Verdict.APPROVED)
        assert status(terrafai, job).body["job"]["status"] == "completed"
        assert result(terrafai, job).body["data"]["documents"][0]["content"]["total"]["value"] == "1250.5"

    def test_a_corrected_value_is_certain_and_stands_nowhere(self, terrafai: Caller) -> None:
        job = created(terrafai, documentReview="80")
        held(terrafai, job, RESULT)
        reviewed(terrafai, job, Verdict.EDITED, {"total": 1250.05})
        content = result(terrafai, job).body["data"]["documents"][0]["content"]
        assert content["total"] == {"value": "1250.05", "confidence": 100, "page": None, "boundingBox": None}
        assert content["invoice_number"]["confidence"] == 97

    def test_a_rejected_job_has_failed(self, terrafai: Caller) -> None:
        job = created(terrafai, documentReview="80")
        held(terrafai, job, RESULT)
        reviewed(terrafai, job, Verdict.REJECTED)
        said = status(terrafai, job).body["job"]
        assert (said["status"], said["error"]["code"]) == ("failed", "REVIEW_REJECTED")
        assert (result(terrafai, job).status, result(terrafai, job).body["error"]["code"]) == (409, "JOB_FAILED")

    def test_who_waits_for_it_is_told_at_once(self, terrafai: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        def holding(world: World, job: Any, by: int) -> Document | None:
            def meanwhile(_: float) -> None:
                if not world.jobs.documents("acme", job.id):
                    held(terrafai, job.id, RESULT)

            return wait.wait(world, job, by, meanwhile)

        monkeypatch.setattr(terrafai_jobs, "wait", holding)
        said = posted(terrafai, SYNC, documentReview="80")
        assert (said.status, said.body["error"]["code"]) == (409, "REVIEW_REQUIRED")
        assert said.body["job"]["status"] == "review_required"

    def test_a_template_may_have_a_threshold_of_its_own(self, terrafai: Caller) -> None:
        saved(terrafai.world, ACME, "own", REVIEWED)
        thresholds = []
        for more in ({}, {"documentReview": "90"}):
            job = terrafai.world.jobs.get("acme", created(terrafai, templateName="own", **more))
            assert job
            thresholds.append(job.options["review_threshold"])
        assert thresholds == [80, 90]
        assert PLAIN.review_threshold is None


class TestExtend:
    def _held(self, world: World) -> tuple[Caller, str, str]:
        call = extend.client(world, ACME)
        kept = extractors.create(world, ACME, extractors.Wanted("mine", extend.SCHEMA, to_options(REVIEWED)))
        assert not isinstance(kept, Refusal)
        run = extend.created(call, extractor={"id": say_id("ex", kept.extractor.id)})["id"]
        job_id, _ = extend.place(run)
        held(call, job_id, json.loads(extend.written()))
        return call, run, job_id

    def test_a_run_is_processing_until_it_is_reviewed(self, world: World) -> None:
        call, run, job_id = self._held(world)
        waits = extend.get(call, run)
        assert (waits["status"], waits["output"], waits["reviewed"]) == ("PROCESSING", None, False)
        reviewed(call, job_id, Verdict.APPROVED)
        said = extend.get(call, run)
        assert (said["status"], said["reviewed"], said["edited"], said["edits"]) == ("PROCESSED", True, False, None)
        assert said["initialOutput"] == said["reviewedOutput"] == said["output"]

    def test_edits_keep_the_first_output(self, world: World) -> None:
        call, run, job_id = self._held(world)
        reviewed(call, job_id, Verdict.EDITED, {"total": 12.0, "missing": "here"})
        assert_golden("extend", "run_edited", call("GET", f"/extract_runs/{run}"))
        said = extend.get(call, run)
        assert (said["reviewed"], said["edited"]) == (True, True)
        assert (said["initialOutput"]["value"]["total"], said["output"]["value"]["total"]) == (12.5, 12.0)
        assert said["reviewedOutput"] == said["output"]
        (listed,) = call("GET", "/extract_runs").body["data"]
        assert (listed["reviewed"], listed["edited"]) == (True, True)

    def test_a_rejected_run_was_aborted(self, world: World) -> None:
        call, run, job_id = self._held(world)
        reviewed(call, job_id, Verdict.REJECTED)
        said = extend.get(call, run)
        assert (said["status"], said["failureReason"], said["reviewed"]) == ("FAILED", "ABORTED", False)

    def test_a_held_run_can_be_cancelled(self, world: World) -> None:
        call, run, _ = self._held(world)
        assert call("POST", f"/extract_runs/{run}/cancel").body["status"] == "CANCELLED"

    def test_a_change_in_its_words_keeps_the_threshold(self, world: World) -> None:
        call = extend.client(world, ACME)
        kept = extractors.create(world, ACME, extractors.Wanted("mine", extend.SCHEMA, to_options(REVIEWED)))
        assert not isinstance(kept, Refusal)
        said = say_id("ex", kept.extractor.id)
        call("POST", f"/extractors/{said}", {"config": {"baseProcessor": "extraction_performance"}})
        job = world.jobs.get("acme", extend.place(extend.created(call, extractor={"id": said})["id"])[0])
        assert job
        assert (job.options["review_threshold"], job.options["mode"]) == (80, "balanced")


class TestLlamaCloud:
    def _agent(self, world: World) -> tuple[Caller, str]:
        kept = extractors.create(world, ACME, extractors.Wanted("mine", llama.SCHEMA, to_options(REVIEWED)))
        assert not isinstance(kept, Refusal)
        return Caller(llamacloud.LLAMACLOUD, world, "acme", _bearer(world)), kept.extractor.id

    def test_a_job_is_pending_until_it_is_reviewed(self, world: World) -> None:
        call, agent = self._agent(world)
        job = llama.job(call, agent)["id"]
        held(call, job, llama.RESULT)
        assert call("GET", f"{llama.V1}/jobs/{job}").body["status"] == "PENDING"
        assert call("GET", f"/api/v2/extract/{job}").body["status"] == "RUNNING"
        refused = call("GET", f"{llama.V1}/jobs/{job}/result")
        assert (refused.status, refused.body["code"]) == (400, "review_required")
        assert call("GET", f"{llama.V1}/runs/by-job/{job}").body["status"] == "PENDING"
        reviewed(call, job, Verdict.EDITED, {"total": 12.0})
        assert call("GET", f"{llama.V1}/jobs/{job}/result").body["data"]["total"] == 12.0
        assert call("GET", f"/api/v2/extract/{job}").body["status"] == "COMPLETED"

    def test_a_configuration_in_its_words_keeps_the_threshold(self, world: World) -> None:
        call, agent = self._agent(world)
        changed = {"extraction_mode": "BALANCED"}
        overridden = llama.job(call, agent, config_override=changed)["id"]
        said = call("PUT", f"{llama.AGENTS}/{agent}", {"data_schema": llama.SCHEMA, "config": changed})
        assert said.status == 200, said.body
        for job_id in (overridden, llama.job(call, agent)["id"]):
            job = world.jobs.get("acme", job_id)
            assert job
            assert (job.options["review_threshold"], job.options["mode"]) == (80, "balanced")


class TestPerfectParser:
    def test_an_extraction_is_processing_until_it_is_reviewed(self, world: World) -> None:
        call = Caller(perfectparser.PERFECTPARSER, world, "acme", {"x-api-key": tenant_key(world, ACME)})
        parser = perfect.parser(call)["parser_id"]
        extraction = perfect.submitted(call, parser_id=parser)["extraction_id"]
        job = perfect.ours(extraction)
        held(call, job, json.loads(perfect.RESULT))
        said = call("GET", f"/v1/extractions/{extraction}").body["extraction"]
        assert (said["status"], said["documents"][0]["status"]) == ("processing", "processing")
        assert said["document_summary"]["processing"] == 1
        assert call("GET", f"/v1/extractions/{extraction}/results").body["extraction"]["documents"] == []
        reviewed(call, job, Verdict.EDITED, {"total": 12.0})
        (document,) = call("GET", f"/v1/extractions/{extraction}/results").body["extraction"]["documents"]
        assert (document["status"], document["extracted_data"]["total"]) == ("completed", 12.0)


class TestExtractPage:
    def test_another_contract_s_document_runs_until_it_is_reviewed(self, terrafai: Caller) -> None:
        job = created(terrafai, documentReview="80")
        document = held(terrafai, job, RESULT)
        call = Caller(
            extract_page.EXTRACT_PAGE, terrafai.world, "acme", {"x-api-key": tenant_key(terrafai.world, ACME)}
        )
        batch, item = say_id("batch", job), say_id("item", document.id)
        said = call("GET", f"/v1/batches/{batch}").body
        assert (said["status"], said["counts"]["running"]) == ("running", 1)
        assert (said["items"][0]["status"], said["items"][0]["result_url"]) == ("running", None)
        refused = call("GET", f"/v1/batches/{batch}/items/{item}/result")
        assert (refused.status, refused.body["error"]) == (409, "review_required")
        reviewed(terrafai, job, Verdict.EDITED, {"total": 1})
        assert call("GET", f"/v1/batches/{batch}/items/{item}/result").body["values"]["total"] == 1


def _bearer(world: World) -> dict[str, str]:
    return {"authorization": f"Bearer {tenant_key(world, ACME)}"}
