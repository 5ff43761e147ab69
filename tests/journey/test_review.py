"""The journey of documents that wait for a person, through the real state machine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from quire.adapters import clients
from quire.adapters.workflow import StepFunctionsTokens
from quire.domain.document import Document, DocumentStatus, Verdict
from quire.domain.job import Job, JobStatus
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import review, uploads
from quire.service.cancel import cancel
from quire.service.config import Config, to_options
from quire.service.submit import Submission, Submitted, submit
from tests.journey.conftest import ENDED, Account, uuid_of
from tests.journey.test_document import digital_pdf

ACME = Tenant("acme", rate_factor=100)
SCHEMA = {"properties": {"swift": {"type": "string", "pattern": "^[A-Z]{6}[A-Z0-9]{2}$"}}}
"""Of which these documents hold no value: so they are in doubt, however sure the engine is of others."""


def submitted(account: Account) -> Job:
    """A job of one document whose values will be in doubt; it has its execution, if there is a slot."""
    file_id = uuid_of(account.upload(digital_pdf()))
    sources = uploads.sources(account.world, ACME, [file_id])
    assert isinstance(sources, list)
    options = to_options(Config(review_threshold=50))
    outcome = submit(account.world, ACME, Submission("terrafai", "own", sources, file_id, options, SCHEMA))
    assert isinstance(outcome, Submitted)
    account.written("tenant#acme", f"expand#{outcome.job.id}")
    account.poked()
    return outcome.job


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.05)


def row_of(account: Account, job: Job) -> Document:
    (document,) = account.world.jobs.documents("acme", job.id)
    return document


def held(account: Account) -> tuple[Job, Document]:
    job = submitted(account)
    until(lambda: row_of(account, job).undecided)
    return job, row_of(account, job)


def ended(account: Account, job: Job) -> Document:
    """Once all executions are over, which they are only by succeeding."""
    machine = clients.stepfunctions()

    def runs() -> list[Any]:
        return list(machine.list_executions(stateMachineArn=account.machine)["executions"])

    until(lambda: all(run["status"] in ENDED for run in runs()))
    assert {run["status"] for run in runs()} == {"SUCCEEDED"}
    return row_of(account, job)


def decide(account: Account, document: Document, verdict: Verdict, **more: Any) -> None:
    outcome = review.decide(account.world, ACME, document.id, verdict, **more)
    assert not isinstance(outcome, Refusal), outcome


def test_a_document_waits_for_its_reviewer_without_a_slot_and_is_charged_after(account: Account) -> None:
    job, document = held(account)
    assert account.invoked == ["inspect", "read", "extract", "hold"]
    assert account.world.line.holders("acme") == set()
    assert account.world.tenants.balance("acme") == Balance(99, 1, 0)
    decide(account, document, Verdict.EDITED, edits={"swift": "DEUTDEFF"}, by="key-1")
    row = ended(account, job)
    assert account.invoked[4:] == ["publish"]
    assert (row.status, row.pages) == (DocumentStatus.SUCCEEDED, 1)
    assert row.result and row.review
    output = json.loads(account.world.blobs.get(row.result))
    assert output["parts"][0]["data"] == {"swift": "DEUTDEFF"}
    assert json.loads(account.world.blobs.get(row.review.first))["parts"][0]["data"] == {"swift": None}
    stands = account.world.jobs.get("acme", job.id)
    assert stands and stands.status is JobStatus.COMPLETED
    assert account.world.tenants.balance("acme") == Balance(99, 0, 1)


def test_a_rejected_document_fails_and_costs_nothing(account: Account) -> None:
    job, document = held(account)
    decide(account, document, Verdict.REJECTED)
    row = ended(account, job)
    assert account.invoked[4:] == ["fail"]
    assert row.refusal
    assert (row.status, row.refusal.kind) == (DocumentStatus.FAILED, Kind.REVIEW_REJECTED)
    assert account.world.tenants.balance("acme") == Balance(100, 0, 0)


def test_the_next_document_starts_while_one_waits(account: Account) -> None:
    account.world.tenants.put(replace(ACME, slots=1))
    first, waits = held(account)
    second = submitted(account)
    account.poked()
    until(lambda: row_of(account, second).undecided)
    for document in (waits, row_of(account, second)):
        decide(account, document, Verdict.APPROVED)
    assert {ended(account, job).status for job in (first, second)} == {DocumentStatus.SUCCEEDED}


def test_what_nobody_decides_fails_at_its_deadline(account: Account) -> None:
    account.world.tenants.put(replace(ACME, review_ms=500))
    job, document = held(account)
    until(lambda: document.review is not None and account.world.clock() > document.review.deadline)
    account.handlers["sweep"]({}, None)
    row = ended(account, job)
    assert row.refusal and row.refusal.kind is Kind.REVIEW_EXPIRED
    assert account.invoked[4:] == [], "its execution only ends"
    assert account.world.tenants.balance("acme") == Balance(100, 0, 0)


def test_a_crash_after_the_document_was_held_leaves_it_to_the_next_try(account: Account) -> None:
    hold, tokens = account.handlers["hold"], []

    def crash_once(event: dict[str, str], context: object) -> None:
        hold(event, context)
        tokens.append(event["token"])
        if len(tokens) == 1:
            raise RuntimeError("injected")

    account.handlers["hold"] = crash_once
    job, document = held(account)
    until(lambda: len(tokens) == 2)
    stands = row_of(account, job).review
    assert stands and stands.token == tokens[1]
    decide(account, document, Verdict.APPROVED)
    assert ended(account, job).status is DocumentStatus.SUCCEEDED


def test_a_decision_that_its_task_did_not_hear_of_is_told_by_the_sweep(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, document = held(account)
    with monkeypatch.context() as broken:
        broken.setattr(StepFunctionsTokens, "succeed", _out_of_order)
        decide(account, document, Verdict.APPROVED)
    assert row_of(account, job).status is DocumentStatus.REVIEW_REQUIRED
    monkeypatch.setattr("quire.service.sweep.GRACE_MS", -1)
    account.handlers["sweep"]({}, None)
    assert ended(account, job).status is DocumentStatus.SUCCEEDED


def test_a_cancelled_job_s_document_in_review_is_cancelled(account: Account) -> None:
    job, _ = held(account)
    cancelled = cancel(account.world, ACME, job.id)
    assert not isinstance(cancelled, Refusal)
    assert cancelled.status is JobStatus.CANCELLED
    assert ended(account, job).status is DocumentStatus.CANCELLED
    assert account.invoked[4:] == []
    assert account.world.tenants.balance("acme") == Balance(100, 0, 0)


def _out_of_order(*_: object) -> None:
    raise ConnectionError("injected")
