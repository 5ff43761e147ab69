"""What a world holds: kept, put back, and what of it is not a tenant's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quire.adapters.aws import Aws
from quire.testing.world import World

State = dict[str, Any]
"""Each row or object, by where it lies."""


def containers(world: World) -> Iterator[tuple[str, Any]]:
    """The dicts and sets in which the twins keep what they hold, by name."""
    for name, twin in vars(world).items():
        for slot in getattr(type(twin), "__slots__", ()):
            held = getattr(twin, slot)
            if isinstance(held, dict | set):
                yield f"{name}.{slot}", held


def kept(world: World) -> State:
    """Rows are values that do not change: only what holds them is copied."""
    return {name: _copy(held) for name, held in containers(world)}


def put_back(world: World, state: State) -> None:
    for name, held in containers(world):
        held.clear()
        held.update(_copy(state[name]))


def others(world: World | Aws, *own: str) -> State:
    """Every row that is not one of `own`: a tenant's, by its id in the row or its place, or a key's, by its digest."""
    rows = _rows(world) if isinstance(world, World) else _stored(world)
    return {place: row for place, row in rows if not any(mine in place for mine in own) and _owner(row) not in own}


def _owner(row: Any) -> Any:
    """Whose a row says that it is: an API key's place does not."""
    return row.get("tenant", {}).get("S") if isinstance(row, dict) else getattr(row, "tenant", None)


def _copy(held: Any) -> Any:
    if isinstance(held, dict):
        return {key: _copy(value) for key, value in held.items()}
    return set(held) if isinstance(held, set) else held


def _rows(world: World) -> Iterator[tuple[str, Any]]:
    for name, held in containers(world):
        for key in held:
            yield f"{name}/{key}", _copy(held[key]) if isinstance(held, dict) else True


def _stored(world: Aws) -> Iterator[tuple[str, Any]]:
    tables = {"jobs": world.submissions.table, "idempotency": world.submissions.idempotency}
    for name, table in tables.items():
        for page in table.client.get_paginator("scan").paginate(TableName=table.name):
            for item in page["Items"]:
                yield f"{name}/{item['PK']['S']}/{item.get('SK', {}).get('S')}", item
    for key in world.blobs.keys(""):
        head = world.blobs.head(key)
        yield f"bucket/{key}", head and head.version
