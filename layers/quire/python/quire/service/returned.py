"""Returned PDFs: the pages of a document's parts, each as a file that lives as long as the result does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from quire.domain.document import Document, Stored
from quire.domain.ports import World
from quire.reading import sandbox
from quire.reading.media import PDF_AND_IMAGES, sniff
from quire.service.config import Config

Pages = tuple[int, ...]


def returned(
    world: World, document: Document, config: Config, original: Path, runs: Sequence[Pages]
) -> dict[Pages, Stored]:
    """A PDF of each run of pages of `original`, beside the result; equal runs share one. What has no pages of its own
    (a spreadsheet, a web page) gives none. Repeated, it writes the same anew.

    Raises:
        Broken: the pages cannot be cut.
    """
    with original.open("rb") as file:
        media = sniff(file.read(1024 + 16))
    if media not in PDF_AND_IMAGES:
        return {}
    files = {
        run: original.with_name(f"{number}.pdf") for number, run in enumerate(dict.fromkeys(filter(None, runs)), 1)
    }
    sandbox.cut_pages(original, media, {path: run for run, path in files.items()}, password=config.password)
    base = document.result_key.removesuffix(".json")
    return {run: world.blobs.put_file(f"{base}/{path.name}", path, "application/pdf") for run, path in files.items()}
