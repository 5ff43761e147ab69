"""Parts, page ranges and premium reading, over HTTP as a client of LlamaCloud's v2 routes asks for them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack import Stack
from tests.journey.test_document import digital_pdf

SCHEMA = {"type": "object", "properties": {"invoice_number": {"type": "string"}}}


@pytest.fixture
def client(stack: Stack) -> Any:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as http:
        yield http


def extracted(client: httpx.Client, content: bytes, **configuration: Any) -> dict[str, Any]:
    """The job once it has ended."""
    file = client.post("/api/v1/beta/files", files={"file": ("a", content)}, data={"purpose": "extract"}).json()
    asked = {"file_input": file["id"], "configuration": {"data_schema": SCHEMA, **configuration}}
    answer = client.post("/api/v2/extract", json=asked)
    assert answer.status_code == 200, answer.text
    job = dict(answer.json())
    deadline = time.monotonic() + 120
    while job["status"] in ("PENDING", "RUNNING"):
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
        job = client.get(f"/api/v2/extract/{job['id']}").json()
    return job


def test_each_page_in_range_has_a_result_of_its_own(client: httpx.Client) -> None:
    job = extracted(client, digital_pdf(pages=4), target_pages="2-3", extraction_target="per_page")
    assert (job["status"], len(job["extract_result"])) == ("COMPLETED", 2), job
    assert len(job["extract_metadata"]["field_metadata"]["page_metadata"]) == 2


def test_a_page_range_outside_of_the_document_fails_it(client: httpx.Client) -> None:
    job = extracted(client, digital_pdf(pages=2), target_pages="1-3")
    assert job["status"] == "FAILED"
    assert "1-3" in job["error_message"] and "2 pages" in job["error_message"]


def test_each_row_of_a_table_has_a_result_of_its_own(client: httpx.Client, samples: Path) -> None:
    lines = json.loads((samples / "schemas" / "invoice.json").read_text())["properties"]["line_items"]["items"]
    expected = json.loads((samples / "expected" / "invoice.json").read_text())["line_items"]
    content = (samples / "invoice.pdf").read_bytes()
    job = extracted(client, content, data_schema=lines, extraction_target="per_table_row")
    assert job["status"] == "COMPLETED", job
    assert [row["amount"] for row in job["extract_result"]] == [row["amount"] for row in expected]


def test_the_highest_tier_asks_textract_for_the_fields(client: httpx.Client, samples: Path) -> None:
    schema = json.loads((samples / "schemas" / "receipt.json").read_text())
    job = extracted(client, (samples / "receipt.jpg").read_bytes(), data_schema=schema, tier="agentic_plus")
    assert job["status"] == "COMPLETED", job
    expected = json.loads((samples / "expected" / "receipt.json").read_text())
    assert job["extract_result"]["total"] == expected["total"]
