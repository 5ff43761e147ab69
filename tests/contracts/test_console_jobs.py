"""The console's API: jobs, and a document with everything that was found in it."""

from __future__ import annotations

from typing import Any

import pytest

from quire.domain.ids import document_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service.config import from_options
from quire.service.read import folder_of
from quire.testing.world import World
from tests.contracts.conftest import Caller
from tests.contracts.console import API, by_path, chunked, client, ended, row, shown, submitted, uploaded
from tests.contracts.extend import SCHEMA, part, written

ABSENT = "0197712f-8a00-7abc-8def-0123456789ab"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


def config_of(call: Caller, job_id: str) -> Any:
    job = call.world.jobs.get(call.tenant, job_id)
    assert job
    return from_options(job.options)


def extractor(call: Caller, **more: Any) -> str:
    made = call("POST", f"{API}/extractors", {"name": "Invoices", "json_schema": SCHEMA, **more})
    assert made.status == 201, made.body
    return str(made.body["id"])


# ---- submitted -------------------------------------------------------------------------------------------------------


def test_a_job_is_shown_from_its_submission_to_its_end(call: Caller) -> None:
    job = submitted(call, json_schema=SCHEMA)
    assert job == {
        "id": job["id"], "contract": "console", "extractor": None, "mode": "fast", "status": "pending",
        "counts": {"pending": 1, "running": 0, "review_required": 0, "succeeded": 0, "failed": 0, "cancelled": 0},
        "documents": 1, "pages": 0, "created_at": "2025-06-15T15:06:40.000Z", "started_at": None, "ended_at": None,
        "expires_at": "2025-06-16T15:06:40.000Z",
    }  # fmt: skip
    call.start(job["id"])
    call.world.clock.advance(1500)
    call.end(job["id"], 0, written())
    said = call("GET", f"{API}/jobs/{job['id']}").body["job"]
    assert (said["status"], said["pages"], said["counts"]["succeeded"]) == ("completed", 1, 1)
    assert (said["started_at"], said["ended_at"]) == ("2025-06-15T15:06:40.000Z", "2025-06-15T15:06:41.500Z")


def test_each_way_to_say_what_is_wanted(call: Caller) -> None:
    saved = extractor(call, review_threshold=70)
    of_saved, of_schema, inferred, text = (
        submitted(call, **asked)["id"]
        for asked in ({"extractor_id": saved}, {"json_schema": SCHEMA, "mode": "premium"}, {"infer": True}, {})
    )
    assert (config_of(call, of_saved).review_threshold, config_of(call, of_saved).chunks) == (70, False)
    assert (config_of(call, of_schema).mode, config_of(call, of_schema).chunks) == ("premium", False)
    assert config_of(call, inferred).infer and not config_of(call, inferred).chunks
    assert config_of(call, text).chunks
    listed = {job["id"]: job["extractor"] for job in call("GET", f"{API}/jobs").body["items"]}
    assert listed == {of_saved: {"id": saved, "name": "Invoices"}, of_schema: None, inferred: None, text: None}


def test_a_job_may_differ_from_its_extractor(call: Caller) -> None:
    saved = extractor(call, review_threshold=70)
    job = submitted(call, extractor_id=saved, mode="balanced", review_threshold=99)["id"]
    assert (config_of(call, job).mode, config_of(call, job).review_threshold) == ("balanced", 99)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"extractor_id": ABSENT}, 404, "extractor_not_found"),
        ({"extractor_id": "x" * 3000}, 404, "extractor_not_found"),
        ({"infer": True, "json_schema": SCHEMA}, 400, "invalid_request"),
        ({"json_schema": {"type": "nothing"}}, 400, "invalid_request"),
        ({"mode": "fastest"}, 400, "invalid_request"),
        ({"review_threshold": 0}, 400, "invalid_request"),
        ({"file_ids": []}, 400, "invalid_request"),
        ({"file_ids": [ABSENT]}, 404, "file_not_found"),
        ({"file_ids": [ABSENT] * 1001}, 400, "invalid_request"),
    ],
)
def test_a_job_that_cannot_be(call: Caller, asked: dict[str, Any], status: int, code: str) -> None:
    refused = call("POST", f"{API}/jobs", {"file_ids": [uploaded(call)], **asked})
    assert (refused.status, refused.body["error"]["code"]) == (status, code)
    assert call("GET", f"{API}/jobs").body["items"] == []


def test_without_credits_nothing_is_submitted(world: World) -> None:
    call = client(world, credits=0)
    refused = call("POST", f"{API}/jobs", {"file_ids": [uploaded(call)]})
    assert (refused.status, refused.body["error"]["code"]) == (402, "payment_required")


def test_a_submission_is_taken_once_for_its_key(call: Caller) -> None:
    asked = {"file_ids": [uploaded(call)]}
    first, again = (call("POST", f"{API}/jobs", asked, idempotency_key="k") for _ in range(2))
    assert first.body["id"] == again.body["id"]
    other = call("POST", f"{API}/jobs", {**asked, "infer": True}, idempotency_key="k")
    assert (other.status, other.body["error"]["code"]) == (409, "idempotency_conflict")


def test_a_file_whose_bytes_are_on_their_way_is_waited_for(call: Caller) -> None:
    announced = call("POST", f"{API}/files", {"name": "late.pdf", "size": 5}).body["id"]
    job = submitted(call, announced, announced)
    (document,) = call("GET", f"{API}/jobs/{job['id']}").body["items"]
    assert (document["name"], document["status"]) == ("late.pdf", "pending")


# ---- listed, watched, ended ------------------------------------------------------------------------------------------


def test_jobs_are_listed_in_pages_the_newest_first(call: Caller, stranger: Caller) -> None:
    made = []
    for _ in range(3):
        call.world.clock.advance(1000)
        made.append(submitted(call)["id"])
    first = call("GET", f"{API}/jobs?limit=2").body
    rest = call("GET", f"{API}/jobs?limit=2&cursor={first['next_cursor']}").body
    assert [job["id"] for job in [*first["items"], *rest["items"]]] == made[::-1]
    assert rest["next_cursor"] is None
    assert stranger("GET", f"{API}/jobs").body["items"] == []


def test_a_watched_job_tells_what_changed_and_when_nothing_will(call: Caller) -> None:
    job = submitted(call, uploaded(call), uploaded(call, "b.pdf"))["id"]
    call.start(job)
    call.world.clock.advance(60_000)
    first = call("GET", f"{API}/jobs/{job}").body
    assert [(one["name"], one["progress"]) for one in first["items"]] == [("a.pdf", 10), ("b.pdf", 10)]
    call.world.clock.advance(60_000)
    call.fail(job, 1, Refusal(Kind.EXTRACTION_FAILED, "It cannot be read."))
    (changed,) = call("GET", f"{API}/jobs/{job}?cursor={first['next_cursor']}").body["items"]
    assert (changed["position"], changed["status"], changed["progress"]) == (1, "failed", 100)
    assert changed["refusal"] == {"code": "extraction_failed", "message": "It cannot be read."}
    call.succeed(job, 0)
    call.world.clock.advance(60_000)
    last = call("GET", f"{API}/jobs/{job}").body
    assert (last["job"]["status"], last["next_cursor"]) == ("partially_failed", None)


def test_a_cancelled_job_starts_nothing_more(call: Caller, stranger: Caller) -> None:
    job = submitted(call)["id"]
    assert stranger("POST", f"{API}/jobs/{job}/cancel").status == 404
    assert call("POST", f"{API}/jobs/{job}/cancel").body["status"] == "cancelled"
    call.start(job)
    assert call("GET", f"{API}/jobs/{job}").body["items"][0]["status"] == "cancelled"


def test_a_deleted_job_is_gone(call: Caller, stranger: Caller) -> None:
    document = ended(call)
    job = row(call, document).job_id
    assert stranger("DELETE", f"{API}/jobs/{job}").status == 404
    assert call("DELETE", f"{API}/jobs/{job}").status == 204
    for path in (f"/jobs/{job}", f"/documents/{document}"):
        assert call("GET", API + path).status == 404
    assert call("DELETE", f"{API}/jobs/{job}").status == 404


# ---- a document ------------------------------------------------------------------------------------------------------


def test_a_field_says_where_on_its_page_it_stands(call: Caller) -> None:
    view = shown(call, ended(call))
    total = by_path(view)["total"]
    assert (total["value"], total["confidence"]) == (12.5, 0.9)
    (cited,) = total["citations"]
    assert (cited["page"], cited["text"]) == (1, "12.50")
    # The page has 595 x 842 points, the words the corners 10, 20 and 40, 30.
    wanted = {"left": 10 / 595, "top": 20 / 842, "width": 30 / 595, "height": 10 / 842}
    assert cited["box"] == pytest.approx(wanted)


def test_a_document_is_shown_with_its_schema_and_what_is_missing(call: Caller) -> None:
    view = shown(call, ended(call))
    assert (view["json_schema"], view["review"], view["unreadable"]) == (SCHEMA, None, None)
    assert view["output"]["parts"] == [{"name": None, "pages": [1], "data": part()["data"]}]
    assert (view["output"]["missing"], view["output"]["pages"], view["page_numbers"]) == (["missing"], 1, [1])
    assert (view["document"]["status"], view["document"]["pages"]) == ("succeeded", 1)


def test_what_a_reading_has_no_places_for_has_no_box(call: Caller) -> None:
    fields = [{"path": "total", "value": 1, "confidence": 0.9, "citations": [{"page": 1, "text": "1", "box": None}]}]
    view = shown(call, ended(call, written(part(fields=fields))))
    assert by_path(view)["total"]["citations"] == [{"page": 1, "box": None, "text": "1"}]


def test_paths_of_several_parts_begin_with_the_part_s_number(call: Caller) -> None:
    from_batch = ended(call, written(part(), part(name="Second", pages=[2])))
    job = call.world.jobs.get("acme", row(call, from_batch).job_id)
    assert job
    call.world.store.jobs["acme", job.id].options["target"] = "page"  # type: ignore[index]
    view = shown(call, from_batch)
    assert {"[0].total", "[1].total", "[1].lines[0].amount"} <= by_path(view).keys()
    assert view["output"]["missing"] == ["[0].missing", "[1].missing"]
    assert view["output"]["parts"][1]["name"] == "Second"


def test_rows_of_lists_and_warnings_of_pages_are_shown(call: Caller) -> None:
    lists = [{"path": "lines", "shown": 3, "returned": 1, "left_out": [{"reason": "sum", "page": 1, "row": 3}]}]
    warnings = [{"page": 1, "kind": "hidden_text", "message": "Text that does not show is left out.", "count": 3}]
    output = shown(call, ended(call, written({**part(), "lists": lists}, warnings=warnings)))["output"]
    assert (output["lists"], output["warnings"]) == (lists, warnings)


def test_an_inferred_schema_is_shown(call: Caller) -> None:
    job = submitted(call, infer=True)["id"]
    call.start(job)
    call.end(job, 0, written(schema=SCHEMA))
    assert shown(call, document_id(job, 0))["json_schema"] == SCHEMA


def test_without_a_schema_there_is_text(call: Caller) -> None:
    job = submitted(call)["id"]
    call.start(job)
    call.end(job, 0, chunked("<b>Hello</b>"))
    output = shown(call, document_id(job, 0))["output"]
    assert output["chunks"] == [{"kind": "text", "page": 1, "text": "<b>Hello</b>"}]
    assert output["parts"] == []


def test_a_document_that_has_not_ended_or_that_failed_has_no_output(call: Caller, stranger: Caller) -> None:
    job = submitted(call)["id"]
    document = document_id(job, 0)
    assert (shown(call, document)["output"], shown(call, document)["cost"]) == (None, None)
    call.start(job)
    call.fail(job, 0, Refusal(Kind.PASSWORD_REQUIRED, "It needs its password."))
    view = shown(call, document)
    assert (view["output"], view["unreadable"]) == (None, None)
    assert view["document"]["refusal"] == {"code": "password_required", "message": "It needs its password."}
    assert stranger("GET", f"{API}/documents/{document}").status == 404


def test_after_its_retention_it_says_so(call: Caller) -> None:
    document = ended(call)
    call.world.clock.advance(DAY_MS)
    view = shown(call, document)
    assert view["output"] is None and view["unreadable"]["code"] == "result_expired"


def test_a_document_says_what_it_cost(call: Caller) -> None:
    document = ended(call, mode="balanced")
    plan = b'{"text": true, "ocr": [1, 2], "sizes": {}, "answer": null, "source": []}'
    call.world.blobs.put(f"{folder_of(row(call, document))}/plan.json", plan, "application/json")
    cost = shown(call, document)["cost"]
    assert cost["textract_pages"] == 2
    assert cost["usd"] == pytest.approx(2 * 0.065, abs=0.001) and cost["usd"] > 0.13


def test_another_contract_s_page_range_is_told_by_its_numbers(call: Caller) -> None:
    document = ended(call)
    call.world.store.jobs["acme", row(call, document).job_id].options["pages"] = "3-"  # type: ignore[index]
    assert shown(call, document)["page_numbers"] == [3]
