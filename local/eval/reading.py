"""A labelled document's pages, read as the stack reads them in mode FAST."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from quire.reading import joined, model, sandbox, textract
from quire.reading.media import Media, sniff
from quire.reading.model import Page

Detect = Callable[[bytes, str | None], dict[str, Any]]
"""A page's bytes, and a name for them where they differ from run to run, to Textract's answer."""

MOST_PAGES = 1000


def read(path: Path, detect: Detect) -> list[Page]:
    """The pages of a PDF or an image: words from a sound text layer, the others from `detect`.

    Raises:
        sandbox.Broken: the file cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        if path.suffix.lower() == ".pdf":
            return list(_pdf(path, detect, Path(folder)))
        return list(_image(path, detect))


def _image(path: Path, detect: Detect) -> Iterator[Page]:
    media = sniff(path.read_bytes()[:1024])
    if media is None:
        raise sandbox.Broken("unsupported_input", "neither a PDF nor an image")
    found = sandbox.inspect(path, media)
    sizes = dict(enumerate(found.sizes, start=1))
    if media is not Media.TIFF:
        yield from textract.pages([detect(_taken(path, media, as_stored=found.as_stored), None)], sizes)
        return
    with Image.open(path) as frames:  # the call takes one page
        for number in sizes:
            frames.seek(number - 1)
            one = io.BytesIO()
            frames.save(one, "PNG")
            yield from textract.pages([detect(one.getvalue(), _key(path, number))], sizes, {1: number})


def _taken(path: Path, media: Media, *, as_stored: bool) -> bytes:
    """An image's bytes, as Textract takes them."""
    if as_stored:
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        fitted = Path(folder) / "fitted.jpg"
        sandbox.fit_image(path, media, fitted)
        return fitted.read_bytes()


def _key(path: Path, number: int) -> str:
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}-{number}"


def _pdf(path: Path, detect: Detect, folder: Path) -> Iterator[Page]:
    numbers = range(1, sandbox.inspect(path, Media.PDF, most_pages=MOST_PAGES).pages + 1)
    out = folder / "text.jsonl"
    layer = sandbox.read_text(path, out, pages=numbers)
    text = map(model.from_json, out.read_bytes().splitlines())
    yield from joined.pages(text, _unsound(path, layer, detect, folder))


def _unsound(path: Path, layer: sandbox.TextLayer, detect: Detect, folder: Path) -> Iterator[textract.Contents]:
    for number in layer.unsound:
        one = folder / "one.pdf"
        sandbox.cut_pages(path, Media.PDF, {one: [number]})
        yield from textract.contents([detect(one.read_bytes(), _key(path, number))], layer.sizes, {1: number})
