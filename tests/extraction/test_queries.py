"""A schema's fields become questions that Textract takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.session import get_session

from quire.extraction.queries import MOST, alias_of, has_signature, path_of, queries


def texts(schema: Any) -> dict[str, str]:
    return {path_of(query.alias): query.text for query in queries(schema)}


def test_a_field_s_name_and_description_make_a_question() -> None:
    schema = {
        "vendor_name": {"type": "string", "description": "Who sells."},
        "invoiceNumber": {"type": "string"},
        "t": {"type": "number", "title": "Total amount"},
    }
    assert texts(schema) == {
        "vendor_name": "What is the vendor name (Who sells)?",
        "invoiceNumber": "What is the invoice number?",
        "t": "What is the Total amount?",
    }


def test_a_nested_field_is_asked_for_with_its_owner() -> None:
    schema = {"vendor": {"type": "object", "properties": {"name": {"type": "string"}}}}
    assert texts(schema) == {"vendor.name": "What is the vendor name?"}


def test_what_no_words_of_the_page_answer_is_not_asked() -> None:
    schema = {
        "paid": {"type": "boolean"},
        "signed": {"type": "signature"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
        "date": {"type": "string", "format": "date"},
    }
    assert list(texts(schema)) == ["date"]
    assert has_signature(schema)
    assert not has_signature({"date": {"type": "string"}})


def test_of_many_fields_the_required_come_first() -> None:
    names = [f"field_{n}" for n in range(MOST + 10)]
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names[-3:]}
    asked = list(texts(schema))
    assert len(asked) == MOST
    assert asked[:3] == names[-3:]
    assert asked[3:] == names[: MOST - 3]


@pytest.mark.parametrize("path", ["größe", "a b", "50% off", "it's.so", "datum (größe)[0]"])
def test_a_path_comes_back_from_its_alias(path: str) -> None:
    assert path_of(alias_of(path)) == path


@pytest.mark.parametrize(
    "field",
    [
        {"description": "The buyer’s “Straße” — “naïve”, 東京, " + "very " * 80 + "long"},
        {"title": "東京"},
        {"title": "t" * 300},
    ],
)
def test_textract_takes_every_question(field: dict[str, Any]) -> None:
    shape: Any = get_session().get_service_model("textract").shape_for("Query")
    for query in queries({"größe": {"type": "string", **field}}):
        for name, said in (("Text", query.text), ("Alias", query.alias)):
            rule = shape.members[name].metadata
            assert rule["min"] <= len(said) <= rule["max"]
            assert re.fullmatch(rule["pattern"], said)
    assert len(queries({"größe": {"type": "string", **field}})) == 1
