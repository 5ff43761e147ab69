"""A person's values in the place of those that were found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.extraction.corrections import Corrected, Correction, Misfit, correct

TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "properties": {
        "number": TEXT,
        "total": {"type": "number"},
        "pages": {"type": "integer"},
        "paid": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "sent": {"type": "string", "format": "date-time"},
        "at": {"type": "string", "format": "time"},
        "mail": {"type": "string", "format": "email"},
        "link": {"type": "string", "format": "uri"},
        "key": {"type": "string", "format": "uuid"},
        "kind": {"enum": ["invoice", "credit note", None]},
        "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "seller": {"type": "object", "properties": {"name": TEXT, "tags": {"type": "array", "items": TEXT}}},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"what": TEXT, "amount": {"type": "number"}}},
        },
    },
}
DATA: dict[str, Any] = {
    "number": "4711", "total": 12.5, "pages": 2, "paid": False, "date": "2025-05-03", "sent": None, "at": None,
    "mail": None, "link": None, "key": None, "kind": "invoice", "code": None,
    "seller": {"name": "Acme", "tags": ["a"]}, "lines": [{"what": "x", "amount": 1.0}, {"what": "y", "amount": None}],
}  # fmt: skip


def corrected(**values: Any) -> Corrected:
    outcome = correct(DATA, SCHEMA, {path.replace("__", "."): value for path, value in values.items()})
    assert isinstance(outcome, Corrected), outcome
    return outcome


def misfits(values: dict[str, Any]) -> list[Misfit]:
    outcome = correct(DATA, SCHEMA, values)
    assert isinstance(outcome, list), outcome
    return outcome


def test_a_value_takes_the_place_of_another() -> None:
    outcome = corrected(total=13)
    assert outcome.data == {**DATA, "total": 13}
    assert outcome.corrections == (Correction("total", 12.5, 13),)
    assert DATA["total"] == 12.5


def test_values_inside_objects_and_lists_are_corrected_by_their_paths() -> None:
    outcome = correct(DATA, SCHEMA, {"seller.name": "Zenith", "lines[1].amount": 2, "seller.tags[0]": "b"})
    assert isinstance(outcome, Corrected)
    assert outcome.data["seller"] == {"name": "Zenith", "tags": ["b"]}
    assert outcome.data["lines"][1] == {"what": "y", "amount": 2}
    assert [one.path for one in outcome.corrections] == ["seller.name", "lines[1].amount", "seller.tags[0]"]


def test_a_list_is_given_whole_to_add_and_remove_rows() -> None:
    outcome = corrected(lines=[{"what": "z"}])
    assert outcome.data["lines"] == [{"what": "z", "amount": None}]
    assert outcome.corrections == (Correction("lines", DATA["lines"], [{"what": "z", "amount": None}]),)


def test_an_object_may_be_given_whole() -> None:
    assert corrected(seller={"name": "Zenith"}).data["seller"] == {"name": "Zenith", "tags": []}


def test_any_field_may_turn_out_to_be_absent() -> None:
    outcome = corrected(number=None, paid=None, kind=None)
    assert [one.after for one in outcome.corrections] == [None, None, None]


def test_what_stood_there_before_is_no_correction() -> None:
    assert corrected(total=12.5, number="4711", lines=DATA["lines"]).corrections == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("total", 1), ("total", -1.5), ("pages", 3), ("pages", 3.0), ("paid", True), ("date", "2024-02-29"),
        ("sent", "2025-05-03T10:00:00Z"), ("sent", "2025-05-03T10:00:00+02:00"), ("at", "14:07:00Z"),
        ("mail", "a@b.de"), ("link", "www.example.com"), ("key", "01234567-89ab-cdef-0123-456789abcdef"),
        ("kind", "credit note"), ("code", "DE"), ("number", ""),
    ],
)  # fmt: skip
def test_what_the_schema_takes(path: str, value: Any) -> None:
    outcome = correct(DATA, SCHEMA, {path: value})
    assert isinstance(outcome, Corrected)
    assert outcome.data[path] == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("total", "12"), ("total", True), ("total", float("nan")), ("pages", 1.5), ("pages", "2"), ("paid", 1),
        ("paid", "yes"), ("date", "03.05.2025"), ("date", "2025-02-30"), ("date", "20250503"), ("sent", "2025-05-03"),
        ("at", "noon"), ("mail", "a b@c"), ("link", "two words"), ("key", "0123"), ("kind", "letter"), ("code", "de"),
        ("number", 4711), ("number", ["4711"]), ("seller", "Acme"), ("seller", None), ("lines", {}), ("lines", None),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_take(path: str, value: Any) -> None:
    (misfit,) = misfits({path: value})
    assert misfit.path == path
    assert misfit.message


def test_what_is_wrong_inside_is_named_by_its_own_path() -> None:
    wrong = misfits({"lines": [{"what": "x", "amount": "1"}, {"price": 1}], "seller": {"tags": [1]}})
    assert [one.path for one in wrong] == ["lines[0].amount", "lines[1].price", "seller.tags[0]"]


@pytest.mark.parametrize("path", ["", "none", "lines[2].amount", "lines.amount", "number.first", "lines[-1].amount"])
def test_a_path_that_leads_nowhere(path: str) -> None:
    assert misfits({path: "x"}) == [Misfit(path, "There is no such field.")]


def test_a_field_is_not_corrected_twice() -> None:
    (misfit,) = misfits({"lines": [], "lines[0].what": "z"})
    assert misfit.path == "lines[0].what"


@given(
    st.dictionaries(
        st.sampled_from(["number", "total", "lines", "lines[0].amount", "seller", "seller.name", "kind", "none"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_whatever_is_given_is_taken_or_named(values: dict[str, Any]) -> None:
    outcome = correct(DATA, SCHEMA, values)
    if isinstance(outcome, Corrected):
        again = correct(outcome.data, SCHEMA, values)
        assert isinstance(again, Corrected)
        assert (again.data, again.corrections) == (outcome.data, ())
    else:
        assert all(any(one.path.startswith(path) for path in values) for one in outcome)
