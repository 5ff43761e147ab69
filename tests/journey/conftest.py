"""An account in moto: the real state machine's definition in moto's interpreter, the real handlers and adapters. What
MiniStack is lax about, such as a JSON path that finds nothing, fails here as it does in AWS."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend

from quire.adapters import clients
from quire.adapters.aws import Aws, now_ms
from quire.domain.file import File
from quire.domain.tenant import Tenant
from quire.service.credentials import add_tenant

DEFINITION = Path(__file__).parents[2] / "infra" / "document.asl.json"
TASKS = ("inspect", "read", "extract", "hold", "publish", "fail")
ROLE = "arn:aws:iam::123456789012:role/quire"
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def silent(event: str, **facts: object) -> None:
    """A log that nobody reads."""


@dataclass
class Account:
    """The world of the handlers, a tenant's key, and the handlers by name: replace one to make it fail."""

    world: Aws
    key: str
    machine: str
    handlers: dict[str, Callable[[Any, Any], Any]]
    invoked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One request to the API; answers its status and JSON."""
        path, _, query = path.partition("?")
        event = {
            "rawPath": path,
            "requestContext": {"http": {"method": method}, "requestId": "r-1"},
            "headers": {"x-api-key": self.key},
            "queryStringParameters": dict(pair.split("=", 1) for pair in query.split("&")) if query else None,
            "body": None if body is None else json.dumps(body),
        }
        answer = importlib.import_module("functions.api_extract_page.handler").handler(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "null")

    def upload(self, content: bytes) -> str:
        """A file that has arrived; answers its id in the contract's words."""
        status, file = self.call("POST", "/v1/files", {"size_bytes": len(content)})
        assert status == 200, file
        tenant, plain = "acme", self.world.files  # the key under which the store keeps it
        key = f"uploads/{tenant}/{uuid_of(file['id'])}"
        stored = self.world.blobs.put(key, content, "application/octet-stream")
        (awaited,) = plain.get(tenant, [uuid_of(file["id"])]).values()
        assert plain.arrive(awaited, stored.version, len(content), now_ms())
        return str(file["id"])

    def submit(self, *file_ids: str) -> str:
        """A batch whose documents have their rows and, as far as there are slots, their executions."""
        status, batch = self.call("POST", "/v1/batches", {"source": {"type": "files", "file_ids": list(file_ids)}})
        assert status == 200, batch
        self.written("tenant#acme", f"expand#{uuid_of(batch['id'])}")
        self.poked()
        return str(batch["id"])

    def written(self, partition: str, sort: str) -> None:
        """The table's stream tells of a mark, to the function that its key names."""
        record = {"dynamodb": {"Keys": {"PK": {"S": partition}, "SK": {"S": sort}}, "SequenceNumber": "1"}}
        assert self.handlers[sort.split("#")[0]]({"Records": [record]}, None) == {"batchItemFailures": []}

    def poked(self) -> None:
        """The queue tells `admit` of the tenant."""
        attributes = {"ApproximateReceiveCount": "1"}
        poke = {"body": "acme", "messageId": "m-1", "receiptHandle": "r-1", "attributes": attributes}
        assert self.handlers["admit"]({"Records": [poke]}, None) == {"batchItemFailures": []}

    def put(self, file: File, content: bytes) -> None:
        """The client's PUT, and S3's event of it."""
        stored = self.world.blobs.put(file.key, content, "application/octet-stream")
        event = {"key": stored.key, "version-id": stored.version, "size": len(content)}
        self.handlers["accept"]({"detail": {"object": event}}, None)

    def ended(self, batch_id: str, seconds: float = 60) -> list[dict[str, Any]]:
        """The batch's items once every execution has ended, with the executions' own ends checked."""
        deadline = time.monotonic() + seconds
        machine = clients.stepfunctions()
        while True:
            runs = machine.list_executions(stateMachineArn=self.machine)["executions"]
            if runs and all(run["status"] in ENDED for run in runs):
                break
            assert time.monotonic() < deadline, runs
            time.sleep(0.1)
        assert {run["status"] for run in runs} == {"SUCCEEDED"}
        _, page = self.call("GET", f"/v1/batches/{batch_id}")
        return list(page["items"])


def uuid_of(said: str) -> str:
    digits = said.split("_", 1)[1]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def fast(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with its retries at one attempt, a second apart: what they lead to, without the waiting."""
    for state in definition["States"].values():
        for retry in state.get("Retry", []):
            retry["IntervalSeconds"], retry["MaxAttempts"] = 1, 1
    return definition


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "JOBS_TABLE": "jobs", "IDEMPOTENCY_TABLE": "idempotency", "BUCKET": "documents",
        "OCR_TOPIC": "arn:aws:sns:us-east-1:123456789012:ocr", "OCR_ROLE": ROLE, "ALLOWED_NETWORKS": "",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    config: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
    with mock_aws(config=config):
        _forget_clients()
        _storage()
        queue = clients.sqs().create_queue(QueueName="admit.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        machine = _machine()
        monkeypatch.setenv("ADMIT_QUEUE", queue)
        monkeypatch.setenv("STATE_MACHINE", machine)
        names = (*TASKS, "accept", "expand", "fetch", "admit", "sweep", "ocr_finished", "api_extract_page")
        modules = {name: importlib.import_module(f"functions.{name}.handler") for name in names}
        world = Aws(silent)
        for module in modules.values():
            monkeypatch.setattr(module, "world", world)
        key = add_tenant(world.tenants, Tenant("acme", rate_factor=100), 100, now_ms())
        account = Account(world, key, machine, {name: module.handler for name, module in modules.items()})
        monkeypatch.setattr(LambdaSimpleBackend, "invoke", _invoking(account))
        yield account
    _forget_clients()


def _invoking(account: Account) -> Callable[..., bytes]:
    """Lambda, as Step Functions meets it: a function's error is its class name, beside a status of 200."""

    def invoke(_: object, name: str, _q: object, body: Any, _h: object, response_headers: dict[str, str]) -> bytes:
        task = name.rsplit(":", 1)[-1]
        account.invoked.append(task)
        try:
            return json.dumps(account.handlers[task](json.loads(body), None)).encode()
        except Exception as error:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()

    return invoke


def _storage() -> None:
    dynamodb = clients.dynamodb()
    text = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "changed")]
    key = [{"AttributeName": "PK", "KeyType": "HASH"}]
    index: Any = {
        "IndexName": "changes",
        "KeySchema": [*key, {"AttributeName": "changed", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    rows: Any = [*key, {"AttributeName": "SK", "KeyType": "RANGE"}]
    dynamodb.create_table(
        TableName="jobs", AttributeDefinitions=text, KeySchema=rows, GlobalSecondaryIndexes=[index],  # type: ignore[arg-type]
        BillingMode="PAY_PER_REQUEST",
    )  # fmt: skip
    dynamodb.create_table(
        TableName="idempotency", AttributeDefinitions=text[:1], KeySchema=key, BillingMode="PAY_PER_REQUEST"  # type: ignore[arg-type]
    )  # fmt: skip
    clients.s3().create_bucket(Bucket="documents")
    clients.s3().put_bucket_versioning(Bucket="documents", VersioningConfiguration={"Status": "Enabled"})


def _machine() -> str:
    boto3.client("iam").create_role(RoleName="quire", AssumeRolePolicyDocument="{}")
    functions = boto3.client("lambda")
    text = DEFINITION.read_text().replace("${Partition}", "aws")
    for task in TASKS:
        created = functions.create_function(
            FunctionName=task, Runtime="python3.13", Role=ROLE, Handler="h.h", Code={"ZipFile": b"never run"}
        )
        text = text.replace(f"${{{task.capitalize()}}}", created["FunctionArn"])
    definition = json.dumps(fast(json.loads(text)))
    return str(
        clients.stepfunctions().create_state_machine(name="document", definition=definition, roleArn=ROLE)[
            "stateMachineArn"
        ]
    )


def _forget_clients() -> None:
    for client in (clients.dynamodb, clients.s3, clients.sqs, clients.stepfunctions, clients.textract):
        client.cache_clear()
    clients.textract_once.cache_clear()
