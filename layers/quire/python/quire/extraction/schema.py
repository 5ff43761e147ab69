"""A schema in any dialect of the contracts becomes a small tree of fields.

Accepted: a JSON Schema object; a bare map of properties; `fields`, a list of {name, type, description} or a map of
names; any of these as JSON text. `$ref` is inlined, `allOf` merged, a nullable type reduced to what it is besides null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

MOST_DEPTH = 7
MOST_PROPERTIES = 5000
# `$ref` and `allOf` may multiply a schema: what is inlined is counted too.
_MOST_STEPS = 4 * MOST_PROPERTIES


class SchemaRefused(ValueError):
    """The schema cannot be filled; `path` names the place (`$` the root, `$.a.items` and so on)."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class Kind(StrEnum):
    """What a scalar's value is."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    EMAIL = "email"
    URI = "uri"
    ENUM = "enum"
    UUID = "uuid"
    CURRENCY = "currency"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `path` has `[]` for each array on the way; `written` is the JSON type of the answer.

    `enum` holds the allowed values as the schema has them, without null.
    """

    path: str
    name: str
    kind: Kind
    written: str = "string"
    title: str = ""
    description: str = ""
    enum: tuple[Any, ...] = ()
    pattern: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """Named fields, in the schema's order; `whole`: the one thing that they are parts of, CURRENCY or SIGNATURE."""

    path: str
    name: str
    properties: tuple[Node, ...]
    title: str = ""
    description: str = ""
    required: bool = False
    whole: Kind | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """Any number of one node."""

    path: str
    name: str
    items: Node
    title: str = ""
    description: str = ""
    required: bool = False


Node = Scalar | Object | Array

_TYPES = {
    "string": Kind.STRING,
    "text": Kind.STRING,
    "str": Kind.STRING,
    "any": Kind.STRING,
    "number": Kind.NUMBER,
    "float": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "double": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "int": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
    "bool": Kind.BOOLEAN,
    "checkbox": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "date-time": Kind.DATETIME,
    "time": Kind.TIME,
    "email": Kind.EMAIL,
    "url": Kind.URI,
    "uri": Kind.URI,
    "enum": Kind.ENUM,
    "select": Kind.ENUM,
    "currency": Kind.CURRENCY,
    "money": Kind.CURRENCY,
    "signature": Kind.SIGNATURE,
}
_FORMATS = {
    "date": Kind.DATE,
    "date-time": Kind.DATETIME,
    "datetime": Kind.DATETIME,
    "time": Kind.TIME,
    "email": Kind.EMAIL,
    "idn-email": Kind.EMAIL,
    "uri": Kind.URI,
    "url": Kind.URI,
    "iri": Kind.URI,
    "uri-reference": Kind.URI,
    "uuid": Kind.UUID,
    "currency": Kind.CURRENCY,
}
_WRITTEN = {
    Kind.NUMBER: "number",
    Kind.CURRENCY: "number",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.SIGNATURE: "boolean",
}
_NULLABLE = {"type": ["string", "null"]}
_WHOLES: dict[str, tuple[Kind, Mapping[str, Any]]] = {
    "currency": (
        Kind.CURRENCY,
        {"amount": {"type": ["number", "null"]}, "iso_4217_currency_code": _NULLABLE},
    ),
    "signature": (
        Kind.SIGNATURE,
        {
            "printed_name": _NULLABLE,
            "signature_date": {**_NULLABLE, "format": "date"},
            "is_signed": {"type": ["boolean", "null"]},
            "title_or_role": _NULLABLE,
        },
    ),
}  # Extend's objects, and the properties that they have where the schema lists none
_ARRAYS = ("array", "list", "table")
_OBJECTS = ("object", "group")
_KEYWORDS = ("type", "properties", "items", "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "fields", "extend:type")


def parse(schema: Any) -> Object:
    """The tree of a schema.

    Raises:
        SchemaRefused: it is no schema, deeper than `MOST_DEPTH` objects, wider than `MOST_PROPERTIES` in all,
            recursive, or has an unknown type.
    """
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except (ValueError, RecursionError):
            raise SchemaRefused("$", "not JSON") from None
    if isinstance(schema, Sequence):
        schema = {"fields": schema}
    if not isinstance(schema, Mapping):
        raise SchemaRefused("$", "not an object")
    whole = dict(schema)
    if _is_bare(whole):
        meta = {key: value for key, value in whole.items() if key in ("$defs", "definitions", "$schema")}
        whole = {"type": "object", "properties": {k: v for k, v in whole.items() if k not in meta}, **meta}
    node = _Parser(whole).node(whole, "$", "", "", 0, required=True)
    if not isinstance(node, Object):
        raise SchemaRefused("$", "the root must be an object")
    return node


def _is_bare(schema: Mapping[str, Any]) -> bool:
    """A map of properties: nothing in it is a keyword that says what the root is."""
    for key in _KEYWORDS:
        value = schema.get(key)
        if value is None or (isinstance(value, Mapping) and key in ("type", "items", "enum", "const")):
            continue  # absent, or a property that happens to have this name
        return False
    inner = [value for key, value in schema.items() if not key.startswith("$")]
    return bool(inner) and all(isinstance(value, Mapping) for value in inner)


class _Parser:
    """One walk; holds the root for `$ref` and counts what was met."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._properties = 0
        self._steps = 0
        self._open: list[str] = []

    def node(self, raw: Any, at: str, path: str, name: str, depth: int, *, required: bool) -> Node:
        opened = len(self._open)
        schema = self._plain(raw, at)
        try:
            return self._node(schema, at, path, name, depth, required=required)
        finally:
            del self._open[opened:]

    def _node(self, schema: Mapping[str, Any], at: str, path: str, name: str, depth: int, *, required: bool) -> Node:
        title = _said(schema.get("title") or schema.get("extend:name") or schema.get("label"))
        description = " ".join(filter(None, map(_said, _descriptions(schema))))
        kind = self._type(schema, at)
        if kind in _OBJECTS:
            if depth >= MOST_DEPTH:
                raise SchemaRefused(at, f"deeper than {MOST_DEPTH} levels")
            extended = schema.get("extend:type")
            if extended is None:
                properties = self._properties_of(schema, at, path, depth + 1)
                return Object(path, name, properties, title, description, required)
            if not isinstance(extended, str) or extended not in _WHOLES:
                raise SchemaRefused(at, f"unknown extend:type {extended!r} of an object")
            whole, parts = _WHOLES[extended]
            given = schema if schema.get("properties") else {**schema, "properties": parts}
            properties = self._properties_of(given, at, path, depth + 1)
            return Object(path, name, _parts(properties), title, description, required, whole)
        if kind in _ARRAYS:
            items = schema.get("items")
            if items is None and ("properties" in schema or "fields" in schema or "columns" in schema):
                items = {key: schema[key] for key in ("properties", "fields", "columns") if key in schema}
            if items is None or items is True:
                items = {"type": "string"}
            deeper = depth + (not self._is_object(items))
            if deeper > MOST_DEPTH:
                raise SchemaRefused(at, f"deeper than {MOST_DEPTH} levels")
            inner = self.node(items, f"{at}.items", f"{path}[]", name, deeper, required=False)
            return Array(path, name, inner, title, description, required)
        return self._scalar(schema, at, path, name, title, description, kind, required=required)

    def _scalar(
        self,
        schema: Mapping[str, Any],
        at: str,
        path: str,
        name: str,
        title: str,
        description: str,
        type_: str,
        *,
        required: bool,
    ) -> Scalar:
        enum = schema.get("enum") or schema.get("options") or ()
        if "const" in schema:
            enum = [schema["const"]]
        if not isinstance(enum, Sequence) or isinstance(enum, str):
            raise SchemaRefused(at, "enum is not a list")
        values = tuple(value for value in enum if value is not None)
        kind = _TYPES[type_]
        written = _WRITTEN.get(kind, "string")
        if values and kind is not Kind.BOOLEAN:
            kind = Kind.ENUM
        elif kind is Kind.STRING:
            kind = _FORMATS.get(str(schema.get("format", "")).lower(), Kind.STRING)
        pattern = schema.get("pattern")
        return Scalar(
            path,
            name,
            kind,
            written,
            title,
            description,
            values,
            pattern if isinstance(pattern, str) else None,
            required,
        )

    def _properties_of(self, schema: Mapping[str, Any], at: str, path: str, depth: int) -> tuple[Node, ...]:
        found: list[Node] = []
        required = schema.get("required")
        named = {name for name in required if isinstance(name, str)} if isinstance(required, (list, tuple)) else set()
        for name, raw, place in self._members(schema, at):
            self._properties += 1
            if self._properties > MOST_PROPERTIES:
                raise SchemaRefused(place, f"more than {MOST_PROPERTIES} properties")
            inner = f"{path}.{name}" if path else name
            must = name in named or (isinstance(raw, Mapping) and raw.get("required") is True)
            found.append(self.node(raw, place, inner, name, depth, required=must))
        return tuple(found)

    def _members(self, schema: Mapping[str, Any], at: str) -> list[tuple[str, Any, str]]:
        members = schema.get("properties")
        key = "properties"
        if members is None:
            key = next((key for key in ("fields", "columns") if key in schema), key)
            members = schema.get(key, {})
        if isinstance(members, Mapping):
            # `fields` as a map may say only what a field is; in `properties` that is no schema.
            loose = key != "properties"
            return [
                (
                    str(name),
                    {"type": "string", **raw} if loose and isinstance(raw, Mapping) and _untyped(raw) else raw,
                    f"{at}.{name}",
                )
                for name, raw in members.items()
            ]
        if not isinstance(members, Sequence) or isinstance(members, str):
            raise SchemaRefused(f"{at}.{key}", "neither a map nor a list of fields")
        listed: list[tuple[str, Any, str]] = []
        names: set[str] = set()
        for n, raw in enumerate(members):
            place = f"{at}.{key}[{n}]"
            name = raw.get("name") or raw.get("key") if isinstance(raw, Mapping) else raw
            if not isinstance(name, str) or not name:
                raise SchemaRefused(place, "a field without a name")
            if name in names:
                raise SchemaRefused(place, f"the name {name!r} is there twice")
            names.add(name)
            field = {"type": "string", **raw} if isinstance(raw, Mapping) and _untyped(raw) else raw
            listed.append((name, {"type": "string"} if isinstance(raw, str) else field, f"{at}.{name}"))
        return listed

    def _plain(self, raw: Any, at: str) -> Mapping[str, Any]:
        """The schema itself: references followed, alternatives reduced to the one that is not null."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise SchemaRefused(at, f"more than {MOST_PROPERTIES} properties")
        if isinstance(raw, str) and raw.lower() in (*_TYPES, *_OBJECTS, *_ARRAYS):
            return {"type": raw}
        if raw is True:
            return {}
        if not isinstance(raw, Mapping):
            raise SchemaRefused(at, "not a schema")
        schema = dict(raw)
        if "$ref" in schema:
            reference = schema.pop("$ref")
            if reference in self._open:
                raise SchemaRefused(at, f"recursive: {reference}")
            target = self._resolved(reference, at)
            self._open.append(reference)
            schema = {**self._plain(target, at), **schema}
        for key in ("anyOf", "oneOf"):
            if key in schema:
                schema = self._alternative(schema, key, at)
        if "allOf" in schema:
            parts = schema.pop("allOf")
            if not isinstance(parts, list):
                raise SchemaRefused(at, "allOf is not a list")
            for part in parts:
                inner = self._plain(part, at)
                properties = {**inner.get("properties", {}), **schema.get("properties", {})}
                schema = {**inner, **schema, **({"properties": properties} if properties else {})}
        return schema

    def _alternative(self, schema: dict[str, Any], key: str, at: str) -> dict[str, Any]:
        options = schema.pop(key)
        if not isinstance(options, list) or not options:
            raise SchemaRefused(at, f"{key} is not a list of schemas")
        real = [option for option in options if not (isinstance(option, Mapping) and option.get("type") == "null")]
        if not real:
            return {"type": "null", **schema}
        constants = [option.get("const") for option in real if isinstance(option, Mapping) and "const" in option]
        if len(constants) == len(real):
            return {"enum": constants, **schema}
        plain = [self._plain(option, at) for option in real]
        # Of several, the one that says most: a structure, else a type, else text.
        best = max(plain, key=lambda option: ("properties" in option, "items" in option, "type" in option))
        return {**best, **schema}

    def _resolved(self, reference: Any, at: str) -> Any:
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise SchemaRefused(at, f"the reference {reference!r} leads outside of the schema")
        if reference == "#":
            raise SchemaRefused(at, "recursive: #")
        target: Any = self._root
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or key not in target:
                raise SchemaRefused(at, f"the reference {reference!r} leads nowhere")
            target = target[key]
        return target

    def _is_object(self, raw: Any) -> bool:
        return isinstance(raw, Mapping) and ("properties" in raw or "$ref" in raw or raw.get("type") in _OBJECTS)

    def _type(self, schema: Mapping[str, Any], at: str) -> str:
        """One name of `_TYPES`, `_OBJECTS` or `_ARRAYS`."""
        extended = schema.get("extend:type")
        given = schema.get("type")
        if isinstance(given, (list, tuple)):
            real = [name for name in given if name != "null"]
            given = _widest(real, at) if real else "null"
        if given is None:
            given = _implied(schema)
        if given == "null":
            return "string"
        name = given.lower() if isinstance(given, str) else None
        if name not in (*_TYPES, *_OBJECTS, *_ARRAYS):
            raise SchemaRefused(at, f"unknown type {given!r}")
        if extended is not None and name not in (*_OBJECTS, *_ARRAYS):
            if extended not in ("date", "currency", "signature"):
                raise SchemaRefused(at, f"unknown extend:type {extended!r}")
            return extended if extended != "date" or name == "string" else name
        return name


def _widest(names: Sequence[Any], at: str) -> Any:
    """Of several types the one that can hold the others."""
    for name in names:
        if not isinstance(name, str):
            raise SchemaRefused(at, f"unknown type {name!r}")
        if name not in (*_TYPES, *_OBJECTS, *_ARRAYS):
            raise SchemaRefused(at, f"unknown type {name!r}")
    for wide in ("object", "array", "string", "number"):
        if wide in names:
            return wide
    return names[0]


def _implied(schema: Mapping[str, Any]) -> str:
    if any(isinstance(schema.get(key), (Mapping, list)) for key in ("properties", "fields")):
        return "object"
    if "items" in schema:
        return "array"
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values and isinstance(values, list) and all(isinstance(v, bool) for v in values if v is not None):
        return "boolean"
    if values and isinstance(values, list) and all(isinstance(v, (int, float)) for v in values if v is not None):
        return "number"
    return "string"


def _parts(properties: tuple[Node, ...]) -> tuple[Node, ...]:
    """Of a signature: whether it is signed is asked of the signature, not of words that say yes or no."""
    return tuple(
        replace(part, kind=Kind.SIGNATURE)
        if isinstance(part, Scalar) and part.kind is Kind.BOOLEAN and part.name == "is_signed"
        else part
        for part in properties
    )


def _untyped(raw: Mapping[str, Any]) -> bool:
    return not any(key in raw for key in _KEYWORDS)


def _descriptions(schema: Mapping[str, Any]) -> list[Any]:
    more = schema.get("extend:descriptions")
    aliases = schema.get("aliases") or schema.get("x-aliases") or schema.get("synonyms")
    listed = [f"(also {', '.join(map(str, aliases))})"] if isinstance(aliases, list) and aliases else []
    return [schema.get("description"), *(more if isinstance(more, list) else [more]), *listed]


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""
