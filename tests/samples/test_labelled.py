"""The labelled documents: what they say stands on them, in several languages and layouts, the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest

from samples.labelled import forms, invoices, statements
from samples.labelled.draw import KINDS
from samples.labelled.made import SPLITS, Kind, Made
from samples.labelled.places import PLACES

WITH_TEXT = (forms.KIND, invoices.KIND, statements.KIND)


def text(made: Made) -> str:
    """On one line, as an eye reads it."""
    with pypdfium2.PdfDocument(made.content) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from scalars(inner)
    elif value is not None:
        yield value


def forms_of(value: Any) -> set[str]:
    """How a label may be printed, in any of the places."""
    if isinstance(value, float | int):
        return {place.money(Decimal(str(value))) for place in PLACES} | {str(value)}
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return {place.written(date.fromisoformat(value)) for place in PLACES}
    return {value}


@pytest.mark.parametrize("kind", WITH_TEXT, ids=lambda kind: kind.name)
@pytest.mark.parametrize("split", SPLITS)
def test_every_label_is_printed_on_its_document(kind: Kind, split: str) -> None:
    for made in kind.documents(split):
        printed = text(made)
        missing = [value for value in scalars(made.fields) if not any(form in printed for form in forms_of(value))]
        assert missing == [], made.file


@pytest.mark.parametrize("kind", WITH_TEXT, ids=lambda kind: kind.name)
def test_documents_are_the_same_each_time(kind: Kind) -> None:
    first, again = kind.documents("test")[:3], kind.documents("test")[:3]
    assert first == again


@pytest.mark.parametrize("kind", WITH_TEXT, ids=lambda kind: kind.name)
def test_some_of_what_is_asked_is_not_there(kind: Kind) -> None:
    """An engine that always answers must be able to fail."""
    nulls = [name for made in kind.documents("test") for name, value in made.fields.items() if value is None]
    cells = [cell for made in kind.documents("test") for row in rows(made) for cell in row.values() if cell is None]
    assert len(nulls) + len(cells) >= 5


def rows(made: Made) -> Iterator[dict[str, Any]]:
    for value in made.fields.values():
        yield from value if isinstance(value, list) else ()


def test_each_set_speaks_every_language_and_has_a_layout_that_is_not_in_dev() -> None:
    assert len({place.code for place in PLACES}) >= 4
    for module in (forms, invoices, statements):
        assert set(module.LAYOUTS["test"]) > set(module.LAYOUTS["dev"])
        assert len(module.LAYOUTS["test"]) >= 3
    assert all(kind.count[split] >= 2 * len(PLACES) for kind in KINDS for split in SPLITS)


def test_no_firm_is_in_both_halves() -> None:
    for place in PLACES:
        assert not set(place.firms["dev"]) & set(place.firms["test"])


def test_sums_add_up() -> None:
    for made in invoices.KIND.documents("test"):
        amounts = [row["quantity"] * row["unit_price"] for row in made.fields["line_items"]]
        assert sum(amounts) == pytest.approx(made.fields["total_untaxed"])
    for made in statements.KIND.documents("test"):
        moved = sum((row["money_in"] or 0) - (row["money_out"] or 0) for row in made.fields["transactions"])
        assert made.fields["opening_balance"] + moved == pytest.approx(made.fields["closing_balance"])


def test_some_documents_go_over_several_pages() -> None:
    for kind in (invoices.KIND, statements.KIND):
        counts = []
        for made in kind.documents("test"):
            with pypdfium2.PdfDocument(made.content) as pdf:
                counts.append(len(pdf))
        assert counts.count(1) >= 3 and sum(count > 1 for count in counts) >= 3
