"""Which answers are right, one by one, as `score.py` counts them; and what confidences are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from quire.extraction.leaf import Leaf

BINS = 10
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answered leaf."""

    path: str
    confidence: float
    right: bool


def verdicts(
    score: ModuleType, schema: Mapping[str, Any], fields: Mapping[str, Any], data: Any, leaves: Iterable[Leaf]
) -> list[Verdict]:
    """For each leaf that was answered whether it is right; what the labels do not speak of is left out."""
    found: list[Verdict] = []
    rows: dict[str, list[int | None]] = {}
    for leaf in leaves:
        name, _, rest = leaf.path.partition("[")
        if name not in fields:
            continue
        want = fields[name]
        if not rest:
            right = want not in (None, "") and score.same(leaf.value, want, score.kind(name, schema))[0]
            found.append(Verdict(leaf.path, leaf.confidence, bool(right)))
            continue
        items = schema["properties"][name].get("items", {})
        if name not in rows:
            rows[name] = _matched(score, items, data.get(name) or [], want or [])
        number, _, column = rest.partition("].")
        at = rows[name][int(number)]
        cell = want[at].get(column) if at is not None else None
        right = cell not in (None, "") and score.same(leaf.value, cell, score.kind(column, items))[0]
        found.append(Verdict(leaf.path, leaf.confidence, bool(right)))
    return found


def _matched(score: ModuleType, items: Any, got: Sequence[Any], want: Sequence[Any]) -> list[int | None]:
    """For each row of the answer the labelled row that it is taken for: greedily, by the number of equal cells."""
    matched: list[int | None] = [None] * len(got)

    def equal(row: Any, wanted: Any) -> int:
        return sum(
            score.same(row[c], wanted[c], score.kind(c, items))[0] for c in wanted if row.get(c) not in (None, "")
        )

    for n, wanted in enumerate(want):
        left = [m for m in range(len(got)) if matched[m] is None]
        best = max(left, key=lambda m: equal(got[m], wanted), default=None)
        if best is not None and equal(got[best], wanted):
            matched[best] = n
    return matched


def calibration_error(found: Sequence[Verdict]) -> float:
    """The expected calibration error over ten bins of equal width: 0 where confidences are what they say."""
    whole = 0.0
    for n in range(BINS):
        held = [v for v in found if min(int(v.confidence * BINS), BINS - 1) == n]
        if held:
            whole += abs(sum(v.right for v in held) - sum(v.confidence for v in held))
    return whole / len(found) if found else 0.0


def precision_when_sure(found: Sequence[Verdict]) -> tuple[float, float]:
    """Of the answers with a confidence of at least 0.8: how many are right, and what share of all answers they are."""
    sure = [v for v in found if v.confidence >= SURE]
    return (sum(v.right for v in sure) / len(sure) if sure else 0.0), (len(sure) / len(found) if found else 0.0)
