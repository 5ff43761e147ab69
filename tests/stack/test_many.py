"""Many documents: each ends, at most eight run at any time, one execution each, none twice."""

from __future__ import annotations

import time

from tests.journey.test_document import digital_pdf
from tests.stack.conftest import ENDED, User

NUMBER = 32
SLOTS = 8


def test_a_batch_of_many(user: User) -> None:
    content = digital_pdf()
    files = [user.upload(content) for _ in range(NUMBER)]
    batch = user.submit(*files).json()
    assert (batch["status"], batch["total_items"], batch["counts"]["pending"]) == ("pending", NUMBER, NUMBER)
    most = 0
    seen: dict[str, str] = {}
    cursor = None
    while True:
        parameters = {"limit": "25"} | ({"cursor": cursor} if cursor else {})
        page = user.http.get(f"/v1/batches/{batch['id']}", params=parameters).json()
        assert sum(page["counts"].values()) == NUMBER
        most = max(most, page["counts"]["running"])
        seen |= {item["id"]: item["status"] for item in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            break
        time.sleep(0.2)
    assert page["status"] in ENDED
    assert page["counts"]["succeeded"] == NUMBER
    assert list(seen.values()) == ["succeeded"] * NUMBER  # the walk saw every document's last change
    assert 1 <= most <= SLOTS
    names = _executions(user)
    own = [name for name in names if name[:32] == _plain(batch["id"])[:32]]
    assert len(own) == len(set(own)) == NUMBER


def _executions(user: User) -> list[str]:
    machine = user.stack.outputs["StateMachineArn"]
    pages = user.aws("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
    return [run["name"] for page in pages for run in page["executions"]]


def _plain(said: str) -> str:
    digits = said.split("_", 1)[1]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
