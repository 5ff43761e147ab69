"""S3: lifecycle rules remove what they say.

Stock MiniStack stores the rules and never applies them. ``expire`` is called now and then by the server; as on S3, an
object goes at the midnight (UTC) after its age is reached.
"""

import datetime as dt
import itertools
import logging
from collections.abc import Iterator
from typing import Any

from ministack.services import s3

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

logger = logging.getLogger("quire.local.expiry")


def install(_: Emulator) -> None:
    """Check the functions that ``expire`` relies on."""
    seam(s3, "_delete_object", "d4b39f43da47")
    seam(s3, "_delete_object_version", "db06a3a9188c")


def expire(now: dt.datetime) -> int:
    """Apply every bucket's rules as of ``now`` (aware) and return how many objects, versions and uploads went.

    Must run where S3's requests do, on the event loop: they share their state without locks.
    """
    gone = 0
    for bucket, rules in list(s3._bucket_lifecycle.items()):
        for rule in rules if isinstance(rules, list) else []:
            if rule["Status"] == "Enabled" and bucket in s3._buckets:
                gone += _expire_versions(bucket, rule, now)
                gone += _expire_current(bucket, rule, now)
                gone += _abort_uploads(bucket, rule, now)
    return gone


def _expire_current(bucket: str, rule: dict[str, Any], now: dt.datetime) -> int:
    days = (rule.get("Expiration") or {}).get("Days")
    if not days:
        return 0
    old = [
        key
        for key, found in list(s3._buckets[bucket]["objects"].items())
        if _applies(bucket, rule, key) and _due(found["last_modified"], days, now)
    ]
    for key in old:
        s3._delete_object(bucket, key)
    return len(old)


def _expire_versions(bucket: str, rule: dict[str, Any], now: dt.datetime) -> int:
    """Noncurrent versions past their days, then delete markers that nothing is left behind."""
    setting = rule.get("NoncurrentVersionExpiration") or {}
    expiration = rule.get("Expiration") or {}
    gone = 0
    for key, versions in _versions(bucket, rule):
        old: list[str] = []
        noncurrent = list(itertools.pairwise(versions))  # oldest first, each with its successor
        for version, successor in noncurrent[: len(noncurrent) - setting.get("NewerNoncurrentVersions", 0)]:
            if setting and _due(successor["last_modified"], setting["NoncurrentDays"], now):
                old.append(version["version_id"])
        last = versions[-1]
        alone = len(versions) - len(old) == 1
        marked = expiration.get("ExpiredObjectDeleteMarker") or (
            expiration.get("Days") and _due(last["last_modified"], expiration["Days"], now)
        )
        if alone and last.get("is_delete_marker") and marked:
            old.append(last["version_id"])
        for version_id in old:
            s3._delete_object_version(s3._buckets[bucket], bucket, key, version_id)
        gone += len(old)
    return gone


def _abort_uploads(bucket: str, rule: dict[str, Any], now: dt.datetime) -> int:
    days = (rule.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation")
    old = [
        upload_id
        for upload_id, upload in list(s3._multipart_uploads.items())
        if days
        and upload["bucket"] == bucket
        and _applies(bucket, rule, upload["key"])
        and _due(upload["created"], days, now)
    ]
    for upload_id in old:
        s3._multipart_uploads.pop(upload_id, None)
    return len(old)


def _versions(bucket: str, rule: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for (owner, key), versions in list(s3._object_versions.items()):
        if owner == bucket and versions and _applies(bucket, rule, key):
            yield key, list(versions)


def _applies(bucket: str, rule: dict[str, Any], key: str) -> bool:
    terms = rule.get("Filter") or {}
    terms = {**terms, **terms.get("And", {})}
    wanted = [*terms.get("Tags", []), *([terms["Tag"]] if "Tag" in terms else [])]
    if not key.startswith(terms.get("Prefix") or ""):
        return False
    if not wanted:
        return True
    current = s3._buckets[bucket]["objects"].get(key) or {}
    tags = s3._object_tags.get((bucket, key, current.get("version_id"))) or {}
    return all(tags.get(tag["Key"]) == tag["Value"] for tag in wanted)


def _due(since: str, days: int, now: dt.datetime) -> bool:
    ripe = dt.datetime.fromisoformat(since) + dt.timedelta(days=days)
    midnight = ripe.replace(hour=0, minute=0, second=0, microsecond=0)
    return now >= (ripe if ripe == midnight else midnight + dt.timedelta(days=1))
