"""Each function's role is enough: the emulator evaluates IAM, and a document takes every way.

It sees no more than the calls that reach the emulator with a function's credentials. AWS also acts in a function's name
where the emulator does so by itself: Lambda writes the log, reads the queue and the streams; Textract looks at the
object. Rights that were missing there went unseen here: tests/infra/test_roles.py holds the template's statements to
them, in AWS's own form of ARNs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack import Stack, start, stop
from quire.domain.ids import document_id
from tests.journey.test_document import digital_pdf
from tests.stack.conftest import User, dropped_result
from tests.stack.receivers import receiving
from tests.stack.test_admin import quire
from tests.stack.test_console import console, picture, submitted
from tests.stack.test_console import until as until_document
from tests.stack.test_review import SCHEMA, create, until

APP = """
import aws_cdk as cdk
from aws_cdk import aws_iam as iam, aws_s3 as s3, aws_sns as sns, aws_sqs as sqs
from infra.stack import CONTRACTS, QuireStack

app = cdk.App()
stack = QuireStack(app, "Quire")
for part in stack.node.find_all():
    # They refuse whatever comes without TLS, and the emulator has none.
    if isinstance(part, (s3.CfnBucketPolicy, sns.CfnTopicPolicy, sqs.CfnQueuePolicy)):
        part.node.scope.node.try_remove_child(part.node.id)
for name in ("read", "ocr_finished", "hold", "sweep", *CONTRACTS):
    # AWS asks for this right on the state machine, the emulator on no resource at all.
    completes = iam.PolicyStatement(actions=["states:SendTaskSuccess"], resources=["*"])
    stack.functions[name].role.add_to_principal_policy(completes)
app.synth()
"""


@contextmanager
def guarded_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose emulator evaluates each function's role."""
    root, state = tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("guarded")
    (root / "app.py").write_text(APP)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTH", "true")
        try:
            yield start(root, state, port=0)
        finally:
            stop(state)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with guarded_stack(tmp_path_factory) as stack:
        yield stack


@pytest.fixture
def user(guarded: Stack) -> Iterator[User]:
    with httpx.Client(base_url=guarded.base_url, headers={"X-API-KEY": guarded.api_key}, timeout=60) as http:
        yield User(http, guarded)


def denied(stack: Stack) -> list[str]:
    """Lines of the functions' log that tell of a right that is missing."""
    lines = (stack.state / "logs" / "functions.jsonl").read_text().splitlines()
    return [line for line in lines if "AccessDenied" in line or "not authorized" in line]


def test_every_way_of_a_document_is_allowed(user: User, samples: Path) -> None:
    scan, fax = (samples / "receipt.jpg").read_bytes(), (samples / "form.tiff").read_bytes()
    batch = user.batch(digital_pdf(), scan, fax, b"no document")
    assert [item["status"] for item in batch["items"]] == ["succeeded"] * 3 + ["failed"], denied(user.stack)
    assert user.result(batch["items"][0])["chunks"]
    assert user.http.post("/v1/extract/file", files={"file": digital_pdf("Sent along")}).status_code == 200
    waiting = user.submit(*(user.upload(digital_pdf(pages=20)) for _ in range(12))).json()["id"]
    assert user.http.post(f"/v1/batches/{waiting}/cancel").status_code == 200
    assert user.wait(waiting)["counts"]["failed"] == 0
    bucket = user.stack.outputs["BucketName"]
    for name, content in (("good.pdf", digital_pdf()), ("bad.pdf", b"no document")):
        user.aws("s3").put_object(Bucket=bucket, Key=f"inbox/demo/text/{name}", Body=content)
        assert dropped_result(user, name)
    assert denied(user.stack) == []


def test_every_way_of_a_review_is_allowed(user: User, tmp_path: Path) -> None:
    stack, schema = user.stack, tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    quire(stack, "template", "add", "swift", schema, "--review", 60)
    with httpx.Client(base_url=stack.base_url, headers={"Authorization": f"api-key {stack.api_key}"}) as terrafai:
        jobs = [create(terrafai, f"Transfer {number}") for number in range(3)]
        for job in jobs:
            until(terrafai, job, "review_required")
        approved, rejected = (document_id(job, 0) for job in jobs[:2])
        quire(stack, "review", "approve", approved)
        quire(stack, "review", "reject", rejected)
        assert terrafai_cancelled(user, jobs[2]) == "cancelled"
        ends = [until(terrafai, job, word)["status"] for job, word in zip(jobs, ENDS, strict=True)]
    assert ends == list(ENDS)
    assert denied(stack) == []


def test_every_way_of_a_webhook_is_allowed(user: User) -> None:
    """In the words of each contract, some of which read files, schemas and results."""
    stack = user.stack
    with receiving() as receiver:
        quire(stack, "webhook", "add", receiver.url, "--event", "document.succeeded")
        quire(stack, "webhook", "add", receiver.url, "--contract", "terrafai")
        asked = {"url": receiver.url, "events": ["extraction.document_completed", "extraction.job_completed"]}
        hook = user.http.post("/v1/webhooks", json=asked).json()["webhook"]
        assert user.http.post(f"/v1/webhooks/{hook['webhook_id']}/test").json()["delivered"], denied(stack)
        words = ["extract_run.processed", "batch_processor_run.processed"]
        bearer = {"Authorization": f"Bearer {stack.api_key}"}
        linked = {"payload": {"format": "url", "urlThresholdBytes": 0}}
        extend = {"url": receiver.url, "name": "x", "enabledEvents": words, "advancedOptions": linked}
        made = user.http.post("/webhook_endpoints", json={**extend, "apiVersion": "2026-02-09"}, headers=bearer)
        assert made.status_code == 200, made.text
        user.batch(digital_pdf("One"), digital_pdf("Two"))
        # Of each document Quire's own, PerfectParser's and Extend's; of the job these two's and TerrafAI's; the test.
        calls = receiver.waits_for(2 * 3 + 3 + 1)
    assert denied(stack) == []
    links = [payload["data"] for call in calls if (payload := json.loads(call.body).get("payload", {})).get("data")]
    assert {httpx.get(link, timeout=60).json()["object"] for link in links} == {"extract_run", "batch_run"}


def test_every_way_of_the_console_is_allowed(guarded: Stack) -> None:
    """And the bucket answers browsers by its own rule."""
    with console(guarded) as http:
        name = f"swift {time.time_ns()}"
        asked = {"name": name, "json_schema": SCHEMA, "review_threshold": 99}
        saved = http.post("/console/api/extractors", json=asked).json()["id"]
        job = submitted(http, digital_pdf(name), extractor_id=saved)
        document = until_document(http, job, lambda one: one["status"] == "review_required")["id"]
        assert picture(http, document).width == 1400, denied(guarded)
        approved = http.post(f"/console/api/documents/{document}/review", json={"verdict": "approved"})
        assert approved.status_code == 200, denied(guarded)
        until_document(http, job, lambda one: one["status"] == "succeeded")
        for path in ("me", "jobs", "extractors", "usage", "endpoints", "deliveries", "keys", f"documents/{document}"):
            assert http.get(f"/console/api/{path}").status_code == 200, path
        made = http.post("/console/api/keys", json={"name": "spare"}).json()
        assert http.delete(f"/console/api/keys/{made['id']}").status_code == 204
        assert http.delete(f"/console/api/jobs/{job}").status_code == 204
    assert denied(guarded) == []


def test_what_the_schedules_wake_is_allowed_what_it_mends(user: User) -> None:
    for title in ("Sweep", "Reconcile"):
        assert invoked(user, title, {}) == "null"
    assert denied(user.stack) == []


def test_what_is_written_late_of_a_deleted_job_is_removed(user: User) -> None:
    s3, table, bucket = user.aws("s3"), user.aws("dynamodb"), user.stack.outputs["BucketName"]
    with console(user.stack) as http:
        job = submitted(http, digital_pdf("To be deleted"))
        until_document(http, job, lambda one: one["status"] == "succeeded")
        assert http.delete(f"/console/api/jobs/{job}").status_code == 204
    prefixes = [f"{retention}/demo/{job.removeprefix('job_')}/" for retention in ("results", "working")]
    assert [s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", []) for prefix in prefixes] == [
        [],
        [],
    ]
    for prefix in prefixes:
        s3.put_object(Bucket=bucket, Key=f"{prefix}late.json", Body=b"{}")
    mark = {
        "PK": {"S": "tenant#demo"},
        "SK": {"S": f"forget#{0:013d}#{job}"},
        "due_at": {"N": "0"},
        "job_id": {"S": job},
    }
    table.put_item(TableName=user.stack.outputs["JobsTable"], Item=mark)  # as if its time had come
    assert invoked(user, "Sweep", {}) == "null"
    assert [s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", []) for prefix in prefixes] == [
        [],
        [],
    ]
    assert denied(user.stack) == []


def test_a_poke_that_fails_may_come_again_within_seconds(user: User) -> None:
    """Of a tenant whose name is longer than a key of the table may be; its group is its own."""
    queue, group = user.stack.outputs["AdmitQueueUrl"], f"broken-{time.time_ns()}"
    sent = {"MessageBody": group + "x" * 3000, "MessageGroupId": group, "MessageDeduplicationId": group}
    user.aws("sqs").send_message(QueueUrl=queue, **sent)
    log, deadline = user.stack.state / "logs" / "functions.jsonl", time.monotonic() + 60
    while len(told := [line for line in log.read_text().splitlines() if group in line]) < 3:
        assert time.monotonic() < deadline, told
        time.sleep(0.5)
    first, *_, last = [datetime.fromisoformat(json.loads(line)["time"]) for line in told[:3]]
    assert 2 + 4 <= (last - first).total_seconds() < 30, "the queue's own time is six minutes"
    assert denied(user.stack) == []


def test_the_check_can_fail(user: User) -> None:
    """A right that is taken away is missed: the emulator does look."""
    iam, role = user.aws("iam"), named(user, "Publish")["Role"].rsplit("/", 1)[1]
    refusing = {"Effect": "Deny", "Action": "dynamodb:GetItem", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [refusing]})
    event = {"tenant": "demo", "document_id": "01977420-dc00-7edb-8ddb-e33f800d0001", "pages": 1}
    event |= {"result": {"key": "k", "version": "v"}}
    assert invoked(user, "Publish", event) == "null"
    iam.put_role_policy(RoleName=role, PolicyName="nothing", PolicyDocument=document)
    try:
        # What AWS said stays in the log: the function's error has the class alone.
        assert "ClientError" in invoked(user, "Publish", event)
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="nothing")


ENDS = ("completed", "failed", "failed")


def terrafai_cancelled(user: User, job: str) -> str:
    """Its status, once it is cancelled by another contract."""
    return str(user.http.post(f"/v1/batches/batch_{job.replace('-', '')}/cancel").json()["status"])


def named(user: User, title: str) -> dict[str, Any]:
    """The configuration of the function whose name has `title`."""
    (found,) = [f for f in user.aws("lambda").list_functions()["Functions"] if title in f["FunctionName"]]
    return dict(found)


def invoked(user: User, title: str, event: dict[str, Any]) -> str:
    """What the function answers, or its error."""
    name = named(user, title)["FunctionName"]
    answer = user.aws("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    with answer["Payload"] as payload:
        return str(payload.read().decode())
