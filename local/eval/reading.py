"""A labelled document's pages, read as the stack reads them in mode FAST."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from quire.reading import model, sandbox, textract
from quire.reading.media import Media
from quire.reading.model import Page

Detect = Callable[[bytes], dict[str, Any]]

MOST_PAGES = 1000


def read(path: Path, detect: Detect) -> list[Page]:
    """The pages of a PDF or an image: words from a sound text layer, else from `detect`.

    Raises:
        sandbox.Broken: the file cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        if path.suffix.lower() == ".pdf":
            return list(_pdf(path, detect, Path(folder)))
        media = Media.TIFF if path.suffix.lower().startswith(".tif") else Media.JPEG
        sizes = dict(enumerate(sandbox.inspect(path, media).sizes, start=1))
        return list(textract.pages([detect(path.read_bytes())], sizes))


def _pdf(path: Path, detect: Detect, folder: Path) -> Iterator[Page]:
    numbers = range(1, sandbox.inspect(path, Media.PDF, most_pages=MOST_PAGES).pages + 1)
    out = folder / "text.jsonl"
    layer = sandbox.read_text(path, out, pages=numbers)
    text = map(model.from_json, out.read_bytes().splitlines())
    yield from heapq.merge(text, _unsound(path, layer, detect, folder), key=lambda page: page.number)


def _unsound(path: Path, layer: sandbox.TextLayer, detect: Detect, folder: Path) -> Iterator[Page]:
    for number in layer.unsound:
        one = folder / "one.pdf"
        sandbox.cut_pages(path, one, [number])
        yield from textract.pages([detect(one.read_bytes())], layer.sizes, {1: number})
