"""What an extractor may hold: checked before it is written."""

from __future__ import annotations

from collections.abc import Mapping

from quire.domain.extractor import MOST_NAME_CHARACTERS, MOST_VERSIONS, Extractor, Version, compact
from quire.domain.refusal import Refusal, invalid
from quire.service.checks import utf8_size
from quire.service.config import from_options
from quire.service.schemas import check_schema

MOST_SCHEMA_CHARACTERS = 120_000
"""Of a schema as compact JSON (LlamaCloud, "Limitations")."""
MOST_VERSION_BYTES = 350_000
"""Of a schema and its configuration together: a row of DynamoDB holds 400 KB."""
MOST_HEAD_BYTES = 64_000
"""Of what lies beside the versions: name, description, settings."""


def check_config(config: Mapping[str, object]) -> Refusal | None:
    """Whether a job can run under these options. The key `schema` is the job's own."""
    try:
        from_options(config)
    except (TypeError, ValueError):
        return invalid(
            "body", "The configuration has a value that is not one of those allowed.", "value_error", "config"
        )
    return (
        invalid("body", "A configuration has no schema in it.", "value_error", "config") if "schema" in config else None
    )


def is_name(text: str) -> bool:
    """Whether an extractor can have this name: it is a key of a row, too."""
    return 0 < len(text) <= MOST_NAME_CHARACTERS and bool(text.strip()) and utf8_size(text) is not None


def check_head(extractor: Extractor) -> Refusal | None:
    """What lies beside the versions."""
    if not is_name(extractor.name):
        return invalid("body", f"A name has 1 to {MOST_NAME_CHARACTERS} characters.", "value_error", "name")
    if extractor.latest > MOST_VERSIONS:
        return invalid(
            "body", f"An extractor has at most {MOST_VERSIONS} versions: clone it.", "value_error", "version"
        )
    size = utf8_size(extractor.name + extractor.description + compact(extractor.settings))
    if size is None or size > MOST_HEAD_BYTES:
        return invalid(
            "body",
            f"Name, description and settings: at most {MOST_HEAD_BYTES} bytes of UTF-8.",
            "value_error",
            "description",
        )
    return None


def check_version(version: Version) -> Refusal | None:
    """A schema that can be filled, options that a job can run under, and room in a row for both."""
    refused = check_config(version.config)
    if refused or version.schema is None:
        return refused
    refused = check_schema(version.schema, "schema")
    if refused:
        return refused
    schema = compact(version.schema)
    if len(schema) > MOST_SCHEMA_CHARACTERS:
        return invalid(
            "body", f"A schema has at most {MOST_SCHEMA_CHARACTERS} characters of JSON.", "value_error", "schema"
        )
    size = utf8_size(schema + compact(version.config) + version.description)
    if size is None or size > MOST_VERSION_BYTES:
        return invalid(
            "body",
            f"A schema and its configuration: at most {MOST_VERSION_BYTES} bytes of UTF-8.",
            "value_error",
            "schema",
        )
    return None
