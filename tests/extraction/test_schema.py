"""Schemas in every dialect, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.extraction.schema import Array, Kind, Node, Object, Scalar, SchemaRefused, parse


def only(schema: Any) -> Node:
    """The schema's single property."""
    (node,) = parse({"type": "object", "properties": {"a": schema}}).properties
    return node


def scalar(schema: Any) -> Scalar:
    node = only(schema)
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"total": {"type": "number", "description": "what is due"}}},
        {"properties": {"total": {"type": "number", "description": "what is due"}}},
        {"total": {"type": "number", "description": "what is due"}},
        {"fields": [{"name": "total", "type": "number", "description": "what is due"}]},
        [{"name": "total", "type": "number", "description": "what is due"}],
        {"fields": {"total": {"type": "number", "description": "what is due"}}},
        json.dumps({"type": "object", "properties": {"total": {"type": "number", "description": "what is due"}}}),
        {
            "$ref": "#/$defs/A",
            "$defs": {"A": {"properties": {"total": {"type": "number", "description": "what is due"}}}},
        },
    ],
)
def test_one_field_in_each_dialect(schema: Any) -> None:
    assert parse(schema).properties == (Scalar("total", "total", Kind.NUMBER, "number", "", "what is due"),)


def test_a_list_of_names_makes_texts() -> None:
    assert [node.name for node in parse({"fields": ["a", "b"]}).properties] == ["a", "b"]


def test_fields_may_say_only_what_they_are() -> None:
    (node,) = parse({"fields": {"total": {"description": "what is due"}}}).properties
    assert isinstance(node, Scalar) and node.kind is Kind.STRING


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["number", "null"]},
        {"anyOf": [{"type": "number"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "number"}]},
        {"allOf": [{"type": "number"}]},
    ],
)
def test_a_nullable_type_is_what_it_is_besides_null(schema: Any) -> None:
    assert scalar(schema).kind is Kind.NUMBER


@pytest.mark.parametrize(
    ("schema", "kind", "written"),
    [
        ({"type": "string"}, Kind.STRING, "string"),
        ({"type": "integer"}, Kind.INTEGER, "integer"),
        ({"type": "boolean"}, Kind.BOOLEAN, "boolean"),
        ({"type": "string", "format": "date"}, Kind.DATE, "string"),
        ({"type": "string", "format": "date-time"}, Kind.DATETIME, "string"),
        ({"type": "string", "format": "email"}, Kind.EMAIL, "string"),
        ({"type": "string", "format": "uri"}, Kind.URI, "string"),
        ({"type": ["string", "null"], "extend:type": "date"}, Kind.DATE, "string"),
        ({"type": ["number", "null"], "extend:type": "currency"}, Kind.CURRENCY, "number"),
        ({"type": ["boolean", "null"], "extend:type": "signature"}, Kind.SIGNATURE, "boolean"),
        ({"enum": ["A", "B", None]}, Kind.ENUM, "string"),
        ({}, Kind.STRING, "string"),
    ],
)
def test_kinds(schema: Any, kind: Kind, written: str) -> None:
    found = scalar(schema)
    assert (found.kind, found.written) == (kind, written)


def test_an_enumeration_keeps_its_values_without_null() -> None:
    assert scalar({"type": ["string", "null"], "enum": ["A", "B", None]}).enum == ("A", "B")
    assert scalar({"anyOf": [{"const": "A"}, {"const": "B"}]}).enum == ("A", "B")


def test_paths_have_a_mark_for_each_array() -> None:
    lines = only({"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string"}}}})
    assert isinstance(lines, Array) and isinstance(lines.items, Object)
    assert lines.items.properties[0].path == "a[].b"


def test_required_fields_are_known() -> None:
    tree = parse({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["b"]})
    assert [node.required for node in tree.properties] == [False, True]


def test_aliases_become_part_of_the_description() -> None:
    assert "order #" in scalar({"type": "string", "aliases": ["order #"]}).description


def nested(levels: int) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (None, "$"),
        (42, "$"),
        ("not json", "$"),
        ("[" * 100_000, "$"),
        ({"type": "string"}, "$"),
        ({"type": "banana"}, "$"),
        ({"type": "object", "properties": {"a": {"type": "banana"}}}, "$.a"),
        ({"type": "object", "properties": {"a": {"type": ["string", "banana"]}}}, "$.a"),
        ({"type": "object", "properties": {"a": {"type": 3}}}, "$.a"),
        ({"type": "object", "properties": {"a": 3}}, "$.a"),
        ({"type": "object", "properties": 3}, "$.properties"),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "banana"}}}}, "$.a.items"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}, "$.a"),
        ({"type": "object", "properties": {"a": {"$ref": "http://elsewhere"}}}, "$.a"),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, "$.a"),
        ({"fields": [{"type": "string"}]}, "$.fields[0]"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "$.fields[1]"),
        ({"type": "object", "properties": {"a": {"type": "string", "extend:type": "banana"}}}, "$.a"),
        (nested(8), "$" + ".a" * 7),
    ],
)
def test_refusals_name_the_place(schema: Any, path: str) -> None:
    with pytest.raises(SchemaRefused) as refused:
        parse(schema)
    assert refused.value.path == path


def test_seven_levels_are_not_too_deep() -> None:
    parse(nested(7))


def test_a_recursive_schema_is_refused() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/$defs/T"}}}
    with pytest.raises(SchemaRefused, match="recursive"):
        parse({**tree, "$defs": {"T": tree}})


def test_the_same_definition_twice_is_not_recursive() -> None:
    money = {"type": "object", "properties": {"amount": {"type": "number"}}}
    schema = {"type": "object", "properties": {n: {"$ref": "#/$defs/M"} for n in "ab"}, "$defs": {"M": money}}
    assert len(parse(schema).properties) == 2


def test_five_thousand_properties_are_the_most() -> None:
    parse({"type": "object", "properties": {str(n): {"type": "string"} for n in range(5000)}})
    with pytest.raises(SchemaRefused, match="5000"):
        parse({"type": "object", "properties": {str(n): {"type": "string"} for n in range(5001)}})


def test_a_schema_that_grows_by_its_references_is_refused_in_time() -> None:
    definitions: dict[str, Any] = {"D0": {"type": "string"}}
    for n in range(1, 30):
        definitions[f"D{n}"] = {"allOf": [{"$ref": f"#/$defs/D{n - 1}"}] * 2}
    with pytest.raises(SchemaRefused):
        parse({"type": "object", "properties": {"a": {"$ref": "#/$defs/D29"}}, "$defs": definitions})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "object", "array", "null", "#", "#/a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "items", "$ref", "anyOf", "allOf", "enum", "fields", "name", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_anything_is_a_schema_or_is_refused(schema: Any) -> None:
    try:
        parse(schema)
    except SchemaRefused as refused:
        assert refused.path.startswith("$")  # noqa: PT017
