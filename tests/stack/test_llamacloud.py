"""LlamaCloud's v1 over HTTP, as its older clients use it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack import Stack

V1 = "/api/v1/extraction"


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as http:
        yield http


def ended(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while job["status"] == "PENDING":
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
        job = client.get(f"{V1}/jobs/{job['id']}").json()
    return job


def test_an_agent_runs_on_a_file_that_comes_later(client: httpx.Client, samples: Path) -> None:
    schema = json.loads((samples / "schemas" / "invoice.json").read_text())
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    content = (samples / "invoice.pdf").read_bytes()
    made = {"name": f"stack {time.time_ns()}", "data_schema": schema, "config": {"extraction_mode": "FAST"}}
    agent = client.post(f"{V1}/extraction-agents", json=made).json()
    target = client.put("/api/v1/files", json={"name": "invoice.pdf", "file_size": len(content)}).json()
    job = client.post(f"{V1}/jobs", json={"extraction_agent_id": agent["id"], "file_id": target["file_id"]}).json()
    assert job["status"] == "PENDING"
    assert httpx.put(target["url"], content=content).status_code == 200
    assert ended(client, job)["status"] == "SUCCESS"
    run = client.get(f"{V1}/runs/by-job/{job['id']}").json()
    assert (run["data"], run["extraction_agent_id"]) == (expected, agent["id"])
    listed = client.get(f"{V1}/runs", params={"extraction_agent_id": agent["id"]}).json()
    assert [each["id"] for each in listed["items"]] == [run["id"]]
    assert client.delete(f"{V1}/runs/{run['id']}").status_code == 200
    assert client.get(f"{V1}/runs/{run['id']}").status_code == 404
    assert client.delete(f"{V1}/extraction-agents/{agent['id']}").status_code == 200


def test_text_is_extracted_without_an_agent(client: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"invoice_number": {"type": "string"}}}
    asked = {"data_schema": schema, "config": {}, "text": "Invoice number: A-77\nTotal amount: 12.50 EUR\n"}
    job = ended(client, client.post(f"{V1}/run", json=asked).json())
    result = client.get(f"{V1}/jobs/{job['id']}/result").json()
    assert result["data"] == {"invoice_number": "A-77"}, job
