"""A document that waits for a person on the local stack: held, reviewed from the command line, given out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack import Stack
from tests.journey.test_document import digital_pdf
from tests.stack.test_admin import quire

SCHEMA = {"properties": {"swift": {"type": "string", "pattern": "^[A-Z]{6}[A-Z0-9]{2}$"}}}
"""Of which these documents hold no value, so that they are in doubt."""


@pytest.fixture
def http(stack: Stack, tmp_path: Path) -> Iterator[httpx.Client]:
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    quire(stack, "template", "add", "swift", schema, "--review", 60)
    headers = {"Authorization": f"api-key {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as client:
        yield client


def create(http: httpx.Client, text: str, **fields: str) -> str:
    sent = {"file": ("a.pdf", digital_pdf(text))}
    answer = http.post("/api/v1/extraction-jobs", data={"templateName": "swift", **fields}, files=sent)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job"]["id"])


def until(http: httpx.Client, job: str, status: str, seconds: float = 60) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while True:
        said = http.get(f"/api/v1/extraction-jobs/{job}").json()["job"]
        if said["status"] == status:
            return dict(said)
        assert time.monotonic() < deadline, said
        time.sleep(0.3)


def waiting(stack: Stack) -> list[str]:
    return [line.split()[0] for line in quire(stack, "review", "list").splitlines()[1:]]


def test_a_document_is_held_until_a_person_lets_it_pass(stack: Stack, http: httpx.Client) -> None:
    job = create(http, "A transfer to somebody")
    said = until(http, job, "review_required")
    assert (said["reviewThreshold"], said["reviewFlaggedFieldCount"]) == (60, 1)
    held_back = http.get(f"/api/v1/extraction-jobs/{job}/result")
    assert (held_back.status_code, held_back.json()["error"]["code"]) == (409, "REVIEW_REQUIRED")
    (document,) = waiting(stack)
    assert "swift" in quire(stack, "review", "show", document)
    quire(stack, "review", "edit", document, "swift=DEUTDEFF")
    until(http, job, "completed")
    data = http.get(f"/api/v1/extraction-jobs/{job}/result").json()["data"]
    assert data["documents"][0]["content"]["swift"]["value"] == "DEUTDEFF"
    assert waiting(stack) == []


def test_a_document_is_rejected(stack: Stack, http: httpx.Client) -> None:
    job = create(http, "Another transfer", documentReview="99")
    until(http, job, "review_required")
    (document,) = waiting(stack)
    quire(stack, "review", "reject", document)
    assert until(http, job, "failed")["error"]["code"] == "REVIEW_REJECTED"


def test_a_cancelled_job_s_document_waits_no_more(stack: Stack, http: httpx.Client) -> None:
    job = create(http, "A third transfer")
    until(http, job, "review_required")
    keyed = {"X-API-KEY": stack.api_key}
    cancelled = http.post(f"/v1/batches/batch_{job.replace('-', '')}/cancel", headers=keyed)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert until(http, job, "failed")["error"]["code"] == "CANCELLED"
    assert waiting(stack) == []
