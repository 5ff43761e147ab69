"""python -m local.eval.splitting: how well files of several documents are parted.

Files are made of the labelled documents and the samples, one behind the other, at random but with a fixed seed: of any
kinds, of one set only (the same layouts, often the same sender), of single documents that have to stay whole. Each file
is tried as it is, and once more with every line that numbers a page taken out.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import click
import numpy as np
from rich.console import Console

from local.eval import data, twin
from local.eval.__main__ import CACHE
from local.eval.reading import Detect, read
from local.stack import ROOT
from quire.extraction import splitting
from quire.extraction.splitting_evidence import AGAINST, Evidence, evidence, opened
from quire.extraction.splitting_traits import is_counter
from quire.reading.model import Page

WEIGHTS = ROOT / "layers" / "quire" / "python" / "quire" / "extraction" / "splitting_weights.json"
SAMPLES = ROOT / "samples"
CASES = 120  # of each way of making files
SEED = 20
MOST_DOCUMENTS = 6
STEPS = 6000
RATE = 0.05
TOWARDS_PRIOR = 0.003
# What is known of documents in general, in which a page's number says more than in the few layouts here.
PRIOR: Mapping[str, float] = {
    "counter_restarts": 4.0, "counter_breaks": 2.5, "counter_over": 1.0, "counter_next": -5.0, "counter_open": -3.5,
    "loose_restarts": 1.5, "loose_next": -2.0, "size_changed": 1.5, "source_changed": 0.7, "title_new": 1.5,
    "title_repeated": -0.3, "large_new": 1.0, "code_differs": 1.5, "code_shared": -1.5, "label_differs": 1.5,
    "label_same": -1.5, "head_same": -1.5, "foot_same": -1.5, "foot_differs": 0.3, "words_same": -1.5,
    "places_same": -1.0, "running_same": -1.5, "places_differ": 1.0, "table_continued": -2.0,
    "sentence_continued": -2.0,
    "after_blank": 0.7, "ends_early": 0.7, "codes_new": 1.0, "totalled": 1.0,
}  # fmt: skip
WAYS = ("mixed", "alike", "single")

Document = tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A file: its pages, and the numbers of those that begin a document."""

    way: str
    pages: tuple[Page, ...]
    starts: frozenset[int]


def documents(split: str, detect: Detect) -> dict[str, list[Document]]:
    """The documents of one half by set; the samples count to `test`."""
    root = data.folder()
    paths = {name: [one.path for one in data.load(root, name, split).documents] for name in data.sets_in(root)}
    if split == "test":
        paths["samples"] = [p for p in sorted(SAMPLES.iterdir()) if p.suffix in (".pdf", ".jpg", ".png", ".tiff")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {name: [tuple(pages) for pages in pool.map(lambda p: read(p, detect), of)] for name, of in paths.items()}


def cases(found: Mapping[str, Sequence[Document]], seed: int = SEED) -> Iterator[Case]:
    """Files of every way."""
    chance = random.Random(seed)  # noqa: S311 - only a shuffle
    everything = [document for one in found.values() for document in one]
    several = [document for document in everything if len(document) > 1]
    for _ in range(CASES):
        yield _case("mixed", _drawn(chance, everything, several))
        alike = found[chance.choice([name for name, one in found.items() if len(one) > MOST_DOCUMENTS])]
        yield _case("alike", _drawn(chance, alike, [document for document in alike if len(document) > 1]))
    for document in several:
        yield _case("single", [document])


def _drawn(chance: random.Random, among: Sequence[Document], several: Sequence[Document]) -> list[Document]:
    """Two documents or more; of several pages as often as of one, though the sets have fewer of these."""
    count = chance.randint(2, MOST_DOCUMENTS)
    drawn: list[Document] = []
    while len(drawn) < count:
        document = chance.choice(several if several and chance.random() < 0.5 else among)
        if not any(document is other for other in drawn):
            drawn.append(document)
        elif len(among) <= count:
            break
    return drawn


def _case(way: str, chosen: Sequence[Document]) -> Case:
    pages: list[Page] = []
    starts: set[int] = set()
    for document in chosen:
        starts.add(len(pages) + 1)
        pages += [replace(page, number=len(pages) + 1 + n) for n, page in enumerate(document)]
    return Case(way, tuple(pages), frozenset(starts))


def unnumbered(case: Case) -> Case:
    """The same file without the lines and pairs that number its pages."""

    def without(page: Page) -> Page:
        pairs = tuple(p for p in page.key_values if not is_counter(p.value) and not is_counter(f"{p.key} {p.value}"))
        lines = tuple(line for line in page.lines if not is_counter(line.text))
        return replace(page, lines=lines, key_values=pairs)

    return replace(case, pages=tuple(map(without, case.pages)))


def judge(made: Iterable[Case]) -> dict[str, Counter[str]]:
    """Boundaries by way: found and right (`tp`), wrong (`fp`), missed (`fn`); files and those that are all right."""
    counts: dict[str, Counter[str]] = {way: Counter() for way in (*WAYS, "all")}
    for case in made:
        got = {part.pages[0] for part in splitting.split(case.pages)} - {1}
        want = case.starts - {1}
        one = Counter(tp=len(got & want), fp=len(got - want), fn=len(want - got), files=1, whole=int(got == want))
        counts[case.way].update(one)
        counts["all"].update(one)
    return counts


def questions(made: Iterable[Case]) -> Iterator[tuple[Evidence, bool]]:
    """The evidence at each boundary, where all before it were decided rightly, and whether a document begins there."""
    for case in made:
        document = None
        for page, table_continued in splitting.looked_at(case.pages):
            if document is None:
                document = opened(page)
                continue
            new = page.number in case.starts
            if not page.blank:
                yield evidence(document, page, table_continued=table_continued), new
            if new:
                document = opened(page)
            else:
                document.add(page)


def fit(found: Sequence[tuple[Evidence, bool]]) -> dict[str, float]:
    """A logistic regression drawn towards the prior, whose weights keep the sign that their evidence has."""
    names = sorted(found[0][0])
    x = np.array([[one[name] for name in names] for one, _ in found])
    y = np.array([float(new) for _, new in found])
    sign = np.array([-1.0 if name in AGAINST else 1.0 for name in names])
    prior = np.array([PRIOR[name] for name in names])
    w, bias = prior.copy(), 0.0
    m, v = np.zeros(len(names) + 1), np.zeros(len(names) + 1)
    for step in range(1, STEPS + 1):
        error = 1 / (1 + np.exp(-(x @ w + bias))) - y
        gradient = np.append(x.T @ error / len(y) + TOWARDS_PRIOR * (w - prior), error.mean())
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        move = RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        w, bias = w - move[:-1], bias - float(move[-1])
        w = np.where(w * sign < 0, 0.0, w)
    return {"bias": round(bias, 3), **{n: round(float(one), 3) for n, one in zip(names, w, strict=True)}}


def rows(counts: Mapping[str, Counter[str]], name: str) -> Iterator[str]:
    for way, one in counts.items():
        precision = one["tp"] / max(one["tp"] + one["fp"], 1)
        recall = one["tp"] / max(one["tp"] + one["fn"], 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        scored = (f"{value:.3f}" for value in (precision, recall, f1)) if one["tp"] + one["fn"] else ("", "", "")
        yield f"| {name} | {way} | {one['files']} | {' | '.join(scored)} | {one['whole'] / max(one['files'], 1):.3f} |"


@click.command()
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True)
@click.option("--fit", "fitting", is_flag=True, help="Fit the weights on dev and write them.")
def main(split: str, fitting: bool) -> None:
    """Part files of several documents and count the boundaries that are right."""
    console = Console(width=160)
    with twin.running(CACHE, os.cpu_count() or 1) as detect:
        found = documents("dev" if fitting else split, detect.detect)
    made = list(cases(found))
    bare = [unnumbered(case) for case in made]
    if fitting:
        WEIGHTS.write_text(json.dumps(fit([*questions(made), *questions(bare)]), indent=1) + "\n", encoding="utf-8")
        return
    console.print("| pages | files | tried | precision | recall | F1 | all right |")
    console.print("|---|---|---|---|---|---|---|")
    for name, tried in (("as they are", made), ("unnumbered", bare)):
        for row in rows(judge(tried), name):
            console.print(row)


if __name__ == "__main__":
    main()
