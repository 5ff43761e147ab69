"""Webhooks as Extend's own SDK verifies and parses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from local.stack import Stack
from tests.clients.environments import python_with, run_python
from tests.stack.receivers import Receiver, receiving

SAMPLES = Path(__file__).parents[2] / "samples"
EVENTS = ["extract_run.processed", "extract_run.failed", "extractor.created", "extractor.version.published"]
SCHEMA = {
    "type": "object",
    "properties": {"invoice_number": {"type": ["string", "null"]}},
    "required": ["invoice_number"],
    "additionalProperties": False,
}


def subscribed(http: httpx.Client, receiver: Receiver, *events: str, **options: Any) -> str:
    """Its signing secret."""
    asked = {"url": receiver.url, "name": "SDK", "enabledEvents": events, "apiVersion": "2026-02-09"}
    answer = http.post("/webhook_endpoints", json={**asked, "advancedOptions": options})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["signingSecret"])


def run(http: httpx.Client, content: bytes, name: str) -> str:
    file = http.post("/files/upload", files={"file": (name, content)}).json()["id"]
    body = {"file": {"id": file}, "config": {"schema": SCHEMA}, "metadata": {"order": "7"}}
    answer = http.post("/extract_runs", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_the_sdk_verifies_and_parses_what_is_sent(stack: Stack, tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with (
        httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as http,
        receiving() as plain,
        receiving() as linking,
    ):
        secrets = {
            "plain": subscribed(http, plain, *EVENTS),
            "linked": subscribed(
                http, linking, EVENTS[0], payload={"format": "url", "urlThresholdBytes": 100}
            ),
        }  # fmt: skip
        extractor = http.post("/extractors", json={"name": "Told", "config": {"schema": SCHEMA}}).json()["id"]
        version = http.post(f"/extractors/{extractor}/versions", json={"releaseType": "minor"}).json()["id"]
        good = run(http, (SAMPLES / "invoice.pdf").read_bytes(), "invoice.pdf")
        bad = run(http, b"%PDF-1.7 that is none", "bad.pdf")
        calls = [("plain", call) for call in plain.waits_for(4)] + [("linked", call) for call in linking.waits_for(1)]
        path = tmp_path / "calls.json"
        told = [{"to": to, "body": call.body.decode(), "headers": call.headers} for to, call in calls]
        path.write_text(json.dumps(told))
        found = run_python(
            python_with("extend-ai==1.20.0"), "verify_extend.py", stack, CALLS=path, SECRETS=json.dumps(secrets)
        )
    said = {event: (kind, identity) for kind, event, identity, _ in found["events"]}
    assert said == {
        "extract_run.processed": ("WebhookEvent_ExtractRunProcessed", good),
        "extract_run.failed": ("WebhookEvent_ExtractRunFailed", bad),
        "extractor.created": ("WebhookEvent_ExtractorCreated", extractor),
        "extractor.version.published": ("WebhookEvent_ExtractorVersionPublished", version),
    }
    assert found["linked"] == ["WebhookEvent_ExtractRunProcessed", True, {"order": "7"}]
    assert found["forged"] == "refused"
    assert len({identity for *_, identity in found["events"]}) == 4
