"""Parsers on the wire: an extractor's newest version, its fields said as a list when written and as a map when read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator

from functions.api_perfectparser.contract import PARSER, SAMPLE, Pagination
from quire.domain.file import File
from quire.extraction.schema import parse
from quire.http.closed import Closed
from quire.http.ids import say_id
from quire.http.times import say_time
from quire.service.config import Target, from_options
from quire.service.extractors import Held

SAMPLE_SETTING = "sample_file_id"
"""Among an extractor's settings: the id of the file that its fields were found on."""

ResultMode = Literal["one_per_file", "one_per_page"]
_TARGETS = {"one_per_file": Target.DOCUMENT, "one_per_page": Target.PAGE}
FieldType = Literal[
    "string", "text", "number", "integer", "currency", "boolean", "date", "datetime", "time", "email", "url", "array",
    "object",
]  # fmt: skip
_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    "string": {"type": ["string", "null"]},
    "text": {"type": ["string", "null"]},
    "number": {"type": ["number", "null"]},
    "integer": {"type": ["integer", "null"]},
    "currency": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
    "time": {"type": ["string", "null"], "format": "time"},
    "email": {"type": ["string", "null"], "format": "email"},
    "url": {"type": ["string", "null"], "format": "uri"},
}

Name = Annotated[str, Field(min_length=1, max_length=100)]
Description = Annotated[str, Field(max_length=5_000)]
MOST_FIELDS = 500


class ParserField(Closed):
    """`fields` are those of an object, or of each element of an array; an array without is one of texts."""

    name: Name
    type: FieldType = "string"
    description: Description = ""
    fields: list[ParserField] = Field(default_factory=list, max_length=MOST_FIELDS)


class CreateParser(Closed):
    name: Name
    description: Description = ""
    result_mode: ResultMode = "one_per_file"
    fields: list[ParserField] | None = Field(default=None, max_length=MOST_FIELDS)


class UpdateParser(Closed):
    """What is left out stays; `fields` replaces all of them."""

    name: Name | None = None
    description: Description | None = None
    result_mode: ResultMode | None = None
    fields: list[ParserField] | None = Field(default=None, max_length=MOST_FIELDS)


class DetectFields(BaseModel):
    """JSON, or the fields of the multipart body beside `file`."""

    sample_file_id: str | None = Field(default=None, max_length=64)
    prompt: str | None = Field(default=None, max_length=20_000)
    replace_existing_schema: bool = False

    @field_validator("sample_file_id", "prompt")
    @classmethod
    def _said(cls, text: str | None) -> str | None:
        """A form says nothing by an empty field."""
        return text or None


class FieldSaid(BaseModel):
    description: str


class ParserSaid(BaseModel):
    parser_id: str
    name: str
    description: str
    result_mode: ResultMode
    json_schema: dict[str, Any] = Field(serialization_alias="schema")
    fields: dict[str, FieldSaid]
    has_sample_file: bool
    sample_file_id: str | None
    created_at: str
    updated_at: str


class ParserAnswer(BaseModel):
    parser: ParserSaid


class ParserList(BaseModel):
    parsers: list[ParserSaid]
    pagination: Pagination


class Detected(BaseModel):
    parser_id: str
    sample_file_id: str
    json_schema: dict[str, Any] = Field(serialization_alias="schema")
    fields: dict[str, FieldSaid]
    page_count: int
    credits_used: int
    credits_remaining: int


def to_schema(fields: Sequence[ParserField] | None) -> dict[str, Any] | None:
    """The JSON Schema that the fields stand for; None where there are none yet."""
    return _object(fields) if fields else None


def repeated_name(fields: Sequence[ParserField] | None) -> str | None:
    """A name that two fields of one object have."""
    seen: set[str] = set()
    for field in fields or ():
        if field.name in seen:
            return field.name
        seen.add(field.name)
        inner = repeated_name(field.fields)
        if inner is not None:
            return inner
    return None


def _object(fields: Sequence[ParserField]) -> dict[str, Any]:
    return {"type": "object", "properties": {field.name: _property(field) for field in fields}}


def _property(field: ParserField) -> dict[str, Any]:
    said = {"description": field.description} if field.description else {}
    if field.type == "object":
        return {**_object(field.fields), **said}
    if field.type == "array":
        return {"type": "array", "items": _object(field.fields) if field.fields else {"type": "string"}, **said}
    return {**_PROPERTIES[field.type], **said}


def to_target(mode: ResultMode) -> Target:
    return _TARGETS[mode]


def say_parser(held: Held, sample: File | None) -> ParserSaid:
    """`sample` while it can still be read."""
    extractor, version = held
    return ParserSaid(
        parser_id=say_id(PARSER, extractor.id),
        name=extractor.name,
        description=extractor.description,
        result_mode="one_per_page" if from_options(version.config).target is Target.PAGE else "one_per_file",
        json_schema=say_schema(version.schema),
        fields=say_fields(version.schema),
        has_sample_file=sample is not None,
        sample_file_id=say_id(SAMPLE, sample.id) if sample else None,
        created_at=say_time(extractor.created_at),
        updated_at=say_time(extractor.updated_at),
    )


def say_schema(schema: object) -> dict[str, Any]:
    """A JSON Schema object, also of what another contract wrote as JSON text or as a list of fields."""
    if isinstance(schema, str):
        schema = json.loads(schema)
    if schema is None:
        return {"type": "object", "properties": {}}
    return dict(schema) if isinstance(schema, Mapping) else {"fields": schema}


def say_fields(schema: object) -> dict[str, FieldSaid]:
    """Those of the document itself, whatever dialect the schema is written in."""
    nodes = parse(schema).properties if schema is not None else ()
    return {node.name: FieldSaid(description=node.description) for node in nodes}
