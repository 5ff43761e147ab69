"""An output with a reviewer's values."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from quire.domain.refusal import Kind, Refusal
from quire.service.corrected import corrected
from tests.service.reviews import OUTPUT, SCHEMA

SEVERAL = {**OUTPUT, "parts": [OUTPUT["parts"][0], {**OUTPUT["parts"][0], "name": "other"}]}


def after(edits: dict[str, Any], output: dict[str, Any] = OUTPUT, *, whole: bool = True) -> dict[str, Any]:
    before = copy.deepcopy(output)
    outcome = corrected(output, SCHEMA, edits, whole=whole)
    assert not isinstance(outcome, Refusal), outcome
    assert output == before, "the first output stays as it is"
    return outcome


def test_a_corrected_value_is_certain_and_cites_nothing() -> None:
    (part,) = after({"total": 12.0})["parts"]
    assert part["data"] == {**OUTPUT["parts"][0]["data"], "total": 12.0}
    fields = {field["path"]: field for field in part["fields"]}
    assert fields["total"] == {"path": "total", "value": 12.0, "confidence": 1.0, "citations": []}


def test_other_values_keep_what_proves_them() -> None:
    first = {field["path"]: field for field in OUTPUT["parts"][0]["fields"]}
    (part,) = after({"total": 12.0})["parts"]
    kept = {field["path"]: field for field in part["fields"] if field["path"] != "total"}
    assert kept == {path: field for path, field in first.items() if path != "total"}


def test_what_was_changed_is_listed_with_where_it_had_stood() -> None:
    edits = after({"total": 12.0, "lines[0].amount": 12.0, "invoice_number": "4711"})["edits"]
    assert edits == [
        {"path": "total", "before": 12.5, "after": 12.0, "page": 2},
        {"path": "lines[0].amount", "before": 12.5, "after": 12.0, "page": None},
    ]


def test_nothing_changed_is_nothing_listed() -> None:
    outcome = after({"total": 12.5})
    assert outcome["edits"] == []
    assert outcome["parts"] == OUTPUT["parts"]


def test_rows_are_added_beside_those_that_stay() -> None:
    rows = [{"what": "Tea", "amount": 12.0}, {"what": "Milk", "amount": 0.5}]
    (part,) = after({"lines": rows})["parts"]
    fields = {field["path"]: field["confidence"] for field in part["fields"] if field["path"].startswith("lines")}
    assert fields == {"lines[0].what": 0.9, "lines[0].amount": 1.0, "lines[1].what": 1.0, "lines[1].amount": 1.0}
    assert part["data"]["lines"] == rows


def test_rows_are_removed_with_their_fields() -> None:
    (part,) = after({"lines": []})["parts"]
    assert part["data"]["lines"] == []
    assert [field["path"] for field in part["fields"]] == ["invoice_number", "total"]


def test_a_value_that_is_not_there_has_no_field() -> None:
    (part,) = after({"total": None})["parts"]
    assert "total" not in {field["path"] for field in part["fields"]}


def test_a_field_that_had_no_words_is_filled() -> None:
    missing = copy.deepcopy(OUTPUT)
    part = missing["parts"][0]
    part["data"]["total"], part["ungrounded"] = None, ["total"]
    part["fields"] = [field for field in part["fields"] if field["path"] != "total"]
    outcome = after({"total": 3}, missing)
    assert outcome["parts"][0]["ungrounded"] == []
    assert outcome["edits"] == [{"path": "total", "before": None, "after": 3, "page": None}]


def test_of_several_parts_the_number_says_which() -> None:
    outcome = after({"[1].total": 1}, SEVERAL, whole=False)
    assert [part["data"]["total"] for part in outcome["parts"]] == [12.5, 1]
    assert [edit["path"] for edit in outcome["edits"]] == ["[1].total"]


@pytest.mark.parametrize("path", ["total", "[2].total", "[x].total", "[1]"])
def test_a_part_that_is_not_there(path: str) -> None:
    refusal = corrected(SEVERAL, SCHEMA, {path: 1}, whole=False)
    assert isinstance(refusal, Refusal)
    assert refusal.kind is Kind.INVALID_REQUEST
    assert path in str(refusal.details["errors"])


def test_a_refusal_names_every_misfit() -> None:
    refusal = corrected(SEVERAL, SCHEMA, {"[0].total": "x", "[1].lines[0].amount": True, "[1].no": 1}, whole=False)
    assert isinstance(refusal, Refusal)
    errors: Any = refusal.details["errors"]
    assert [error["loc"] for error in errors] == [
        ["body", "edits", "[0].total"], ["body", "edits", "[1].no"], ["body", "edits", "[1].lines[0].amount"],
    ]  # fmt: skip
    assert refusal.message.startswith("[0].total: ")
