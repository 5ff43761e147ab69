"""Repair: lifecycle rules remove what they say."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import s3

from local.emulator.repairs.object_expiry import expire

RULE = {
    "Status": "Enabled",
    "Filter": {"Prefix": "results/"},
    "Expiration": {"Days": 2},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}


@pytest.fixture
def bucket() -> Iterator[str]:
    """A versioned bucket with one rule."""
    name = "expiring"
    s3._buckets[name] = {"objects": {}, "region": "us-east-1"}
    s3._bucket_versioning[name] = "Enabled"
    s3._bucket_lifecycle[name] = [RULE]
    yield name
    s3.reset()


def put(bucket: str, key: str) -> str:
    """Put an object and return its version."""
    status, headers, _ = s3._put_object(bucket, key, b"x", {})
    assert status == 200
    version: str = headers["x-amz-version-id"]
    return version


def midnight(days: float) -> dt.datetime:
    """The first moment at which something of today is more than ``days`` days old, for S3."""
    today = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + dt.timedelta(days=days + 1)


def versions(bucket: str, key: str) -> list[dict[str, Any]]:
    """What the bucket holds of a key."""
    found: list[dict[str, Any]] = s3._object_versions.get((bucket, key)) or []
    return found


def test_an_object_goes_at_the_midnight_after_its_days_and_leaves_a_marker(bucket: str) -> None:
    put(bucket, "results/a")
    put(bucket, "uploads/b")

    assert expire(midnight(2) - dt.timedelta(seconds=1)) == 0
    assert expire(midnight(2)) == 1
    assert "results/a" not in s3._buckets[bucket]["objects"]
    assert "uploads/b" in s3._buckets[bucket]["objects"]
    assert [version.get("is_delete_marker", False) for version in versions(bucket, "results/a")] == [False, True]


def test_a_noncurrent_version_goes_and_then_the_marker_left_alone(bucket: str) -> None:
    put(bucket, "results/a")
    s3._delete_object(bucket, "results/a")

    assert expire(midnight(1)) == 1
    assert [version["is_delete_marker"] for version in versions(bucket, "results/a")] == [True]
    assert expire(midnight(2)) == 1
    assert versions(bucket, "results/a") == []


def test_a_current_version_outlives_the_ones_that_it_replaced(bucket: str) -> None:
    put(bucket, "results/a")
    current = put(bucket, "results/a")

    assert expire(midnight(1)) == 1
    assert [version["version_id"] for version in versions(bucket, "results/a")] == [current]


def test_an_unfinished_upload_is_aborted(bucket: str) -> None:
    s3._create_multipart_upload(bucket, "results/a", {})

    assert expire(midnight(0)) == 0
    assert expire(midnight(1)) == 1
    assert len(s3._multipart_uploads) == 0


def test_a_disabled_rule_does_nothing(bucket: str) -> None:
    s3._bucket_lifecycle[bucket] = [{**RULE, "Status": "Disabled"}]
    put(bucket, "results/a")

    assert expire(midnight(30)) == 0


def test_a_rule_by_tag_leaves_untagged_objects(bucket: str) -> None:
    s3._bucket_lifecycle[bucket] = [
        {"Status": "Enabled", "Filter": {"Tag": {"Key": "keep", "Value": "short"}}, "Expiration": {"Days": 1}}
    ]
    put(bucket, "plain")
    s3._put_object(bucket, "tagged", b"x", {"x-amz-tagging": "keep=short"})

    assert expire(midnight(1)) == 1
    assert list(s3._buckets[bucket]["objects"]) == ["plain"]
