"""What DynamoDB may answer that an emulator never does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from quire.adapters.items import encode
from quire.adapters.table import Failed, Table


@pytest.fixture
def stub() -> Iterator[Stubber]:
    client: Any = boto3.client(
        "dynamodb", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield stubber
    stubber.assert_no_pending_responses()


@pytest.fixture
def table(stub: Stubber) -> Table:
    client: Any = stub.client
    return Table("jobs", client)


def _key(name: str) -> dict[str, str]:
    return {"PK": name, "SK": "job"}


def _keys(*names: str) -> dict[str, Any]:
    return {"jobs": {"Keys": [encode(_key(name)) for name in names], "ConsistentRead": True}}


def test_keys_that_were_not_processed_are_asked_for_again(stub: Stubber, table: Table) -> None:
    first = {"Responses": {"jobs": [encode(_key("a"))]}, "UnprocessedKeys": _keys("b")}
    stub.add_response("batch_get_item", first, {"RequestItems": _keys("a", "b")})
    stub.add_response("batch_get_item", {"Responses": {"jobs": [encode(_key("b"))]}}, {"RequestItems": _keys("b")})
    assert table.get_many([_key("a"), _key("b")]) == [_key("a"), _key("b")]


def test_rows_are_read_strongly_consistent(stub: Stubber, table: Table) -> None:
    asked = {"TableName": "jobs", "Key": encode(_key("a")), "ConsistentRead": True}
    stub.add_response("get_item", {"Item": encode(_key("a"))}, asked)
    assert table.get(_key("a")) == _key("a")


def test_a_partition_is_read_strongly_consistent(stub: Stubber, table: Table) -> None:
    asked = {
        "TableName": "jobs",
        "KeyConditionExpression": "#by = :PK",
        "ExpressionAttributeNames": {"#by": "PK"},
        "ExpressionAttributeValues": {":PK": {"S": "a"}},
        "ConsistentRead": True,
    }
    stub.add_response("query", {"Items": [encode(_key("a"))]}, asked)
    assert list(table.query("a")) == [_key("a")]


def test_a_partition_is_read_to_its_end(stub: Stubber, table: Table) -> None:
    stub.add_response("query", {"Items": [encode(_key("a"))], "LastEvaluatedKey": encode(_key("a"))})
    stub.add_response("query", {"Items": [encode(_key("b"))]})
    assert list(table.query("a")) == [_key("a"), _key("b")]


def test_a_condition_that_did_not_hold_shows_the_item_that_stands(stub: Stubber, table: Table) -> None:
    stub.add_client_error(
        "update_item", "ConditionalCheckFailedException", modeled_fields={"Item": encode(_key("a"))},
        expected_params={
            "TableName": "jobs",
            "Key": encode(_key("a")),
            "UpdateExpression": ANY,
            "ConditionExpression": ANY,
            "ExpressionAttributeValues": ANY,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )  # fmt: skip
    assert table.update(_key("a"), update="SET x = :x", condition="y = :x", x=1) == Failed(_key("a"))


@pytest.mark.parametrize(
    ("operation", "write"),
    [
        ("put_item", lambda table: table.put({"PK": "a"})),
        ("update_item", lambda table: table.update({"PK": "a"}, update="SET x = :x", x=1)),
        ("delete_item", lambda table: table.delete({"PK": "a"})),
    ],
)
def test_each_write_outlasts_a_transaction_on_its_item(
    stub: Stubber, table: Table, operation: str, write: Callable[[Table], object]
) -> None:
    stub.add_client_error(operation, "TransactionConflictException")
    stub.add_response(operation, {"Attributes": {"PK": {"S": "a"}}} if operation == "update_item" else {})
    write(table)
    stub.assert_no_pending_responses()


def test_other_errors_are_faults(stub: Stubber, table: Table) -> None:
    for operation in ("update_item", "delete_item"):
        stub.add_client_error(operation, "ResourceNotFoundException")
    with pytest.raises(ClientError):
        table.update(_key("a"), update="SET x = :x", x=1)
    with pytest.raises(ClientError):
        table.delete(_key("a"))


def test_an_index_may_be_partitioned_by_a_word_that_dynamodb_reserves(table: Table, stub: Stubber) -> None:
    asked = {
        "TableName": "jobs",
        "IndexName": "owned",
        "KeyConditionExpression": "#by = :PK AND listed < :after",
        "ExpressionAttributeNames": {"#by": "owner"},
        "ExpressionAttributeValues": encode({":PK": "acme", ":after": "x"}),
    }
    stub.add_response("query", {"Items": [encode({"listed": "a"})]}, asked)
    found = table.query("acme", "listed < :after", index="owned", by="owner", after="x")
    assert list(found) == [{"listed": "a"}]
