"""One DynamoDB table: the few calls that the adapters make, in our values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quire.adapters.items import decode, encode, is_condition, transact, written

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_GET_AT_ONCE = 100  # BatchGetItem's limit


@dataclass(frozen=True, slots=True)
class Failed:
    """A condition that did not hold, and the item as it stands (None: there is none)."""

    item: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    client: DynamoDBClient

    def get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        """Strongly consistent."""
        item = self.client.get_item(TableName=self.name, Key=encode(key), ConsistentRead=True).get("Item")
        return decode(item) if item else None

    def get_many(self, keys: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Those that exist, strongly consistent, 100 a call and the calls side by side."""
        groups = [keys[i : i + _GET_AT_ONCE] for i in range(0, len(keys), _GET_AT_ONCE)]
        if len(groups) <= 1:
            return [item for group in groups for item in self._batch(group)]
        with ThreadPoolExecutor(max_workers=10) as pool:
            return [item for items in pool.map(self._batch, groups) for item in items]

    def _batch(self, keys: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        asked: Any = {self.name: {"Keys": [encode(key) for key in keys], "ConsistentRead": True}}
        while asked:
            answer: Any = self.client.batch_get_item(RequestItems=asked)
            found += [decode(item) for item in answer["Responses"].get(self.name, [])]
            asked = answer.get("UnprocessedKeys")
        return found

    def put(self, row: Mapping[str, Any]) -> None:
        written(self.client.put_item, {"TableName": self.name, "Item": encode(row)})

    def update(self, key: Mapping[str, str], **expression: Any) -> dict[str, Any] | Failed:
        """The new item, or Failed with the one that stands."""
        returned = {"ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            answer = written(self.client.update_item, {**self.action(key, **expression), **returned})
        except ClientError as error:
            if not is_condition(error):
                raise
            item: Any = error.response.get("Item")
            return Failed(decode(item) if item else None)
        return decode(answer["Attributes"])

    def delete(self, key: Mapping[str, str], **expression: Any) -> bool:
        """Whether the condition held."""
        try:
            written(self.client.delete_item, self.action(key, **expression))
        except ClientError as error:
            if not is_condition(error):
                raise
            return False
        return True

    def query(
        self,
        partition: str,
        condition: str = "",
        *,
        limit: int | None = None,
        index: str | None = None,
        by: str = "PK",
        ascending: bool = True,
        **values: Any,
    ) -> Iterator[dict[str, Any]]:
        """Rows of a partition in order; strongly consistent, but for an index, whose partition key is `by`."""
        asked: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#by = :PK" + (f" AND {condition}" if condition else ""),
            "ExpressionAttributeNames": {"#by": by},  # `owner` is a word that DynamoDB reserves
            "ExpressionAttributeValues": encode({":PK": partition, **{f":{k}": v for k, v in values.items()}}),
            **({"IndexName": index} if index else {"ConsistentRead": True}),
            **({"Limit": limit} if limit else {}),
            **({} if ascending else {"ScanIndexForward": False}),
        }
        paginator: Any = self.client.get_paginator("query")
        pages = paginator.paginate(**asked)
        yield from islice((decode(item) for page in pages for item in page["Items"]), limit)

    def action(
        self,
        key: Mapping[str, str],
        *,
        update: str | None = None,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Any:
        """The parameters of an update, delete or check. `values` are its `:name`s, `names` its `#name`s."""
        parts: dict[str, Any] = {
            "TableName": self.name,
            "Key": encode(key),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode({f":{name}": value for name, value in values.items()}) or None,
        }
        return {name: part for name, part in parts.items() if part is not None}

    def put_action(self, row: Mapping[str, Any], condition: str | None = None, **values: Any) -> Any:
        """The parameters of a put in a transaction."""
        expression = self.action({}, condition=condition, **values)
        expression.pop("Key")
        return {**expression, "Item": encode(row)}

    def transact(self, actions: Sequence[Any]) -> None:
        """All or none; raises `items.Cancelled`."""
        transact(self.client, actions)
