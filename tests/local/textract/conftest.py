from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

BUCKET = "documents"
REGION = "us-east-1"
# Without boto3's own retries a refusal is seen as it was sent.
ONCE = Config(retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"})


def client_of(service: str, url: str) -> Any:
    """A boto3 client of what listens there."""
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    return session.client(service, endpoint_url=url, config=ONCE)


@dataclass(frozen=True)
class Twin:
    """A running twin and a boto3 client of it."""

    process: subprocess.Popen[str]
    url: str
    client: Any


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3(aws_endpoint: str) -> Any:
    client = client_of("s3", aws_endpoint)
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@contextlib.contextmanager
def running(aws_endpoint: str, engine: str | None, workers: int = 2, *more: str) -> Iterator[Twin]:
    command = [sys.executable, "-m", "local.textract", "--port", "0", "--aws-endpoint", aws_endpoint]
    command += ["--workers", str(workers), *(["--engine", f"tests.local.textract.engines:{engine}"] if engine else [])]
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
            yield Twin(process, url, client_of("textract", url))
        finally:
            process.terminate()
            watchdog = threading.Timer(10, process.kill)
            watchdog.start()
            out, err = process.communicate()
            watchdog.cancel()
    assert (out, err) == ("", ""), "the twin says its port and nothing else"
    assert process.returncode == 0


@pytest.fixture(scope="session")
def twin(aws_endpoint: str, s3: Any) -> Iterator[Twin]:
    """A twin that reads with FakeEngine."""
    with running(aws_endpoint, "FakeEngine") as server:
        yield server


@pytest.fixture
def put(s3: Any) -> Callable[[str, bytes], dict[str, Any]]:
    """Puts a document into the bucket; gives its S3Object, with the version."""

    def put_document(key: str, data: bytes) -> dict[str, Any]:
        version = s3.put_object(Bucket=BUCKET, Key=key, Body=data)["VersionId"]
        return {"Bucket": BUCKET, "Name": key, "Version": version}

    return put_document
