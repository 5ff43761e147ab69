"""LlamaCloud's contract: files."""

from __future__ import annotations

import pytest

from quire.domain.tenant import DAY_MS, Tenant
from quire.http.call import MOST_FILE_BYTES
from quire.service import uploads
from quire.testing.world import World
from tests.contracts.conftest import Caller, form
from tests.contracts.golden import assert_golden
from tests.contracts.llamacloud import client, extract, uploaded

NEW, OLD = "/api/v1/beta/files", "/api/v1/files"


@pytest.fixture
def call(world: World) -> Caller:
    return client(world)


@pytest.fixture
def stranger(world: World) -> Caller:
    return client(world, Tenant("other"))


@pytest.mark.parametrize(("path", "field"), [(NEW, "file"), (OLD, "upload_file")])
def test_a_file_by_form_is_found_again_with_what_was_said_of_it(call: Caller, path: str, field: str) -> None:
    file = uploaded(call, field, path)
    assert (file["name"], file["file_type"], file["purpose"]) == ("a.pdf", "pdf", "extract")
    for folder in (NEW, OLD):
        again = call("GET", f"{folder}/{file['id']}").body
        assert again == file


def test_every_field_of_a_file(call: Caller) -> None:
    assert_golden("llamacloud", "file", call("GET", f"{OLD}/{uploaded(call)['id']}"))


def test_older_clients_name_their_own_id_in_the_query(call: Caller) -> None:
    body, headers = form(("upload_file", "a.pdf", b"%PDF-1.7"))
    file = call("POST", f"{OLD}?external_file_id=mine&project_id=p", raw=body, **headers).body
    assert file["external_file_id"] == "mine"


def test_a_promised_file_may_have_no_size(call: Caller) -> None:
    target = call("PUT", OLD, {"name": "a.pdf", "external_file_id": "mine"}).body
    assert target.keys() == {"url", "expires_at", "file_id", "form_fields"}
    file = call("GET", f"{OLD}/{target['file_id']}").body
    assert (file["name"], file["external_file_id"], file["file_size"]) == ("a.pdf", "mine", None)


def test_a_job_waits_for_its_file(call: Caller) -> None:
    target = call("PUT", OLD, {"name": "a.pdf", "file_size": 8}).body
    job = extract(call, target["file_id"]).body
    call.start(job["id"])
    assert call("GET", f"/api/v2/extract/{job['id']}").body["status"] == "PENDING"
    stored = call.world.blobs.put(f"uploads/acme/{target['file_id']}", b"%PDF-1.7", "")
    uploads.accept(call.world, "acme", target["file_id"], stored.version, 8)
    call.start(job["id"])
    assert call("GET", f"/api/v2/extract/{job['id']}").body["status"] == "RUNNING"


def test_a_file_from_a_url_is_fetched(call: Caller) -> None:
    file = call("PUT", f"{OLD}/upload_from_url", {"url": "https://example.com/a.pdf", "name": "a.pdf"}).body
    fetch = call.world.fetches.get("acme", file["id"])
    assert (file["name"], fetch.url if fetch else None) == ("a.pdf", "https://example.com/a.pdf")
    assert call("PUT", f"{OLD}/upload_from_url", {"url": "ftp://example.com/a.pdf"}).status == 422
    bare = {"url": "https://example.com/a.pdf", "verify_ssl": False}
    assert call("PUT", f"{OLD}/upload_from_url", bare).status == 422


def test_the_bytes_of_a_file_have_a_url_as_long_as_they_last(call: Caller) -> None:
    file = uploaded(call)
    for folder in (NEW, OLD):
        link = call("GET", f"{folder}/{file['id']}/content?expires_at_seconds=60").body
        assert link.keys() == {"url", "expires_at", "form_fields"} and file["id"] in link["url"]
    shown = call("GET", f"{NEW}/{file['id']}?expand=download_url").body
    assert file["id"] in shown["download_url"]["url"]
    call.world.clock.advance(DAY_MS)
    assert call("GET", f"{NEW}/{file['id']}/content").status == 400


def test_files_are_listed_newest_first_by_pages(call: Caller) -> None:
    ids = []
    for _ in range(3):
        call.world.clock.advance(1000)
        ids.append(uploaded(call)["id"])
    first = call("GET", f"{NEW}?page_size=2").body
    second = call("GET", f"{NEW}?page_size=2&page_token={first['next_page_token']}").body
    assert [file["id"] for file in first["items"] + second["items"]] == ids[::-1]
    assert second["next_page_token"] is None
    forward = call("GET", f"{NEW}?order_by=id").body["items"]
    assert [file["id"] for file in forward] == ids
    assert call("GET", f"{NEW}?order_by=name").status == 422
    assert call("GET", f"{NEW}?page_token=x").status == 422


def test_files_are_filtered(call: Caller) -> None:
    one, other = uploaded(call), call("PUT", OLD, {"name": "b.pdf", "external_file_id": "y"}).body["file_id"]
    assert [file["id"] for file in call("GET", f"{NEW}?external_file_id=y").body["items"]] == [other]
    assert [file["id"] for file in call("GET", f"{NEW}?file_name=a.pdf").body["items"]] == [one["id"]]
    both = call("GET", f"{NEW}?file_ids={one['id']},{other}").body["items"]
    assert {file["id"] for file in both} == {one["id"], other}
    asked = call("POST", f"{NEW}/query", {"filter": {"file_ids": [other]}, "page_size": 5000}).body
    assert [file["id"] for file in asked["items"]] == [other]
    assert len(call("POST", f"{NEW}/query", {}).body["items"]) == 2


def test_a_deleted_file_is_gone(call: Caller) -> None:
    for folder in (NEW, OLD):
        file = uploaded(call)["id"]
        answer = call("DELETE", f"{folder}/{file}")
        assert (answer.status, answer.body) == (204, None)
        assert call("GET", f"{folder}/{file}").status == call("DELETE", f"{folder}/{file}").status == 404
        assert extract(call, file).status == 404


def test_another_tenant_s_file_is_none(call: Caller, stranger: Caller) -> None:
    file = uploaded(call)["id"]
    absent = stranger("GET", f"{OLD}/x")
    assert absent.status == 404
    for method, path in (("GET", file), ("GET", f"{file}/content"), ("DELETE", file)):
        answer = stranger(method, f"{OLD}/{path}")
        assert (answer.status, answer.body["code"]) == (404, absent.body["code"])
    assert stranger("GET", NEW).body["items"] == []
    assert call("GET", f"{OLD}/{file}").status == 200


def test_what_is_no_file_is_refused(call: Caller) -> None:
    body, headers = form(("file", "a.pdf", b""))
    assert call("POST", NEW, raw=body, **headers).body["detail"][0]["msg"] == "The file is empty."
    body, headers = form(("file", "a.pdf", b"x" * (MOST_FILE_BYTES + 1)))
    answer = call("POST", NEW, raw=body, **headers)
    assert (answer.status, answer.body["code"]) == (413, "body_too_large")
    body, headers = form(("other", "a.pdf", b"x"))
    assert call("POST", NEW, raw=body, **headers).body["detail"][0]["loc"] == ["body", "file"]
    assert call("PUT", OLD, {"name": "a", "file_size": 200 * 2**20}).status == 413
