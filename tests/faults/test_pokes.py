"""A fault in `admit` keeps no tenant waiting: its poke comes again within seconds, or `sweep` goes past it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from unittest import mock

import pytest

from tests.faults import cases
from tests.faults.account import Account
from tests.faults.harness import installed
from tests.faults.plan import Case, Kind
from tests.faults.wires import VISIBILITY_MS

DOCUMENT_MS = 1_000
"""More than a document takes in the account where nothing goes wrong."""


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    with installed():
        yield


def ended_after(faults: Mapping[str, Kind]) -> int:
    """Milliseconds from the beginning to the end of the one document, with these faults."""
    accounts: list[Account] = []

    def made(*arguments: object) -> Account:
        accounts.append(Account(*arguments))  # type: ignore[arg-type]
        return accounts[-1]

    with mock.patch.object(cases, "Account", made):
        ran = cases.run(Case("a-document", faults))
    assert ran.violations == []
    (account,) = accounts
    (ended,) = [at for at, event, _ in account.notes if event == "document_ended"]
    return ended - account.reconciled_at


def test_without_a_fault_it_takes_no_time() -> None:
    assert ended_after({}) < DOCUMENT_MS


@pytest.mark.parametrize("kind", [Kind.FAIL_AFTER, Kind.THROTTLE])
def test_a_fault_costs_seconds(kind: Kind) -> None:
    assert ended_after({"admit:dynamodb.Query#1": kind}) < 2_000 + DOCUMENT_MS


def test_a_second_fault_costs_seconds_more() -> None:
    faults = {f"admit:dynamodb.Query#{number}": Kind.FAIL_AFTER for number in (1, 2)}
    assert ended_after(faults) < 2_000 + 4_000 + DOCUMENT_MS


@pytest.mark.parametrize(
    "faults",
    [
        {"admit:dynamodb.Query#1": Kind.CRASH_AFTER},
        {"admit:dynamodb.Query#1": Kind.FAIL_AFTER, "admit:sqs.ChangeMessageVisibility#1": Kind.FAIL_BEFORE},
    ],
    ids=["a crash", "no word to the queue"],
)
def test_where_the_poke_stays_hidden_the_sweep_goes_past_it(faults: Mapping[str, Kind]) -> None:
    assert ended_after(faults) < 2 * cases.MINUTE_MS < VISIBILITY_MS
