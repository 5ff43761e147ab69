"""Inspect: what are these bytes, how many pages have they, and are there credits for those that are wanted?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from quire.domain.document import MOST_PAGES, Document
from quire.domain.file import MOST_BYTES
from quire.domain.pages import chosen
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.reading import sandbox
from quire.reading.media import sniff_file
from quire.service.config import Config, config_of
from quire.service.tasks import ENDED_BEFORE, Outcome, go_on, refuse, running


def inspect(world: World, tenant: str, document_id: str) -> Outcome:
    """{outcome, pages, media, encrypted}: all pages; the credits for those in the page range are held afterwards."""
    document = running(world, tenant, document_id)
    if document is None:
        return ENDED_BEFORE
    config = config_of(world, document)
    found = _look(world, document, config)
    if isinstance(found, Refusal):
        return refuse(found)
    wanted = chosen(config.pages, config.max_pages, found["pages"])
    if isinstance(wanted, Refusal):
        return refuse(wanted)
    if not world.pipeline.reserve(document, len(wanted)):
        message = f"There are not enough credits for this document's {len(wanted)} pages: add some."
        return refuse(Refusal(Kind.PAYMENT_REQUIRED, message))
    return found


def _look(world: World, document: Document, config: Config) -> Outcome | Refusal:
    if document.source.size > MOST_BYTES:
        return Refusal(Kind.DOCUMENT_TOO_LARGE, f"A document has at most {MOST_BYTES // 2**20} MB.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        try:
            world.blobs.download(document.source.stored, path)
        except KeyError:
            return Refusal(Kind.UPLOAD_MISSING, "The uploaded bytes are gone: upload the file again.")
        media = sniff_file(path, document.source.name)
        if media is None or media not in config.accepted.media:
            message = f"The bytes are not a {config.accepted.named}, whatever its name says."
            return Refusal(Kind.UNSUPPORTED_INPUT, message)
        try:
            found = sandbox.inspect(path, media, password=config.password, most_pages=MOST_PAGES)
        except sandbox.Broken as broken:
            return refusal_of(broken)
    if found.pages > MOST_PAGES:
        return Refusal(Kind.PAGE_LIMIT_EXCEEDED, f"A document has at most {MOST_PAGES} pages.")
    return go_on(pages=found.pages, media=media.value, encrypted=found.encrypted)


def refusal_of(broken: sandbox.Broken) -> Refusal:
    """The sandbox's word for bytes that could not be parsed, in the domain's."""
    kind = Kind.EXTRACTION_FAILED if broken.kind == "document_too_complex" else Kind(broken.kind)
    return Refusal(kind, broken.message)
