"""Extract: the reading becomes the result, chunks of text and tables or the fields of a schema, each with its place."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from quire.domain.document import Document
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.extraction.hints import hinted
from quire.extraction.inference import infer
from quire.extraction.queries import path_of
from quire.extraction.schema import SchemaRefused
from quire.extraction.splitting import split
from quire.reading import joined, model, sandbox, textract
from quire.reading.model import Page
from quire.service.config import Config, config_of
from quire.service.doubts import Doubts
from quire.service.held import first_key
from quire.service.inspect import refusal_of
from quire.service.parts import parts
from quire.service.pictures import take_pictures
from quire.service.read import Plan, folder_of, load_plan
from quire.service.returned import returned
from quire.service.tasks import ENDED_BEFORE, Outcome, go_on, hold_back, refuse, running
from quire.service.written import Pdfs, Runs, warnings_of, write_chunks, write_parts


def extract(world: World, tenant: str, document_id: str) -> Outcome:
    """{outcome, pages, result: {key, version}}, and the number of fields that are `flagged` where a person must see
    them first: a page at a time, whatever the document's length."""
    document = running(world, tenant, document_id)
    if document is None:
        return ENDED_BEFORE
    config = config_of(world, document)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        try:
            if config.return_pdfs or (config.chunks and config.images):
                world.blobs.download(document.source.stored, _original(path))
        except KeyError:
            return refuse(Refusal(Kind.UPLOAD_MISSING, "The uploaded bytes are gone: upload the file again."))
        try:
            number, flagged = _write(world, document, config, path)
        except SchemaRefused as refused:
            return refuse(Refusal(Kind.EXTRACTION_FAILED, f"The schema cannot be filled: {refused}"))
        except sandbox.Broken as broken:
            return refuse(refusal_of(broken))
        key = first_key(document) if flagged else document.result_key
        result = world.blobs.put_file(key, path, "application/json")
    facts = {"pages": number, "result": {"key": result.key, "version": result.version}}
    return hold_back(**facts, flagged=flagged) if flagged else go_on(**facts)


def _original(result: Path) -> Path:
    return result.with_name("original")


def _write(world: World, document: Document, config: Config, path: Path) -> tuple[int, int]:
    """The result, to `path`; answers the number of its pages, and of fields that a person must see."""
    folder = path.parent
    if config.chunks:
        pages = partial(pages_of, world, document, folder)
        pictures = take_pictures(world, document, config, _original(path), pages()) if config.images else ()
        return write_chunks(pages(), pictures, config, path), 0
    inferred = {"schema": _inferred(world, document, config, folder)} if config.schema is None else {}
    schema = json.loads(world.blobs.read(config.schema)) if config.schema else inferred["schema"]
    if config.system_prompt:
        schema = hinted(schema, config.system_prompt)
    sizes: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []

    def measured() -> Iterator[Page]:
        for page in pages_of(world, document, folder):
            sizes.append({"number": page.number, "width": page.width, "height": page.height})
            warnings.extend(warnings_of(page))
            yield page

    def pdfs(runs: Runs) -> Pdfs:
        return returned(world, document, config, _original(path), runs)

    names = _names(world, document, config, folder)
    runs = groupby(measured(), lambda page: names.get(page.number))
    found = chain.from_iterable(
        parts(pages, schema, config.target, name, with_text=config.return_text) for name, pages in runs
    )
    doubts = Doubts(config)

    def rest() -> dict[str, Any]:
        flagged = {"flagged": doubts.paths} if doubts.paths else {}
        return {"pages": sizes, **inferred, **flagged, **({"warnings": warnings} if warnings else {})}

    write_parts(doubts.noting(found), path, pdfs=pdfs if config.return_pdfs else None, rest=rest)
    return len(sizes), len(doubts.paths)


def _names(world: World, document: Document, config: Config, folder: Path) -> dict[int, str]:
    """Each page's document by its name, where the file is to be split: that takes a look at all pages first."""
    if config.split is None:
        return {}
    documents = split(pages_of(world, document, folder), config.split or None)
    return {number: one.name for one in documents for number in one.pages}


def _inferred(world: World, document: Document, config: Config, folder: Path) -> dict[str, Any]:
    return infer(pages_of(world, document, folder), config.prompt or config.system_prompt).schema


def pages_of(world: World, document: Document, folder: Path) -> Iterator[Page]:
    """The document's pages in order, joined from its text layer and from Textract's answer; the first says what of the
    file is on none of them."""
    plan = load_plan(world, document)
    text = _text_pages(world, document, folder) if plan.text else iter(())
    for n, page in enumerate(joined.pages(text, _ocr_pages(world, plan))):
        yield page if n or not plan.warnings else replace(page, warnings=(*page.warnings, *plan.warnings))


def _text_pages(world: World, document: Document, folder: Path) -> Iterator[Page]:
    path = folder / "text.jsonl"
    if not path.exists():
        world.blobs.download(f"{folder_of(document)}/text.jsonl", path)
    with path.open("rb") as lines:
        yield from map(model.from_json, lines)


def _ocr_pages(world: World, plan: Plan) -> Iterator[textract.Contents]:
    if plan.answer is None:
        return
    sizes = {int(page): (width, height) for page, (width, height) in plan.sizes.items()}
    numbers = dict(enumerate(plan.ocr, start=1))
    answers = (world.blobs.read(key) for key in _answers(world, plan.answer))
    for page in textract.contents(answers, sizes, numbers):
        said = [replace(answer, alias=path_of(answer.alias)) for answer in page.known.answers]
        yield replace(page, known=replace(page.known, answers=said))


def _answers(world: World, answer: str) -> list[str]:
    """A synchronous answer is one object; an asynchronous one is numbered parts under `…/JobId/`, beside others."""
    if not answer.endswith("/"):
        return [answer]
    parts = [key for key in world.blobs.keys(answer) if re.fullmatch(r"\d+", key.rsplit("/", 1)[1])]
    return sorted(parts, key=lambda key: int(key.rsplit("/", 1)[1]))
