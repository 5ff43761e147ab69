"""A few labelled documents through the real reading and extraction: far below docs/accuracy.md is a fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.eval import data, report, score
from local.eval.judge import precision_when_sure
from local.eval.measure import Figures, measure


def no_ocr(_document: bytes, _key: str | None) -> dict[str, Any]:
    raise AssertionError("these documents have a text layer")


def total_of(figures: Figures) -> report.Row:
    *_, total = report.rows(figures)
    return total


def test_documents_with_a_text_layer_are_read_and_filled() -> None:
    """Of other people, where they lie beside the checkout; else those that the project draws."""
    root = data.folder()
    whole = data.load(root, "drawn-invoices" if data.is_drawn(root) else "adbuy", "dev")
    chosen = data.DataSet(whole.name, whole.schema, whole.documents[:6])
    figures = measure(chosen, data.scorer(root), no_ocr, workers=2)
    total = total_of(figures)
    assert total.labelled >= 30
    assert total.f1 >= 0.75
    assert figures.pages >= 6


FLOORS = {"drawn-invoices": 0.96, "drawn-statements": 0.7, "drawn-forms": 0.5}
"""A little under the F1 that is reached: less is a fault, and what reaches more raises its floor."""
WORTH = 0.93
"""How many of the answers that say that they are sure are right, at least."""


@pytest.mark.parametrize("name", FLOORS)
def test_drawn_documents_are_filled(name: str) -> None:
    root = data.drawn()
    figures = measure(data.load(root, name, "test"), score, no_ocr, workers=2)
    assert total_of(figures).f1 >= FLOORS[name]
    sure, _ = precision_when_sure(figures.verdicts)
    assert sure >= WORTH


def test_floors_fail_where_answers_are_missing_or_shifted(tmp_path: Path) -> None:
    """What the test above would say of an engine that answers nothing, or a row too late."""
    labelled = data.load(data.drawn(), "drawn-statements", "test")
    labels = [{"file": one.path.name, "fields": one.fields} for one in labelled.documents]
    for name, answer in (("nothing", lambda _: {}), ("shifted", shifted), ("right", dict)):
        results = tmp_path / name
        results.mkdir()
        for one in labelled.documents:
            (results / f"{one.path.name}.json").write_text(json.dumps(answer(one.fields)))
        total = total_of(Figures(labelled.name, score.score(labels, results, labelled.schema)))
        assert (total.f1 >= FLOORS[labelled.name]) == (name == "right"), name
    assert total.f1 == 1.0


def shifted(fields: dict[str, Any]) -> dict[str, Any]:
    """Each amount in the row below its own."""
    rows = fields["transactions"]
    amounts = [{name: row[name] for name in ("money_out", "money_in", "balance")} for row in rows]
    late = [{**row, **amount} for row, amount in zip(rows, [*amounts[-1:], *amounts[:-1]], strict=True)]
    return {"transactions": late}
