"""boto3 clients, made once for each Lambda environment and only when asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_textract import TextractClient

_PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=3, read_timeout=20)
_TIMELY = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=2)
"""At most 9 seconds with the pauses (standard mode: up to 1 and 2 s): what is written carries the time of its
beginning, and a cursor waits no longer for it (`quire.domain.cursor.LAG_MS`)."""
_PRESIGNING = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""boto3 otherwise presigns with SigV2 and the global host in some regions: no length signed, and a redirect."""
_ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=60)


@cache
def dynamodb() -> DynamoDBClient:
    client: DynamoDBClient = boto3.client("dynamodb", config=_TIMELY)
    return client


@cache
def s3() -> S3Client:
    client: S3Client = boto3.client("s3", config=_PATIENT.merge(_PRESIGNING))
    return client


@cache
def sqs() -> SQSClient:
    client: SQSClient = boto3.client("sqs", config=_PATIENT)
    return client


@cache
def stepfunctions() -> SFNClient:
    client: SFNClient = boto3.client("stepfunctions", config=_PATIENT)
    return client


@cache
def textract() -> TextractClient:
    client: TextractClient = boto3.client("textract", config=_PATIENT)
    return client


@cache
def textract_once() -> TextractClient:
    """For the synchronous calls: they have no token, so a retry behind our back would be paid twice."""
    client: TextractClient = boto3.client("textract", config=_ONCE)
    return client
