"""Extend's contract on the local stack: what the twins cannot show."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from local.stack import Stack

SCHEMA = {
    "type": "object",
    "properties": {"invoice_number": {"type": ["string", "null"]}, "total_amount": {"type": ["number", "null"]}},
    "required": ["invoice_number", "total_amount"],
    "additionalProperties": False,
}
CONFIG = {"schema": SCHEMA}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' output is for failures."""


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    """A raw client: neither the SDK's version header nor its retries."""
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def served(samples: Path) -> Iterator[str]:
    """The samples, behind a URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(samples))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def ended(http: httpx.Client, run: dict[str, Any], seconds: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while run["status"] == "PROCESSING":
        assert time.monotonic() < deadline, run
        time.sleep(0.2)
        answer = http.get(f"/extract_runs/{run['id']}")
        assert answer.status_code == 200, answer.text
        run = answer.json()
    return run


def test_a_text_in_one_call(http: httpx.Client) -> None:
    answer = http.post(
        "/extract", json={"file": {"text": "Invoice number: A-17\nTotal amount: 12.50\n"}, "config": CONFIG}
    )
    assert answer.status_code == 200, answer.text
    run = ended(http, answer.json())
    assert run["output"]["value"] == {"invoice_number": "A-17", "total_amount": 12.5}
    (citation,) = run["output"]["metadata"]["invoice_number"]["citations"]
    assert "A-17" in citation["referenceText"] and citation["polygon"] is None


def test_a_document_behind_a_url(http: httpx.Client, served: str, samples: Path) -> None:
    asked = {"file": {"url": f"{served}/invoice.pdf"}, "config": CONFIG, "metadata": {"by": "url"}}
    answer = http.post("/extract_runs", json=asked)
    assert answer.status_code == 200, answer.text
    run = ended(http, answer.json())
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    assert run["output"]["value"] == {name: expected[name] for name in SCHEMA["properties"]}  # type: ignore[attr-defined]
    assert (run["file"]["name"], run["file"]["type"], run["metadata"]) == ("invoice.pdf", "PDF", {"by": "url"})
    absent = http.post("/extract_runs", json={**asked, "file": {"url": f"{served}/nothing.pdf"}}).json()
    failed = ended(http, absent)
    assert (failed["status"], failed["failureReason"]) == ("FAILED", "FAILED_TO_PROCESS_FILE")


def test_files_are_listed_linked_and_deleted(http: httpx.Client, samples: Path) -> None:
    content = (samples / "invoice.pdf").read_bytes()
    names = [f"listed-{n}.pdf" for n in range(3)]
    made = [http.post("/files/upload", files={"file": (name, content)}).json()["id"] for name in names]
    seen: list[str] = []
    token, deadline = None, time.monotonic() + 30
    while len(seen) < len(made):
        assert time.monotonic() < deadline, seen
        page = http.get(
            "/files",
            params={"nameContains": "listed-", "maxPageSize": 2, **({"nextPageToken": token} if token else {})},
        ).json()
        seen += [file["id"] for file in page["data"]]
        token = page["nextPageToken"]
        if token is None and len(seen) < len(made):  # the index follows
            seen = []
    assert seen == made[::-1]
    link = http.get(f"/files/{made[0]}").json()["presignedUrl"]
    assert httpx.get(link, timeout=30).content == content
    assert http.delete(f"/files/{made[0]}").json() == {"id": made[0]}
    assert http.get(f"/files/{made[0]}").status_code == 404
    assert httpx.get(link, timeout=30).status_code == 404


def test_several_files_as_one(http: httpx.Client) -> None:
    notes = ("Invoice number: B-1\n", "Total amount: 7.25\n")
    made = [http.post("/files/upload", files={"file": (f"{n}.txt", note)}).json() for n, note in enumerate(notes)]
    package = {"files": [{"id": file["id"]} for file in made]}
    answer = http.post("/extract_runs", json={"package": package, "config": CONFIG})
    assert answer.status_code == 200, answer.text
    run = ended(http, answer.json())
    assert run["output"]["value"] == {"invoice_number": "B-1", "total_amount": 7.25}
    (citation,) = run["output"]["metadata"]["total_amount"]["citations"]
    assert citation["fileId"] == made[1]["id"] == run["files"][1]["id"]


def test_the_laptops_own_extractor(http: httpx.Client, samples: Path) -> None:
    listed = http.get("/extractors", params={"maxPageSize": 100}).json()["data"]
    (invoice,) = [one for one in listed if one["name"] == "invoice"]
    file = http.post("/files/upload", files={"file": ("i.pdf", (samples / "invoice.pdf").read_bytes())}).json()
    run = http.post("/extract_runs", json={"extractor": {"id": invoice["id"]}, "file": {"id": file["id"]}}).json()
    value = ended(http, run)["output"]["value"]
    expected = json.loads((samples / "expected" / "invoice.json").read_text())
    assert (value["invoice_number"], len(value["line_items"])) == (
        expected["invoice_number"],
        len(expected["line_items"]),
    )
