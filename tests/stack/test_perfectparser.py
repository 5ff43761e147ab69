"""PerfectParser's documented workflow, by plain HTTP: a parser, an extraction, polling, results, an export."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import httpx
from openpyxl import load_workbook

from tests.stack.conftest import User

FIELDS = [
    {"name": "invoice_number", "type": "string", "description": "The invoice's number, as printed."},
    {"name": "total_amount", "type": "number", "description": "Amount to pay in the end, tax included."},
]


def answered(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def ended(user: User, extraction_id: str, seconds: float = 120) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while True:
        extraction = answered(user.http.get(f"/v1/extractions/{extraction_id}"))["extraction"]
        if extraction["status"] in ("completed", "failed", "partial"):
            return dict(extraction)
        assert time.monotonic() < deadline, extraction
        time.sleep(0.2)


def test_the_documented_workflow(user: User, samples: Path) -> None:
    http = user.http
    parser = answered(http.post("/v1/parsers", json={"name": "Bills", "fields": FIELDS}), 201)["parser"]
    invoice, order = (samples / "invoice.pdf").read_bytes(), (samples / "order.png").read_bytes()
    sent: dict[str, Any] = {
        "data": {"parser_id": parser["parser_id"]},
        "files": [("files", ("invoice.pdf", invoice)), ("files", ("order.png", order))],
        "headers": {"Idempotency-Key": "workflow-1"},
    }
    before = answered(http.get("/v1/credits"))["credits"]["available"]
    submitted = answered(http.post("/v1/extractions", **sent), 202)["extraction"]
    pages = submitted["page_count"]
    assert submitted["credits_remaining"] == before - pages == before - submitted["credits_used"]
    replayed = http.post("/v1/extractions", **sent)
    assert replayed.headers["idempotent-replayed"] == "true"
    assert answered(replayed, 202)["extraction"]["extraction_id"] == submitted["extraction_id"]

    extraction = ended(user, submitted["extraction_id"])
    assert (extraction["status"], extraction["parser_name"]) == ("completed", "Bills")
    assert extraction["credits_used"] == pages

    path = f"/v1/extractions/{submitted['extraction_id']}"
    results = answered(http.get(f"{path}/results"))["extraction"]["documents"]
    data = {document["filename"]: document["extracted_data"] for document in results}
    assert data["invoice.pdf"].keys() == data["order.png"].keys() == {"invoice_number", "total_amount"}
    assert isinstance(data["invoice.pdf"]["total_amount"], (int, float))
    assert all(0 < document["confidence"] <= 1 for document in results if any(document["extracted_data"].values()))

    document = submitted["documents"][0]["document_id"]
    one = answered(http.get(f"{path}/documents/{document}"))["document"]
    assert (one["extracted_data"], one["file_type"]) == (data["invoice.pdf"], "application/pdf")

    csv = http.get(f"{path}/export", params={"format": "csv"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(csv.content.decode("utf-8-sig").splitlines()) == 3
    excel = http.get(f"{path}/documents/{document}/export", params={"format": "excel"})
    values = [cell.value for row in load_workbook(io.BytesIO(excel.content)).worksheets[0].iter_rows() for cell in row]
    assert data["invoice.pdf"]["total_amount"] in values
    listed = answered(http.get("/v1/extractions", params={"parser_id": parser["parser_id"]}))["extractions"]
    assert [each["extraction_id"] for each in listed] == [submitted["extraction_id"]]
    newest = answered(http.get("/v1/extractions", params={"limit": 1}))["extractions"]
    assert [each["extraction_id"] for each in newest] == [submitted["extraction_id"]]


def test_a_parser_gets_its_fields_from_a_sample(user: User, samples: Path) -> None:
    parser = answered(user.http.post("/v1/parsers", json={"name": "Found"}), 201)["parser"]
    path = f"/v1/parsers/{parser['parser_id']}"
    sample = {"file": ("invoice.pdf", (samples / "invoice.pdf").read_bytes())}
    found = answered(user.http.post(f"{path}/detect-fields", files=sample))
    assert found["page_count"] == found["credits_used"] > 0
    kept = answered(user.http.get(path))["parser"]
    assert kept["schema"] == found["schema"] and len(kept["fields"]) > 3
    assert (kept["has_sample_file"], kept["sample_file_id"]) == (True, found["sample_file_id"])
    again = user.http.post(f"{path}/detect-fields", json={"sample_file_id": found["sample_file_id"]})
    assert answered(again, 409)["error"]["code"] == "SCHEMA_ALREADY_EXISTS"


def test_its_own_refusals_reach_a_client(user: User) -> None:
    assert answered(user.http.get("/v1/extractions/ext_123"), 404)["error"]["code"] == "RESOURCE_NOT_FOUND"
    assert answered(user.http.get("/v1/parsers/prs_123"), 404)["error"]["code"] == "PARSER_NOT_FOUND"
    wrong = user.http.get("/v1/me", headers={"X-API-KEY": "pp_live_wrong"})
    assert answered(wrong, 401)["error"]["code"] == "UNAUTHORIZED"
    assert answered(user.http.get("/v1/me"))["user"]["name"] == "demo"
