"""python -m local.eval.fit: the ranker's weights and the calibration, from the `dev` documents and the samples.

For each family of fields a conditional logit: the answer's candidates against all others and against none, drawn
towards the hand-set weights (`prior.json`) so that a few dozen documents do not outvote what is known of documents in
general. Fields are asked for with and without descriptions. Each is asked a second time with the right candidates
hidden, where the answer is none. Confidences are fitted on documents of issuers that the weights were not fitted on.
"""

from __future__ import annotations

import json
import math
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from local.eval import data, report, twin
from local.eval.__main__ import CACHE
from local.eval.judge import Verdict, verdicts
from local.eval.reading import Detect, read
from local.stack import ROOT
from quire.extraction import arrays, engine, rank, scalars
from quire.extraction.leaf import legibility, written
from quire.extraction.ready import prepare
from quire.extraction.view import View
from quire.reading.model import Page

Array = NDArray[np.float64]

PRIOR = Path(__file__).with_name("prior.json")
WEIGHTS = ROOT / "layers" / "quire" / "python" / "quire" / "extraction" / "weights.json"
DRAWN_WEIGHTS = ROOT / ".local" / "weights.json"
"""Weights of drawn documents are not for the engine: its own know real ones."""
FOLDS = 5
FEWEST = 40
STEPS = 400
RATE = 0.08
PULLS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.3)
"""How firmly weights may be drawn towards the hand-set ones; each family takes what answers held-out issuers best."""
HIDDEN = 0.3  # weight of a question whose right candidates were hidden
BARE = 0.5  # weight of a question without descriptions
MOST_POINTS = 4
DOUBT = 0.5
"""Answers that a point of a curve takes for wrong beside those seen: documents that nobody has looked at are harder
than those by which candidates were thought out. Both by the calibration error on held-out issuers."""


@dataclass(slots=True)
class Question:
    """One field of one document: its candidates' features as rows, which are right, what they answer.

    `issuer`: who made the document, else its name: documents of one issuer look alike.
    """

    family: str
    issuer: str
    features: Array
    right: Array
    values: NDArray[np.int64]
    legibility: Array
    weight: float
    labelled: bool


def questions(
    names: Mapping[str, list[str]], score: ModuleType, sets: Sequence[data.DataSet], pages: Mapping[Path, list[Page]]
) -> Iterator[Question]:
    """Every scalar field of every document, asked."""
    for one in sets:
        ready = prepare(one.schema)
        weight = BARE if one.name.endswith(data.BARE) else 1.0
        for document in one.documents:
            view = View(pages[document.path])
            sums = arrays.fill(view, ready, calibrated=False).sums
            issuers = [document.fields.get(field.scalar.path) for field in ready.fields if field.issuer]
            issuer = score.text(next(filter(None, issuers), document.path.name))
            for index, field in enumerate(ready.fields):
                family = scalars.family_key(field)
                if field.scalar.path not in document.fields or family not in names:
                    continue
                pool, made = scalars.features_of(view, ready, index, sums)
                features = list(made)
                want = document.fields[field.scalar.path]
                labelled = want not in (None, "")
                kind = score.kind(field.scalar.path, one.schema)
                rows = np.array([[f.get(n, 0.0) for n in names[family]] for f in features]).reshape(
                    len(pool), len(names[family])
                )
                forms = [written(field.scalar, candidate) for candidate in pool]
                right = np.array([labelled and w is not None and score.same(w, want, kind)[0] for w in forms], float)
                numbers: dict[Any, int] = {}
                values = np.array([numbers.setdefault(c.value, len(numbers)) for c in pool], int)
                legible = np.array([legibility(c.words) for c in pool])
                yield Question(family, issuer, rows, right, values, legible, weight, labelled)


def fit(asked: Sequence[Question], prior: Array, none: float, towards_prior: float) -> tuple[Array, float]:
    """Weights, and the score of none, by Adam on the mean log loss and the distance from the prior."""
    weights = np.append(prior, none)
    target = weights.copy()
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    stacked = _stacked(asked)
    # The hand-set score of none holds more firmly: these documents seldom lack what is asked of them.
    pull = np.append(np.full(len(prior), towards_prior), 5 * towards_prior)
    for step in range(1, STEPS + 1):
        slope = pull * (weights - target) + _slope(stacked, weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights[:-1], float(weights[-1])


def held_out(asked: Sequence[Question], prior: Array, none: float, towards_prior: float) -> list[tuple[float, bool]]:
    """`answers` to the questions of each issuer by weights that were fitted on the others'."""
    found: list[tuple[float, bool]] = []
    issuers = sorted({question.issuer for question in asked})
    for fold in range(FOLDS):
        away = set(issuers[fold::FOLDS])
        weights, least = fit([q for q in asked if q.issuer not in away], prior, none, towards_prior)
        found += answers([q for q in asked if q.issuer in away and q.weight == 1.0], weights, least)
    return found


@dataclass(slots=True)
class Stacked:
    """All questions in one: rows of candidates and, last of each question, of none; `starts` of the questions."""

    rows: Array
    wanted: Array
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    weights: Array


def _stacked(asked: Sequence[Question]) -> Stacked:
    parts: list[tuple[Array, Array, float]] = []
    for q in asked:
        if q.right.any():
            hidden = q.right == 0
            parts.append((q.features, q.right, q.weight))
            parts.append((q.features[hidden], q.right[hidden], q.weight * HIDDEN))
        else:
            parts.append((q.features, q.right, q.weight * 0.5))
    width = asked[0].features.shape[1]
    none = np.append(np.zeros(width), 1.0)[None]
    rows = [block for f, _, _ in parts for block in (np.hstack([f, np.zeros((len(f), 1))]), none)]
    wanted = [block for _, right, _ in parts for block in (right, [float(not right.any())])]
    lengths = np.array([len(right) + 1 for _, right, _ in parts])
    shares = np.array([weight for _, _, weight in parts])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return Stacked(np.vstack(rows), np.concatenate(wanted), starts, lengths, shares / shares.sum())


def _slope(stacked: Stacked, weights: Array) -> Array:
    """Of the mean log loss."""
    scores = stacked.rows @ weights
    scores -= np.repeat(np.maximum.reduceat(scores, stacked.starts), stacked.lengths)
    share = np.exp(scores)
    share /= np.repeat(np.add.reduceat(share, stacked.starts), stacked.lengths)
    held = share * stacked.wanted
    held /= np.repeat(np.maximum(np.add.reduceat(held, stacked.starts), 1e-12), stacked.lengths)
    gap: Array = (share - held) * np.repeat(stacked.weights, stacked.lengths)
    slope: Array = stacked.rows.T @ gap
    return slope


def answers(asked: Sequence[Question], weights: Array, none: float) -> list[tuple[float, bool]]:
    """Share (times legibility) and rightness of the best value of each question."""
    found: list[tuple[float, bool]] = []
    for question in asked:
        if not len(question.right):
            continue
        scores = question.features @ weights
        top = max(float(scores.max()), none)
        share = np.exp(scores - top)
        by_value = np.zeros(question.values.max() + 1)
        for number in range(len(by_value)):
            by_value[number] = np.sort(share[question.values == number])[-rank.MOST_SHARING :].sum()
        best = int(np.argmax(by_value))
        members = np.flatnonzero(question.values == best)
        at = members[int(np.argmax(scores[members]))]
        whole = by_value.sum() + math.exp(none - top)
        found.append((float(by_value[best] / whole * question.legibility[at]), bool(question.right[at])))
    return found


def curve(found: Sequence[tuple[float, float]]) -> list[list[float]]:
    """A monotone line of few points from shares to how often they are right (pool adjacent violators).

    Each tenth also holds some pseudo-answers that are right as often as their share says; each point is doubted.
    """
    points = [(share, float(right), 1.0) for share, right in found]
    points += [(x / 10, x / 10, 0.6) for x in range(11)]
    blocks = _monotone([[weight, share * weight, right * weight] for share, right, weight in sorted(points)])
    while len(blocks) > MOST_POINTS:
        at = min(range(len(blocks) - 1), key=lambda n: blocks[n][0] + blocks[n + 1][0])
        last = blocks.pop(at + 1)
        blocks[at] = [a + b for a, b in zip(blocks[at], last, strict=True)]
    doubted = _monotone([[weight + DOUBT, shares + DOUBT * shares / weight, right] for weight, shares, right in blocks])
    return [[round(shares / weight, 4), round(right / weight, 4)] for weight, shares, right in doubted]


def _monotone(blocks: Sequence[list[float]]) -> list[list[float]]:
    """Weight, sum of shares, sum of right of each: neighbours that fall pooled."""
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][2] / pooled[-2][0] >= pooled[-1][2] / pooled[-1][0]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    return pooled


def read_all(sets: Sequence[data.DataSet], detect: Detect, workers: int) -> dict[Path, list[Page]]:
    paths = sorted({document.path for one in sets for document in one.documents})
    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(paths, pool.map(lambda path: read(path, detect), paths), strict=True))


def samples() -> list[data.DataSet]:
    """The project's own samples, each with its schema and the right answers."""
    found = []
    for path in sorted((ROOT / "samples").iterdir()):
        expected = ROOT / "samples" / "expected" / f"{path.stem}.json"
        if path.is_file() and expected.exists():
            schema = json.loads((ROOT / "samples" / "schemas" / f"{path.stem}.json").read_bytes())
            found.append(data.DataSet(path.stem, schema, (data.Labelled(path, json.loads(expected.read_bytes())),)))
    return found


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the weights go; the engine's own file, but .local/weights.json for those of drawn documents.",
)
def main(out: Path | None) -> None:
    """Fit the ranker's weights and the calibration on the `dev` documents."""
    root = data.folder()
    target = out or (DRAWN_WEIGHTS if data.is_drawn(root) else WEIGHTS)
    score = data.scorer(root)
    described = [data.load(root, name, "dev") for name in data.sets_in(root)] + samples()
    sets = described + [data.load(root, name + data.BARE, "dev") for name in data.sets_in(root)]
    workers = os.cpu_count() or 1
    with twin.running(CACHE, workers) as detect:
        pages = read_all(sets, detect.detect, workers)
    console = Console()
    if data.is_drawn(root):
        console.print(report.DRAWN)
    prior: dict[str, dict[str, float]] = json.loads(PRIOR.read_bytes())
    names = {family: sorted(set(weights) - {"none"}) for family, weights in prior.items()}
    asked: dict[str, list[Question]] = defaultdict(list)
    for question in questions(names, score, sets, pages):
        asked[question.family].append(question)
    model: dict[str, Any] = {"weights": prior, "calibration": {}, "least_share": 0.15}
    for family, group in sorted(asked.items()):
        if len(group) < FEWEST:
            continue  # the hand-set weights know more
        start = np.array([prior[family][name] for name in names[family]])
        tried = {pull: held_out(group, start, prior[family]["none"], pull) for pull in PULLS}
        pull = max(PULLS, key=lambda pull: (sum(right for _, right in tried[pull]), pull))
        weights, none = fit(group, start, prior[family]["none"], pull)
        model["weights"][family] = {n: round(float(w), 3) for n, w in zip(names[family], weights, strict=True)}
        model["weights"][family]["none"] = round(none, 3)
        model["calibration"][family] = curve(tried[pull])
        right = sum(r for _, r in tried[pull])
        console.print(f"{family}: {len(group)} questions, held out {right}/{len(tried[pull])} right at {pull}")
    target.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    rank.model.cache_clear()  # cells are judged under the new weights, where these are the engine's
    model["calibration"]["cell"] = curve(cells(described, score, pages))
    target.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    console.print(f"written to {target}")


def cells(
    sets: Sequence[data.DataSet], score: ModuleType, pages: Mapping[Path, list[Page]]
) -> list[tuple[float, float]]:
    """Raw confidence and rightness of cells: they have no weights to fit.

    The cells of a column are right or wrong together, so a column of a document counts as one answer.
    """
    found: list[tuple[float, float]] = []
    for one in sets:
        for document in one.documents:
            made = engine.extract(pages[document.path], one.schema, engine.Options(calibrated=False))
            judged = verdicts(score, one.schema, document.fields, made.data, made.leaves)
            columns: dict[str, list[Verdict]] = defaultdict(list)
            for verdict in judged:
                if "[" in verdict.path:
                    columns[verdict.path.rpartition("].")[2]].append(verdict)
            found += [(fmean(v.confidence for v in held), fmean(v.right for v in held)) for held in columns.values()]
    return found


if __name__ == "__main__":
    main()
