"""`quire logs` on an emulated AWS account, and on what a local stack left."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from quire.domain.ids import document_id, new_id, new_job_id
from quire_admin import desk
from tests.client import test_admin
from tests.client.test_admin import quire, ran

account = test_admin.account
NOW_MS = int(time.time() * 1000)
JOB, OTHER, FILE = new_job_id(NOW_MS), new_job_id(NOW_MS), new_id(NOW_MS)


def line(function: str, event: str, minutes_ago: float = 1, level: str = "INFO", **facts: Any) -> dict[str, Any]:
    """As our logger writes it."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    time_said = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}+0000"
    return {
        "level": level,
        "location": "log:24",
        "message": event,
        "timestamp": time_said,
        "service": function,
        **facts,
    }


LINES = [
    line("publish", "document_ended", 1, document_id=document_id(JOB, 0), pages=2, refusal=None),
    line("api_extract_page", "job_created", 3, job_id=JOB, documents=2),
    line("read", "handler_failed", 2, "ERROR", document_id=document_id(JOB, 1), error="KeyError", place=["a.py:1 f"]),
    line("publish", "document_ended", 4, document_id=document_id(OTHER, 0), pages=1),
    line("fetch", "fetch_failed", 5, file_id=FILE, tries=5),
    line("sweep", "sweep_failed", 90, "ERROR", tenant="acme"),
]


@pytest.fixture
def on_aws(account: Iterator[None]) -> None:
    """A stack with two log groups: a function's and the API's."""
    logs, cloudformation = boto3.client("logs"), boto3.client("cloudformation")
    template = json.loads(test_admin._template("JobsTable"))
    for name in ("ReadLog", "ApiAccessLog"):
        template["Resources"][name] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}
    cloudformation.create_stack(StackName="Logged", TemplateBody=json.dumps(template))
    told = [*map(json.dumps, LINES), json.dumps({"requestId": "x", "status": 200})]
    for group, messages in (("ReadLog", told[:4]), ("ApiAccessLog", told[4:])):
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        events = [{"timestamp": NOW_MS, "message": message} for message in messages]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def events(*arguments: str) -> list[str]:
    """The events that are printed, in order."""
    return [row[24:].split()[1] for row in quire("logs", *arguments, "--stack", "Logged").splitlines()]


@pytest.mark.usefixtures("on_aws")
class TestOfAStack:
    def test_all_is_told_in_the_order_of_time(self) -> None:
        told = ["fetch_failed", "document_ended", "job_created", "ERROR", "document_ended"]
        assert events() == told
        assert events("--minutes", "120") == ["ERROR", *told]

    def test_a_line_says_what_where_and_when(self) -> None:
        (said,) = quire("logs", document_id(OTHER, 0), "--stack", "Logged").splitlines()
        assert datetime.strptime(said[:23], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC) < datetime.now(UTC)
        assert said[23:].split() == ["publish", "document_ended", f"document_id={document_id(OTHER, 0)}", "pages=1"]

    def test_of_a_job_its_documents_are_told(self) -> None:
        assert events(JOB) == ["job_created", "ERROR", "document_ended"]
        assert events(f"batch_{JOB.replace('-', '')}") == events(JOB)

    def test_of_a_document_its_job_is_told_and_not_its_neighbours(self) -> None:
        assert events(f"item_{document_id(JOB, 0).replace('-', '')}") == ["job_created", "document_ended"]

    def test_of_a_file_what_is_its_own(self) -> None:
        assert events(f"file_{FILE.replace('-', '')}") == ["fetch_failed"]

    def test_only_what_went_wrong(self) -> None:
        (said,) = quire("logs", "--errors", "--stack", "Logged").splitlines()
        assert "ERROR handler_failed" in said and 'place=["a.py:1 f"]' in said

    def test_what_is_no_id_is_refused(self) -> None:
        refused = ran("logs", "invoice.pdf", "--stack", "Logged")
        assert refused.exit_code == 2 and "no id" in refused.stderr

    def test_of_nobody_nothing_is_told(self) -> None:
        assert events(new_id(NOW_MS)) == []


def test_of_the_local_stack_its_files_are_read(account: Iterator[None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads finds no stack at that address here, so it is given."""
    monkeypatch.setattr(desk, "find_stack", lambda *_: desk.Found("Quire", {}, {"endpoint_url": "http://127.0.0.1:1"}))
    folder = Path(".local/logs")
    folder.mkdir(parents=True)
    for name, said in (("functions.jsonl", LINES[0]), ("functions.jsonl.1", LINES[1])):
        lines = [{"time": "t", "function": "f", "request_id": "r", "message": each} for each in (said, "printed text")]
        (folder / name).write_text("".join(json.dumps(each) + "\n" for each in lines))
    told = quire("logs", JOB).splitlines()
    assert [row.split()[3] for row in told] == ["job_created", "document_ended"]
