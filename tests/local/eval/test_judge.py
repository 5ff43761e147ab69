"""What counts as right, and what confidences are worth."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from local.eval.data import without_descriptions
from local.eval.judge import Verdict, calibration_error, precision_when_sure, verdicts
from quire.extraction.leaf import Leaf


class Score(ModuleType):
    """Equality by text; every property is a text."""

    @staticmethod
    def same(got: Any, want: Any, _kind: str) -> tuple[bool, bool]:
        return str(got) == str(want), True

    @staticmethod
    def kind(_name: str, _schema: Any) -> str:
        return "text"


SCORE = Score("score")
SCHEMA: dict[str, Any] = {"properties": {"total": {}, "lines": {"items": {"properties": {"a": {}, "b": {}}}}}}


def test_a_scalar_is_right_when_it_equals_its_label() -> None:
    leaves = [Leaf("total", "12", 0.9)]
    assert verdicts(SCORE, SCHEMA, {"total": "12"}, {"total": "12"}, leaves) == [Verdict("total", 0.9, True)]
    assert verdicts(SCORE, SCHEMA, {"total": "13"}, {"total": "12"}, leaves) == [Verdict("total", 0.9, False)]
    assert verdicts(SCORE, SCHEMA, {"total": None}, {"total": "12"}, leaves) == [Verdict("total", 0.9, False)]


def test_what_is_not_labelled_is_not_judged() -> None:
    assert verdicts(SCORE, SCHEMA, {}, {"total": "12"}, [Leaf("total", "12", 0.9)]) == []


def test_rows_are_matched_by_their_cells_in_any_order() -> None:
    want = [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    got = [{"a": "2", "b": "z"}, {"a": "1", "b": "x"}]
    leaves = [Leaf(f"lines[{n}].{c}", got[n][c], 1.0) for n in range(2) for c in "ab"]
    judged = verdicts(SCORE, SCHEMA, {"lines": want}, {"lines": got}, leaves)
    assert [verdict.right for verdict in judged] == [True, False, True, True]


def test_confidences_that_say_what_they_are_have_no_error() -> None:
    found = [Verdict("a", 0.75, n < 3) for n in range(4)]
    assert calibration_error(found) == pytest.approx(0.0)
    assert calibration_error([Verdict("a", 1.0, False)]) == pytest.approx(1.0)
    assert calibration_error([]) == 0.0


def test_precision_counts_the_sure_answers_only() -> None:
    found = [Verdict("a", 0.9, True), Verdict("a", 0.8, False), Verdict("a", 0.3, False), Verdict("a", 0.2, True)]
    assert precision_when_sure(found) == (0.5, 0.5)
    assert precision_when_sure([]) == (0.0, 0.0)


def test_bare_names_keep_a_property_that_is_called_description() -> None:
    schema = {"description": "x", "properties": {"description": {"type": "string", "description": "y"}}}
    assert without_descriptions(schema) == {"properties": {"description": {"type": "string"}}}
