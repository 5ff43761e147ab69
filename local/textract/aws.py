"""The S3 and SNS of the local stack, as the twin uses them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.textract.errors import TextractError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient

# Seconds: the stack shares this machine with the OCR, and answers late when that is busy.
TIMEOUT = 60.0


@dataclass(frozen=True)
class S3Object:
    """An object in a bucket, at one version when that is given."""

    bucket: str
    key: str
    version: str | None = None

    @classmethod
    def of(cls, shape: dict[str, Any]) -> S3Object:
        """From Textract's S3Object.

        Raises:
            TextractError: InvalidParameterException when bucket or name is missing.
        """
        if "Bucket" not in shape or "Name" not in shape:
            raise TextractError("InvalidParameterException")
        return cls(shape["Bucket"], shape["Name"], shape.get("Version"))

    def __str__(self) -> str:
        version = f"?versionId={self.version}" if self.version else ""
        return f"s3://{self.bucket}/{self.key}{version}"


@dataclass(frozen=True)
class Aws:
    """Clients of one endpoint, which serves every service."""

    endpoint: str

    @cached_property
    def _s3(self) -> S3Client:
        client: S3Client = _session("us-east-1").client("s3", endpoint_url=self.endpoint, config=_CONFIG)
        return client

    def size(self, item: S3Object) -> int:
        """The object's bytes.

        Raises:
            TextractError: InvalidS3ObjectException when there is no such object or version.
        """
        return int(self._call(self._s3.head_object, item)["ContentLength"])

    def download(self, item: S3Object, path: Path) -> None:
        """The object's bytes into a file.

        Raises:
            TextractError: as `size`.
        """
        body = self._call(self._s3.get_object, item)["Body"]
        with path.open("wb") as file:
            for chunk in body.iter_chunks(1024 * 1024):
                file.write(chunk)

    def read(self, item: S3Object) -> bytes:
        """The object's bytes.

        Raises:
            TextractError: as `size`.
        """
        data: bytes = self._call(self._s3.get_object, item)["Body"].read()
        return data

    def write(self, item: S3Object, data: bytes) -> None:
        """Puts the object.

        Raises:
            TextractError: InvalidS3ObjectException when the bucket does not take it.
        """
        try:
            self._s3.put_object(Bucket=item.bucket, Key=item.key, Body=data)
        except ClientError as error:
            code = _refusal_of(error)
            message = "Unable to write the output to S3" if code == "InvalidS3ObjectException" else None
            raise TextractError(code, message) from error
        except BotoCoreError as error:
            raise TextractError("InternalServerError") from error

    def publish(self, topic: str, message: str) -> None:
        """Publishes to an SNS topic, in the topic's own region.

        Raises:
            ClientError, BotoCoreError: after botocore's retries.
        """
        _sns(self.endpoint, topic.split(":")[3]).publish(TopicArn=topic, Message=message)

    @staticmethod
    def _call(operation: Any, item: S3Object) -> Any:
        version = {"VersionId": item.version} if item.version else {}
        try:
            return operation(Bucket=item.bucket, Key=item.key, **version)
        except ClientError as error:
            raise TextractError(_refusal_of(error)) from error
        except BotoCoreError as error:
            raise TextractError("InternalServerError") from error


def _refusal_of(error: ClientError) -> str:
    """A store that is busy or broken says nothing of the object."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return "InvalidS3ObjectException" if status < 500 else "InternalServerError"


_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=TIMEOUT,
    read_timeout=TIMEOUT,
    retries={"mode": "standard", "max_attempts": 4},
    max_pool_connections=32,
    proxies={},  # the stack is on this machine, whatever proxy the environment names
)


def _session(region: str) -> boto3.Session:
    # Never the user's own profile, nor a search for a role: the emulator takes any key.
    return boto3.Session(
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "test"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        region_name=region,
    )


@cache
def _sns(endpoint: str, region: str) -> SNSClient:
    config = _CONFIG.merge(Config(signature_version="v4"))
    client: SNSClient = _session(region).client("sns", endpoint_url=endpoint, config=config)
    return client
