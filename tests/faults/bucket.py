"""A versioned S3 bucket in memory, in the words of its API."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from botocore.response import StreamingBody

from tests.faults.errors import Refused


@dataclass(slots=True)
class Bucket:
    """The last of a key's versions is the newest. `stored` hears of each object: key, version, size in bytes;
    `put_at` has the times of versions in milliseconds."""

    stored: Callable[[str, str, int], None]
    now: Callable[[], int]
    objects: dict[str, dict[str, bytes]] = field(default_factory=dict)
    put_at: dict[str, int] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def call(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, f"_{operation}")(asked)
        return answer

    def put(self, key: str, body: bytes) -> str:
        """The new version."""
        version = f"v{next(self._numbers):06d}"
        self.objects.setdefault(key, {})[version] = body
        self.put_at[version] = self.now()
        self.stored(key, version, len(body))
        return version

    def newest(self, key: str) -> tuple[str, bytes] | None:
        versions = self.objects.get(key)
        return list(versions.items())[-1] if versions else None

    def _PutObject(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - the API's name
        body = asked["Body"]
        if asked.get("IfNoneMatch") == "*" and asked["Key"] in self.objects:
            raise Refused("PreconditionFailed", status=412)
        return {"VersionId": self.put(asked["Key"], body if isinstance(body, bytes) else body.read())}

    def _GetObject(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        version, body = self._find(asked)
        whole = len(body)
        extra: dict[str, Any] = {}
        if "Range" in asked:
            first, _, last = asked["Range"].removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, whole - int(last))
            stop = min(whole, int(last) + 1) if first and last else whole
            if start >= whole:
                raise Refused("InvalidRange", status=416)
            body = body[start:stop]
            extra = {"ContentRange": f"bytes {start}-{stop - 1}/{whole}"}
        return {
            "Body": StreamingBody(io.BytesIO(body), len(body)),
            "VersionId": version,
            "ContentLength": len(body),
            **extra,
        }

    def _HeadObject(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        try:
            version, body = self._find(asked)
        except Refused:
            raise Refused("404", "Not Found", status=404) from None
        return {"VersionId": version, "ContentLength": len(body), "LastModified": self._time(version)}

    def _DeleteObject(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        if "VersionId" not in asked:
            raise NotImplementedError("delete markers")
        versions = self.objects.get(asked["Key"], {})
        versions.pop(asked["VersionId"], None)
        if not versions:
            self.objects.pop(asked["Key"], None)
        return {}

    def _DeleteObjects(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        for one in asked["Delete"]["Objects"]:
            self._DeleteObject(one)
        return {}

    def _ListObjectVersions(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        versions = [
            {"Key": key, "VersionId": version, "Size": len(body), "LastModified": self._time(version)}
            for key in sorted(self.objects)
            if key.startswith(asked["Prefix"])
            for version, body in reversed(self.objects[key].items())
        ]
        return {"Versions": versions, "IsTruncated": False}

    def _time(self, version: str) -> datetime:
        return datetime.fromtimestamp(self.put_at[version] / 1000, UTC)

    def _ListObjectsV2(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        keys = sorted(key for key in self.objects if key.startswith(asked.get("Prefix", "")))
        return {"Contents": [{"Key": key} for key in keys], "IsTruncated": False} if keys else {"IsTruncated": False}

    def _find(self, asked: Mapping[str, Any]) -> tuple[str, bytes]:
        versions = self.objects.get(asked["Key"])
        if not versions:
            raise Refused("NoSuchKey", status=404)
        version = asked.get("VersionId") or list(versions)[-1]
        if version not in versions:
            raise Refused("NoSuchVersion", status=404)
        return version, versions[version]
