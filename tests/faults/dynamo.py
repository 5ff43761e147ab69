"""DynamoDB in memory, in the words of its API: held to moto by tests/faults/test_stand_ins.py, and many times faster.

Each call is atomic and strongly consistent, but for the indexes, which follow after `index_lag_ms`."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.faults.errors import Refused
from tests.faults.expressions import Given, Item, Value, holds, updated

TOKENS_MS = 600_000
"""How long a transaction's ClientRequestToken stands for it (API reference, TransactWriteItems)."""
_FAILED = "ConditionalCheckFailedException"
_MESSAGE = "The conditional request failed"
_MOST_ACTIONS = 100
_EQUAL = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


class Write(NamedTuple):
    """One item before and after a write; None where it was not, or is no more."""

    table: str
    key: tuple[str, ...]
    before: Item | None
    after: Item | None


@dataclass(slots=True)
class Shape:
    """A table's keys, and those of each index."""

    keys: tuple[str, ...]
    indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Dynamo:
    """`committed` hears of all writes of a call at once, after they took effect."""

    shapes: Mapping[str, Shape]
    clock: Callable[[], int]
    committed: Callable[[Sequence[Write]], None]
    index_lag_ms: int = 0
    items: dict[str, dict[tuple[str, ...], Item]] = field(default_factory=dict)
    _seen: dict[str, dict[tuple[str, ...], Item]] = field(default_factory=dict)
    _unseen: deque[tuple[int, Write]] = field(default_factory=deque)
    _tokens: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.items = {name: {} for name in self.shapes}
        self._seen = {name: {} for name in self.shapes}

    def call(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self, f"_{operation}")(asked)
        return answer

    def rows(self, table: str, partition: str) -> list[Item]:
        """A partition's items, by sort key: for checks, beside all calls."""
        return [item for key, item in sorted(self.items[table].items()) if key[0] == partition]

    # ---- reads -------------------------------------------------------------------------------------------------------

    def _GetItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - the API's name
        item = self.items[asked["TableName"]].get(self._key(asked["TableName"], asked["Key"]))
        return {"Item": dict(item)} if item is not None else {}

    def _BatchGetItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        found: dict[str, list[Item]] = {}
        for name, wanted in asked["RequestItems"].items():
            keys = [self._key(name, key) for key in wanted["Keys"]]
            if len(keys) > 100 or len(set(keys)) < len(keys):
                raise Refused("ValidationException", "too many items, or one twice")
            found[name] = [dict(self.items[name][key]) for key in keys if key in self.items[name]]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _Query(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        name, index = asked["TableName"], asked.get("IndexName")
        shape = self.shapes[name]
        keys = shape.indexes[index] if index else shape.keys
        if index:
            self._catch_up()
        wanted = _partition(asked, keys[0])
        found = [
            item
            for item in (self._seen if index else self.items)[name].values()
            if item.get(keys[0]) == wanted and keys[-1] in item
        ]
        found = [item for item in found if holds(asked["KeyConditionExpression"], _given(asked, item))]
        order = [*keys[1:], *shape.keys]
        found.sort(key=lambda item: tuple(item[key]["S"] for key in order))
        if not asked.get("ScanIndexForward", True):
            found.reverse()
        if index:
            found = [{key: item[key] for key in dict.fromkeys((*shape.keys, *keys))} for item in found]
        after = asked.get("ExclusiveStartKey")
        if after:
            place = next(i for i, item in enumerate(found) if all(item[key] == after[key] for key in shape.keys))
            found = found[place + 1 :]
        limit = asked.get("Limit") or len(found) + 1
        page, more = found[:limit], len(found) > limit
        last = {key: page[-1][key] for key in dict.fromkeys((*shape.keys, *keys))} if more else None
        filtered = [dict(item) for item in page if holds(asked.get("FilterExpression"), _given(asked, item))]
        return {"Items": filtered, "Count": len(filtered), **({"LastEvaluatedKey": last} if last else {})}

    # ---- writes ------------------------------------------------------------------------------------------------------

    def _PutItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._one("Put", asked)
        return {}

    def _UpdateItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        write = self._one("Update", asked)
        wanted = asked.get("ReturnValues", "NONE")
        if wanted not in ("NONE", "ALL_NEW", "ALL_OLD"):
            raise NotImplementedError(wanted)
        item = {"ALL_NEW": write.after, "ALL_OLD": write.before}.get(wanted)
        return {"Attributes": dict(item)} if item else {}

    def _DeleteItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        write = self._one("Delete", asked)
        old = asked.get("ReturnValues") == "ALL_OLD" and write.before
        return {"Attributes": dict(old)} if old else {}

    def _BatchWriteItem(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        for name, requests in asked["RequestItems"].items():
            for request in requests:
                ((verb, what),) = request.items()
                self._one(verb.removesuffix("Request"), {"TableName": name, **what})
        return {"UnprocessedItems": {}}

    def _TransactWriteItems(self, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        token = asked.get("ClientRequestToken")
        if token and self._tokens.get(token, 0) > self.clock() - TOKENS_MS:
            return {}
        acts = [next(iter(action.items())) for action in asked["TransactItems"]]
        places = [
            (what["TableName"], self._key(what["TableName"], what.get("Key") or what["Item"])) for _, what in acts
        ]
        if len(acts) > _MOST_ACTIONS or len(set(places)) < len(places):
            raise Refused("ValidationException", "too many actions, or two on one item")
        refused = [not self._may(verb, what) for verb, what in acts]
        if any(refused):
            reasons = [
                {"Code": "ConditionalCheckFailed", "Message": _MESSAGE} if bad else {"Code": "None"} for bad in refused
            ]
            raise Refused("TransactionCanceledException", "cancelled", {"CancellationReasons": reasons})
        self._commit([self._apply(verb, what) for verb, what in acts if verb != "ConditionCheck"])
        if token:
            self._tokens[token] = self.clock()
        return {}

    def _one(self, verb: str, what: Mapping[str, Any]) -> Write:
        if not self._may(verb, what):
            item = self.items[what["TableName"]].get(self._key(what["TableName"], what.get("Key") or what["Item"]))
            wanted = what.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise Refused(_FAILED, _MESSAGE, {"Item": dict(item)} if wanted and item else {})
        write = self._apply(verb, what)
        self._commit([write])
        return write

    def _may(self, verb: str, what: Mapping[str, Any]) -> bool:
        key = self._key(what["TableName"], what.get("Key") or what["Item"])
        item = self.items[what["TableName"]].get(key, {})
        return holds(what.get("ConditionExpression"), _given(what, item))

    def _apply(self, verb: str, what: Mapping[str, Any]) -> Write:
        table = what["TableName"]
        key = self._key(table, what.get("Key") or what["Item"])
        before = self.items[table].get(key)
        after: Item | None = None
        if verb == "Put":
            after = dict(what["Item"])
        elif verb == "Update":
            standing = before if before is not None else dict(what["Key"])
            after = updated(what.get("UpdateExpression"), _given(what, standing))
        self._fits_indexes(table, after or {})
        if after is None:
            self.items[table].pop(key, None)
        else:
            self.items[table][key] = after
        return Write(table, key, before, after)

    def _fits_indexes(self, table: str, item: Item) -> None:
        """A key of an index is a string wherever it is written."""
        for name in {name for keys in self.shapes[table].indexes.values() for name in keys} & item.keys():
            if "S" not in item[name]:
                raise Refused("ValidationException", f"{name} is a key of an index")

    def _commit(self, writes: Sequence[Write]) -> None:
        seen_at = self.clock() + self.index_lag_ms
        self._unseen.extend((seen_at, write) for write in writes if self.shapes[write.table].indexes)
        self.committed(writes)

    def _catch_up(self) -> None:
        now = self.clock()
        while self._unseen and self._unseen[0][0] <= now:
            _, write = self._unseen.popleft()
            if write.after is None:
                self._seen[write.table].pop(write.key, None)
            else:
                self._seen[write.table][write.key] = write.after

    def _key(self, table: str, item: Mapping[str, Value]) -> tuple[str, ...]:
        return tuple(item[name]["S"] for name in self.shapes[table].keys)


def _given(asked: Mapping[str, Any], item: Item) -> Given:
    return Given(item, asked.get("ExpressionAttributeNames") or {}, asked.get("ExpressionAttributeValues") or {})


def _partition(asked: Mapping[str, Any], key: str) -> Value:
    """The value that a query wants its partition key to have."""
    for name, value in _EQUAL.findall(asked["KeyConditionExpression"]):
        if (asked.get("ExpressionAttributeNames") or {}).get(name, name) == key:
            return dict(asked["ExpressionAttributeValues"][value])
    raise Refused("ValidationException", "a query names its partition")
