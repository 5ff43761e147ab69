"""Extend's contract: files."""

from __future__ import annotations

import json

import pytest

from quire.domain.tenant import DAY_MS, Tenant
from quire.http.call import MOST_FILE_BYTES
from quire.http.ids import say_id
from quire.testing.world import World
from tests.contracts.conftest import Caller, form
from tests.contracts.extend import client, upload, walk
from tests.contracts.golden import assert_golden


@pytest.fixture
def call(world: World) -> Caller:
    return client(world, Tenant("acme", rate_factor=100))


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


def test_a_file_has_every_documented_field(call: Caller) -> None:
    body, headers = form(("file", "Invoice 1.pdf", b"%PDF-1.7"))
    answer = call("POST", "/files/upload", raw=body, **headers)
    assert_golden("extend", "file_uploaded", answer)
    assert answer.body["id"].startswith("file_") and answer.body["type"] == "PDF"
    assert "presignedUrl" in call("GET", f"/files/{answer.body['id']}").body


def test_a_file_is_read_by_its_link(call: Caller) -> None:
    file = upload(call)
    url = call("GET", f"/files/{file}").body["presignedUrl"]
    assert f"uploads/acme/{file.removeprefix('file_')[:8]}" in url
    call.world.clock.advance(DAY_MS)
    assert call("GET", f"/files/{file}").body["presignedUrl"] is None


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "IMG"),
        ("a.csv", b"a,b\n1,2\n", "CSV"),
        ("a.txt", b"Total: 12.50 to be paid", "TXT"),
        ("a", b"<!doctype html><p>Hello", "HTML"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "XML"),
    ],
)
def test_a_files_type_is_what_its_bytes_are(call: Caller, name: str, content: bytes, kind: str) -> None:
    assert call("GET", f"/files/{upload(call, name, content)}").body["type"] == kind


def test_files_are_listed_newest_first_page_by_page(call: Caller) -> None:
    made = []
    for n in range(5):
        made.append(upload(call, f"n{n}.pdf"))
        call.world.clock.advance(10)
    assert [file["id"] for file in walk(call, "/files")] == made[::-1]
    assert [file["id"] for file in walk(call, "/files?sortDir=asc")] == made
    assert [file["id"] for file in walk(call, "/files?nameContains=n2")] == [made[2]]
    assert_golden("extend", "files_listed", call("GET", "/files?nameContains=n2"))
    assert call("GET", "/files?nextPageToken=x").body["code"] == "INVALID_REQUEST"


def test_a_deleted_file_is_gone_with_its_bytes(call: Caller) -> None:
    file = upload(call)
    assert call("DELETE", f"/files/{file}").body == {"id": file}
    assert [call(method, f"/files/{file}").status for method in ("GET", "DELETE")] == [404, 404]
    assert walk(call, "/files") == []
    assert call.world.blobs.keys("uploads/acme/") == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_file_of_another_is_as_if_it_had_never_been(call: Caller, stranger: Caller, method: str) -> None:
    theirs = upload(call)
    never = say_id("file", "0190a3d2-0000-7000-8000-000000000000")
    answers = [stranger(method, f"/files/{file}") for file in (theirs, never, "file_1", "1")]
    assert {answer.status for answer in answers} == {404}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert walk(stranger, "/files") == []
    assert call("GET", f"/files/{theirs}").status == 200


def test_what_is_no_document_is_refused(call: Caller) -> None:
    body, headers = form(("file", "a.zip", b"PK\x03\x04 nothing of ours"))
    assert_golden("extend", "file_unsupported", call("POST", "/files/upload", raw=body, **headers))


def test_a_file_that_is_too_large_is_refused(call: Caller) -> None:
    body, headers = form(("file", "a.pdf", b"%PDF-1.7" + b" " * MOST_FILE_BYTES))
    answer = call("POST", "/files/upload", raw=body, **headers)
    assert (answer.status, answer.body["code"], answer.body["retryable"]) == (413, "BODY_TOO_LARGE", False)
    assert "URL" in answer.body["message"]


@pytest.mark.parametrize("parts", [(("other", "a.pdf", b"%PDF"),), (("file", None, b"%PDF"),), ()])
def test_an_upload_without_its_file_is_refused(call: Caller, parts: tuple[tuple[str, str | None, bytes], ...]) -> None:
    body, headers = form(*parts)
    answer = call("POST", "/files/upload", raw=body, **headers)
    assert (answer.status, answer.body["code"]) == (400, "INVALID_REQUEST")


def test_a_file_stays_what_it_is_where_a_pdf_is_wanted(call: Caller) -> None:
    body, headers = form(("file", "a.png", b"\x89PNG\r\n\x1a\n"))
    assert call("POST", "/files/upload?convertToPdf=true", raw=body, **headers).body["type"] == "IMG"
