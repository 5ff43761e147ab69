"""The bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quire.domain.document import Stored
from quire.domain.ports import Head

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING = {"NoSuchKey", "NoSuchVersion", "404", "InvalidArgument"}


class NotRemoved(Exception):
    """S3 did not remove all that it was asked to."""


@dataclass(frozen=True, slots=True)
class S3Blobs:
    bucket: str
    client: S3Client

    def put(self, key: str, body: bytes, media_type: str) -> Stored:
        answer = self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=media_type)
        return Stored(key, answer["VersionId"])

    def put_file(self, key: str, path: Path, media_type: str) -> Stored:
        with path.open("rb") as body:
            answer = self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=media_type)
        return Stored(key, answer["VersionId"])

    def get(self, stored: Stored) -> bytes:
        return self._get(stored)["Body"].read()  # type: ignore[no-any-return]

    def read(self, key: str) -> bytes:
        return self._get(key)["Body"].read()  # type: ignore[no-any-return]

    def download(self, what: Stored | str, path: Path) -> None:
        with path.open("wb") as out:
            for block in self._get(what)["Body"].iter_chunks(1 << 20):
                out.write(block)

    def range(self, stored: Stored, start: int, length: int) -> bytes:
        if start < 0 or length < 1:  # S3 would answer with the whole object
            raise ValueError(f"no range: {length} bytes from {start}")
        return self._get(stored, Range=f"bytes={start}-{start + length - 1}")["Body"].read()  # type: ignore[no-any-return]

    def _get(self, what: Stored | str, **more: str) -> Any:
        where = _where(what)
        try:
            return self.client.get_object(Bucket=self.bucket, **where, **more)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise KeyError(where["Key"]) from error
            if error.response["Error"]["Code"] == "InvalidRange":
                raise ValueError(f"{where['Key']} ends before {more['Range']}") from error
            raise

    def delete(self, stored: Stored) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=stored.key, VersionId=stored.version)

    def clear(self, prefix: str, most: int) -> bool:
        removed = 0
        while True:  # from the beginning each time: what was listed is gone
            page = self.client.list_object_versions(Bucket=self.bucket, Prefix=prefix)
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if found:
                versions = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
                what: Any = {"Objects": versions, "Quiet": True}
                left = self.client.delete_objects(Bucket=self.bucket, Delete=what).get("Errors", [])
                if left:
                    raise NotRemoved(f"{len(left)} objects: {left[0].get('Code')}")
            removed += len(found)
            if not page["IsTruncated"]:
                return True
            if removed >= most:
                return False

    def arrivals(self, prefix: str, since: int, until: int) -> Iterator[tuple[str, Head]]:
        for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix):
            for one in page.get("Versions", []):
                head = Head(one["VersionId"], one["Size"], _milliseconds(one["LastModified"]))
                if since <= head.at < until:
                    yield one["Key"], head

    def head(self, what: Stored | str) -> Head | None:
        try:
            answer = self.client.head_object(Bucket=self.bucket, **_where(what))  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return Head(answer["VersionId"], answer["ContentLength"], _milliseconds(answer["LastModified"]))

    def keys(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def upload_url(self, key: str, size: int | None, seconds: int) -> str:
        parameters: dict[str, Any] = {"Bucket": self.bucket, "Key": key}
        if size is not None:
            parameters["ContentLength"] = size
        return self.client.generate_presigned_url("put_object", parameters, ExpiresIn=seconds, HttpMethod="PUT")

    def download_url(self, stored: Stored, seconds: int) -> str:
        parameters = {"Bucket": self.bucket, "Key": stored.key, "VersionId": stored.version}
        return self.client.generate_presigned_url("get_object", parameters, ExpiresIn=seconds, HttpMethod="GET")


def _where(what: Stored | str) -> dict[str, str]:
    return {"Key": what.key, "VersionId": what.version} if isinstance(what, Stored) else {"Key": what}


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
