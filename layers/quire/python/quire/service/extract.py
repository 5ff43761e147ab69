"""Extract: the reading becomes the result. In this contract's words: chunks of text and tables, each with its place."""

from __future__ import annotations

import heapq
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quire.domain.document import Document
from quire.domain.ports import World
from quire.reading import model, textract
from quire.reading.model import Page
from quire.service.config import config_of
from quire.service.read import Plan, folder_of, load_plan
from quire.service.tasks import ENDED_BEFORE, Outcome, go_on, running
from quire.service.written import write_chunks, write_fields


def extract(world: World, tenant: str, document_id: str) -> Outcome:
    """{outcome, pages, result: {key, version}}: a page at a time, whatever the document's length."""
    document = running(world, tenant, document_id)
    if document is None:
        return ENDED_BEFORE
    config = config_of(world, document)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        pages = pages_of(world, document, Path(folder))
        if config.schema is None:
            number = write_chunks(pages, config, path)
        else:
            number = write_fields(pages, json.loads(world.blobs.read(config.schema)), path)
        result = world.blobs.put_file(document.result_key, path, "application/json")
    return go_on(pages=number, result={"key": result.key, "version": result.version})


def pages_of(world: World, document: Document, folder: Path) -> Iterator[Page]:
    """The document's pages in order, joined from its text layer and from Textract's answer."""
    plan = load_plan(world, document)
    text = _text_pages(world, document, folder) if plan.text else iter(())
    merged = heapq.merge(text, _ocr_pages(world, plan), key=lambda page: page.number)
    before: Page | None = None
    for page in merged:
        if before and before.number == page.number:
            page = _joined(before, page)
        elif before:
            yield before
        before = page
    if before:
        yield before


def _joined(text: Page, ocr: Page) -> Page:
    """One page read both ways: words from the sound layer, and what Textract alone can tell, or tells better."""
    return replace(
        text,
        tables=ocr.tables or text.tables,
        key_values=ocr.key_values or text.key_values,
        marks=ocr.marks or text.marks,
        signatures=ocr.signatures,
        answers=ocr.answers,
        regions=ocr.regions,
    )


def _text_pages(world: World, document: Document, folder: Path) -> Iterator[Page]:
    path = folder / "text.jsonl"
    world.blobs.download(f"{folder_of(document)}/text.jsonl", path)
    with path.open("rb") as lines:
        yield from map(model.from_json, lines)


def _ocr_pages(world: World, plan: Plan) -> Iterator[Page]:
    if plan.answer is None:
        return
    sizes = {int(page): (width, height) for page, (width, height) in plan.sizes.items()}
    numbers = dict(enumerate(plan.ocr, start=1))
    yield from textract.pages((world.blobs.read(key) for key in _parts(world, plan.answer)), sizes, numbers)


def _parts(world: World, answer: str) -> list[str]:
    """A synchronous answer is one object; an asynchronous one is numbered parts under `…/JobId/`, beside others."""
    if not answer.endswith("/"):
        return [answer]
    parts = [key for key in world.blobs.keys(answer) if re.fullmatch(r"\d+", key.rsplit("/", 1)[1])]
    return sorted(parts, key=lambda key: int(key.rsplit("/", 1)[1]))
