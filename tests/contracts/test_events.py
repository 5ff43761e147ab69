"""What webhooks are sent, in each contract's words, and that it can be verified as its documentation says."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from quire.domain.delivery import DeliveryStatus
from quire.domain.endpoint import Event, shown_secret
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.ids import plain_id
from quire.service import endpoints, extractors
from quire.service.endpoints import Issued, Wanted
from quire.testing.web import Sent
from quire.testing.world import World
from tests.contracts import extend, llamacloud, perfectparser
from tests.contracts import test_terrafai as terrafai
from tests.contracts.conftest import Caller
from tests.contracts.events import body_of, deliver_all, lower, taken_at

URL = "https://example.com/hook"
ACME = Tenant("acme", rate_factor=100)
BROKEN = Refusal(Kind.EXTRACTION_FAILED, "The document cannot be read.")


@pytest.fixture(autouse=True)
def _receiver(world: World) -> None:
    taken_at(world, URL)


def subscribed(world: World, contract: str, *events: Event, **wanted: Any) -> Issued:
    issued = endpoints.create(world, ACME, contract, Wanted(URL, frozenset(events or Event), **wanted))
    assert isinstance(issued, Issued)
    return issued


def signature(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


# ---- Extend ----------------------------------------------------------------------------------------------------------


def extend_endpoint(call: Caller, *events: str, **more: Any) -> dict[str, Any]:
    asked = {"url": URL, "name": "Ours", "enabledEvents": events, "apiVersion": "2026-02-09", **more}
    answer = call("POST", "/webhook_endpoints", asked)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def extend_signed(sent: Sent, secret: str) -> bool:
    headers = lower(sent)
    signed = f"v0:{headers['x-extend-request-timestamp']}:".encode() + sent.body
    return headers["x-extend-request-signature"] == signature(secret, signed)


def test_extend_sends_the_run_as_a_get_answers_it(world: World) -> None:
    call = extend.client(world, ACME)
    secret = extend_endpoint(call, "extract_run.processed")["signingSecret"]
    run = extend.created(call, metadata={"mine": "1"})
    extend.end(call, run["id"], extend.written())
    (sent,) = deliver_all(world)
    said = body_of(sent)
    assert said["eventId"].startswith("event_") and said["eventType"] == "extract_run.processed"
    assert said["payload"] == extend.get(call, run["id"])
    assert said["payload"]["output"]["value"]["total"] == 12.5
    assert extend_signed(sent, secret) and not extend_signed(sent, secret + "x")


def test_extend_tells_of_a_failure(world: World) -> None:
    call = extend.client(world, ACME)
    extend_endpoint(call, "extract_run.processed", "extract_run.failed")
    run = extend.created(call)
    extend.end(call, run["id"], BROKEN)
    (sent,) = deliver_all(world)
    assert body_of(sent)["eventType"] == "extract_run.failed"
    assert body_of(sent)["payload"]["failureMessage"] == BROKEN.message


def test_extend_tells_of_a_batch_as_such_and_of_a_single_run_not(world: World) -> None:
    call = extend.client(world, ACME)
    extend_endpoint(call, "batch_processor_run.processed", "batch_processor_run.failed")
    extend.end(call, extend.created(call)["id"], extend.written())
    assert deliver_all(world) == []
    saved = extend.save(call)["id"]
    inputs = [{"file": {"id": extend.upload(call)}} for _ in range(2)]
    batch = call("POST", "/extract_runs/batch", {"extractor": {"id": saved}, "inputs": inputs}).body
    job_id = plain_id("bpr", batch["id"]) or ""
    call.start(job_id)
    call.succeed(job_id, 0)
    call.fail(job_id, 1, BROKEN)
    (sent,) = deliver_all(world)
    assert body_of(sent)["eventType"] == "batch_processor_run.processed"
    assert body_of(sent)["payload"] == call("GET", f"/batch_runs/{batch['id']}").body


def test_extend_sends_a_large_payload_as_a_link_that_leads_to_it(world: World) -> None:
    call = extend.client(world, ACME)
    options = {"payload": {"format": "url", "urlThresholdBytes": 10}, "headers": {"X-Ours": "1", "Host": "inside"}}
    secret = extend_endpoint(call, "extract_run.processed", advancedOptions=options)["signingSecret"]
    run = extend.created(call, metadata={"mine": "1"})
    extend.end(call, run["id"], extend.written())
    (sent,) = deliver_all(world)
    payload = body_of(sent)["payload"]
    assert (payload["object"], payload["id"], payload["metadata"]) == ("signed_data_url", run["id"], {"mine": "1"})
    assert "seconds=3600" in payload["data"]
    (kept,) = (key for key in world.blobs.keys("results/acme/") if "/events/" in key)
    assert json.loads(world.blobs.read(kept)) == extend.get(call, run["id"])
    assert extend_signed(sent, secret)
    assert lower(sent)["x-ours"] == "1" and "host" not in lower(sent)


def test_extend_sends_the_payload_itself_where_it_is_small(world: World) -> None:
    call = extend.client(world, ACME)
    extend_endpoint(call, "extract_run.processed", advancedOptions={"payload": {"format": "url"}})
    extend.end(call, extend.created(call)["id"], extend.written())
    (sent,) = deliver_all(world)
    assert body_of(sent)["payload"]["object"] == "extract_run"


def test_extend_tells_what_becomes_of_an_extractor(world: World) -> None:
    call = extend.client(world, ACME)
    words = ("created", "updated", "draft.updated", "version.published", "deleted")
    extend_endpoint(call, *(f"extractor.{word}" for word in words))
    saved = extend.save(call)
    world.clock.advance(1)
    call("POST", f"/extractors/{saved['id']}", {"name": "Other", "config": {"schema": extend.SCHEMA}})
    world.clock.advance(1)
    released = call("POST", f"/extractors/{saved['id']}/versions", {"releaseType": "major"}).body
    world.clock.advance(1)
    assert extractors.delete(world, ACME, plain_id("ex", saved["id"]) or "") is None
    told = [body_of(sent) for sent in deliver_all(world)]
    assert {each["eventType"] for each in told} == {f"extractor.{word}" for word in words}
    by_word = {each["eventType"].removeprefix("extractor."): each["payload"] for each in told}
    assert by_word["version.published"] == released
    assert by_word["created"]["id"] == by_word["deleted"]["id"] == saved["id"]
    assert by_word["deleted"]["name"] == "Other" and by_word["deleted"]["draftVersion"]["config"]


def test_extend_hears_of_what_other_contracts_submitted(world: World) -> None:
    call = llamacloud.client(world, ACME)
    subscribed(world, "extend", Event.DOCUMENT_SUCCEEDED)
    made = llamacloud.extract(call, llamacloud.uploaded(call)["id"]).body
    llamacloud.done(call, made["id"])
    (sent,) = deliver_all(world)
    assert body_of(sent)["payload"]["output"]["value"]["total"] == 12.5


# ---- PerfectParser ---------------------------------------------------------------------------------------------------


def test_perfectparser_sends_a_document_and_then_its_extraction(world: World) -> None:
    call = perfectparser.client(world, ACME)
    events = ["extraction.document_completed", "extraction.job_completed"]
    asked = {"url": URL, "events": events, "secret": "a static word"}
    secret = call("POST", "/v1/webhooks", asked).body["webhook"]["signing_secret"]
    parser = perfectparser.parser(call)
    made = perfectparser.submit(call, parser["parser_id"], ("a.pdf", perfectparser.ONE)).body["extraction"]
    job_id = perfectparser.ours(made["extraction_id"])
    call.start(job_id)
    call.end(job_id, 0, perfectparser.RESULT)
    told = {body_of(sent)["event"]: sent for sent in deliver_all(world)}
    assert sorted(told) == events
    document, whole = (body_of(told[event]) for event in events)
    shown = call("GET", f"/v1/extractions/{made['extraction_id']}").body["extraction"]
    assert document["document"] == shown["documents"][0]
    assert (document["extraction_id"], document["document_id"]) == (
        made["extraction_id"], made["documents"][0]["document_id"],
    )  # fmt: skip
    assert whole["extraction"] == {name: value for name, value in shown.items() if name != "documents"}
    for sent in told.values():
        assert sent.headers["X-PerfectParser-Signature"] == signature(secret, sent.body)
        assert sent.headers["X-Webhook-Secret"] == "a static word"


# ---- TerrafAI --------------------------------------------------------------------------------------------------------


def test_terrafai_sends_a_signed_summary_of_a_job_that_asked_for_it(world: World) -> None:
    issued = subscribed(world, "terrafai", Event.JOB_COMPLETED)
    call = terrafai.caller(world, ACME)
    job_id = terrafai.ended(call, deliveryMode="webhook")
    (sent,) = deliver_all(world)
    said = Webhook(shown_secret("standard", issued.secret)).verify(sent.body, _fresh(world, sent, issued))
    assert said["event"] == "extraction.job.completed"
    assert said["job"] == terrafai.status(call, job_id).body["job"]
    assert "data" not in said


def test_terrafai_does_not_call_who_polls(world: World) -> None:
    subscribed(world, "terrafai", Event.JOB_COMPLETED)
    terrafai.ended(terrafai.caller(world, ACME))
    assert deliver_all(world) == []


# ---- LlamaCloud ------------------------------------------------------------------------------------------------------


def hooked(world: World, *hooks: dict[str, Any]) -> tuple[Caller, str]:
    call = llamacloud.client(world, ACME)
    body = {
        "file_input": llamacloud.uploaded(call)["id"],
        "configuration": {"data_schema": llamacloud.SCHEMA},
        "webhook_configurations": [{"webhook_url": URL, **hook} for hook in hooks],
    }
    answer = call("POST", "/api/v2/extract", body)
    assert answer.status == 200, answer.body
    return call, answer.body["id"]


def test_llamacloud_calls_the_webhooks_of_a_job_with_its_headers_signed(world: World) -> None:
    hook = {"webhook_signing_secret": "word", "webhook_headers": {"Authorization": "Bearer x", "X-None": None}}
    call, job_id = hooked(world, {**hook, "webhook_output_format": "json"})
    llamacloud.done(call, job_id)
    (sent,) = deliver_all(world)
    assert sent.headers["LC-Signature"] == f"sha256={signature('word', sent.body)}"
    assert sent.headers["Authorization"] == "Bearer x" and "X-None" not in sent.headers
    said = body_of(sent)
    assert (said["event_type"], said["data"]["job_id"], said["data"]["status"]) == (
        "extract.success",
        job_id,
        "SUCCESS",
    )


def test_llamacloud_calls_for_the_events_that_are_named_each_in_its_format(world: World) -> None:
    call, job_id = hooked(
        world,
        {"webhook_events": ["extract.success"]},
        {"webhook_events": ["extract.error", "extract.pending"]},
        {"webhook_events": []},
    )
    call.start(job_id)
    call.fail(job_id, 0, BROKEN)
    told = [body_of(sent) for sent in deliver_all(world)]
    assert [each["event_type"] for each in told] == ["extract.error", "extract.error"]
    assert len({each["event_id"] for each in told}) == 1
    assert json.loads(told[0]["data"])["error"] == BROKEN.message
    assert all("LC-Signature" not in sent.headers for sent in world.web.sent)


def test_llamacloud_tells_of_a_job_that_is_cancelled(world: World) -> None:
    call, job_id = hooked(world, {})
    assert call("POST", f"/api/v2/extract/{job_id}/cancel").status == 200
    (sent,) = deliver_all(world)
    assert body_of(sent)["event_type"] == "extract.cancelled"


# ---- Standard Webhooks -----------------------------------------------------------------------------------------------


def _fresh(world: World, sent: Sent, issued: Issued) -> dict[str, str]:
    """The headers as they would be if the test's clock stood where the verifier's does."""
    said, now = lower(sent), datetime.now(UTC)
    at = datetime.fromtimestamp(int(said["webhook-timestamp"]), UTC)
    official = Webhook(shown_secret("standard", issued.secret))
    assert official.sign(said["webhook-id"], at, sent.body.decode()) in said["webhook-signature"].split(" ")
    signed = official.sign(said["webhook-id"], now, sent.body.decode())
    return {**said, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed}


def test_webhooks_of_no_contract_are_standard_ones(world: World) -> None:
    issued = subscribed(world, "standard", Event.DOCUMENT_FAILED, Event.JOB_FAILED)
    call = llamacloud.client(world, ACME)
    made = llamacloud.extract(call, llamacloud.uploaded(call)["id"]).body
    call.start(made["id"])
    call.fail(made["id"], 0, BROKEN)
    told = {}
    for sent in deliver_all(world):
        said = Webhook(shown_secret("standard", issued.secret)).verify(sent.body, _fresh(world, sent, issued))
        told[said["type"]] = said["data"]
    assert told["document.failed"]["error"] == {"kind": "extraction_failed", "message": BROKEN.message}
    assert (told["document.failed"]["job_id"], told["job.failed"]["status"]) == (made["id"], "failed")


def test_after_a_rotation_either_secret_verifies(world: World) -> None:
    first = subscribed(world, "standard", Event.JOB_COMPLETED)
    second = endpoints.rotate_secret(world, ACME, "standard", first.endpoint.id)
    assert isinstance(second, Issued)
    call = llamacloud.client(world, ACME)
    llamacloud.done(call, llamacloud.extract(call, llamacloud.uploaded(call)["id"]).body["id"])
    (sent,) = deliver_all(world)
    for issued in (first, second):
        _fresh(world, sent, issued)
    with pytest.raises(WebhookVerificationError):
        Webhook(shown_secret("standard", first.secret)).verify(sent.body, {**lower(sent), "webhook-timestamp": "1"})
    world.clock.advance(2 * DAY_MS)
    llamacloud.done(call, llamacloud.extract(call, llamacloud.uploaded(call)["id"]).body["id"])
    (later,) = deliver_all(world)
    assert len(later.headers["webhook-signature"].split(" ")) == 1


# ---- what is gone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("contract", ["extend", "perfectparser", "terrafai", "standard"])
def test_of_a_job_that_was_deleted_nothing_is_told(world: World, contract: str) -> None:
    subscribed(world, contract)
    call = llamacloud.client(world, ACME)
    made = llamacloud.extract(call, llamacloud.uploaded(call)["id"]).body["id"]
    llamacloud.done(call, made)
    assert call("DELETE", f"/api/v2/extract/{made}").status == 200
    assert deliver_all(world) == []
    assert {each.status for each in world.store.deliveries.values()} == {DeliveryStatus.DROPPED}
