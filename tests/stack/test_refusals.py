"""Bad input gets a typed refusal in the contract's words, and nothing is lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pypdf import PdfReader, PdfWriter

from tests.journey.test_document import digital_pdf
from tests.stack.conftest import User


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(digital_pdf("Behind a lock"))))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("key", [None, "", "wrong", "qk_" + "x" * 43, "x" * 5000])
def test_a_key_that_is_not_ours(user: User, key: str | None) -> None:
    headers = {} if key is None else {"X-API-KEY": key}
    answer = httpx.get(f"{user.stack.base_url}/v1/batches/batch_x", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/v1/files", 405), ("DELETE", "/", 404)]
)
def test_a_path_that_is_not_there(user: User, method: str, path: str, status: int) -> None:
    answer = user.http.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"] == {404: "not_found", 405: "method_not_allowed"}[status]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"size_bytes": 0}',
        b'{"size_bytes": "7"}',
        b'{"size_bytes": 1.5}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_understood(user: User, body: bytes) -> None:
    answer = user.http.post("/v1/files", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert {"loc", "msg", "type"} <= answer.json()["detail"][0].keys()


def test_too_large_is_said_before_the_upload(user: User) -> None:
    answer = user.http.post("/v1/files", json={"size_bytes": 150 * 2**20 + 1})
    assert (answer.status_code, answer.json()["error"]) == (413, "document_too_large")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00", "unsupported_input"),
        (b"<html>no document</html>", "unsupported_input"),
        (b"8BPS\x00\x01" + b"\x00" * 50, "unsupported_input"),
        (digital_pdf()[:300], "extraction_failed"),
        (b"%PDF-1.7\nnothing behind it", "extraction_failed"),
        (b"\x89PNG\r\n\x1a\nbroken", "extraction_failed"),
        (encrypted("secret"), "unsupported_input"),
        (digital_pdf(pages=1001), "page_limit_exceeded"),
    ],
    ids=["one byte", "html", "photoshop", "truncated pdf", "empty pdf", "broken png", "encrypted", "1001 pages"],
)
def test_bytes_that_cannot_be_processed(user: User, content: bytes, code: str) -> None:
    batch = user.batch(content)
    (item,) = batch["items"]
    assert (batch["status"], item["status"], item["error"]["code"]) == ("failed", "failed", code)
    assert item["error"]["message"]
    answer = user.http.get(f"/v1/batches/{batch['id']}/items/{item['id']}/result")
    assert (answer.status_code, answer.json()["error"]) == (409, "result_not_ready")


def test_an_encrypted_pdf_with_its_password(user: User) -> None:
    batch = user.batch(encrypted("secret"), options={"password": "secret"})
    assert "Behind a lock" in user.result(batch["items"][0])["chunks"][0]["page_content"]
    assert "secret" not in str(batch)


def test_a_put_of_another_length_than_announced(user: User) -> None:
    file = user.announce(100)
    assert httpx.put(file["upload"]["url"], content=b"x" * 99).status_code == 403
    answer = user.submit(file["id"])
    assert (answer.status_code, answer.json()["error"], answer.json()["file_ids"]) == (
        409, "file_not_uploaded", [file["id"]],
    )  # fmt: skip


def test_an_upload_that_never_came(user: User) -> None:
    there, missing = user.upload(digital_pdf()), user.announce(10)["id"]
    answer = user.submit(there, missing)
    assert (answer.status_code, answer.json()["file_ids"]) == (409, [missing])


@pytest.mark.parametrize(
    "file_id", ["file_" + "0" * 32, "nonsense", "", "file_../../etc", "file_01977420-dc00-7469-aa8d-94c9da0c9009"]
)
def test_a_file_that_never_was(user: User, file_id: str) -> None:
    answer = user.submit(user.upload(digital_pdf()), file_id)
    assert (answer.status_code, answer.json()["error"], answer.json()["file_ids"]) == (404, "file_not_found", [file_id])


def test_too_many_none_and_the_same_twice(user: User) -> None:
    one = user.upload(digital_pdf())
    for file_ids in ([f"file_{number:032x}" for number in range(10_001)], [], [one, one]):
        answer = user.submit(*file_ids)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"][:3] == ["body", "source", "file_ids"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "cursor=%25%25", "cursor=" + "A" * 300, "cursor=AAAA"]
)
def test_a_query_that_is_not_one(user: User, query: str) -> None:
    batch = user.submit(user.upload(digital_pdf())).json()["id"]
    assert user.http.get(f"/v1/batches/{batch}?{query}").status_code == 422


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/batches/batch_" + "0" * 32, "batch_not_found"),
        ("/v1/batches/x", "batch_not_found"),
        ("/v1/batches/x/items/y/result", "not_found"),
        ("/v1/files/file_" + "0" * 32, "file_not_found"),
        ("/v1/files/x", "file_not_found"),
        ("/v1/files/%00%ff..", "file_not_found"),
    ],
)
def test_a_thing_that_never_was(user: User, path: str, code: str) -> None:
    answer = user.http.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, code)


@pytest.mark.parametrize(
    ("size", "whose"), [(4_400_000, "taken"), (4_550_000, "contract"), (7 * 2**20, "aws"), (11 * 2**20, "aws")]
)
def test_bodies_by_size(user: User, size: int, whose: str) -> None:
    padded = digital_pdf() + b"%" * size
    answer = user.http.post("/v1/extract/file", files={"file": ("a.pdf", padded[:size])})
    expected: dict[str, tuple[int, Any]] = {
        "taken": (200, None), "contract": (413, "document_too_large"), "aws": (413, None),
    }  # fmt: skip
    assert (answer.status_code, answer.json().get("error")) == expected[whose]
    if whose == "aws":
        assert answer.json() == {"message": "Request Entity Too Large"}


@pytest.mark.parametrize(
    ("content", "files"),
    [(b"x", None), (None, {"other": b"x"}), (b"--b\r\nbroken", None)],
)
def test_a_form_that_is_not_one(user: User, content: bytes | None, files: dict[str, bytes] | None) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"} if content else {}
    answer = user.http.post("/v1/extract/file", content=content, files=files, headers=headers)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(("content", "status"), [(b"", 415), (b"hello", 415), (encrypted("x"), 415)])
def test_a_synchronous_document_that_cannot_be_processed(user: User, content: bytes, status: int) -> None:
    answer = user.http.post("/v1/extract/file", files={"file": ("a.pdf", content)})
    assert (answer.status_code, answer.json()["error"]) == (status, "unsupported_input")


def test_one_idempotency_key_is_one_batch_also_when_requests_race(user: User) -> None:
    files = [user.upload(digital_pdf()), user.upload(digital_pdf())]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: user.submit(*files, key="once"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = user.submit(files[0], key="once")
    assert (other.status_code, other.json()["error"]) == (409, "idempotency_key_reused")


def test_a_cancelled_batch_starts_nothing_more(user: User) -> None:
    files = [user.upload(digital_pdf(pages=30)) for _ in range(20)]
    batch = user.submit(*files).json()["id"]
    cancelled = user.http.post(f"/v1/batches/{batch}/cancel").json()
    assert cancelled["counts"]["pending"] == 0
    page = user.wait(batch)
    assert page["counts"] == {
        "pending": 0, "running": 0, "failed": 0,
        "succeeded": cancelled["counts"]["running"] + cancelled["counts"]["succeeded"],
        "cancelled": cancelled["counts"]["cancelled"],
    }  # fmt: skip
    again = user.http.post(f"/v1/batches/{batch}/cancel").json()
    assert again["counts"] == page["counts"]
