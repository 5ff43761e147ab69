"""Every document of a set read, extracted and judged."""

from __future__ import annotations

import json
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from local.eval.data import DataSet, Labelled
from local.eval.judge import Verdict, verdicts
from local.eval.reading import Detect, read
from quire.extraction.engine import extract
from quire.reading.model import Page
from quire.reading.sandbox import Broken


@dataclass(slots=True)
class Figures:
    """Of one set. `counts` are `score.py`'s, by field; seconds are of CPU; `peak` is the most bytes that extraction of
    one document took, by page."""

    name: str
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    pages: int = 0
    extraction_seconds: float = 0.0
    reading_seconds: float = 0.0
    peak: float = 0.0


def measure(
    data: DataSet, score: ModuleType, detect: Detect, workers: int, progress: Callable[[], None] = lambda: None
) -> Figures:
    """Read in `workers` threads (the work is done by child processes), extract in this one.

    A document that cannot be read counts as without a result.
    """
    figures = Figures(data.name)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        results = Path(folder)
        for document, pages, seconds in _read(pool, data, detect):
            figures.reading_seconds += seconds
            figures.pages += len(pages)
            began = time.process_time()
            extraction = extract(pages, data.schema)
            figures.extraction_seconds += time.process_time() - began
            figures.peak = max(figures.peak, _peak(pages, data.schema) / max(len(pages), 1))
            (results / f"{document.path.name}.json").write_text(json.dumps(extraction.data))
            figures.verdicts += verdicts(score, data.schema, document.fields, extraction.data, extraction.leaves)
            progress()
        labels = [{"file": document.path.name, "fields": document.fields} for document in data.documents]
        figures.counts = score.score(labels, results, data.schema)
    return figures


def _read(pool: ThreadPoolExecutor, data: DataSet, detect: Detect) -> Iterator[tuple[Labelled, list[Page], float]]:
    def one(document: Labelled) -> tuple[Labelled, list[Page], float]:
        began = time.perf_counter()
        try:
            pages = read(document.path, detect)
        except Broken:
            pages = []
        return document, pages, time.perf_counter() - began

    yield from pool.map(one, data.documents)


def _peak(pages: list[Page], schema: Any) -> int:
    tracemalloc.start()
    try:
        extract(pages, schema)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
