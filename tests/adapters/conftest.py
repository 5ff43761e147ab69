"""Two worlds to hold to one contract: in memory, and the adapters on moto, an emulator of AWS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from quire.adapters import clients
from quire.adapters.aws import Aws
from quire.domain import ports
from quire.testing import world as memory

REGION: Final = "eu-central-1"
ACCOUNT = "123456789012"
BUCKET = "quire-documents"
JOBS = "jobs"
IDEMPOTENCY = "idempotency"
INDEXES = {
    "changes": ("PK", "changed"),
    "owned": ("owner", "listed"),
    "by_extractor": ("extractor_owner", "listed"),
    "due": ("due_owner", "due"),
}
ATTRIBUTES = sorted({"PK", "SK", *(name for keys in INDEXES.values() for name in keys)})


@pytest.fixture(scope="package", autouse=True)
def _own_clients() -> Iterator[None]:
    """Clients take a while to make: one set for all of these tests, and none of it for others."""
    _forget_clients()
    yield
    _forget_clients()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """The adapters, each test with empty tables."""
    _make_atomic(monkeypatch)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("JOBS_TABLE", JOBS)
    monkeypatch.setenv("IDEMPOTENCY_TABLE", IDEMPOTENCY)
    with mock_aws():
        _make_tables()
        yield Aws(memory.RecordedLog())


@pytest.fixture
def bucket(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> str:
    """A versioned bucket for the adapters."""
    s3 = clients.s3()
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    monkeypatch.setenv("BUCKET", BUCKET)
    return BUCKET


@pytest.fixture
def queue(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a FIFO queue for the adapters."""
    attributes: Any = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    url = clients.sqs().create_queue(QueueName="pokes.fifo", Attributes=attributes)["QueueUrl"]
    monkeypatch.setenv("ADMIT_QUEUE", url)
    return url


@pytest.fixture
def machine(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ARN of a state machine whose executions wait, for the adapters."""
    definition = '{"StartAt": "Waits", "States": {"Waits": {"Type": "Wait", "Seconds": 60, "End": true}}}'
    role = f"arn:aws:iam::{ACCOUNT}:role/machine"
    made = clients.stepfunctions().create_state_machine(name="document", definition=definition, roleArn=role)
    monkeypatch.setenv("STATE_MACHINE", made["stateMachineArn"])
    return made["stateMachineArn"]


@pytest.fixture(params=["memory", "aws"])
def world(request: pytest.FixtureRequest) -> ports.World:
    """Each test that asks for it runs twice."""
    found: ports.World = memory.World() if request.param == "memory" else request.getfixturevalue("aws")
    return found


def _make_atomic(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto's calls are not atomic among threads, as AWS's are: one at a time."""
    lock, process = threading.RLock(), BotocoreStubber.process_request

    def one_at_a_time(self: BotocoreStubber, request: Any) -> Any:
        with lock:
            return process(self, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", one_at_a_time)


def _forget_clients() -> None:
    made_once = (
        clients.dynamodb,
        clients.s3,
        clients.sqs,
        clients.stepfunctions,
        clients.textract,
        clients.textract_once,
    )
    for client in made_once:
        client.cache_clear()


def _make_tables() -> None:
    """As the stack's template has them."""
    dynamodb = clients.dynamodb()
    dynamodb.create_table(
        TableName=JOBS,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ATTRIBUTES],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, (partition, sort) in INDEXES.items()
        ],
    )
    dynamodb.create_table(
        TableName=IDEMPOTENCY,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
    )
