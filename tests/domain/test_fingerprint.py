"""What makes two requests the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.domain.fingerprint import fingerprint

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.text(), JSON, max_size=5)


@given(FIELDS)
def test_the_order_of_fields_makes_no_difference(fields: dict[str, object]) -> None:
    assert fingerprint(fields) == fingerprint(dict(reversed(fields.items())))


def test_nor_does_the_order_of_fields_inside() -> None:
    assert fingerprint({"options": {"a": 1, "b": 2}}) == fingerprint({"options": {"b": 2, "a": 1}})


@given(FIELDS, FIELDS)
def test_other_fields_have_another_fingerprint(one: dict[str, object], other: dict[str, object]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"file_ids": ["a", "b"]}, {"file_ids": ["b", "a"]}),
        ({"file_ids": ["ab"]}, {"file_ids": ["a", "b"]}),
        ({"n": 1}, {"n": "1"}),
        ({"n": None}, {}),
        ({"n": True}, {"n": "true"}),
    ],
)
def test_a_difference_is_a_difference(one: dict[str, object], other: dict[str, object]) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_stays_the_same_over_releases() -> None:
    assert (
        fingerprint({"file": "é", "options": {"mode": "fast"}})
        == "5c25f8cf34cbd40ee086b7d7dcafb8d4756a52713170decb324209ea51f5d66f"
    )
