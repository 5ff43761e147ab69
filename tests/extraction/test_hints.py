"""A caller's words on how to extract become descriptions."""

from __future__ import annotations

from typing import Any

from quire.extraction.engine import extract
from quire.extraction.hints import hinted
from tests.extraction.pages import text


def test_a_sentence_that_names_a_field_describes_it() -> None:
    schema = {
        "type": "object",
        "properties": {
            "total_amount": {"type": "number", "description": "What is paid."},
            "vendor": {"type": "object", "properties": {"name": {"type": "string"}}},
            "lines": {"type": "array", "items": {"properties": {"unit_price": {"type": "number"}}}},
        },
    }
    said = hinted(schema, "The total amount is printed last. The unit price is net.\nBe precise!")
    properties: Any = said["properties"]
    assert properties["total_amount"]["description"] == "What is paid. The total amount is printed last."
    assert properties["lines"]["items"]["properties"]["unit_price"]["description"] == "The unit price is net."
    assert properties["vendor"] == schema["properties"]["vendor"]  # type: ignore[index]


def test_of_a_list_of_fields_too() -> None:
    fields = [{"name": "total", "type": "number"}, {"name": "date", "type": "date"}]
    assert hinted(fields, "The total stands in a box.")[0]["description"] == "The total stands in a box."


def test_the_words_find_a_value_that_the_name_alone_does_not() -> None:
    page = text("Settlement figure    812.40", "Deposit    55.00", "Dated 3 May 2024")
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    prompt = 'The total is also labelled "Settlement figure".'
    assert extract([page], hinted(schema, prompt)).data == {"total": 812.4}
