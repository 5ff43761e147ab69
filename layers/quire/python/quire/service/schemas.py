"""A caller's JSON Schema, checked before a job is made of it."""

from __future__ import annotations

from quire.domain.refusal import Kind, Refusal
from quire.extraction import SchemaRefused, parse


def check_schema(schema: object, *where: str) -> Refusal | None:
    """A refusal that names the path in the schema; `where` leads to the schema in the request's body."""
    try:
        parse(schema)
    except SchemaRefused as refused:
        error = {"loc": ["body", *where, refused.path], "msg": refused.message, "type": "schema_refused"}
        return Refusal(Kind.INVALID_REQUEST, str(refused), {"errors": [error]})
    return None
