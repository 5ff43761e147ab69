"""What counts as equal for the documents that we drew, and how it is counted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from local.eval import score

ROW = {"type": "object", "properties": {"what": {"type": ["string", "null"]}, "price": {"type": ["number", "null"]}}}
SCHEMA = {
    "properties": {
        "name": {"type": ["string", "null"]},
        "day": {"type": ["string", "null"], "format": "date"},
        "total": {"type": ["number", "null"]},
        "rows": {"type": "array", "items": ROW},
    }
}


@pytest.mark.parametrize(
    ("got", "want", "kind", "right", "exact"),
    [
        ("Fairholt Supplies Ltd", "FAIRHOLT Supplies, Ltd.", "text", True, True),
        ("Fairholt Suppliesl Ltd", "Fairholt Supplies Ltd", "text", True, False),
        ("Fairholt", "Fairholt Supplies Ltd", "text", False, False),
        ("2024-03-02", "2024-03-02", "date", True, True),
        ("2024-02-03", "2024-03-02", "date", False, False),
        (12.5, 12.50, "number", True, True),
        (12.51, 12.50, "number", False, False),
        ("12.50", 12.50, "number", False, False),
    ],
)
def test_equality(got: Any, want: Any, kind: str, right: bool, exact: bool) -> None:
    assert score.same(got, want, kind) == (right, exact)


def counted(tmp_path: Path, got: dict[str, Any], want: dict[str, Any]) -> dict[str, Counter[str]]:
    (tmp_path / "a.pdf.json").write_text(json.dumps(got))
    return score.score([{"file": "a.pdf", "fields": want}], tmp_path, SCHEMA)


def test_a_null_that_is_answered_is_wrong_and_one_that_is_not_is_nothing(tmp_path: Path) -> None:
    counts = counted(tmp_path, {"name": "x", "total": None}, {"name": None, "total": None, "day": "2024-01-01"})
    assert counts["name"] == Counter(labelled=0, answered=1, right=0, exact=0)
    assert counts["total"] == Counter(labelled=0, answered=0, right=0, exact=0)
    assert counts["day"] == Counter(labelled=1, answered=0, right=0, exact=0)


def test_a_document_without_a_result_has_nothing_right(tmp_path: Path) -> None:
    assert score.score([{"file": "b.pdf", "fields": {"name": "x"}}], tmp_path, SCHEMA)["name"]["labelled"] == 1


def test_rows_are_matched_by_their_cells_and_spare_ones_are_wrong(tmp_path: Path) -> None:
    want = [{"what": "oak", "price": 1.0}, {"what": "elm", "price": 2.0}]
    got = [{"what": "ash", "price": 9.0}, {"what": "elm", "price": 2.0}, {"what": "oak", "price": 3.0}]
    counts = counted(tmp_path, {"rows": got}, {"rows": want})
    assert counts["rows[].what"] == Counter(labelled=2, answered=3, right=2, exact=2)
    assert counts["rows[].price"] == Counter(labelled=2, answered=3, right=1, exact=1)
