"""JSON Schemas in the few forms that the samples use.

Each value may be null: a field that is not on the page has no value, and none is made up.
"""

from typing import Any

Schema = dict[str, Any]


def record(title: str, description: str, fields: dict[str, Schema]) -> Schema:
    """The schema of a whole document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
        **_object(fields),
    }


def text(title: str, description: str) -> Schema:
    return _field("string", title, description)


def date(title: str, description: str) -> Schema:
    return {**_field("string", title, description), "format": "date"}


def number(title: str, description: str) -> Schema:
    return _field("number", title, description)


def integer(title: str, description: str) -> Schema:
    return _field("integer", title, description)


def boolean(title: str, description: str) -> Schema:
    return _field("boolean", title, description)


def choice(title: str, description: str, values: list[str]) -> Schema:
    return {**_field("string", title, description), "enum": [*values, None]}


def rows(title: str, description: str, fields: dict[str, Schema]) -> Schema:
    """A list of objects, such as the lines of a table."""
    return {"type": "array", "title": title, "description": description, "items": _object(fields)}


def _field(kind: str, title: str, description: str) -> Schema:
    return {"type": [kind, "null"], "title": title, "description": description}


def _object(fields: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
