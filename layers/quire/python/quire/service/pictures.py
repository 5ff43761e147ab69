"""The pictures of a document, for its chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from quire.domain.document import Document
from quire.domain.ports import World
from quire.reading import pictures, sandbox
from quire.reading.media import PDF_AND_IMAGES, sniff_file
from quire.reading.model import Page
from quire.reading.pictures import Look, Picture
from quire.service.config import Config


def take_pictures(
    world: World, document: Document, config: Config, original: Path, pages: Iterable[Page]
) -> Iterator[Picture]:
    """Those on `pages`, in order. Where they cannot be taken the document goes without: its words are what was paid."""
    media = sniff_file(original, document.source.name)
    if media is None or media not in PDF_AND_IMAGES:
        return
    looks = {
        page.number: Look(page.source == "ocr", [region.box for region in page.regions if region.kind == "figure"])
        for page in pages
    }
    taken = original.with_name("pictures.jsonl")
    try:
        sandbox.take_pictures(original, media, taken, looks, config.password)
    except sandbox.Broken as broken:
        world.log("pictures_lost", tenant=document.tenant, document_id=document.id, why=broken.kind)
        return
    with taken.open("rb") as lines:
        yield from map(pictures.from_json, lines)
