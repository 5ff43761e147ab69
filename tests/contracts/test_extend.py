"""Extend's contract: extract runs, one by one and in batches."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.api_extend import runs
from functions.api_extend.contract import ErrorBody, say_refusal
from functions.api_extract_page.handler import EXTRACT_PAGE
from quire.domain.document import DocumentStatus
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.ids import plain_id, say_id
from quire.reading.media import Accepted
from quire.service import uploads
from quire.service.config import Config, Mode, Target, from_options, to_options
from quire.service.expand import expand
from quire.service.submit import Submission, Submitted, sources_of, submit
from quire.testing.world import World
from tests.contracts.conftest import Caller, tenant_key
from tests.contracts.extend import (
    SCHEMA,
    cited,
    client,
    create,
    created,
    end,
    get,
    part,
    place,
    save,
    upload,
    walk,
    written,
)
from tests.contracts.golden import assert_golden

NEVER = "0190a3d2-0000-7000-8000-000000000000"
"""An id that nobody has."""


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=100))


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


def job_of(call: Caller, run_id: str) -> Job:
    job = call.world.jobs.get(call.tenant, place(run_id)[0])
    assert job is not None
    return job


# ---- one run ---------------------------------------------------------------------------------------------------------


def test_a_run_from_its_submit_to_its_output(call: Caller) -> None:
    file = upload(call)
    answer = create(call, {"id": file}, metadata={"order": 7, "of": {"me": None}})
    assert_golden("extend", "run_created", answer)
    run = answer.body
    assert run["id"].startswith("exr_") and (run["status"], run["output"]) == ("PROCESSING", None)
    end(call, run["id"], written())
    answer = call("GET", f"/extract_runs/{run['id']}")
    assert_golden("extend", "run_processed", answer)
    done = answer.body
    assert (done["status"], done["output"]["value"]) == ("PROCESSED", part()["data"])
    assert done["file"]["id"] == file and done["metadata"] == {"order": 7, "of": {"me": None}}
    metadata = done["output"]["metadata"]
    assert metadata.keys() == {"total", "missing", "lines[0].text", "lines[0].amount"}
    assert metadata["total"]["logprobsConfidence"] == 0.9
    (citation,) = metadata["total"]["citations"]
    assert citation["page"] == {"number": 1, "width": 595, "height": 842}
    assert (citation["fileId"], citation["referenceText"]) == (file, "12.50")
    corners = [(10, 20), (40, 20), (40, 30), (10, 30)]
    assert [(point["x"], point["y"]) for point in citation["polygon"]] == corners
    assert metadata["missing"]["logprobsConfidence"] is None and metadata["missing"]["citations"] == []
    assert done["usage"]["credits"] == done["usage"]["totalCredits"] == 1


def test_past_its_retention_a_run_is_gone(call: Caller) -> None:
    run = created(call)
    end(call, run["id"], written())
    call.world.clock.advance(DAY_MS)
    answer = call("GET", f"/extract_runs/{run['id']}")
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (410, "RESULT_EXPIRED", False)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UPLOAD_EXPIRED])
def test_a_failed_run_says_why(call: Caller, kind: Kind) -> None:
    run = created(call)
    end(call, run["id"], Refusal(kind, "It cannot be."))
    failed = get(call, run["id"])
    assert (failed["status"], failed["failureMessage"], failed["output"]) == ("FAILED", "It cannot be.", None)
    assert failed["failureReason"] in {
        "ABORTED", "INTERNAL_ERROR", "FAILED_TO_PROCESS_FILE", "INVALID_CONFIGURATION", "OUT_OF_CREDITS",
    }  # fmt: skip
    assert failed["usage"] is None


def test_a_failed_run_in_full(call: Caller) -> None:
    run = created(call)
    end(call, run["id"], Refusal(Kind.PASSWORD_REQUIRED, "The PDF is encrypted: send its password."))
    assert_golden("extend", "run_failed", call("GET", f"/extract_runs/{run['id']}"))


def test_without_a_schema_one_is_inferred_and_shown(call: Caller) -> None:
    body = {"file": {"id": upload(call)}}
    run = call("POST", "/extract_runs", body).body
    assert "schema" not in run["config"]
    assert from_options(job_of(call, run["id"]).options).infer
    end(call, run["id"], written(schema={"type": "object", "properties": {}}))
    assert get(call, run["id"])["config"]["schema"] == {"type": "object", "properties": {}}


def test_the_configuration_reaches_the_job_and_comes_back(call: Caller) -> None:
    config = {
        "schema": SCHEMA,
        "baseProcessor": "extraction_operator",
        "baseVersion": "4.1",
        "extractionRules": "total: what is to be paid.",
        "advancedOptions": {
            "citationsEnabled": False,
            "citationMode": "word",
            "pageRanges": [{"start": 1, "end": 3}, {"start": 7, "end": 7}],
            "arrayStrategy": {"type": "large_array_heuristics"},
            "reviewAgent": {"enabled": True},
        },
        "parseConfig": {"engine": "parse_light"},
    }
    run = created(call, config=config)
    assert run["config"] == config
    job = job_of(call, run["id"])
    kept = from_options(job.options)
    assert (kept.mode, kept.pages, kept.cite) == (Mode.PREMIUM, "1-3,7-7", False)
    assert (kept.accepted, kept.system_prompt) == (Accepted.EVERYTHING, "total: what is to be paid.")
    assert json.loads(call.world.blobs.read(str(kept.schema))) == SCHEMA
    end(call, run["id"], written())
    metadata = get(call, run["id"])["output"]["metadata"]
    assert metadata["total"]["logprobsConfidence"] == 0.9 and metadata["total"]["citations"] == []


@pytest.mark.parametrize(("name", "pages"), [("a.xlsx", "1-1,3-4"), ("a.pdf", "2-2")])
def test_sheets_are_the_pages_of_workbooks_only(call: Caller, name: str, pages: str) -> None:
    advanced = {
        "pageRanges": [{"start": 2, "end": 2}],
        "excelSheetRanges": [{"start": 0, "end": 0}, {"start": 2, "end": 3}],
    }
    file = {"url": f"https://example.com/{name}"}
    run = created(call, file, config={"schema": SCHEMA, "advancedOptions": advanced})
    assert from_options(job_of(call, run["id"]).options).pages == pages


def test_citations_of_items_instead_of_their_properties(call: Caller) -> None:
    run = created(call, config={"schema": SCHEMA, "advancedOptions": {"arrayCitationStrategy": "item"}})
    end(call, run["id"], written())
    metadata = get(call, run["id"])["output"]["metadata"]
    assert [one["referenceText"] for one in metadata["lines[0]"]["citations"]] == ["Tea", "3"]
    assert metadata["lines[0]"]["logprobsConfidence"] == 0.6
    assert metadata["lines[0].text"]["citations"] == [] and metadata["total"]["citations"]


def test_a_citation_on_a_page_without_places_is_its_text(call: Caller) -> None:
    run = created(call)
    field = {"path": "total", "value": 12.5, "confidence": 0.9, "citations": cited("12.50")}
    end(call, run["id"], written(part(fields=[field])))
    (citation,) = get(call, run["id"])["output"]["metadata"]["total"]["citations"]
    assert (citation["referenceText"], citation["polygon"]) == ("12.50", None)
    assert citation["page"] == {"number": 1, "width": None, "height": None}


def test_a_lower_number_of_its_priority_starts_sooner(call: Caller) -> None:
    names = {}
    for name, asked in {
        "usual": {},
        "middle": {"priority": 50},
        "last": {"priority": 100},
        "soon": {"priority": 49},
    }.items():
        made = created(call, {"id": upload(call, f"{name}.pdf")}, **asked)
        expand(call.world, call.tenant, place(made["id"])[0])
        names[made["id"]] = name
        call.world.clock.advance(1)
    line = call.world.line.waiting(call.tenant, 10)
    assert [names[say_id("exr", ticket.document_id)] for ticket in line] == ["soon", "usual", "middle", "last"]


def test_the_same_request_again_is_the_same_run(call: Caller) -> None:
    file = {"id": upload(call)}
    first = created(call, file)
    assert created(call, file)["id"] == first["id"]
    assert created(call, file, metadata={"other": 1})["id"] != first["id"]
    call.world.clock.advance(60_001)
    assert created(call, file)["id"] != first["id"]


# ---- files of a run --------------------------------------------------------------------------------------------------


def test_a_text_is_a_file(call: Caller) -> None:
    run = created(call, {"text": "Total: 12.50"})
    assert (run["file"]["name"], run["file"]["type"]) == ("text.txt", "TXT")
    assert created(call, {"text": "Total: 1", "name": "note"})["file"]["name"] == "note.txt"
    (file_id,) = [source.file_id for source in sources_of(call.world, job_of(call, run["id"]))]
    assert call.world.blobs.read(f"uploads/acme/{file_id}") == b"Total: 12.50"


def test_a_url_is_fetched(call: Caller) -> None:
    run = created(call, {"url": "https://example.com/in/Invoice%201.pdf?sig=secret"})
    assert (run["file"]["name"], run["file"]["type"], run["status"]) == ("Invoice 1.pdf", "PDF", "PROCESSING")
    (due,) = call.world.fetches.all("acme")
    assert due.url == "https://example.com/in/Invoice%201.pdf?sig=secret"
    assert created(call, {"url": "https://example.com/x", "name": "b.csv"})["file"]["type"] == "CSV"


def test_passwords_come_with_the_upload_or_with_the_run(call: Caller) -> None:
    file = {"id": upload(call, "a.pdf", b"%PDF-1.7", ("password", None, b"open"))}
    run = created(call, file)
    assert from_options(job_of(call, run["id"]).options).password == "open"
    run = created(call, {"url": "https://example.com/a.pdf", "settings": {"password": "sesame"}})
    assert from_options(job_of(call, run["id"]).options).password == "sesame"
    assert "sesame" not in json.dumps(run)
    two = {"files": [file, {"url": "https://example.com/a.pdf", "settings": {"password": "sesame"}}]}
    assert call("POST", "/extract_runs", {"package": two}).status == 400


@pytest.mark.parametrize(
    "file",
    [{"id": "file_x"}, {"id": say_id("file", NEVER)}],
    ids=["not ours", "never made"],
)
def test_an_unknown_file_is_named(call: Caller, file: dict[str, str]) -> None:
    answer = create(call, file)
    assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
    assert file["id"] in answer.body["message"]


def test_the_file_of_another_is_unknown(call: Caller, stranger: Caller) -> None:
    assert create(stranger, {"id": upload(call)}).status == 404


def test_a_deleted_file_leaves_the_run(call: Caller) -> None:
    file = upload(call)
    run = created(call, {"id": file})
    end(call, run["id"], written())
    assert call("DELETE", f"/files/{file}").body == {"id": file}
    again = get(call, run["id"])
    assert again["file"] is None and again["output"]["value"]["total"] == 12.5


# ---- packages --------------------------------------------------------------------------------------------------------


def packaged(call: Caller) -> tuple[dict[str, Any], list[str]]:
    files = [upload(call, name) for name in ("a.pdf", "b.pdf")]
    body = {"package": {"files": [{"id": file} for file in files]}, "config": {"schema": SCHEMA}}
    answer = call("POST", "/extract_runs", body)
    assert answer.status == 200, answer.body
    return dict(answer.body), files


def package_job(run: dict[str, Any]) -> str:
    return plain_id("exr", run["id"]) or ""


def test_a_package_is_one_run_of_its_files(call: Caller) -> None:
    run, files = packaged(call)
    assert run["file"] is None and [file["id"] for file in run["files"]] == files
    job_id = package_job(run)
    call.start(job_id)
    call.end(job_id, 0, written())
    assert get(call, run["id"])["status"] == "PROCESSING"
    second = part(
        data={"total": 13, "missing": "here", "lines": [{"text": "Milk", "amount": None}]},
        fields=[
            {"path": "total", "value": 13, "confidence": 0.95, "citations": cited("13")},
            {"path": "missing", "value": "here", "confidence": 0.5, "citations": cited("here")},
            {"path": "lines[0].text", "value": "Milk", "confidence": 0.7, "citations": cited("Milk")},
        ],
    )
    call.end(job_id, 1, written(second))
    answer = call("GET", f"/extract_runs/{run['id']}")
    assert_golden("extend", "package_processed", answer)
    output = answer.body["output"]
    lines = [{"text": "Tea", "amount": 3}, {"text": "Milk", "amount": None}]
    assert output["value"] == {"total": 13, "missing": "here", "lines": lines}
    cites = {path: [one["fileId"] for one in entry["citations"]] for path, entry in output["metadata"].items()}
    assert cites == {
        "total": [files[1]], "missing": [files[1]], "lines[0].text": [files[0]], "lines[0].amount": [files[0]],
        "lines[1].text": [files[1]], "lines[1].amount": [],
    }  # fmt: skip
    assert answer.body["usage"]["credits"] == 2


def test_a_package_fails_with_any_of_its_files(call: Caller) -> None:
    run, _ = packaged(call)
    job_id = package_job(run)
    call.start(job_id)
    call.end(job_id, 0, written())
    call.end(job_id, 1, Refusal(Kind.PASSWORD_REQUIRED, "Locked."))
    failed = get(call, run["id"])
    assert (failed["status"], failed["failureReason"]) == ("FAILED", "FAILED_TO_PROCESS_FILE")
    assert [one["id"] for one in walk(call, "/extract_runs?status=FAILED")] == [run["id"]]


def test_a_package_is_listed_and_deleted_as_one(call: Caller) -> None:
    run, _ = packaged(call)
    call.world.clock.advance(10)
    other = created(call)
    assert [one["id"] for one in walk(call, "/extract_runs", 1)] == [other["id"], run["id"]]
    assert call("GET", f"/extract_runs/{say_id('exr', document_id(package_job(run), 0))}").status == 404
    assert call("POST", f"/extract_runs/{run['id']}/cancel").body["status"] == "CANCELLED"
    assert call("DELETE", f"/extract_runs/{run['id']}").body == {"id": run["id"]}
    assert call("GET", f"/extract_runs/{run['id']}").status == 404


# ---- awaited ---------------------------------------------------------------------------------------------------------


def test_a_run_that_ends_in_time_is_answered_with_its_output(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(_world: object, job: Job, _by: int) -> bool:
        call.start(job.id)
        call.end(job.id, 0, written())
        return True

    monkeypatch.setattr(runs, "wait_for_all", ends)
    answer = call("POST", "/extract", {"file": {"text": "Total: 12.50"}, "config": {"schema": SCHEMA}})
    assert (answer.status, answer.body["status"]) == (200, "PROCESSED")
    assert answer.body["output"]["value"]["total"] == 12.5


def test_a_run_that_takes_longer_goes_on(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "wait_for_all", lambda _world, _job, _by: False)
    answer = call("POST", "/extract", {"file": {"text": "Total: 12.50"}})
    assert (answer.status, answer.body["status"]) == (200, "PROCESSING")
    assert get(call, answer.body["id"])["status"] == "PROCESSING"


# ---- under a saved extractor -----------------------------------------------------------------------------------------


def test_a_run_of_a_saved_extractor(call: Caller) -> None:
    extractor = save(call, config={"schema": SCHEMA, "baseProcessor": "extraction_performance"})
    run = created(call, extractor={"id": extractor["id"]})
    assert (run["extractor"]["id"], run["extractorVersion"]["version"]) == (extractor["id"], "draft")
    assert run["config"] == {"schema": SCHEMA, "baseProcessor": "extraction_performance"}
    version = call("POST", f"/extractors/{extractor['id']}/versions", {"releaseType": "major"}).body
    run = created(call, extractor={"id": extractor["id"]})
    assert run["extractorVersion"]["id"] == version["id"] and run["extractorVersion"]["version"] == "1.0"
    call("POST", f"/extractors/{extractor['id']}", {"config": {"extractionRules": "Look again."}})
    assert "extractionRules" not in created(call, extractor={"id": extractor["id"], "version": "1.0"})["config"]
    draft = created(call, extractor={"id": extractor["id"], "version": "draft"})
    assert draft["config"]["extractionRules"] == "Look again."
    assert draft["config"]["baseProcessor"] == "extraction_performance"
    assert_golden("extend", "run_of_extractor", call("GET", f"/extract_runs/{draft['id']}"))


def test_an_override_replaces_what_it_names(call: Caller) -> None:
    extractor = save(call, config={"schema": SCHEMA, "baseProcessor": "extraction_performance"})
    override = {"advancedOptions": {"citationsEnabled": False}}
    run = created(call, extractor={"id": extractor["id"], "overrideConfig": override})
    assert run["config"] == {"schema": SCHEMA, "baseProcessor": "extraction_performance", **override}
    options = from_options(job_of(call, run["id"]).options)
    assert (options.mode, options.cite) == (Mode.BALANCED, False)
    own = {"type": "object", "properties": {"date": {"type": ["string", "null"], "extend:type": "date"}}}
    run = created(call, extractor={"id": extractor["id"], "overrideConfig": {"schema": own}})
    assert run["config"]["schema"] == own


@pytest.mark.parametrize("version", ["7.0", "exv_x"])
def test_a_version_that_is_not_there(call: Caller, version: str) -> None:
    answer = create(call, extractor={"id": save(call)["id"], "version": version})
    assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


def test_the_extractor_of_another_is_unknown(call: Caller, stranger: Caller) -> None:
    extractor = save(call)["id"]
    answers = [create(stranger, extractor={"id": one}) for one in (extractor, say_id("ex", NEVER), "ex_1")]
    assert {answer.status for answer in answers} == {404}
    assert len({json.dumps(answer.body) for answer in answers}) == 1


# ---- batches ---------------------------------------------------------------------------------------------------------


def batch(call: Caller, number: int = 3) -> tuple[str, list[dict[str, Any]]]:
    """A batch's id and its runs, in order."""
    inputs = [{"file": {"text": f"Total: {n}", "name": f"{n}"}, "metadata": {"n": n}} for n in range(number)]
    answer = call("POST", "/extract_runs/batch", {"extractor": {"id": save(call)["id"]}, "inputs": inputs})
    assert answer.status == 200, answer.body
    return answer.body["id"], walk(call, f"/extract_runs?batchId={answer.body['id']}")


def test_a_batch_has_a_run_for_each_input(call: Caller) -> None:
    inputs = [{"file": {"id": upload(call)}}, {"file": {"text": "Total: 1"}, "metadata": {"n": 1}}]
    answer = call("POST", "/extract_runs/batch", {"extractor": {"id": save(call)["id"]}, "inputs": inputs})
    assert_golden("extend", "batch_created", answer)
    assert answer.body["id"].startswith("bpr_")
    assert (answer.body["status"], answer.body["runCount"]) == ("PENDING", 2)
    found = walk(call, f"/extract_runs?batchId={answer.body['id']}")
    assert [run["metadata"] for run in found] == [None, {"n": 1}]
    assert [run["file"]["name"] for run in found] == ["a.pdf", "text.txt"]


def test_a_batch_from_its_submit_to_its_end(call: Caller) -> None:
    batch_id, found = batch(call)
    job_id, _ = place(found[0]["id"])
    call.start(job_id)
    assert call("GET", f"/batch_runs/{batch_id}").body["status"] == "PROCESSING"
    call.end(job_id, 0, written())
    call.end(job_id, 1, Refusal(Kind.PASSWORD_REQUIRED, "Locked."))
    assert [run["status"] for run in walk(call, f"/extract_runs?batchId={batch_id}")] == [
        "PROCESSED", "FAILED", "PROCESSING",
    ]  # fmt: skip
    call.end(job_id, 2, written())
    assert call("GET", f"/batch_runs/{batch_id}").body["status"] == "PROCESSED"
    done = get(call, found[0]["id"])
    assert (done["metadata"], done["output"]["value"]["total"]) == ({"n": 0}, 12.5)
    assert [run["metadata"]["n"] for run in walk(call, "/extract_runs?source=BATCH_PROCESSOR_RUN", 1)] == [0, 1, 2]
    assert [run["id"] for run in walk(call, f"/extract_runs?sourceId={batch_id}&status=FAILED")] == [found[1]["id"]]


def test_a_batch_whose_runs_all_failed_has_failed(call: Caller) -> None:
    batch_id, found = batch(call, 2)
    job_id, _ = place(found[0]["id"])
    call.start(job_id)
    for position in range(2):
        call.end(job_id, position, Refusal(Kind.PASSWORD_REQUIRED, "Locked."))
    assert call("GET", f"/batch_runs/{batch_id}").body["status"] == "FAILED"


@pytest.mark.parametrize("number", [0, 1001])
def test_a_batch_has_one_to_a_thousand_inputs(call: Caller, number: int) -> None:
    body = {"extractor": {"id": save(call)["id"]}, "inputs": [{"file": {"id": "file_x"}}] * number}
    answer = call("POST", "/extract_runs/batch", body)
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")


def test_a_batch_needs_an_extractor(call: Caller) -> None:
    answer = call("POST", "/extract_runs/batch", {"config": {"schema": SCHEMA}, "inputs": [{"file": {"text": "a"}}]})
    assert answer.status == 400 and "extractor" in answer.body["message"]


def test_a_run_of_a_batch_is_neither_cancelled_nor_deleted_by_itself(call: Caller) -> None:
    _, found = batch(call)
    for answer in (
        call("POST", f"/extract_runs/{found[0]['id']}/cancel"),
        call("DELETE", f"/extract_runs/{found[0]['id']}"),
    ):
        assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")


# ---- listed ----------------------------------------------------------------------------------------------------------


def test_runs_are_listed_newest_first_page_by_page(call: Caller) -> None:
    made = []
    for n in range(5):
        made.append(created(call, {"text": f"Total: {n}", "name": f"n{n}"}, metadata={"n": n})["id"])
        call.world.clock.advance(10)
    assert [run["id"] for run in walk(call, "/extract_runs")] == made[::-1]
    assert [run["id"] for run in walk(call, "/extract_runs?sortDir=asc&sortBy=createdAt")] == made
    assert [run["id"] for run in walk(call, "/extract_runs?fileNameContains=n3")] == [made[3]]
    end(call, made[1], written())
    assert [run["id"] for run in walk(call, "/extract_runs?status=PROCESSED")] == [made[1]]
    assert_golden("extend", "runs_listed", call("GET", "/extract_runs?status=PROCESSED"))
    assert walk(call, "/extract_runs?source=STUDIO") == walk(call, "/extract_runs?batchId=bpr_x") == []


def test_runs_of_an_extractor_are_listed(call: Caller) -> None:
    extractor = save(call)["id"]
    run = created(call, extractor={"id": extractor})
    created(call)
    assert [one["id"] for one in walk(call, f"/extract_runs?extractorId={extractor}")] == [run["id"]]
    assert walk(call, "/extract_runs?extractorId=ex_1") == []


@pytest.mark.parametrize("query", ["maxPageSize=0", "maxPageSize=101", "status=DONE", "sortDir=up", "nextPageToken=x"])
def test_a_list_with_a_wrong_parameter_is_refused(call: Caller, query: str) -> None:
    answer = call("GET", f"/extract_runs?{query}")
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (400, "INVALID_REQUEST", False)


# ---- cancelled, deleted ----------------------------------------------------------------------------------------------


def test_a_run_is_cancelled_once(call: Caller) -> None:
    run = created(call)
    cancelled = call("POST", f"/extract_runs/{run['id']}/cancel")
    assert_golden("extend", "run_cancelled", cancelled)
    assert (cancelled.status, cancelled.body["status"]) == (200, "CANCELLED")
    again = call("POST", f"/extract_runs/{run['id']}/cancel")
    assert (again.status, again.body["code"]) == (400, "INVALID_REQUEST")


def test_a_run_that_is_being_read_goes_on_when_it_is_cancelled(call: Caller) -> None:
    run = created(call)
    call.start(place(run["id"])[0])
    assert call("POST", f"/extract_runs/{run['id']}/cancel").body["status"] == "PROCESSING"


def test_a_deleted_run_is_gone_with_its_output(call: Caller) -> None:
    run = created(call)
    end(call, run["id"], written())
    assert call("DELETE", f"/extract_runs/{run['id']}").body == {"id": run["id"]}
    for answer in (
        call("GET", f"/extract_runs/{run['id']}"),
        call("DELETE", f"/extract_runs/{run['id']}"),
        call("POST", f"/extract_runs/{run['id']}/cancel"),
    ):
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")
    assert walk(call, "/extract_runs") == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/cancel")],
)
def test_the_run_of_another_is_as_if_it_had_never_been(call: Caller, stranger: Caller, method: str, path: str) -> None:
    theirs = created(call)["id"]
    never = say_id("exr", "0190a3d2-0000-7000-8000-000000000001")
    answers = [stranger(method, f"/extract_runs/{run}{path}") for run in (theirs, never, "exr_1", "1")]
    assert {answer.status for answer in answers} == {404}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    batch_id = say_id("bpr", place(theirs)[0])
    seen = [stranger("GET", f"/batch_runs/{one}") for one in (batch_id, "bpr_1")]
    assert [answer.status for answer in seen] == [404, 404] and seen[0].body == seen[1].body
    assert walk(stranger, "/extract_runs") == walk(stranger, f"/extract_runs?batchId={batch_id}") == []


# ---- jobs of other contracts -----------------------------------------------------------------------------------------


def test_a_job_of_another_contract_is_a_batch_of_runs(call: Caller) -> None:
    key = tenant_key(call.world, Tenant(call.tenant, rate_factor=100))
    page = Caller(EXTRACT_PAGE, call.world, call.tenant, {"x-api-key": key})
    files = [upload(call), upload(call, "b.pdf")]
    made = page("POST", "/v1/batches", {"source": {"type": "files", "file_ids": files}})
    assert made.status == 200, made.body
    batch_id = made.body["id"].replace("batch_", "bpr_")
    assert call("GET", f"/batch_runs/{batch_id}").body["runCount"] == 2
    first, second = walk(call, f"/extract_runs?batchId={batch_id}")
    chunks = [{"chunk_type": "text", "page_content": "Hello"}]
    job_id, _ = place(first["id"])
    call.start(job_id)
    call.end(job_id, 0, json.dumps({"chunks": chunks}).encode())
    done = get(call, first["id"])
    assert done["output"] == {"value": {"chunks": chunks}, "metadata": {}}
    assert done["config"] == {"baseProcessor": "extraction_light"} and done["extractor"] is None
    assert (second["file"]["name"], second["status"]) == ("b.pdf", "PROCESSING")


def test_parts_of_their_own_are_items(call: Caller) -> None:
    file = uploads.receive(call.world, Tenant(call.tenant), b"%PDF-1.7", "a.pdf", None)
    options = to_options(Config(target=Target.PAGE))
    asked = Submission("llamacloud", "schema", [file.source], fingerprint="f", options=options, schema=SCHEMA)
    made = submit(call.world, Tenant(call.tenant), asked)
    assert isinstance(made, Submitted)
    call.start(made.job.id)
    call.end(made.job.id, 0, written(part(), part(data={"total": 2}, fields=[], pages=[2])))
    (run,) = walk(call, "/extract_runs")
    output = get(call, run["id"])["output"]
    assert output["value"] == {"items": [part()["data"], {"total": 2}]}
    assert output["metadata"]["items[0].total"]["logprobsConfidence"] == 0.9
    assert output["metadata"]["items[1].total"]["logprobsConfidence"] is None


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_every_refusal_has_the_documented_shape(kind: Kind) -> None:
    said = say_refusal(Refusal(kind, "Because.", {"allow": "GET"} if kind is Kind.METHOD_NOT_ALLOWED else {}))
    body: Any = said.body
    assert body.model_dump(by_alias=True) == {"code": body.code, "message": "Because.", "retryable": body.retryable}
    assert body.code == body.code.upper() and " " not in body.code
    tried_again = said.status in (408, 409, 429) or said.status >= 500
    assert tried_again is body.retryable
    assert ("allow" in said.headers) is (kind is Kind.METHOD_NOT_ALLOWED)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Kind.INVALID_REQUEST, 400, "INVALID_REQUEST"),
        (Kind.UNAUTHENTICATED, 401, "UNAUTHORIZED"),
        (Kind.PAYMENT_REQUIRED, 402, "USAGE_BLOCKED"),
        (Kind.FORBIDDEN, 403, "FORBIDDEN"),
        (Kind.JOB_NOT_FOUND, 404, "NOT_FOUND"),
        (Kind.RATE_LIMITED, 429, "RATE_LIMIT_EXCEEDED"),
        (Kind.INTERNAL_ERROR, 500, "INTERNAL_ERROR"),
    ],
)
def test_documented_codes(kind: Kind, status: int, code: str) -> None:
    said = say_refusal(Refusal(kind, "Because."))
    assert isinstance(said.body, ErrorBody)
    assert (said.status, said.body.code) == (status, code)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({}, "file"),
        ({"file": {"text": "a"}, "package": {"files": [{"id": "file_1"}]}}, "package"),
        ({"file": {"text": "a"}, "config": {}, "extractor": {"id": "ex_1"}}, "config"),
        ({"file": {}}, "url"),
        ({"file": {"text": "a", "id": "file_1"}}, "url"),
        ({"file": {"text": " "}}, "empty"),
        ({"file": {"url": "ftp://example.com/a"}}, "http"),
        ({"file": {"text": "a"}, "metadata": {"a": "x" * 10_001}}, "metadata"),
        ({"file": {"text": "a"}, "config": {"parseConfig": {"a": "x" * 30_001}}}, "configuration"),
        ({"file": {"text": "a"}, "config": {"baseProcessor": "gpt"}}, "baseProcessor"),
        ({"file": {"text": "a"}, "config": {"advancedOptions": {"pageRanges": [{"start": 3, "end": 2}]}}}, "range"),
        ({"file": {"text": "a"}, "config": {"schema": {"type": "object", "properties": {"a": {"type": "?"}}}}}, "a"),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_says_where(call: Caller, asked: dict[str, Any], hint: str) -> None:
    answer = call("POST", "/extract_runs", asked)
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (400, "INVALID_REQUEST", False)
    assert hint in answer.body["message"]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"properties": {"name": {"type": "string"}}}, "schema.properties.name"),
        ({"properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}}}, "a.properties.b"),
        (
            {"properties": {"a": {"type": "array", "items": {"properties": {"b": {"type": "boolean"}}}}}},
            "schema.properties.a.items.properties.b",
        ),
    ],
)
def test_primitives_that_cannot_be_null_are_refused(call: Caller, schema: dict[str, Any], path: str) -> None:
    answer = create(call, config={"schema": {"type": "object", **schema}})
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")
    assert path in answer.body["message"]


def test_items_of_lists_and_choices_need_no_null(call: Caller) -> None:
    properties = {
        "tags": {"type": "array", "items": {"type": "string"}},
        "kind": {"enum": ["a", "b", None]},
        "sum": {"type": "object", "extend:type": "currency"},
    }
    assert create(call, config={"schema": {"type": "object", "properties": properties}}).status == 200


def test_a_request_without_its_key_or_with_another_version(call: Caller) -> None:
    call.credential = {}
    assert_golden("extend", "unauthorized", call("GET", "/extract_runs"))
    call = client(call.world, Tenant("third"))
    call.credential = {**call.credential, "x-extend-api-version": "2025-04-21"}
    answer = call("GET", "/extract_runs")
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST") and "2026-02-09" in answer.body["message"]
    call.credential = {name: value for name, value in call.credential.items() if name == "authorization"}
    assert call("GET", "/extract_runs").status == 200


def test_unknown_paths_and_methods(call: Caller) -> None:
    assert call("GET", "/parse_runs").body["code"] == "NOT_FOUND"
    answer = call("PUT", "/extract_runs")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_too_few_credits(world: World) -> None:
    call = client(world, Tenant("poor"), credits=0)
    answer = create(call)
    assert (answer.status, answer.body["code"]) == (402, "USAGE_BLOCKED")


def test_runs_per_minute_and_requests_per_second(world: World) -> None:
    call = client(world, Tenant("fast"), credits=1000)
    answers = [call("GET", "/extract_runs") for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert_golden("extend", "rate_limited", answers[-1])
    made = 0
    while made < 120:
        world.clock.advance(100)
        answer = create(call, {"text": f"Total: {made}"})
        if answer.status == 429:
            break
        made += 1
    assert 80 <= made < 120 and answer.body["retryable"] is True
    assert int(answer.headers["retry-after"]) >= 1


def test_an_output_that_is_too_large_is_found_elsewhere(call: Caller) -> None:
    run = created(call)
    lines = [{"text": "x" * 1000, "amount": None}] * 4200
    end(call, run["id"], written(part(data={"total": 1, "lines": lines}, fields=[])))
    answer = call("GET", f"/extract_runs/{run['id']}")
    assert (answer.status, answer.body["code"]) == (413, "RESULT_TOO_LARGE")
    assert "/v1/batches/batch_" in answer.body["message"]


def test_a_document_that_waits_is_processing(call: Caller) -> None:
    run = created(call, {"url": "https://example.com/a.pdf"})
    job_id, position = place(run["id"])
    call.start(job_id)
    (document,) = call.world.jobs.documents(call.tenant, job_id)
    assert (document.status, document.position) == (DocumentStatus.PENDING, position)
    assert get(call, run["id"])["status"] == "PROCESSING"


# ---- configurations that would be thrown away ------------------------------------------------------------------------

_UNKNOWN = {
    "a legacy list of fields": ({"fields": [{"id": "a", "name": "a", "type": "string"}]}, "`schema`"),
    "a misspelt schema": ({"shcema": SCHEMA}, "`shcema` (is `schema` meant?)"),
    "misspelt pages": (
        {"schema": SCHEMA, "advancedOptions": {"pageRange": [{"start": 1, "end": 1}]}},
        "`pageRange` (is `pageRanges` meant?)",
    ),
    "a range's misspelt end": (
        {"schema": SCHEMA, "advancedOptions": {"pageRanges": [{"start": 1, "end": 2, "stop": 2}]}},
        "`stop`",
    ),
}


@pytest.mark.parametrize(("config", "named"), _UNKNOWN.values(), ids=_UNKNOWN)
def test_a_configuration_that_is_not_understood_is_refused_and_nothing_charged(
    call: Caller, config: dict[str, Any], named: str
) -> None:
    extractor = {"id": save(call)["id"], "overrideConfig": config}
    for path, body in (
        ("/extract_runs", {"file": {"id": upload(call)}, "config": config}),
        ("/extract", {"file": {"id": upload(call)}, "config": config}),
        ("/extract_runs", {"file": {"id": upload(call)}, "extractor": extractor}),
        ("/extract_runs/batch", {"inputs": [{"file": {"id": upload(call)}}], "extractor": extractor}),
        ("/extractors", {"name": "misspelt", "config": config}),
    ):
        refused = call("POST", path, body)
        assert (refused.status, refused.body["code"]) == (400, "INVALID_CONFIGURATION")
        assert named in refused.body["message"]
    assert call.world.tenants.balance("acme").reserved == 0


def test_documented_members_without_an_effect_are_taken_and_answered(call: Caller) -> None:
    config = {
        "baseVersion": "4.6.0",
        "schema": SCHEMA,
        "advancedOptions": {
            "modelReasoningInsightsEnabled": True,
            "advancedMultimodalEnabled": True,
            "currentDateEnabled": False,
            "chunkingOptions": {"chunkingStrategy": "standard", "pageChunkSize": 5},
            "excelSheetSelectionStrategy": "intelligent",
        },
        "parseConfig": {"target": "markdown", "blockOptions": {"tables": {"enabled": True}}},
    }
    assert created(call, config=config)["config"] == config


# ---- where a person finds a run --------------------------------------------------------------------------------------


def test_the_dashboard_s_address_is_the_console_s_page_of_the_document(call: Caller) -> None:
    run = created(call)
    job_id, position = place(run["id"])
    said = call("GET", f"/extract_runs/{run['id']}", host="quire.example.com", x_forwarded_proto="https").body[
        "dashboardUrl"
    ]
    assert said == f"https://quire.example.com/console#/documents/{document_id(job_id, position)}"
    assert call("GET", "/extract_runs", host="quire.example.com").body["data"][0]["dashboardUrl"] == said


def test_that_of_a_package_is_its_job_s(call: Caller) -> None:
    body = {"package": {"files": [{"id": upload(call)}]}, "config": {"schema": SCHEMA}}
    run = call("POST", "/extract_runs", body, host="127.0.0.1:4566", x_forwarded_proto="http").body
    assert run["dashboardUrl"] == f"http://127.0.0.1:4566/console#/jobs/{plain_id('exr', run['id'])}"


@pytest.mark.parametrize("host", ["a b", "evil/path", "user@host", "h:123456"])
def test_a_host_that_is_none_is_not_said(call: Caller, host: str) -> None:
    said = call("GET", f"/extract_runs/{created(call)['id']}", host=host).body["dashboardUrl"]
    assert said.startswith("/console#/documents/")


@pytest.mark.parametrize("status", [one for one in DocumentStatus if one is not DocumentStatus.SUCCEEDED])
def test_only_a_processed_run_has_an_output(call: Caller, status: DocumentStatus) -> None:
    run = created(call)
    end(call, run["id"], written())
    job_id, position = place(run["id"])
    store = call.world.store
    document = store.documents["acme", job_id, position]
    store.documents["acme", job_id, position] = replace(document, status=status)
    said = get(call, run["id"])
    assert said["status"] != "PROCESSED" and said["output"] is None
