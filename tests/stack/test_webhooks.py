"""Webhooks through the running stack: real receivers, the official verifiers, and those that behave badly."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from local.stack import Stack
from tests.journey.test_document import digital_pdf
from tests.stack.receivers import Received, Receiver, answering, dead, endless, receiving
from tests.stack.test_admin import quire

pytestmark = pytest.mark.usefixtures("_clean")
DONE = "document.succeeded"


@pytest.fixture
def _clean(stack: Stack) -> Iterator[None]:
    """Each test has its own webhooks."""
    yield
    for line in quire(stack, "webhook", "list").splitlines()[1:]:
        quire(stack, "webhook", "remove", line.split()[0])


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.base_url, headers={"X-API-KEY": stack.api_key}, timeout=60) as client:
        yield client


def added(stack: Stack, receiver: Receiver, *events: str) -> tuple[str, str]:
    """The id and the secret of a webhook of no contract."""
    named = [part for event in events or (DONE,) for part in ("--event", event)]
    webhook_id, secret = quire(stack, "webhook", "add", receiver.url, *named).split()
    return webhook_id, secret


def document(http: httpx.Client) -> None:
    """One that is read and extracted while the call lasts; its own, for equal ones are answered from the first."""
    content = digital_pdf(f"Document {time.time_ns()}")
    answer = http.post("/v1/extract/file", files={"file": ("a.pdf", content)})
    assert answer.status_code == 200, answer.text


def logged(stack: Stack, webhook_id: str) -> list[list[str]]:
    return [line.split() for line in quire(stack, "webhook", "log", webhook_id).splitlines()[1:]]


def verified(call: Received, secret: str) -> dict[str, Any]:
    said: dict[str, Any] = Webhook(secret).verify(call.body, call.headers)
    return said


def test_an_event_arrives_and_the_official_verifier_takes_it(stack: Stack, http: httpx.Client) -> None:
    with receiving() as receiver:
        webhook_id, secret = added(stack, receiver, DONE, "job.completed")
        document(http)
        calls = receiver.waits_for(2)
    told = {said["type"]: said["data"] for said in (verified(call, secret) for call in calls)}
    assert set(told) == {DONE, "job.completed"}
    assert told[DONE]["status"] == "succeeded" and told[DONE]["name"] == "a.pdf"
    assert told[DONE]["job_id"] == told["job.completed"]["job_id"]
    assert [line[3:6] for line in logged(stack, webhook_id)] == [["delivered", "1", "200"]] * 2


def test_a_receiver_that_comes_back_has_the_same_bytes_under_the_same_id(stack: Stack, http: httpx.Client) -> None:
    """Sweep wakes what is due, each minute."""
    with receiving(answering(503, 200)) as receiver:
        _, secret = added(stack, receiver)
        document(http)
        first, second = receiver.waits_for(2, seconds=150)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert verified(first, secret) == verified(second, secret)


def test_nobody_waits_for_one_that_is_dead_redirects_or_answers_without_an_end(
    stack: Stack, http: httpx.Client
) -> None:
    over = Event()
    with (
        receiving(dead(over)) as silent,
        receiving(endless) as talking,
        receiving(answering(302, Location="http://169.254.169.254/latest/")) as elsewhere,
        receiving() as well,
    ):
        for receiver in (silent, talking, elsewhere, well):
            added(stack, receiver)
        for _ in range(3):
            document(http)
        well.waits_for(3)
        talking.waits_for(3)
        assert len(silent.calls) < 3, "it is left alone for a while"
        over.set()
    assert len({call.headers["webhook-id"] for call in well.calls}) == 3


def test_one_that_is_gone_is_called_no_more(stack: Stack, http: httpx.Client) -> None:
    with receiving(answering(410)) as gone, receiving() as well:
        webhook_id, _ = added(stack, gone)
        added(stack, well)
        document(http)
        gone.waits_for(1)
        well.waits_for(1)
        deadline = time.monotonic() + 30
        while webhook_id not in [
            line.split()[0] for line in quire(stack, "webhook", "list").splitlines() if " off " in line
        ]:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        document(http)
        well.waits_for(2)
    assert len(gone.calls) == 1


def test_a_delivery_is_sent_again_and_a_test_at_once(stack: Stack, http: httpx.Client) -> None:
    with receiving() as receiver:
        webhook_id, secret = added(stack, receiver)
        document(http)
        receiver.waits_for(1)
        assert quire(stack, "webhook", "test", webhook_id).startswith("delivered: 200")
        (line,) = [line for line in logged(stack, webhook_id) if line[2] == DONE]
        quire(stack, "webhook", "redeliver", webhook_id, line[-1])
        first, test, again = receiver.waits_for(3)
    assert verified(test, secret)["data"] == {"test": True}
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])


def test_perfectparser_s_test_is_delivered_and_shown(stack: Stack, http: httpx.Client) -> None:
    with receiving() as receiver:
        asked = {"url": receiver.url, "events": ["extraction.job_completed"], "secret": "a static word"}
        made = http.post("/v1/webhooks", json=asked).json()["webhook"]
        tested = http.post(f"/v1/webhooks/{made['webhook_id']}/test").json()
        assert tested["delivered"] is True, tested
        (call,) = receiver.calls
    signature = hmac.new(made["signing_secret"].encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-perfectparser-signature"] == signature
    assert call.headers["x-webhook-secret"] == "a static word"
    (shown,) = http.get(f"/v1/webhooks/{made['webhook_id']}").json()["webhook"]["deliveries"]
    assert (shown["status"], shown["response_status"]) == ("delivered", 200)


def test_a_job_of_llamacloud_calls_its_own_webhook(stack: Stack) -> None:
    with receiving() as receiver:
        hook = {"webhook_url": receiver.url, "webhook_signing_secret": "word", "webhook_headers": {"X-Mine": "1"}}
        schema = {"type": "object", "properties": {"invoice_number": {"type": "string"}}}
        asked = {"data_schema": schema, "config": {}, "text": f"Invoice number: {time.time_ns()}\n"}
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as client:
            job = client.post("/api/v1/extraction/run", json={**asked, "webhook_configurations": [hook]}).json()
        (call,) = receiver.waits_for(1)
    assert call.headers["lc-signature"] == f"sha256={hmac.new(b'word', call.body, hashlib.sha256).hexdigest()}"
    assert call.headers["x-mine"] == "1"
    said = json.loads(call.body)
    assert (said["event_type"], json.loads(said["data"])["job_id"]) == ("extract.success", job["id"])
