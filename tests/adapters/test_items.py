"""Our values as DynamoDB's items, and transactions that collide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quire.adapters.items import Cancelled, decode, encode, transact

ACTIONS = [{"Delete": {"TableName": "jobs", "Key": {"PK": {"S": name}}}} for name in ("a", "b", "c")]


class Waits:
    """Counts and measures the pauses, and does not make them."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def stub() -> Iterator[Stubber]:
    client: Any = boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with Stubber(client) as stubber:
        yield stubber
    stubber.assert_no_pending_responses()


def _cancelled(stub: Stubber, *codes: str) -> None:
    reasons = {"CancellationReasons": [{"Code": code} for code in codes]}
    stub.add_client_error("transact_write_items", "TransactionCanceledException", modeled_fields=reasons)


def _transact(stub: Stubber, waits: Waits) -> None:
    client: Any = stub.client
    transact(client, ACTIONS, waits)


def test_a_transaction_is_sent_as_it_is(stub: Stubber) -> None:
    stub.add_response("transact_write_items", {}, {"TransactItems": ACTIONS})
    waits = Waits()
    _transact(stub, waits)
    assert waits.seconds == []


def test_a_condition_says_which_action_it_was(stub: Stubber) -> None:
    _cancelled(stub, "None", "ConditionalCheckFailed", "None")
    with pytest.raises(Cancelled) as cancelled:
        _transact(stub, Waits())
    assert cancelled.value.failed == [False, True, False]


def test_a_condition_among_collisions_is_a_condition(stub: Stubber) -> None:
    _cancelled(stub, "TransactionConflict", "None", "ConditionalCheckFailed")
    with pytest.raises(Cancelled) as cancelled:
        _transact(stub, Waits())
    assert cancelled.value.failed == [False, False, True]


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_collisions_are_tried_again(stub: Stubber, code: str) -> None:
    for _ in range(5):
        _cancelled(stub, "None", code, "None")
    stub.add_response("transact_write_items", {})
    waits = Waits()
    _transact(stub, waits)
    assert len(waits.seconds) == 5
    assert all(0 <= seconds <= 1 for seconds in waits.seconds)


def test_a_collision_then_a_condition_is_a_condition(stub: Stubber) -> None:
    _cancelled(stub, "TransactionConflict", "None", "None")
    _cancelled(stub, "ConditionalCheckFailed", "None", "None")
    with pytest.raises(Cancelled) as cancelled:
        _transact(stub, Waits())
    assert cancelled.value.failed == [True, False, False]


def test_collisions_without_end_are_a_fault(stub: Stubber) -> None:
    for _ in range(8):
        _cancelled(stub, "TransactionConflict")
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        _transact(stub, Waits())


def test_a_transaction_that_is_still_under_way_is_tried_again(stub: Stubber) -> None:
    stub.add_client_error("transact_write_items", "TransactionInProgressException")
    stub.add_response("transact_write_items", {})
    waits = Waits()
    _transact(stub, waits)
    assert len(waits.seconds) == 1


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_what_no_repetition_mends_is_a_fault_at_once(stub: Stubber, code: str) -> None:
    _cancelled(stub, "None", code)
    with pytest.raises(ClientError):
        _transact(stub, Waits())


def test_other_errors_are_faults_at_once(stub: Stubber) -> None:
    stub.add_client_error("transact_write_items", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        _transact(stub, Waits())


_NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_subnormal=False).filter(
    lambda number: number == 0 or abs(number) > 1e-100
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20) | _NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(min_size=1, max_size=10), _VALUES))
def test_values_come_back(values: dict[str, Any]) -> None:
    there = {name: value for name, value in values.items() if value is not None}
    assert decode(encode(values)) == there


def test_sets_of_strings_stay_sets() -> None:
    assert encode({"these": {"a"}}) == {"these": {"SS": ["a"]}}
    assert decode({"holders": {"SS": ["a", "b"]}}) == {"holders": {"a", "b"}}
