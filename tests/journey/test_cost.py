"""What a document costs in AWS calls: docs/cost.md says it, and this counts it."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from quire.adapters import clients, rows
from quire.adapters.aws import Aws, now_ms
from quire.adapters.items import encode
from quire.domain import ids
from quire.domain.file import File
from quire.domain.ports import Admission
from quire.domain.tenant import DAY_MS, Tenant
from quire.http.ids import say_id
from tests.journey.conftest import Account, uuid_of
from tests.journey.test_document import digital_pdf

DOCS = Path(__file__).parents[2] / "docs" / "cost.md"


class Counted:
    """Calls by operation, and DynamoDB's write units of rows under 1 KB: one for each write, two in a transaction."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.write_units = 0
        for client in (clients.dynamodb(), clients.s3(), clients.sqs(), clients.stepfunctions()):
            client.meta.events.register("provide-client-params.*.*", self._count)

    def _count(self, model: Any, params: dict[str, Any], **_: object) -> None:
        self.calls[model.name] += 1
        if model.name in ("PutItem", "UpdateItem", "DeleteItem"):
            self.write_units += 1
        if model.name == "TransactWriteItems":
            self.write_units += 2 * sum("ConditionCheck" not in item for item in params["TransactItems"])
            self.write_units += 2 * sum("ConditionCheck" in item for item in params["TransactItems"])


OF_EACH_REQUEST = 3
"""Key, tenant, job."""


class Reads:
    """Rows that were read from DynamoDB, of tables and indexes alike."""

    def __init__(self) -> None:
        self.rows = 0
        clients.dynamodb().meta.events.register("after-call.dynamodb.*", self._count)

    def _count(self, parsed: dict[str, Any], **_: object) -> None:
        self.rows += len(parsed.get("Items", [])) + ("Item" in parsed)
        self.rows += sum(map(len, parsed.get("Responses", {}).values()))


def documented(heading: str) -> dict[str, int]:
    """The table under a heading: | `Operation` | number |"""
    text = DOCS.read_text().split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return {name: int(number) for name, number in re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE)}


def test_a_batch_of_one_digital_page(account: Account) -> None:
    file_id = account.upload(digital_pdf())
    counted = Counted()
    account.ended(account.submit(file_id))
    measured = {**counted.calls, "WriteUnits": counted.write_units}
    measured.pop("ListExecutions")  # the test's own waiting
    for name in ("GetItem", "Query"):  # and its look at the batch at the end: key, tenant, job; documents
        measured[name] -= {"GetItem": 3, "Query": 1}[name]
    assert measured == documented("One document")


def arrived(account: Account, number: int) -> list[str]:
    """The ids, in the contract's words, of files that have arrived: their rows, written 25 at a time."""
    now = now_ms()
    files = [
        File("acme", ids.new_id(now), 5, now, DAY_MS, "a.pdf", arrived_at=now, version="v1") for _ in range(number)
    ]
    for start in range(0, number, 25):
        puts: list[Any] = [{"PutRequest": {"Item": encode(rows.file_row(file))}} for file in files[start : start + 25]]
        clients.dynamodb().batch_write_item(RequestItems={"jobs": puts})
    return [say_id("file", file.id) for file in files]


def submitted(account: Account, number: int) -> tuple[str, Counter[str]]:
    """A batch of so many files, and what its submit took."""
    body = {"source": {"type": "files", "file_ids": arrived(account, number)}}
    counted = Counted()
    status, batch = account.call("POST", "/v1/batches", body)
    assert (status, batch["total_items"]) == (200, number)
    return batch["id"], counted.calls + Counter(WriteUnits=counted.write_units)


def test_a_submit_writes_the_same_for_any_number_of_documents(account: Account) -> None:
    account.world.tenants.grant("acme", 20_000)
    for number in (1, 100, 10_000):
        _, measured = submitted(account, number)
        reads = measured.pop("BatchGetItem")
        assert reads == math.ceil(number / 100), "of the files, a hundred in each, side by side"
        measured["BatchGetItem"] = 1
        assert measured == documented("One submit")
        assert measured.total() - measured["WriteUnits"] - 1 <= 6


def test_a_poll_by_cursor_reads_what_changed_and_no_more(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, _ = submitted(account, 90)
    account.written("tenant#acme", f"expand#{uuid_of(batch)}")
    clock = [now_ms() + 60_000]
    monkeypatch.setattr(Aws, "clock", lambda _: clock[0])
    path = f"/v1/batches/{batch}?limit=100"
    _, page = account.call("GET", path)
    assert len(page["items"]) == 90
    tickets = account.world.line.waiting("acme", 3)
    assert account.world.line.admit(Tenant("acme"), tickets, clock[0]) is Admission.ADMITTED
    clock[0] += 60_000
    reads = Reads()
    _, changed = account.call("GET", f"{path}&cursor={page['next_cursor']}")
    assert len(changed["items"]) == 3
    assert changed["counts"]["running"] == 3
    assert reads.rows == 3 + 3 + 1 + OF_EACH_REQUEST, "the index's entries, their rows, and the job after them"
    reads.rows = 0
    _, rest = account.call("GET", f"{path}&cursor={changed['next_cursor']}")
    assert rest["items"] == []
    assert reads.rows == OF_EACH_REQUEST
