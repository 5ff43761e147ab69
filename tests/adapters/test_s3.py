"""The URLs that S3 itself will check: what is signed, for how long, and which host they name."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.stub import Stubber

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.adapters.s3 import S3Blobs
from quire.domain.document import Stored
from tests.adapters.conftest import BUCKET, REGION

KEY = "uploads/acme/invoice 7+8 ä.pdf"


@pytest.fixture
def blobs(aws: Aws, bucket: str) -> S3Blobs:
    return aws.blobs


def _query(url: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def test_an_upload_url_signs_its_length_and_nothing_else_that_a_client_sends(blobs: S3Blobs) -> None:
    query = _query(blobs.upload_url(KEY, 1000, 3600))
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-SignedHeaders"] == "content-length;host"
    assert query["X-Amz-Expires"] == "3600"


def test_two_lengths_have_two_signatures(blobs: S3Blobs) -> None:
    signatures = {_query(blobs.upload_url(KEY, size, 3600))["X-Amz-Signature"] for size in (1000, 1001)}
    assert len(signatures) == 2


def test_an_upload_url_without_a_size_signs_no_length(blobs: S3Blobs) -> None:
    assert _query(blobs.upload_url(KEY, None, 3600))["X-Amz-SignedHeaders"] == "host"


def test_no_checksum_is_asked_of_a_client(blobs: S3Blobs) -> None:
    assert not [name for name in _query(blobs.upload_url(KEY, 1000, 3600)) if "checksum" in name.lower()]


def test_a_download_url_binds_the_version(blobs: S3Blobs) -> None:
    query = _query(blobs.download_url(Stored(KEY, "v-123"), 900))
    assert (query["versionId"], query["X-Amz-Expires"]) == ("v-123", "900")
    assert query["X-Amz-SignedHeaders"] == "host", "a client that keeps its API key on the redirect is not refused"


def test_the_host_is_the_bucket_s_own_in_its_region(blobs: S3Blobs) -> None:
    for url in (blobs.upload_url(KEY, 1, 60), blobs.download_url(Stored(KEY, "v1"), 60)):
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", f"{BUCKET}.s3.{REGION}.amazonaws.com")
        assert unquote(parts.path) == f"/{KEY}"


def test_a_young_bucket_of_the_first_region_is_not_redirected(
    aws: Aws, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """us-east-1 is the region that the global host means."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    url = S3Blobs(bucket, clients.s3.__wrapped__()).upload_url(KEY, 1, 60)
    assert urlsplit(url).netloc in (f"{bucket}.s3.us-east-1.amazonaws.com", f"{bucket}.s3.amazonaws.com")
    assert _query(url)["X-Amz-SignedHeaders"] == "content-length;host"
    assert "/us-east-1/s3/" in _query(url)["X-Amz-Credential"]


def test_more_keys_are_listed_than_one_answer_holds(blobs: S3Blobs) -> None:
    with Stubber(blobs.client) as stub:
        first = {"Contents": [{"Key": "parts/1"}], "IsTruncated": True, "NextContinuationToken": "more"}
        stub.add_response("list_objects_v2", first, {"Bucket": BUCKET, "Prefix": "parts/"})
        second = {"Contents": [{"Key": "parts/2"}], "IsTruncated": False}
        asked = {"Bucket": BUCKET, "Prefix": "parts/", "ContinuationToken": "more"}
        stub.add_response("list_objects_v2", second, asked)
        assert blobs.keys("parts/") == ["parts/1", "parts/2"]


def test_a_fault_of_s3_is_not_taken_for_a_missing_object(blobs: S3Blobs) -> None:
    elsewhere = S3Blobs("another-bucket", blobs.client)
    with pytest.raises(blobs.client.exceptions.ClientError, match="NoSuchBucket"):
        elsewhere.get(Stored(KEY, "v1"))
