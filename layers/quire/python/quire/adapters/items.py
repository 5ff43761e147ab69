"""Between our values and DynamoDB's items; and its transactions, retried where they merely collided."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
CONDITION = "ConditionalCheckFailed"
_COLLISIONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_TRIES = 8
_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


class Cancelled(Exception):
    """A transaction's condition did not hold. `failed` says of each action, in order, whether it was its condition."""

    def __init__(self, failed: list[bool]) -> None:
        super().__init__(f"conditions of {[i for i, bad in enumerate(failed) if bad]} did not hold")
        self.failed = failed


def encode(values: Mapping[str, Any]) -> Item:
    """Attributes; None is left out."""
    return {name: _serialize(_plain(value)) for name, value in values.items() if value is not None}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _native(_deserialize(value)) for name, value in item.items()}


def is_throttle(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in ("ProvisionedThroughputExceededException", "ThrottlingException")


def is_condition(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def transact(client: DynamoDBClient, actions: Sequence[Any], sleep: Callable[[float], None] = time.sleep) -> None:
    """All or none. Collisions with other transactions are tried again with jitter; conditions raise Cancelled.

    botocore adds a ClientRequestToken, so a retry after a lost answer within ten minutes is the same transaction."""
    for attempt in range(_TRIES):
        try:
            client.transact_write_items(TransactItems=actions)
            return
        except client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
            if CONDITION in codes:
                raise Cancelled([code == CONDITION for code in codes]) from error
            if attempt == _TRIES - 1 or not _COLLISIONS.intersection(codes):
                raise
        except ClientError as error:
            if attempt == _TRIES - 1 or error.response["Error"]["Code"] != "TransactionInProgressException":
                raise
        sleep(_pause(attempt))


def written(call: Callable[..., Any], asked: Mapping[str, Any], sleep: Callable[[float], None] = time.sleep) -> Any:
    """The answer to a write of one item, which is refused while a transaction is at work on that item (API reference,
    UpdateItem, TransactionConflictException): botocore does not try that again."""
    for attempt in range(_TRIES):
        try:
            return call(**asked)
        except ClientError as error:
            if attempt == _TRIES - 1 or error.response["Error"]["Code"] != "TransactionConflictException":
                raise
        sleep(_pause(attempt))
    raise AssertionError("unreachable")


def _pause(attempt: int) -> float:
    """Seconds, with jitter; all of them together are at most 2.3."""
    return random.uniform(0, min(1.0, 0.02 * 2**attempt))  # noqa: S311 - jitter


def _plain(value: Any) -> Any:
    """What the serializer takes: no floats, no None inside."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _native(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _native(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_native(part) for part in value]
    return value
