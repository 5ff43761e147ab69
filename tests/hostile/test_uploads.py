"""URLs that we sign: for one tenant's object, of one length, for a short time; and what is PUT where."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.accept import handler as accept
from quire.adapters.aws import Aws
from quire.domain.document import Stored
from quire.domain.file import File, FileStatus
from quire.domain.tenant import Tenant
from quire.http.ids import plain_id
from quire.service import files, uploads
from quire.service.credentials import add_tenant
from tests.hostile.asking import Request, ask, credential
from tests.hostile.state import others

ACME, OTHER = Tenant("acme", rate_factor=1000), Tenant("other", rate_factor=1000)
HOUR, QUARTER = 3600, 900


@pytest.fixture
def world(account: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setattr(accept, "world", account)
    return account


def announced(world: Aws, tenant: Tenant = ACME, size: int = 5) -> tuple[File, str]:
    key = add_tenant(world.tenants, tenant, 10, world.clock())
    request = Request("POST", "/v1/files", headers=credential("extract_page", key))
    body = {"size_bytes": size, "filename": "../../other/a.pdf"}
    answer = ask(
        "extract_page", world, Request("POST", "/v1/files", headers=request.headers, body=json.dumps(body).encode())
    )
    assert answer.status == 200, answer
    file_id = plain_id("file", answer.body["id"])
    assert file_id
    return now_of(world, tenant, file_id), answer.body["upload"]["url"]


def now_of(world: Aws, tenant: Tenant, file_id: str) -> File:
    return world.files.get(tenant.id, [file_id])[file_id]


def put(world: Aws, key: str, body: bytes) -> Stored:
    """The bytes are there, and S3 tells of them."""
    stored = world.blobs.put(key, body, "")
    found = {"key": key, "version-id": stored.version, "size": len(body)}
    accept.handler({"detail": {"object": found}}, None)
    return stored


def signed(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


# ---- what is signed --------------------------------------------------------------------------------------------------


def test_an_upload_url_is_of_the_tenant_s_own_object_its_length_and_an_hour(world: Aws) -> None:
    file, url = announced(world)
    assert urlsplit(url).path == f"/uploads/acme/{file.id}", "whatever the file is called"
    query = signed(url)
    assert query["X-Amz-SignedHeaders"] == "content-length;host"
    assert int(query["X-Amz-Expires"]) == HOUR


def test_each_thing_that_is_bound_changes_the_signature(world: Aws) -> None:
    """So none of them can be changed in a URL without making it void."""
    file, url = announced(world)
    urls = [
        url,
        world.blobs.upload_url(file.key, 6, HOUR),
        world.blobs.upload_url(file.key.replace("acme", "other"), 5, HOUR),
        world.blobs.upload_url(file.key + "x", 5, HOUR),
        world.blobs.upload_url(file.key, 5, HOUR + 1),
        world.blobs.upload_url(file.key, None, HOUR),
        world.blobs.download_url(Stored(file.key, "v1"), HOUR),
        world.blobs.download_url(Stored(file.key, "v2"), HOUR),
    ]
    assert len({signed(one)["X-Amz-Signature"] for one in urls}) == len(urls)


def test_no_url_outlives_what_it_leads_to(world: Aws) -> None:
    file, _ = announced(world)
    world.clock.advance(file.expires_at - world.clock() - 60_000)  # type: ignore[attr-defined]
    late = uploads.look(world, ACME, file.id)
    assert isinstance(late, uploads.Upload) and late.url
    assert int(signed(late.url)["X-Amz-Expires"]) == 60
    put(world, file.key, b"bytes")
    link = files.download_link(world, now_of(world, ACME, file.id))
    assert link and int(signed(link)["X-Amz-Expires"]) <= QUARTER
    world.clock.advance(25 * HOUR * 1000)  # type: ignore[attr-defined]
    assert files.download_link(world, now_of(world, ACME, file.id)) is None


# ---- what is put -----------------------------------------------------------------------------------------------------


def test_a_second_put_changes_nothing(world: Aws) -> None:
    file, _ = announced(world)
    first = put(world, file.key, b"first")
    pinned = now_of(world, ACME, file.id)
    assert (pinned.version, pinned.status(world.clock())) == (first.version, FileStatus.UPLOADED)
    second = put(world, file.key, b"other")
    assert second.version != first.version
    assert now_of(world, ACME, file.id) == pinned
    (source,) = _sources(world, file)
    assert world.blobs.get(source.stored) == b"first"
    link = files.download_link(world, pinned)
    assert link and signed(link)["versionId"] == first.version


def _sources(world: Aws, file: File) -> Any:
    found = uploads.sources(world, ACME, [file.id])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("body", [b"", b"four", b"longer than was said"])
def test_another_length_is_not_the_file(world: Aws, body: bytes) -> None:
    file, _ = announced(world)
    put(world, file.key, body)
    assert now_of(world, ACME, file.id) == file, "it still waits for its bytes"
    assert now_of(world, ACME, file.id).status(world.clock()) is FileStatus.PENDING
    right = put(world, file.key, b"right")
    assert now_of(world, ACME, file.id).version == right.version


@pytest.mark.parametrize(
    "key",
    ["uploads/other/{id}", "uploads/acme/{id}/x", "uploads/acme/../acme/{id}", "uploads//{id}", "uploads/ACME/{id}",
     "uploads/acme/{id}%00", "uploads/other/../acme/{id}"],
)  # fmt: skip
def test_bytes_under_another_key_are_not_the_file(world: Aws, key: str) -> None:
    file, _ = announced(world)
    add_tenant(world.tenants, OTHER, 10, world.clock())
    rows = {place: row for place, row in others(world).items() if not place.startswith("bucket/")}
    put(world, key.format(id=file.id), b"bytes")
    assert {place: row for place, row in others(world).items() if not place.startswith("bucket/")} == rows
    assert now_of(world, ACME, file.id).status(world.clock()) is FileStatus.PENDING
