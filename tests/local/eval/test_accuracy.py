"""A few labelled documents through the real reading and extraction: far below docs/accuracy.md is a fault."""

from __future__ import annotations

from typing import Any

import pytest

from local.eval import data, report
from local.eval.measure import measure


def no_ocr(_document: bytes, _key: str | None) -> dict[str, Any]:
    raise AssertionError("these documents have a text layer")


def test_documents_with_a_text_layer_are_read_and_filled() -> None:
    try:
        root = data.folder()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    whole = data.load(root, "adbuy", "dev")
    chosen = data.DataSet(whole.name, whole.schema, whole.documents[:6])
    figures = measure(chosen, data.scorer(root), no_ocr, workers=2)
    *_, total = report.rows(figures)
    assert total.labelled == 30
    assert total.f1 >= 0.75
    assert figures.pages >= 6
