"""What a document costs in AWS calls: docs/cost.md says it, and this counts it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from quire.adapters import clients
from tests.journey.conftest import Account
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


def test_a_submit_writes_the_same_for_any_number_of_documents(account: Account) -> None:
    measured = []
    for number in (1, 30):
        files = [account.upload(b"%PDF-1.4") for _ in range(number)]
        counted = Counted()
        body = {"source": {"type": "files", "file_ids": files}}
        assert account.call("POST", "/v1/batches", body)[0] == 200
        measured.append({**counted.calls, "WriteUnits": counted.write_units})
    assert measured[0] == measured[1] == documented("One submit")
