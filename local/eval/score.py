"""What is equal and how it is counted, where labelled documents bring no `score.py` of their own: the drawn ones.

Their labels are exact, so equality is strict: a day is the same day, a number the same to a cent, a text the same
letters and digits but for a few. A field counts as right (equal), wrong (different), or missing (a label without an
answer); an answer where the label is null is wrong too. Arrays of objects: rows are matched by their equal cells, and
each cell counts as a field.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

_ALIKE = 0.9
"""Texts are right from here on; only equal ones are exact. OCR loses a letter or an accent."""
_CENT = 0.005


def text(value: Any) -> str:
    """Letters and digits alone, without case."""
    return re.sub(r"[\W_]+", "", str(value).casefold())


def kind(name: str, schema: Mapping[str, Any]) -> str:
    """date, number, array or text, by the schema of a property."""
    declared = schema.get("properties", {}).get(name, {})
    types = declared.get("type")
    types = types if isinstance(types, list) else [types]
    if declared.get("format") == "date":
        return "date"
    if "number" in types or "integer" in types:
        return "number"
    return "array" if "array" in types else "text"


def same(got: Any, want: Any, kind: str) -> tuple[bool, bool]:
    """Whether an answer is right, and whether it is exact."""
    if kind == "date":
        return got == want, got == want
    if kind == "number":
        near = isinstance(got, int | float) and isinstance(want, int | float) and abs(got - want) < _CENT
        return near, near
    a, b = text(got), text(want)
    alike = bool(a and b) and SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE
    return a == b or alike, a == b


def score(labels: Sequence[Mapping[str, Any]], results: Path, schema: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """By field: `labelled`, `answered`, `right`, `exact`; cells of arrays as `name[].column`."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for label in labels:
        place = results / f"{label['file']}.json"
        got = json.loads(place.read_bytes()) if place.exists() else {}
        for name, want in label["fields"].items():
            if kind(name, schema) == "array":
                items = schema["properties"][name].get("items", {})
                _count_rows(counts, name, got.get(name) or [], want or [], items)
            else:
                _count(counts[name], got.get(name), want, kind(name, schema))
    return dict(counts)


def _count(count: Counter[str], got: Any, want: Any, kind: str) -> None:
    labelled, answered = want not in (None, ""), got not in (None, "")
    right, exact = same(got, want, kind) if labelled and answered else (False, False)
    count.update(labelled=labelled, answered=answered, right=right, exact=exact)


def _count_rows(
    counts: Mapping[str, Counter[str]],
    name: str,
    got: Sequence[Mapping[str, Any]],
    want: Sequence[Mapping[str, Any]],
    items: Mapping[str, Any],
) -> None:
    left = list(got)
    for wanted in want:
        best = max(left, key=lambda row: _equal(row, wanted, items), default=None)
        if best is not None and _equal(best, wanted, items):
            left.remove(best)
        else:
            best = {}
        for column in wanted:
            _count(counts[f"{name}[].{column}"], best.get(column), wanted[column], kind(column, items))
    for row in left:  # rows that are none
        for column in items.get("properties", {}):
            _count(counts[f"{name}[].{column}"], row.get(column), None, "text")


def _equal(row: Mapping[str, Any], wanted: Mapping[str, Any], items: Mapping[str, Any]) -> int:
    return sum(
        same(row[column], want, kind(column, items))[0]
        for column, want in wanted.items()
        if want not in (None, "") and row.get(column) not in (None, "")
    )
