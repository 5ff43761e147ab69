"""Documents in, text and tables out, over HTTP."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.journey.test_document import digital_pdf
from tests.stack.conftest import User, dropped_result


def test_a_digital_pdf_gives_its_text_with_place_and_page(user: User) -> None:
    batch = user.batch(digital_pdf(pages=2))
    (item,) = batch["items"]
    assert (batch["status"], item["status"], item["page_count"]) == ("completed", "succeeded", 2)
    chunks = user.result(item)["chunks"]
    assert [chunk["page_no"] for chunk in chunks] == sorted(chunk["page_no"] for chunk in chunks)
    assert "page 2, line 6" in chunks[-1]["page_content"]
    x0, y0, x1, y1 = chunks[0]["bbox"]
    assert 60 < x0 < x1 < 595 and 50 < y0 < y1 < 842
    assert "confidence" not in chunks[0]  # nobody guessed


def test_a_scanned_receipt_is_read_by_ocr(user: User, samples: Path) -> None:
    batch = user.batch((samples / "receipt.jpg").read_bytes())
    (item,) = batch["items"]
    assert item["status"] == "succeeded", item
    chunks = user.result(item)["chunks"]
    assert "TOTAL" in " ".join(chunk["page_content"] for chunk in chunks).upper()
    assert all(0 <= chunk["confidence"] <= 100 for chunk in chunks)


@pytest.mark.parametrize("name", ["form.tiff", "rotated-scan.pdf"])
def test_scans_of_every_kind_are_read(user: User, samples: Path, name: str) -> None:
    (item,) = user.batch((samples / name).read_bytes())["items"]
    assert item["status"] == "succeeded", item
    words = " ".join(chunk["page_content"] for chunk in user.result(item)["chunks"]).split()
    assert len(words) > 30


def test_the_balanced_engine_asks_textract_for_every_page(user: User, samples: Path) -> None:
    (item,) = user.batch((samples / "invoice.pdf").read_bytes(), engine="balanced")["items"]
    assert item["status"] == "succeeded", item
    chunks = user.result(item)["chunks"]
    assert any(chunk["chunk_type"] == "table" and chunk["table"]["n_rows"] > 2 for chunk in chunks)


def test_one_synchronous_call(user: User) -> None:
    answer = user.http.post("/v1/extract/file", files={"file": ("a.pdf", digital_pdf("Sent along"))})
    assert answer.status_code == 200, answer.text
    assert "Sent along, page 1" in answer.json()["chunks"][0]["page_content"]


def test_the_same_synchronous_call_again_is_the_same_job(user: User) -> None:
    content = digital_pdf("A client that retries")
    before = _spent(user)
    answers = [user.http.post("/v1/extract/file", files={"file": content}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert _spent(user) - before == 1


def _spent(user: User) -> int:
    key = {"PK": {"S": "tenant#demo"}, "SK": {"S": "credits"}}
    row = user.aws("dynamodb").get_item(TableName=user.stack.outputs["JobsTable"], Key=key)["Item"]
    return int(row.get("spent", {"N": "0"})["N"])


@pytest.mark.parametrize("name", ["plain.pdf", "Größe 100% & 1+1 #2.pdf"])
def test_a_dropped_file_makes_a_job_by_itself(user: User, name: str) -> None:
    bucket, s3 = user.stack.outputs["BucketName"], user.aws("s3")
    s3.put_object(Bucket=bucket, Key=f"inbox/demo/text/{name}", Body=digital_pdf(f"Dropped as {len(name)}"))
    assert f"Dropped as {len(name)}" in dropped_result(user, name)


def test_a_dropped_file_that_is_no_document_gets_its_refusal(user: User) -> None:
    s3 = user.aws("s3")
    s3.put_object(Bucket=user.stack.outputs["BucketName"], Key="inbox/demo/text/notes.txt", Body=b"hello")
    assert '"code": "unsupported_input"' in dropped_result(user, "notes.txt")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/octet-stream"}, {"Content-Type": "image/png"}])
def test_the_upload_takes_what_clients_send(user: User, headers: dict[str, str]) -> None:
    file_id = user.upload(digital_pdf(), **headers)
    assert user.submit(file_id).status_code == 200


def test_a_second_put_changes_nothing(user: User) -> None:
    first, second = digital_pdf("What was seen"), digital_pdf("What came late")
    assert len(first) != len(second) or first != second
    padded = second + b"%" * (len(first) - len(second)) if len(second) < len(first) else second[: len(first)]
    file = user.announce(len(first))
    assert httpx.put(file["upload"]["url"], content=first).status_code == 200
    _arrived(user, file["id"])
    assert httpx.put(file["upload"]["url"], content=padded).status_code == 200
    page = user.wait(user.submit(file["id"]).json()["id"])
    assert "What was seen" in user.result(page["items"][0])["chunks"][0]["page_content"]


def _arrived(user: User, file_id: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while user.http.get(f"/v1/files/{file_id}").json()["status"] != "uploaded":
        assert time.monotonic() < deadline
        time.sleep(0.1)
