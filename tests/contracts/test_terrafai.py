"""TerrafAI's contract: extraction jobs, their results, and the same awaited."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.api_terrafai import content, contract, handler, jobs
from functions.api_terrafai.contract import JOBS, RETRY_AFTER_MS
from quire.domain.document import Document
from quire.domain.document_kind import DocumentKind
from quire.domain.endpoint import Event
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.call import MOST_FILE_BYTES
from quire.reading.media import Accepted
from quire.service import cancel, endpoints, extractors
from quire.service.config import Config, from_options, to_options
from quire.service.extractors import Held
from quire.testing.world import World
from tests.contracts.conftest import Caller, Said, form, tenant_key
from tests.contracts.golden import assert_golden

SYNC = "/api/v1/extractFields"
ACME = Tenant("acme")
PLAIN = Config()
PDF = b"%PDF-1.7"
SCHEMA = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string"}, "total": {"type": "number"}, "paid": {"type": "boolean"},
        "seller": {"type": "object", "properties": {"name": {"type": "string"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {
            "text": {"type": "string"}, "amount": {"type": "number"}}}},
    },
}  # fmt: skip
BOX = [59.5, 84.2, 119.0, 168.4]
RESULT = {
    "parts": [
        {
            "name": None,
            "pages": [1, 2],
            "data": {
                "invoice_number": "INV-7", "total": 1250.50, "paid": True, "seller": {"name": "Acme"},
                "tags": ["urgent"], "lines": [{"text": "Tea", "amount": 12.0}, {"text": "Milk", "amount": None}],
            },
            "fields": [
                {"path": "invoice_number", "value": "INV-7", "confidence": 0.97,
                 "citations": [{"page": 1, "text": "INV-7", "box": BOX}]},
                {"path": "total", "value": 1250.50, "confidence": 0.9123,
                 "citations": [{"page": 2, "text": "1,250.50", "box": BOX}]},
                {"path": "paid", "value": True, "confidence": 0.8,
                 "citations": [{"page": 1, "text": "PAID", "box": None}]},
                {"path": "seller.name", "value": "Acme", "confidence": 0.9, "citations": []},
                {"path": "tags[0]", "value": "urgent", "confidence": 0.5,
                 "citations": [{"page": 1, "text": "urgent", "box": BOX}]},
                {"path": "lines[0].text", "value": "Tea", "confidence": 0.9,
                 "citations": [{"page": 1, "text": "Tea", "box": BOX}]},
                {"path": "lines[0].amount", "value": 12.0, "confidence": 0.9,
                 "citations": [{"page": 1, "text": "12.00", "box": BOX}]},
                {"path": "lines[1].text", "value": "Milk", "confidence": 0.9,
                 "citations": [{"page": 1, "text": "Milk", "box": BOX}]},
            ],
            "ungrounded": [],
        }
    ],
    "pages": [{"number": 1, "width": 595, "height": 842}, {"number": 2, "width": 595, "height": 842}],
}  # fmt: skip


def caller(world: World, tenant: Tenant) -> Caller:
    key = tenant_key(world, tenant)
    for name in ("invoice", "Two Words"):
        assert isinstance(saved(world, tenant, name), Held)
    return Caller(handler.TERRAFAI, world, tenant.id, {"authorization": f"api-key {key}"})


def saved(world: World, tenant: Tenant, name: str, config: Config = PLAIN, schema: object = SCHEMA) -> object:
    return extractors.create(world, tenant, extractors.Wanted(name, schema, to_options(config)))


@pytest.fixture
def call(world: World) -> Caller:
    return caller(world, ACME)


@pytest.fixture
def stranger(world: World) -> Caller:
    return caller(world, Tenant("other"))


def posted(call: Caller, path: str = JOBS, file: bytes = PDF, key: str | None = None, **fields: Any) -> Said:
    """As the guide's curl sends it."""
    texts = [(name, None, value.encode()) for name, value in {"templateName": "invoice", **fields}.items()]
    body, headers = form(("file", "invoice.pdf", file), *texts)
    return call("POST", path, raw=body, **headers, **({"idempotency_key": key} if key else {}))


def posted_json(call: Caller, path: str = JOBS, **fields: Any) -> Said:
    body = {"file": base64.b64encode(PDF).decode(), "templateName": "invoice", **fields}
    return call("POST", path, {k: v for k, v in body.items() if v is not ...}, content_type="application/json")


def created(call: Caller, **fields: Any) -> str:
    said = posted(call, **fields)
    assert said.status == 202, said.body
    return str(said.body["job"]["id"])


def ended(call: Caller, result: object = RESULT, **fields: Any) -> str:
    """A job of one document that ended a second after it was made."""
    job = created(call, **fields)
    call.start(job)
    call.world.clock.advance(1_250)
    call.end(job, 0, result if isinstance(result, Refusal) else json.dumps(result).encode())
    return job


def status(call: Caller, job: str) -> Said:
    return call("GET", f"{JOBS}/{job}")


def result(call: Caller, job: str) -> Said:
    return call("GET", f"{JOBS}/{job}/result")


def config_of(call: Caller, job: str) -> Config:
    found = call.world.jobs.get(call.tenant, job)
    assert found
    return from_options(found.options)


def code(said: Said) -> tuple[int, str]:
    assert said.body["success"] is False and said.body["error"]["message"]
    return said.status, said.body["error"]["code"]


# ---- a job, from its creation to its result --------------------------------------------------------------------------


def test_a_job_is_told_in_every_state_as_documented(call: Caller) -> None:
    said = posted(call, deliveryMode="poll")
    assert_golden("terrafai", "created", said)
    job = said.body["job"]["id"]
    assert said.body["job"]["statusUrl"] == f"{JOBS}/{job}" and str(uuid.UUID(job)) == job
    assert_golden("terrafai", "queued", status(call, job))
    assert_golden("terrafai", "not_ready", result(call, job))
    call.start(job)
    assert_golden("terrafai", "processing", status(call, job))
    assert code(result(call, job)) == (409, "RESULT_NOT_READY")
    call.world.clock.advance(1_250)
    call.end(job, 0, json.dumps(RESULT).encode())
    assert_golden("terrafai", "completed", status(call, job))
    assert_golden("terrafai", "result", result(call, job))


def test_a_failed_job_says_why_and_has_no_result(call: Caller) -> None:
    job = ended(call, Refusal(Kind.EXTRACTION_FAILED, "The schema cannot be filled."))
    assert_golden("terrafai", "failed", status(call, job))
    assert_golden("terrafai", "job_failed", result(call, job))


def test_a_cancelled_job_has_failed(call: Caller) -> None:
    job = created(call)
    cancel.cancel(call.world, ACME, job)
    said = status(call, job).body["job"]
    assert (said["status"], said["error"]["code"]) == ("failed", "CANCELLED")
    assert code(result(call, job)) == (409, "JOB_FAILED")


def test_a_result_is_gone_after_its_retention_and_the_status_says_so(call: Caller) -> None:
    job = ended(call)
    call.world.clock.advance(DAY_MS - 1)
    assert result(call, job).status == 200 and status(call, job).body["job"]["resultAvailable"] is True
    call.world.clock.advance(1)
    assert_golden("terrafai", "expired", result(call, job))
    said = status(call, job).body["job"]
    assert (said["status"], said["resultAvailable"]) == ("completed", False)


def test_progress_follows_the_document_s_steps(call: Caller) -> None:
    job = created(call)
    call.start(job)
    (document,) = call.world.jobs.documents("acme", job)
    seen = [status(call, job).body["job"]["progress"]]
    call.world.pipeline.wait_for_ocr(document, "token")
    seen.append(status(call, job).body["job"]["progress"])
    call.world.pipeline.ocr_ended("acme", document.id, "SUCCEEDED")
    seen.append(status(call, job).body["job"]["progress"])
    assert seen == sorted(set(seen)) and seen[0] > 0 and seen[-1] < 100


# ---- what comes in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "data:application/pdf;base64,", "data:application/pdf;name=a.pdf;base64,"])
@pytest.mark.parametrize("name", ["b.pdf", None])
def test_a_file_in_json(call: Caller, prefix: str, name: str | None) -> None:
    said = posted_json(call, file=prefix + base64.b64encode(PDF).decode(), filename=name)
    assert said.status == 202
    (source,) = sources(call, said.body["job"]["id"])
    assert call.world.blobs.get(source.stored) == PDF
    assert source.name == (name or ("document.pdf" if prefix else "document"))


def test_base64_may_be_broken_into_lines(call: Caller) -> None:
    body = b"%PDF" + bytes(100)
    said = posted_json(call, file=base64.encodebytes(body).decode())
    (source,) = sources(call, said.body["job"]["id"])
    assert call.world.blobs.get(source.stored) == body


def test_a_text_without_a_name_gets_one_from_its_data_url(call: Caller) -> None:
    said = posted_json(call, file="data:text/plain;base64," + base64.b64encode(b"a,b").decode())
    assert sources(call, said.body["job"]["id"])[0].name == "document.txt"


def test_a_form_s_file_keeps_its_name_unless_another_is_given(call: Caller) -> None:
    assert sources(call, created(call))[0].name == "invoice.pdf"
    assert sources(call, created(call, filename="other.pdf"))[0].name == "other.pdf"


def sources(call: Caller, job: str) -> list[Any]:
    call.start(job)
    return [document.source for document in call.world.jobs.documents(call.tenant, job)]


def test_options_reach_the_job(call: Caller) -> None:
    said: dict[str, Any] = {
        "documentSplitting": True, "returnDocuments": True, "returnText": True, "documentReview": 92,
        "schemaChunking": "combined", "password": "s3cret", "deliveryMode": "poll", "returnBoundingBoxes": "whatever",
    }  # fmt: skip
    in_json = posted_json(call, **said).body["job"]["id"]
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}
    in_form = created(call, **texts)
    config = Config(
        accepted=Accepted.PAPERS, password="s3cret", split=(), return_pdfs=True, return_text=True, review_threshold=92
    )
    for job in (in_json, in_form):
        assert replace(config_of(call, job), schema=None) == config
        found = call.world.jobs.get("acme", job)
        assert found and found.extractor != "schema" and found.version == 1


def test_a_template_s_own_settings_stay_where_the_request_says_nothing(call: Caller) -> None:
    kinds = (DocumentKind("bill", "An invoice"),)
    saved(call.world, ACME, "own", Config(split=kinds, review_threshold=80, max_pages=2))
    config = config_of(call, created(call, templateName="own"))
    assert (config.split, config.review_threshold, config.max_pages) == (kinds, 80, 2)
    assert config_of(call, created(call, templateName="own", documentSplitting="true")).split == kinds
    changed = config_of(call, created(call, templateName="own", documentSplitting="false", documentReview="1"))
    assert (changed.split, changed.review_threshold) == (None, 1)


def test_a_name_leads_to_a_template_letter_by_letter(call: Caller) -> None:
    assert posted(call, templateName="Two Words").status == 202
    for name in ("two words", "Two  Words", "Two Words ", "nothing"):
        assert code(posted(call, templateName=name)) == (404, "TEMPLATE_NOT_FOUND")
    assert_golden("terrafai", "unknown_template", posted(call, templateName="nothing"))


def test_a_filter_is_a_saved_extractor_too(call: Caller) -> None:
    said = posted_json(call, templateName=..., filterName="Two Words")
    found = call.world.jobs.get("acme", said.body["job"]["id"])
    assert found and found.echo == {"templateName": "Two Words", "deliveryMode": "poll"}
    both = posted_json(call, templateName="invoice", filterName="Two Words")
    found = call.world.jobs.get("acme", both.body["job"]["id"])
    assert found and found.echo and found.echo["templateName"] == "invoice"


def test_a_template_without_fields_is_refused(call: Caller) -> None:
    saved(call.world, ACME, "empty", schema=None)
    assert code(posted(call, templateName="empty")) == (422, "TEMPLATE_NOT_CONFIGURED")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"file": ...}, "file"), ({"file": None}, "file"), ({"file": ""}, "file"), ({"file": "no base64!"}, "file"),
        ({"file": "data:application/pdf,plain"}, "file"), ({"file": 7}, "file"), ({"file": "QUI"}, "file"),
        ({"templateName": ...}, "templateName"), ({"templateName": ""}, "templateName"),
        ({"templateName": 7}, "templateName"), ({"templateName": "x" * 256}, "templateName"),
        ({"documentReview": 0}, "documentReview"), ({"documentReview": 100}, "documentReview"),
        ({"documentReview": 1.5}, "documentReview"), ({"documentReview": True}, "documentReview"),
        ({"documentReview": "high"}, "documentReview"), ({"documentSplitting": "perhaps"}, "documentSplitting"),
        ({"returnText": 2}, "returnText"), ({"returnDocuments": []}, "returnDocuments"),
        ({"schemaChunking": "wide"}, "schemaChunking"), ({"deliveryMode": "pigeon"}, "deliveryMode"),
        ({"delivery.mode": "pigeon"}, "deliveryMode"), ({"delivery": {"mode": "pigeon"}}, "deliveryMode"),
        ({"options": {}}, "body"), ({"options": {"returnText": True}}, "body"), ({"options.returnText": True}, "body"),
        ({"options[returnText]": True}, "body"), ({"password": "x" * 257}, "password"),
        ({"filename": "x" * 513}, "filename"),
    ],
    ids=str,
)  # fmt: skip
def test_a_request_that_is_not_well_shaped_names_its_field(call: Caller, fields: dict[str, Any], field: str) -> None:
    said = posted_json(call, **fields)
    assert code(said) == (400, "INVALID_REQUEST")
    assert said.body["error"]["details"][0]["field"] == field


def test_both_sides_of_the_limits(call: Caller) -> None:
    fits: dict[str, Any] = {"documentReview": 1, "password": "x" * 256, "filename": "x" * 512}
    assert posted_json(call, **fits).status == 202
    assert posted_json(call, documentReview="99").status == 202
    assert posted(call, file=b"x" * MOST_FILE_BYTES).status == 202
    assert code(posted(call, file=b"x" * (MOST_FILE_BYTES + 1))) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("parts", [(), (("file", None, b"%%"),), (("file", "a", b""),), (("other", "a", b"x"),)])
def test_a_form_without_its_file(call: Caller, parts: Any) -> None:
    body, headers = form(("templateName", None, b"invoice"), *parts)
    said = call("POST", JOBS, raw=body, **headers)
    assert (code(said), said.body["error"]["details"][0]["field"]) == ((400, "INVALID_REQUEST"), "file")


def test_a_form_of_two_files(call: Caller) -> None:
    body, headers = form(("templateName", None, b"invoice"), ("file", "a", PDF), ("file", "b", PDF))
    assert_golden("terrafai", "two_files", call("POST", JOBS, raw=body, **headers))


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_json_object(call: Caller, body: bytes) -> None:
    assert code(call("POST", JOBS, raw=body, content_type="application/json")) == (400, "INVALID_REQUEST")
    assert code(call("POST", JOBS, raw=body, content_type="text/plain")) == (400, "INVALID_REQUEST")


# ---- webhooks --------------------------------------------------------------------------------------------------------


def listens(call: Caller, *only: str, active: bool = True, event: Event = Event.JOB_COMPLETED) -> None:
    """A webhook endpoint of the tenant's, for the named templates or for all."""
    ids = {found.extractor.id for found in (held(call, name) for name in only)} if only else None
    wanted = endpoints.Wanted(
        "https://example.com/hook", frozenset({event}), active=active, extractors=frozenset(ids) if ids else None
    )
    assert isinstance(endpoints.create(call.world, ACME, contract.NAME, wanted), endpoints.Issued)


def held(call: Caller, name: str) -> Held:
    found = extractors.find(call.world, ACME, name)
    assert not isinstance(found, Refusal)
    version = extractors.with_version(call.world, found)
    assert isinstance(version, Held)
    return version


def test_a_webhook_needs_an_endpoint_that_covers_the_template(call: Caller) -> None:
    assert_golden("terrafai", "not_covered", posted(call, deliveryMode="webhook"))
    listens(call, active=False)
    listens(call, "Two Words")
    listens(call, event=Event.DOCUMENT_FAILED)
    assert code(posted(call, deliveryMode="webhook")) == (400, "WEBHOOK_NOT_COVERED")
    assert posted(call, templateName="Two Words", deliveryMode="webhook").status == 202
    listens(call)
    job = created(call, deliveryMode="webhook")
    found = call.world.jobs.get("acme", job)
    assert found and found.echo and found.echo["deliveryMode"] == "webhook"


@pytest.mark.parametrize("fields", [{"delivery": {"mode": "webhook"}}, {"delivery.mode": "webhook"}], ids=str)
def test_the_alias_of_the_delivery_mode(call: Caller, fields: dict[str, Any]) -> None:
    assert code(posted_json(call, **fields)) == (400, "WEBHOOK_NOT_COVERED")
    assert posted_json(call, **fields, deliveryMode="poll").status == 202
    in_form: dict[str, Any] = {"delivery.mode": "webhook"}
    assert code(posted(call, **in_form)) == (400, "WEBHOOK_NOT_COVERED")


# ---- the same request again ------------------------------------------------------------------------------------------


def test_an_idempotency_key_is_one_job_and_the_replay_says_so(call: Caller) -> None:
    first = posted(call, key="inv-1001-upload-1")
    again = posted(call, key="inv-1001-upload-1")
    assert (first.status, again.status) == (202, 200)
    assert again.body == first.body
    assert "x-idempotent-replay" not in first.headers
    assert_golden("terrafai", "replayed", again)
    assert posted(call, key="inv-1001-upload-2").body["job"]["id"] != first.body["job"]["id"]
    call.world.clock.advance(DAY_MS - 1)
    assert posted(call, key="inv-1001-upload-1").status == 200
    call.world.clock.advance(1)
    assert posted(call, key="inv-1001-upload-1").status == 202


def test_a_replay_says_how_the_job_stands(call: Caller) -> None:
    job = posted(call, key="k").body["job"]["id"]
    call.start(job)
    assert posted(call, key="k").body["job"]["status"] == "processing"
    call.end(job, 0, json.dumps(RESULT).encode())
    said = posted(call, key="k").body["job"]
    assert (said["status"], said["retryAfterMs"]) == ("completed", 0)


@pytest.mark.parametrize(
    "other", [{"file": b"%PDF-2.0"}, {"templateName": "Two Words"}, {"returnText": "true"}, {"filename": "b.pdf"}]
)
def test_another_request_under_a_used_key_is_refused_for_good(call: Caller, other: dict[str, Any]) -> None:
    posted(call, key="k")
    assert code(posted(call, key="k", **other)) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_form_and_json_of_the_same_fields_are_the_same_request(call: Caller) -> None:
    first = posted(call, key="k", documentSplitting="true")
    body = {
        "file": "data:application/pdf;base64," + base64.b64encode(PDF).decode(), "filename": "invoice.pdf",
        "templateName": "invoice", "documentSplitting": True, "deliveryMode": "poll",
    }  # fmt: skip
    again = call("POST", JOBS, body, content_type="application/json", idempotency_key="k")
    assert (again.status, again.body["job"]["id"]) == (200, first.body["job"]["id"])


@pytest.mark.parametrize("key", ["x" * 256, "a\tb"])
def test_a_key_that_is_none(call: Caller, key: str) -> None:
    assert code(posted(call, key=key)) == (400, "INVALID_REQUEST")


def test_a_retry_without_a_key_within_a_minute_is_answered_as_the_first_try(call: Caller) -> None:
    first, again = posted(call), posted(call)
    assert (again.status, again.body) == (202, first.body)
    assert "x-idempotent-replay" not in again.headers
    call.world.clock.advance(60_000)
    assert posted(call).body["job"]["id"] != first.body["job"]["id"]


def test_no_credits_no_job(world: World) -> None:
    poor = Tenant("poor")
    key = tenant_key(world, poor, credits=0)
    saved(world, poor, "invoice")
    call = Caller(handler.TERRAFAI, world, "poor", {"authorization": f"api-key {key}"})
    assert code(posted(call)) == (402, "PAYMENT_REQUIRED")


# ---- results ---------------------------------------------------------------------------------------------------------


def documents(call: Caller, job: str) -> list[dict[str, Any]]:
    said = result(call, job)
    assert said.status == 200, said.body
    return list(said.body["data"]["documents"])


def part(**said: Any) -> dict[str, Any]:
    return {"name": None, "pages": [1], "data": {}, "fields": [], "ungrounded": [], **said}


SIZES = [{"number": number, "width": 600, "height": 800} for number in (1, 2, 3)]


def test_a_file_of_several_documents_gives_one_each(call: Caller) -> None:
    parts = [part(name="invoice_1", pages=[1, 2]), part(name="invoice_2", pages=[3])]
    job = ended(call, {"parts": parts, "pages": SIZES}, documentSplitting="true")
    said = documents(call, job)
    assert [(one["documentName"], one["sourcePages"]) for one in said] == [("invoice_1", [1, 2]), ("invoice_2", [3])]
    assert {one["usedTemplateName"] for one in said} == {"invoice"}


def test_texts_and_pdfs_are_returned_where_they_are_asked_for(call: Caller) -> None:
    pdf = call.world.blobs.put("results/acme/d/1.pdf", b"%PDF-cut", "application/pdf")
    link = {"key": pdf.key, "version": pdf.version}
    job = ended(call, {"parts": [part(text="Total 7", pdf=link)], "pages": SIZES}, returnText="true")
    (said,) = documents(call, job)
    assert said["returnedText"] == "Total 7"
    assert base64.b64decode(said["returnedDocumentBase64"]) == b"%PDF-cut"


def test_what_was_not_asked_for_is_not_there(call: Caller) -> None:
    (said,) = documents(call, ended(call))
    always = {"extracted", "documentName", "averageDocumentConfidence", "sourcePages", "content", "usedTemplateName"}
    assert said.keys() == always


def test_a_pdf_beyond_the_room_of_an_answer_is_a_link(call: Caller) -> None:
    small = call.world.blobs.put("results/acme/d/1.pdf", b"%PDF-small", "application/pdf")
    large = call.world.blobs.put("results/acme/d/2.pdf", bytes(content.MOST_ANSWER_BYTES * 3 // 4), "application/pdf")
    parts = [part(pdf={"key": pdf.key, "version": pdf.version}) for pdf in (large, small)]
    first, second = documents(call, ended(call, {"parts": parts, "pages": SIZES}))
    assert "returnedDocumentBase64" not in first and "results/acme/d/2.pdf" in first["returnedDocumentUrl"]
    assert "returnedDocumentUrl" not in second and base64.b64decode(second["returnedDocumentBase64"]) == b"%PDF-small"


def test_a_result_beyond_the_room_of_an_answer_is_refused(call: Caller) -> None:
    text = "x" * (content.MOST_ANSWER_BYTES // 2)
    job = ended(call, {"parts": [part(text=text), part(text=text)], "pages": SIZES})
    assert code(result(call, job)) == (413, "RESULT_TOO_LARGE")
    assert result(call, ended(call, {"parts": [part(text=text)], "pages": SIZES}, filename="b.pdf")).status == 200


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (7, "7"), (7.0, "7"), (-0.5, "-0.5"), (1e-7, "0.0000001"), (1250.5, "1250.5"), (10**20, "1" + "0" * 20),
        (100.0, "100"), (False, "false"), (True, "true"), ("", ""), ("007", "007"),
    ],
)  # fmt: skip
def test_every_value_is_text(call: Caller, value: Any, said: str) -> None:
    field = {"path": "total", "value": value, "confidence": 1.0, "citations": []}
    (one,) = documents(call, ended(call, {"parts": [part(data={"total": value}, fields=[field])], "pages": SIZES}))
    assert one["content"]["total"]["value"] == said


def test_a_field_that_was_not_found_is_null_and_does_not_count(call: Caller) -> None:
    field = {"path": "paid", "value": "yes", "confidence": 0.5, "citations": []}
    (one,) = documents(
        call, ended(call, {"parts": [part(data={"total": None, "paid": "yes"}, fields=[field])], "pages": SIZES})
    )
    assert one["content"]["total"] == {"value": None, "confidence": 0, "page": None, "boundingBox": None}
    assert one["averageDocumentConfidence"] == 50
    (none,) = documents(call, ended(call, {"parts": [part(data={"total": None})], "pages": SIZES}, filename="b.pdf"))
    assert (none["extracted"], none["averageDocumentConfidence"]) == (True, None)


# ---- jobs of other contracts -----------------------------------------------------------------------------------------


def test_chunks_are_a_document_s_text(call: Caller) -> None:
    chunks = [
        {"page_content": "One", "page_no": 1, "chunk_type": "text"}, {"page_content": "Two", "page_no": 2}
    ]  # fmt: skip
    (said,) = documents(call, ended(call, {"chunks": chunks}))
    assert (said["content"], said["sourcePages"], said["returnedText"]) == ({}, [1, 2], "One\n\nTwo")


def many(call: Caller, number: int) -> str:
    """A job of several documents, as other contracts make them."""
    from quire.service import uploads
    from quire.service.submit import Submission, Submitted, submit

    files = [uploads.receive(call.world, ACME, PDF, f"{n}.pdf", None) for n in range(number)]
    sources = [file.source for file in files]
    made = submit(call.world, ACME, Submission("extract_page", "text", sources, "f", to_options(Config())))
    assert isinstance(made, Submitted)
    call.start(made.job.id)
    return made.job.id


def test_a_job_of_several_documents_tells_of_each(call: Caller) -> None:
    job = many(call, 3)
    call.succeed(job, 1)
    said = status(call, job).body["job"]
    assert (said["status"], said["progress"]) == ("processing", 40)
    call.fail(job, 0, Refusal(Kind.UNSUPPORTED_INPUT, "No PDF."))
    call.succeed(job, 2)
    assert status(call, job).body["job"]["status"] == "completed"
    assert_golden("terrafai", "several_documents", result(call, job))


def test_a_job_of_too_many_documents_has_no_result_in_one(world: World) -> None:
    call = caller(world, replace(ACME, slots=jobs.MOST_DOCUMENTS + 1))
    world.tenants.grant("acme", 1)
    job = many(call, jobs.MOST_DOCUMENTS + 1)
    for position in range(jobs.MOST_DOCUMENTS + 1):
        call.succeed(job, position)
    assert status(call, job).body["job"]["status"] == "completed"
    assert code(result(call, job)) == (413, "RESULT_TOO_LARGE")


# ---- whose job -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [JOBS + "/{}", JOBS + "/{}/result"])
def test_a_stranger_s_job_is_as_one_that_never_was(call: Caller, stranger: Caller, path: str) -> None:
    mine = ended(call)
    never = stranger("GET", path.format(uuid.uuid4()))
    assert code(never) == (404, "JOB_NOT_FOUND")
    document = str(uuid.UUID(int=uuid.UUID(mine).int + 1))
    for said in (mine, "x", mine.upper(), mine.replace("-", ""), "batch_" + mine.replace("-", ""), "a%2Fb", document):
        answer = stranger("GET", path.format(said))
        assert (answer.status, answer.body) == (never.status, never.body)
    assert call("GET", path.format(mine.upper())).status == 404
    assert call("GET", path.format(document)).status == 404


def test_a_stranger_s_template_is_as_one_that_never_was(call: Caller, stranger: Caller) -> None:
    saved(call.world, ACME, "mine")
    theirs, never = posted(stranger, templateName="mine"), posted(stranger, templateName="never")
    assert (theirs.status, theirs.body) == (never.status, never.body) == (404, never.body)


@pytest.mark.parametrize("header", [{}, {"authorization": "api-key nope"}, {"x-api-key": "{key}"}])
def test_without_a_key(call: Caller, header: dict[str, str]) -> None:
    key = call.credential["authorization"].removeprefix("api-key ")
    shown = {name: value.format(key=key) for name, value in header.items()}
    assert_golden("terrafai", "unauthorized", replace(call, credential=shown)("GET", f"{JOBS}/{uuid.uuid4()}"))


@pytest.mark.parametrize(("scheme", "code"), [("api-key", 404), ("Api-Key", 404), ("Bearer", 401), ("", 401)])
def test_the_scheme_of_the_key(call: Caller, scheme: str, code: int) -> None:
    key = call.credential["authorization"].removeprefix("api-key ")
    known = replace(call, credential={"authorization": f"{scheme} {key}".strip()})
    assert known("GET", f"{JOBS}/{uuid.uuid4()}").status == code


# ---- limits and refusals ---------------------------------------------------------------------------------------------


def test_a_job_may_be_asked_for_so_often_and_others_still_may(call: Caller) -> None:
    job, other = created(call), created(call, filename="b.pdf")
    said = [status(call, job) for _ in range(handler.POLLS.limit + 1)]
    assert {answer.status for answer in said[:-1]} == {200}
    assert said[0].headers["x-ratelimit-limit"] == str(handler.POLLS.limit)
    assert_golden("terrafai", "polled_too_often", said[-1])
    assert status(call, other).status == 200
    assert result(call, job).status == 409  # not a poll
    call.world.clock.advance(1000 * int(said[-1].headers["retry-after"]))
    assert status(call, job).status == 200


def test_who_waits_as_told_is_never_refused(call: Caller) -> None:
    job = created(call)
    for _ in range(3 * handler.POLLS.limit):
        assert status(call, job).status == 200
        call.world.clock.advance(RETRY_AFTER_MS)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/nothing"), ("GET", JOBS + "/a/b/c")])
def test_what_is_not_there(call: Caller, method: str, path: str) -> None:
    assert code(call(method, path)) == (404, "NOT_FOUND")


def test_a_method_that_is_not_there(call: Caller) -> None:
    said = call("DELETE", f"{JOBS}/{uuid.uuid4()}")
    assert (code(said), said.headers["allow"]) == ((405, "METHOD_NOT_ALLOWED"), "GET, HEAD")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_refusal_has_one_shape(kind: Kind) -> None:
    answer = contract.say_refusal(Refusal(kind, "Why.", {"status": "running"}))
    assert isinstance(answer.body, contract.Refused)
    body = answer.body.model_dump(by_alias=True)
    assert body.keys() == {"success", "error"} and body["error"].keys() == {"message", "code"}
    assert (body["success"], body["error"]["message"]) == (False, "Why.")
    assert body["error"]["code"] == body["error"]["code"].upper()
    assert 400 <= answer.status < 600


def test_codes_are_told_apart() -> None:
    codes = [contract.code_of(kind) for kind in Kind]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", [Kind.REVIEW_REQUIRED, Kind.RESULT_NOT_READY, Kind.RESULT_EXPIRED])
def test_the_documented_codes(kind: Kind) -> None:
    answer = contract.say_refusal(Refusal(kind, "Why."))
    assert answer.status == (410 if kind is Kind.RESULT_EXPIRED else 409)
    assert contract.code_of(kind) == kind.value.upper()


# ---- the synchronous route -------------------------------------------------------------------------------------------


@pytest.fixture
def awaited(call: Caller, monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Makes the wait end at once: with a result, a refusal, or nothing."""

    def ending(with_what: object) -> None:
        def wait(_: object, job: Any, _by: int) -> Document | None:
            if with_what is None:
                return None
            call.start(job.id)
            call.world.clock.advance(2_310)
            call.end(job.id, 0, with_what if isinstance(with_what, Refusal) else json.dumps(with_what).encode())
            return call.world.jobs.documents("acme", job.id)[0]

        monkeypatch.setattr(jobs, "wait", wait)

    return ending


def test_the_result_comes_at_once(call: Caller, awaited: Any) -> None:
    awaited(RESULT)
    assert_golden("terrafai", "extracted", posted(call, SYNC, returnText="true"))
    assert posted_json(call, SYNC).status == 200


def test_a_document_that_needs_longer_goes_on_in_its_job(call: Caller, awaited: Any) -> None:
    awaited(None)
    said = posted(call, SYNC)
    assert_golden("terrafai", "still_running", said)
    assert status(call, said.body["job"]["id"]).status == 200
    assert posted(call).body["job"]["id"] == said.body["job"]["id"]  # asked for again without waiting


@pytest.mark.parametrize(
    ("kind", "status_code", "said"),
    [
        (Kind.UNSUPPORTED_INPUT, 415, "UNSUPPORTED_INPUT"), (Kind.PASSWORD_REQUIRED, 415, "PASSWORD_REQUIRED"),
        (Kind.PAGE_LIMIT_EXCEEDED, 413, "PAGE_LIMIT_EXCEEDED"), (Kind.EXTRACTION_FAILED, 422, "PROCESSING_ERROR"),
        (Kind.PAYMENT_REQUIRED, 402, "PAYMENT_REQUIRED"), (Kind.OCR_PROVIDER_ERROR, 502, "OCR_PROVIDER_ERROR"),
    ],
)  # fmt: skip
def test_a_document_that_is_refused(call: Caller, awaited: Any, kind: Kind, status_code: int, said: str) -> None:
    awaited(Refusal(kind, "Why."))
    answer = posted(call, SYNC)
    assert code(answer) == (status_code, said)
    assert answer.body["job"]["status"] == "failed"


def test_a_document_that_was_cancelled(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(world: World, job: Any, _by: int) -> Document:
        call.start(job.id)
        return replace(world.jobs.documents("acme", job.id)[0], ended_at=world.clock())

    monkeypatch.setattr(jobs, "wait", wait)
    assert code(posted(call, SYNC)) == (409, "JOB_FAILED")


def test_webhooks_are_for_jobs(call: Caller, awaited: Any) -> None:
    awaited(RESULT)
    listens(call)
    assert code(posted(call, SYNC, deliveryMode="webhook")) == (400, "INVALID_REQUEST")


def test_a_replay_of_the_synchronous_route_says_so(call: Caller, awaited: Any) -> None:
    awaited(None)
    posted(call, SYNC, key="k")
    awaited(RESULT)
    again = posted(call, SYNC, key="k")
    assert (again.status, again.headers["x-idempotent-replay"]) == (200, "true")
