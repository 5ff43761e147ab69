"""TerrafAI's contract on the local stack: its guide's curl lines as they stand, and what a document's parts come as."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from local.stack import Stack
from tests.journey.test_document import digital_pdf

CREATE = """curl -X POST "$BASE_URL/api/v1/extraction-jobs" \\
 -H "Authorization: api-key $API_KEY" \\
 -H "Idempotency-Key: inv-1001-upload-1" \\
 -F "file=@invoice.pdf" \\
 -F "templateName=invoice" \\
 -F "deliveryMode=poll"
"""
POLL = """curl -X GET "$BASE_URL/api/v1/extraction-jobs/$JOB_ID" \\
 -H "Authorization: api-key $API_KEY"
"""
RESULT = """curl -X GET "$BASE_URL/api/v1/extraction-jobs/$JOB_ID/result" \\
 -H "Authorization: api-key $API_KEY"
"""
"""Asynchronous Extraction, "Example Request" and "Example Polling Flow"."""
SYNC = """curl -X POST "$BASE_URL/api/v1/extractFields" \\
 -H "Authorization: api-key $API_KEY" \\
 -F "file=@invoice.pdf" \\
 -F "templateName=invoice" \\
 -F "returnText=true"
"""
"""Synchronous Extraction, "Example Request"."""


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"api-key {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as client:
        yield client


def run(stack: Stack, folder: Path, line: str, job: str = "") -> dict[str, Any]:
    """A line of the guide in a shell whose folder holds the samples; where there is no curl, the request it makes."""
    known = {"BASE_URL": stack.base_url, "API_KEY": stack.api_key, "JOB_ID": job}
    if shutil.which("curl"):
        said = subprocess.run(
            ["sh", "-c", line], cwd=folder, env={**os.environ, **known}, capture_output=True, text=True, check=True
        )
        return dict(json.loads(said.stdout))
    method, url = re.findall(r'-X (\w+) "([^"]+)"', line)[0]
    headers = dict(header.split(": ", 1) for header in re.findall(r'-H "([^"]+)"', line))
    form = dict(field.split("=", 1) for field in re.findall(r'-F "([^"]+)"', line))
    for name, value in known.items():
        url = url.replace(f"${name}", value)
        headers = {header: text.replace(f"${name}", value) for header, text in headers.items()}
    sent = {name: (folder / value[1:]).open("rb") for name, value in form.items() if value.startswith("@")}
    texts = {name: value for name, value in form.items() if name not in sent}
    return dict(httpx.request(method, url, headers=headers, data=texts, files=sent or None, timeout=60).json())


def ended(ask: Any) -> dict[str, Any]:
    """The job, asked for until it has ended."""
    deadline = time.monotonic() + 120
    while True:
        job = dict(ask()["job"])
        if job["status"] not in ("queued", "processing"):
            return job
        assert job["retryAfterMs"] > 0 and 0 <= job.get("progress", 0) < 100
        assert time.monotonic() < deadline, job
        time.sleep(0.3)


def test_the_guide_s_lines_run_as_they_stand(stack: Stack, samples: Path) -> None:
    made = run(stack, samples, CREATE)
    assert made["success"] is True and made["job"]["status"] == "queued", made
    job = made["job"]["id"]
    said = ended(lambda: run(stack, samples, POLL, job))
    assert (said["status"], said["resultAvailable"]) == ("completed", True), said
    result = run(stack, samples, RESULT, job)
    assert (result["success"], result["data"]["originalName"]) == (True, "invoice.pdf")
    (document,) = result["data"]["documents"]
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    content = document["content"]
    assert content["invoice_number"]["value"] == expected["invoice_number"]
    assert float(content["total_amount"]["value"]) == expected["total_amount"]
    assert [line["description"]["value"] for line in content["line_items"]] == [
        line["description"] for line in expected["line_items"]
    ]
    box = content["invoice_number"]["boundingBox"]
    assert 0 <= box["left"] < box["right"] <= 1 and 0 <= box["top"] < box["bottom"] <= 1
    assert 0 < content["invoice_number"]["confidence"] <= 100
    assert len(document["sourcePages"]) == result["data"]["processedPages"]
    again = run(stack, samples, CREATE)
    assert (again["job"]["id"], again["job"]["status"]) == (job, "completed")


def test_the_synchronous_line_runs_as_it_stands(stack: Stack, samples: Path) -> None:
    said = run(stack, samples, SYNC)
    assert said["success"] is True, said
    (document,) = said["data"]["documents"]
    assert document["content"]["invoice_number"]["value"] in document["returnedText"]
    assert said["data"]["completionTime"] > 0


def test_documents_of_one_file_come_back_each_with_its_pdf(http: httpx.Client, samples: Path) -> None:
    writer = pypdf.PdfWriter()
    for name in ("invoice.pdf", "contract.pdf"):
        writer.append(samples / name)
    whole = io.BytesIO()
    writer.write(whole)
    body = {
        "file": "data:application/pdf;base64," + base64.b64encode(whole.getvalue()).decode(),
        "templateName": "invoice", "documentSplitting": True, "returnDocuments": True, "filename": "two.pdf",
    }  # fmt: skip
    job = http.post("/api/v1/extraction-jobs", json=body).json()["job"]
    said = ended(lambda: http.get(job["statusUrl"]).json())
    assert said["status"] == "completed", said
    data = http.get(said["resultUrl"]).json()["data"]
    pages = [number for document in data["documents"] for number in document["sourcePages"]]
    assert len(data["documents"]) == 2 and pages == list(range(1, data["processedPages"] + 1))
    for document in data["documents"]:
        pdf = pypdf.PdfReader(io.BytesIO(base64.b64decode(document["returnedDocumentBase64"])))
        assert len(pdf.pages) == len(document["sourcePages"])
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    assert data["documents"][0]["content"]["invoice_number"]["value"] == expected["invoice_number"]


def test_bytes_that_are_no_document_fail_the_job(http: httpx.Client) -> None:
    fields = {"templateName": "receipt", "deliveryMode": "poll"}
    job = http.post("/api/v1/extraction-jobs", data=fields, files={"file": ("a.pdf", bytes(99))}).json()["job"]
    said = ended(lambda: http.get(job["statusUrl"]).json())
    assert (said["status"], said["error"]["code"]) == ("failed", "UNSUPPORTED_INPUT")
    refused = http.get(f"{job['statusUrl']}/result")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "JOB_FAILED")


def test_a_job_of_another_contract_is_told_in_these_words(stack: Stack, http: httpx.Client) -> None:
    theirs = httpx.Client(base_url=stack.base_url, headers={"X-API-KEY": stack.api_key}, timeout=60)
    with theirs:
        content = digital_pdf("Told elsewhere")
        file = theirs.post("/v1/files", json={"size_bytes": len(content), "filename": "b.pdf"}).json()
        assert httpx.put(file["upload"]["url"], content=content, timeout=60).status_code == 200
        batch = theirs.post("/v1/batches", json={"source": {"type": "files", "file_ids": [file["id"]]}}).json()["id"]
    digits = batch.removeprefix("batch_")
    job = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    assert ended(lambda: http.get(f"/api/v1/extraction-jobs/{job}").json())["status"] == "completed"
    (document,) = http.get(f"/api/v1/extraction-jobs/{job}/result").json()["data"]["documents"]
    assert "Told elsewhere" in document["returnedText"]
