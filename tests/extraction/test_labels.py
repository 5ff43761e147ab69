"""Names of fields against printed words: what rivals a name, and how the work grows with the schema."""

from __future__ import annotations

from typing import Any

import pytest

from quire.extraction.engine import extract
from quire.extraction.labels import Match
from quire.extraction.ready import prepare
from quire.extraction.words import phrase, vocabulary
from quire.reading.model import Page
from tests.extraction.pages import page
from tests.work import steps

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date"}
WORDS = ("invoice", "order", "customer", "account", "policy", "claim", "batch", "agent", "contract", "region", "branch")


def object_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_what_names_another_field_better_is_a_rival_and_the_best_has_none_among_fields() -> None:
    labels = prepare(object_of({"zone_ruler": TEXT, "zone": TEXT, "colour": TEXT})).labels
    longest, shorter, colour = labels.match(phrase("Zone ruler"))
    assert longest.own > shorter.own > colour.own == 0.0
    assert longest.rival == 0.0
    assert shorter.rival == colour.rival == longest.own


def test_a_known_thing_that_is_not_the_field_s_is_a_rival() -> None:
    labels = prepare(object_of({"total": NUMBER, "colour": TEXT})).labels
    total, colour = labels.match(phrase("Grand total"))
    assert total.rival < total.own
    assert colour == Match(0.0, max(labels.things(phrase("Grand total")).values()))
    assert labels.things(phrase("Grand total")).keys() <= vocabulary().concepts.keys()


def test_a_label_without_words_names_nothing() -> None:
    labels = prepare(object_of({"total": NUMBER, "colour": TEXT})).labels
    assert list(labels.match(())) == [Match(0.0, 0.0)] * 2
    assert labels.match(()).top == 0.0


def dense() -> Page:
    """A page full of labels with values."""
    values = ("12.50", "2024-03-07", "AB123", "Mary")
    return page(
        *(
            (30 + 190 * x, 30 + 15 * y, f"{WORDS[(x + y) % 11]} {WORDS[(3 * y + x) % 11]}: {values[(x + y) % 4]}")
            for y in range(20)
            for x in range(3)
        )
    )


def names(count: int) -> list[str]:
    return [f"{WORDS[n % 11]}_{WORDS[n // 11 % 11]}_{n}" for n in range(count)]


SCHEMAS = {
    "texts": lambda n: object_of(dict.fromkeys(names(n), TEXT)),
    "numbers": lambda n: object_of(dict.fromkeys(names(n), NUMBER)),
    "periods": lambda n: object_of({f"{('from', 'to')[k % 2]}_{name}": DATE for k, name in enumerate(names(n))}),
    "objects": lambda n: object_of({name: object_of({"number": TEXT, "fee": NUMBER}) for name in names(n // 2)}),
    "lists": lambda n: object_of({name: {"type": "array", "items": TEXT} for name in names(n)}),
    "one list": lambda n: object_of(
        {"lines": {"type": "array", "items": object_of(dict.fromkeys(names(n), TEXT))}}
    ),
    "currencies": lambda n: object_of(
        {name: {"type": "object", "extend:type": "currency", "properties": {
            "amount": NUMBER, "iso_4217_currency_code": TEXT}} for name in names(n // 2)}
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SCHEMAS)
def test_twice_the_fields_are_at_most_twice_the_work(kind: str) -> None:
    """A contract allows 5,000 properties. The page's own share is in both, so twice is an upper limit."""
    fields = 120
    one, two = (SCHEMAS[kind](n) for n in (fields, 2 * fields))
    extract([dense()], object_of({"colour": TEXT}))  # what is made once for all schemas
    assert steps(lambda: extract([dense()], two)) <= 2.1 * steps(lambda: extract([dense()], one))
