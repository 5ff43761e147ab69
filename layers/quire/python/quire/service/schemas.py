"""A caller's JSON Schema, checked before a job is made of it."""

from __future__ import annotations

from quire.domain.refusal import Kind, Refusal
from quire.extraction.schema import MOST_DEPTH, Array, Node, Object, SchemaRefused, parse


def check_schema(schema: object, *where: str, most_depth: int = MOST_DEPTH) -> Refusal | None:
    """A refusal that names the path in the schema; `where` leads to the schema in the request's body. `most_depth`:
    levels of objects and of lists of values, the root being one, where a contract takes fewer than we do."""
    try:
        tree = parse(schema)
        deep = _deeper(tree, most_depth)
        if deep is not None:
            raise SchemaRefused(f"$.{deep}" if deep else "$", f"deeper than {most_depth} levels")
    except SchemaRefused as refused:
        error = {"loc": ["body", *where, refused.path], "msg": refused.message, "type": "schema_refused"}
        return Refusal(Kind.INVALID_REQUEST, str(refused), {"errors": [error]})
    return None


def _deeper(node: Node, left: int) -> str | None:
    """The path of the first node that lies beyond `left` levels."""
    if isinstance(node, Object):
        if left == 0:
            return node.path
        return next((deep for part in node.properties if (deep := _deeper(part, left - 1)) is not None), None)
    if isinstance(node, Array):
        if isinstance(node.items, Object):
            return _deeper(node.items, left)
        return node.path if left == 0 else _deeper(node.items, left - 1)
    return None
