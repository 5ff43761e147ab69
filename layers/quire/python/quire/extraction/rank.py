"""Which candidate is the value: a weighted sum of what speaks for it, against all others and against there being none.

The weights are plain numbers in `weights.json`, fitted on labelled documents by `python -m local.eval.fit`.
"""

from __future__ import annotations

import heapq
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from quire.extraction.candidates import Candidate, Features
from quire.extraction.labels import NOTHING, Labels

Weights = Mapping[str, Mapping[str, float]]
"""Family -> feature -> weight; the feature `none` is the score of there being no value."""


MOST_SHARING = 3
MOST_RANKED = 50
_SURE = 0.8
_UNNAMED = 0.3
_CLEARLY = 0.05
_NEAR = 4  # words of a line before a value


class Ranked(msgspec.Struct, frozen=True, gc=False):
    """A candidate, its score, and its share of all there could be (0..1)."""

    candidate: Candidate
    score: float
    share: float


@cache
def model() -> Any:
    """The package's weights and calibration."""
    return json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8"))


def label_features(candidate: Candidate, labels: Labels, index: int) -> Features:
    """How the words around a candidate name the field (`index` in `labels`) or something else, without most zeros."""
    nearest, above, header, keyed = [
        labels.match(words)[index] if words else NOTHING
        for words in (candidate.inline or candidate.left, candidate.above, candidate.header, candidate.key)
    ]
    section = NOTHING
    if candidate.section:
        printed = candidate.section + (candidate.inline or candidate.left or candidate.above)
        section = labels.match(printed)[index]
        if section.own > max(section.rival, nearest.own):
            nearest = keyed = section  # whose phone it is, the heading says
    around = labels.covered(candidate.inline[-_NEAR:] + candidate.after, index) if candidate.after else 0.0
    best = max(nearest.own, above.own, header.own, keyed.own, around)
    found: Features = {"best": best}
    for name, rival, match in (
        ("beside", "beside_rival", nearest),
        ("above", "above_rival", above),
        ("header", "header_rival", header),
        ("keyed", "keyed_rival", keyed),
    ):
        if match.own:
            found[name] = match.own
        if match.rival > match.own:
            found[rival] = match.rival - match.own
    if candidate.inline:
        found["inline"] = nearest.own
    if around:
        found["around"] = around
    if best > _SURE:
        found["sure"] = (best - _SURE) * 5
    if best < _UNNAMED:
        found["unnamed"] = 1.0
    if nearest.own < _UNNAMED and nearest.rival > 2 * _UNNAMED:
        found["foreign"] = 1.0
    if candidate.section:
        found["section"] = max(0.0, section.own - best)
        found["section_rival"] = float(section.rival > section.own + _CLEARLY)
    return found


def order(candidates: Sequence[Candidate], features: Iterable[Features], weights: Mapping[str, float]) -> list[Ranked]:
    """The best candidates, the best first; shares are a softmax over all of them and none."""
    scores = [_score(found, weights) for found in features]
    none = weights.get("none", 0.0)
    # Spans that say the same share their evidence: the value counts, not the place; but the best few only, or a column
    # of equal figures would outvote a sum.
    top = max([*scores, none])
    placed: dict[Any, list[float]] = {}
    for candidate, score in zip(candidates, scores, strict=True):
        placed.setdefault(candidate.value, []).append(score)
    by_value = {
        value: sum([math.exp(score - top) for score in sorted(held, reverse=True)[:MOST_SHARING]])
        for value, held in placed.items()
    }
    whole = sum(by_value.values()) + math.exp(none - top)
    shares = [by_value[candidate.value] / whole for candidate in candidates]
    ranked = heapq.nsmallest(MOST_RANKED, range(len(scores)), key=lambda n: (-shares[n], -scores[n]))
    return [Ranked(candidates[n], scores[n], shares[n]) for n in ranked]


def _score(features: Features, weights: Mapping[str, float]) -> float:
    score = 0.0
    for name, value in features.items():
        if value and name in weights:
            score += value * weights[name]
    return score


def calibrated(family: str, share: float) -> float:
    """How often a value with this share is right: a monotone line through the points fitted for its family."""
    points: Sequence[tuple[float, float]] = model()["calibration"].get(family) or [(0.0, 0.0), (1.0, 0.95)]
    if share <= points[0][0]:
        return round(points[0][1], 4)
    for (x0, y0), (x1, y1) in pairwise(points):
        if share <= x1:
            return round(y0 + (y1 - y0) * (share - x0) / max(x1 - x0, 1e-9), 4)
    return round(points[-1][1], 4)
