"""S3 as Quire uses it: repairs of bodies, ranges, events and requests, and what MiniStack does right by itself."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.local.emulator.conftest import Deployed


def put_url(deployed: Deployed, key: str, length: int | None = None, seconds: int = 60) -> str:
    """Return a presigned URL for a PUT, with the length signed when one is named."""
    parameters: dict[str, Any] = {"Bucket": deployed.outputs["Bucket"], "Key": key}
    if length is not None:
        parameters["ContentLength"] = length
    url: str = deployed.client("s3").generate_presigned_url("put_object", Params=parameters, ExpiresIn=seconds)
    return url


def files(deployed: Deployed) -> list[Path]:
    """The bodies on disk."""
    return list((deployed.state / "objects").iterdir())


def resident(deployed: Deployed) -> int:
    """Bytes of memory that the emulator holds."""
    pages = int(Path(f"/proc/{deployed.process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def settled(deployed: Deployed, before: int) -> int:
    """How much more memory than before it holds, once a request's last reference is gone."""
    deadline = time.monotonic() + 5
    while resident(deployed) - before > 60_000_000 and time.monotonic() < deadline:
        time.sleep(0.05)
    return resident(deployed) - before


@pytest.mark.parametrize("headers", [{"content-type": "application/octet-stream"}, {}, {"x-api-key": "secret"}])
def test_a_presigned_put_takes_what_clients_send(deployed: Deployed, headers: dict[str, str]) -> None:
    url = put_url(deployed, "uploads/put", length=5)
    answer = httpx.put(url, content=b"hello", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["x-amz-version-id"]
    assert answer.headers["etag"] == f'"{hashlib.md5(b"hello", usedforsecurity=False).hexdigest()}"'


def test_a_presigned_put_of_another_length_is_refused(deployed: Deployed) -> None:
    answer = httpx.put(put_url(deployed, "uploads/length", length=5), content=b"hello!")

    assert answer.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text


def test_an_expired_url_is_refused(deployed: Deployed) -> None:
    url = put_url(deployed, "uploads/late", seconds=1)
    time.sleep(2.1)

    answer = httpx.put(url, content=b"x")
    assert answer.status_code == 403
    assert "Request has expired" in answer.text


def test_a_presigned_get_ignores_a_foreign_header(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    target = {"Bucket": deployed.outputs["Bucket"], "Key": "results/get"}
    s3.put_object(**target, Body=b"content")

    url = s3.generate_presigned_url("get_object", Params=target, ExpiresIn=60)
    assert httpx.get(url, headers={"x-api-key": "secret"}).content == b"content"


@pytest.mark.parametrize("name", ["a b.pdf", "a+b.pdf", "100%.pdf", "é ü.pdf", "a%20b.pdf", "#?&.pdf"])
def test_an_upload_is_told_with_its_key_as_it_is_and_its_version(deployed: Deployed, name: str) -> None:
    key = f"uploads/{name}"
    answer = httpx.put(put_url(deployed, key), content=b"abc")

    (event,) = deployed.seen("object", lambda value: value["detail"]["object"]["key"] == key)
    told = event["detail"]["object"]
    assert event["detail-type"] == "Object Created"
    assert told["size"] == 3
    assert told["version-id"] == answer.headers["x-amz-version-id"]
    assert told["etag"] == answer.headers["etag"].strip('"')


def test_only_the_prefix_of_the_rule_is_told(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    s3.put_object(Bucket=deployed.outputs["Bucket"], Key="working/x", Body=b"x")
    s3.put_object(Bucket=deployed.outputs["Bucket"], Key="uploads/after", Body=b"x")

    deployed.seen("object", lambda value: value["detail"]["object"]["key"] == "uploads/after")
    assert not deployed.seen("object", lambda value: value["detail"]["object"]["key"] == "working/x", count=0)


def test_a_pinned_version_survives_a_second_put(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    target = {"Bucket": deployed.outputs["Bucket"], "Key": "uploads/pinned"}
    content = bytes(range(256)) * 200
    first = s3.put_object(**target, Body=content)["VersionId"]
    s3.put_object(**target, Body=b"other")

    assert s3.get_object(**target, VersionId=first)["Body"].read() == content
    assert s3.head_object(**target, VersionId=first)["ContentLength"] == len(content)
    part = s3.get_object(**target, VersionId=first, Range="bytes=100-299")
    assert part["Body"].read() == content[100:300]
    assert part["ContentRange"] == f"bytes 100-299/{len(content)}"
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(**target, VersionId=first, Range="bytes=-10")["Body"].read() == content[-10:]
    assert s3.get_object(**target, Range="bytes=1-2")["Body"].read() == b"th"
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(**target, VersionId=first, Range="bytes=999999-")


def test_the_version_below_becomes_current_again(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    target = {"Bucket": deployed.outputs["Bucket"], "Key": "uploads/below"}
    s3.put_object(**target, Body=b"a" * 50_000)
    second = s3.put_object(**target, Body=b"b" * 50_000)["VersionId"]
    s3.delete_object(**target, VersionId=second)

    assert s3.get_object(**target)["Body"].read() == b"a" * 50_000


def test_a_copy_has_a_body_of_its_own(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    bucket = deployed.outputs["Bucket"]
    version = s3.put_object(Bucket=bucket, Key="working/from", Body=b"c" * 50_000)["VersionId"]
    s3.copy_object(Bucket=bucket, Key="working/to", CopySource={"Bucket": bucket, "Key": "working/from"})
    s3.delete_object(Bucket=bucket, Key="working/from", VersionId=version)

    assert s3.get_object(Bucket=bucket, Key="working/to")["Body"].read() == b"c" * 50_000


def test_bodies_are_on_disk_until_their_last_version_goes(deployed: Deployed) -> None:
    s3 = deployed.client("s3")
    target = {"Bucket": deployed.outputs["Bucket"], "Key": "working/disk"}
    before = len(files(deployed))
    version = s3.put_object(**target, Body=b"d" * 100_000)["VersionId"]
    assert len(files(deployed)) == before + 1

    s3.delete_object(**target)
    assert len(files(deployed)) == before + 1
    s3.delete_object(**target, VersionId=version)
    assert len(files(deployed)) == before


def test_the_largest_upload_passes_and_is_not_held(deployed: Deployed) -> None:
    megabytes = 150
    content = os.urandom(1 << 20) * megabytes
    before = resident(deployed)

    answer = httpx.put(put_url(deployed, "uploads/large", length=len(content)), content=content, timeout=60)
    assert answer.status_code == 200
    assert settled(deployed, before) < 60_000_000

    s3 = deployed.client("s3")
    target = {"Bucket": deployed.outputs["Bucket"], "Key": "uploads/large"}
    body = s3.get_object(**target)["Body"]
    digest = hashlib.sha256()
    while piece := body.read(1 << 20):
        digest.update(piece)
    assert digest.digest() == hashlib.sha256(content).digest()
    assert settled(deployed, before) < 60_000_000
    s3.delete_object(**target, VersionId=answer.headers["x-amz-version-id"])
