"""A caller's words on how to extract, read as more of the fields' descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from quire.extraction.words import phrase

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_INSIDE = ("items", "$defs", "definitions", "anyOf", "oneOf", "allOf")


def hinted(schema: Any, prompt: str) -> Any:
    """The schema with each sentence of `prompt` that names a field, by its name or title, in that field's description.

    Of a bare map of properties and of JSON as text nothing is known before they are parsed: they stay as they are.
    """
    sentences = [(set(phrase(sentence)), sentence.strip()) for sentence in _SENTENCES.split(prompt)]
    return _hinted(schema, [(words, sentence) for words, sentence in sentences if words])


def _hinted(node: Any, sentences: Sequence[tuple[set[str], str]]) -> Any:
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [
            _field(str(part.get("name", "")), part, sentences) if isinstance(part, Mapping) else part for part in node
        ]
    if not isinstance(node, Mapping):
        return node
    found = dict(node)
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        found["properties"] = {name: _field(name, part, sentences) for name, part in properties.items()}
    fields = node.get("fields")
    if isinstance(fields, Mapping):
        found["fields"] = {name: _field(name, part, sentences) for name, part in fields.items()}
    elif isinstance(fields, Sequence):
        found["fields"] = _hinted(fields, sentences)
    for key in _INSIDE:
        if isinstance(node.get(key), (Mapping, list)):
            found[key] = _hinted(node[key], sentences)
    return found


def _field(name: str, field: Any, sentences: Sequence[tuple[set[str], str]]) -> Any:
    if not isinstance(field, Mapping):
        return field
    names = [set(phrase(text)) for text in (name, field.get("title")) if isinstance(text, str)]
    said = [sentence for words, sentence in sentences if any(own and own <= words for own in names)]
    inner = _hinted(field, sentences)
    if not said or "properties" in field or "items" in field:
        return inner
    return {**inner, "description": " ".join([*filter(None, [_text(field.get("description"))]), *said])}


def _text(description: object) -> str:
    return description if isinstance(description, str) else ""
