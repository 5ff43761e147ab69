"""The isolation matrix and a few hostile values on the adapters themselves: what DynamoDB's keys and rows can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quire.adapters.aws import Aws
from quire.domain.tenant import digest_of
from tests.hostile.asking import CONTRACTS, Request, ask, at_once, credential
from tests.hostile.entries import SCHEMA
from tests.hostile.holdings import absent, settle
from tests.hostile.matrix import CALLER, OWN, OWNER, STILL_RUNNING, Case, Extent, Scene, cases, leaks, masked
from tests.hostile.state import others


def test_another_tenant_s_things_are_as_if_they_never_were_in_the_tables_too(account: Aws) -> None:
    with at_once():
        caller = settle(account, CALLER)
        account.clock.advance(3_600_000)  # type: ignore[attr-defined]
        owner = settle(account, OWNER)
        scene = Scene(account, owner, caller, absent(owner, account.clock()), {}, {})  # type: ignore[arg-type]
        own = (CALLER.id, digest_of(caller.key))
        before = others(account, *own)
        every = [(name, case) for name in CONTRACTS for case in cases(name, scene, Extent.RIGHT_KINDS)]
        asked = [(name, case) for name, case in every if case.what != OWN]
        for name, case in sorted(asked, key=lambda one: ORDER.index(one[1].asked.method)):
            assert_as_nothing(name, scene, case)
        assert others(account, *own) == before
    assert len(asked) >= 100


ORDER = ("GET", "DELETE", "PATCH", "PUT", "POST")
"""What makes things comes last: they are the caller's, and named as it likes."""


def assert_as_nothing(name: str, scene: Scene, case: Case) -> None:
    there, nothing = (ask(name, scene.world, request) for request in (case.asked, case.of_nothing))
    assert there.status < 500 or there.status == STILL_RUNNING, (case.shape.name, there)
    # What the caller made before is named as it asked then, by either's words.
    alike = [masked(masked(said, scene.owner), scene.nobody) for said in (there, nothing)]
    assert (alike[0].status, alike[0].text) == (alike[1].status, alike[1].text), (case.shape.name, case.what)
    assert not leaks(there, case.asked, scene.owner)


LONG = "x" * 3_000
HUGE = "x" * 500_000
ASKED: Mapping[str, tuple[str, str, str, Any]] = {
    "a job that is polled": ("terrafai", "GET", f"/api/v1/extraction-jobs/{LONG}", None),
    "an agent's name": ("llamacloud", "GET", f"/api/v1/extraction/extraction-agents/by-name/{LONG}", None),
    "a name in a list": ("llamacloud", "GET", "/api/v1/beta/files", {"query": {"file_name": LONG}}),
    "a batch's metadata": (
        "extract_page", "POST", "/v1/batches",
        {"source": {"type": "files", "file_ids": ["FILE"]}, "metadata": {"k": HUGE}},
    ),
    "a webhook's header": (
        "llamacloud", "POST", "/api/v2/extract",
        {"file_input": "PLAIN", "configuration": {"data_schema": SCHEMA}, "webhook_configurations": [
            {"webhook_url": "https://example.com/", "webhook_headers": {"x": HUGE}}]},
    ),
    "an endpoint's header": (
        "extend", "POST", "/webhook_endpoints",
        {"url": "https://example.com/", "name": "n", "enabledEvents": [], "advancedOptions": {"headers": {"x": HUGE}}},
    ),
    "a file's URL": ("extend", "POST", "/extract_runs", {"file": {"url": "https://example.com/" + HUGE}}),
    "a large number": (
        "extract_page", "POST", "/v1/batches",
        {"source": {"type": "files", "file_ids": ["FILE"]}, "metadata": {"k": 10**300, "f": 1e300, "e": ""}},
    ),
    "a large size": ("extract_page", "POST", "/v1/files", {"size_bytes": 10**300}),
    "a large priority": ("extend", "POST", "/extract_runs", {"file": {"id": "FILE"}, "priority": 10**300}),
}  # fmt: skip


def test_what_a_row_cannot_hold_is_no_fault(account: Aws) -> None:
    with at_once():
        caller = settle(account, CALLER)
        for what, (name, method, path, body) in ASKED.items():
            said = json.dumps(body).replace("FILE", caller.said("extend", "file")).replace("PLAIN", caller.one("file"))
            query = body["query"] if body and "query" in body else {}
            headers = {**credential(name, caller.key), "content-type": "application/json"}
            answer = ask(name, account, Request(method, path, query, headers, said.encode() if body else b""))
            assert answer.status < 500 or answer.status == STILL_RUNNING, (what, answer)
