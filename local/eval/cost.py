"""python -m local.eval.cost: what a one-page receipt costs, as ratios, and what a page of a long document takes.

The yardstick is the CPU time that orjson takes to parse the receipt's Textract answer. Each figure is the least of
several runs in turn, the mean over receipts; answers are those that `make eval` has kept.
"""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import click
import orjson
from tests.reading.speed import least

from local.eval import data
from local.eval.__main__ import CACHE
from quire.extraction import extract
from quire.extraction.words import tokens
from quire.reading import model, textract
from quire.reading.model import Page

RECEIPTS = 20
PAGES = (50, 200)
SIZES = {1: (612.0, 1008.0)}


def answers(documents: tuple[data.Labelled, ...]) -> Iterator[bytes]:
    """The kept answers of documents of one page, as orjson writes them."""
    for document in documents:
        kept = CACHE / f"{hashlib.sha256(document.path.read_bytes()).hexdigest()}.json"
        if kept.exists():
            yield orjson.dumps(orjson.loads(kept.read_bytes()))


def peak(page: Page, schema: Any, count: int) -> float:
    """KiB that extraction from `count` pages like this one takes at most, by page."""
    line = model.to_json(page)
    tracemalloc.start()
    try:
        extract((replace(model.from_json(line), number=n + 1) for n in range(count)), schema)
        return tracemalloc.get_traced_memory()[1] / 1024 / count
    finally:
        tracemalloc.stop()


@click.command()
def main() -> None:
    """Print the ratios."""
    receipts = data.load(data.folder(), "sroie", "test")
    stored = list(islice(answers(receipts.documents), RECEIPTS))
    if not stored:
        raise click.ClickException("no answers are kept: run make eval first")

    def parsed() -> None:
        for answer in stored:
            orjson.loads(answer)

    def read() -> list[list[Page]]:
        return [list(textract.pages([answer], SIZES)) for answer in stored]

    pages = read()

    def extracted() -> None:
        tokens.cache_clear()
        for each in pages:
            extract(each, receipts.schema)

    base, layout, extraction = least(parsed, read, extracted, rounds=7)
    print(f"{len(stored)} receipts, {sum(map(len, stored)) / len(stored) / 1024:.0f} KiB each")
    print(f"orjson                  {1000 * base / len(stored):6.2f} ms   1.0")
    print(f"reading with layout     {1000 * layout / len(stored):6.2f} ms  {layout / base:4.1f}")
    print(f"extraction              {1000 * extraction / len(stored):6.2f} ms  {extraction / base:4.1f}")
    for count in PAGES:
        print(f"peak of {count:4} pages      {peak(pages[0][0], receipts.schema, count):6.0f} KiB a page")


if __name__ == "__main__":
    main()
