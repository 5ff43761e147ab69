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

from quire.adapters.items import Cancelled, decode, encode, transact, written

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


WRITE: dict[str, Any] = {"TableName": "jobs", "Key": {"PK": {"S": "a"}}}


def test_one_item_that_a_transaction_is_at_work_on_is_written_a_little_later(stub: Stubber) -> None:
    waits = Waits()
    client: Any = stub.client
    for _ in range(3):
        stub.add_client_error("update_item", "TransactionConflictException")
    stub.add_response("update_item", {"Attributes": {"PK": {"S": "a"}}})
    assert written(client.update_item, WRITE, waits)["Attributes"] == {"PK": {"S": "a"}}
    assert len(waits.seconds) == 3
    assert all(0 <= seconds <= 0.02 * 2**tries for tries, seconds in enumerate(waits.seconds))


def test_one_item_is_not_written_without_end(stub: Stubber) -> None:
    waits = Waits()
    client: Any = stub.client
    for _ in range(8):
        stub.add_client_error("delete_item", "TransactionConflictException")
    with pytest.raises(ClientError, match="TransactionConflictException"):
        written(client.delete_item, WRITE, waits)
    assert len(waits.seconds) == 7 and sum(waits.seconds) < 2.3


@pytest.mark.parametrize("code", ["ConditionalCheckFailedException", "AccessDeniedException"])
def test_other_refusals_to_write_one_item_are_told_at_once(stub: Stubber, code: str) -> None:
    waits = Waits()
    client: Any = stub.client
    stub.add_client_error("update_item", code)
    with pytest.raises(ClientError, match=code):
        written(client.update_item, WRITE, waits)
    assert waits.seconds == []


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
