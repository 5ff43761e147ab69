"""What a job's data looks like before any is seen: its schema, as `quire.export` takes it."""

from __future__ import annotations

import json

from quire.domain.ports import World
from quire.export import Shape, ValueType
from quire.extraction.schema import Array, Kind, Node, Object, SchemaRefused, parse
from quire.service.config import Config

_TYPES = {Kind.DATE: ValueType.DATE, Kind.DATETIME: ValueType.DATE_TIME, Kind.TIME: ValueType.TIME}


def shape_of(world: World, config: Config) -> Shape | None:
    """None: no schema was given, or it is gone before the results are."""
    if config.schema is None:
        return None
    try:
        return _shape(parse(json.loads(world.blobs.read(config.schema))))
    except (KeyError, SchemaRefused):
        return None


def _shape(node: Node) -> Shape:
    match node:
        case Object():
            return {inner.name: _shape(inner) for inner in node.properties}
        case Array():
            return [_shape(node.items)]
        case _:
            return _TYPES.get(node.kind, ValueType.PLAIN)
