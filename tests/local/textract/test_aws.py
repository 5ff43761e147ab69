"""What the twin makes of a store that refuses, and of one that is busy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from local.textract.aws import Aws, S3Object
from local.textract.errors import TextractError

OBJECT = S3Object("documents", "uploads/acme/scan", "v1")


@pytest.fixture
def store() -> tuple[Aws, Stubber]:
    once = Config(retries={"total_max_attempts": 1})
    keys: Any = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client: Any = boto3.client("s3", region_name="us-east-1", config=once, **keys)
    aws = Aws("http://127.0.0.1:1")
    vars(aws)["_s3"] = client
    return aws, Stubber(client)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("404", 404, "InvalidS3ObjectException"),
        ("AccessDenied", 403, "InvalidS3ObjectException"),
        ("SlowDown", 503, "InternalServerError"),
        ("InternalError", 500, "InternalServerError"),
    ],
)
def test_a_busy_store_says_nothing_of_the_object(
    store: tuple[Aws, Stubber], tmp_path: Path, code: str, status: int, said: str
) -> None:
    aws, stub = store
    for operation in ("head_object", "get_object", "put_object"):
        stub.add_client_error(operation, code, http_status_code=status)
    with stub:
        for call in (
            lambda: aws.size(OBJECT),
            lambda: aws.download(OBJECT, tmp_path / "scan"),
            lambda: aws.write(OBJECT, b""),
        ):
            with pytest.raises(TextractError) as error:
                call()
            assert error.value.code == said
