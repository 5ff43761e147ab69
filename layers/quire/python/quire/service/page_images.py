"""Pictures of a document's pages, for people to look at: drawn once, and kept no longer than the bytes themselves."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from quire.domain.document import Document, Source, Stored
from quire.domain.job import Job
from quire.domain.pages import chosen
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.reading import sandbox
from quire.reading.media import PDF_AND_IMAGES, sniff_file
from quire.service.config import from_options
from quire.service.inspect import refusal_of
from quire.service.results import find

WIDTHS = (240, 1400)
"""Pixels: to find one's way, and to read."""
AT_ONCE = 4
"""Pages drawn together, for whoever looks at one looks at the next."""
URL_SECONDS = 15 * 60
_LAST = 99_999
"""The highest number that a page range can name."""
_EXPIRED = Refusal(Kind.RESULT_EXPIRED, "The document's bytes have passed their retention, or were deleted.")


@dataclass(frozen=True, slots=True)
class PageImage:
    """A link to a JPEG, and until when it can be followed (milliseconds since 1970)."""

    url: str
    expires_at: int


def page_image(world: World, tenant: Tenant, document_id: str, number: int, width: int) -> PageImage | Refusal:
    """Page `number` of a document (one of `page_numbers`), one of WIDTHS wide.

    NOT_FOUND: no such document or page; RESULT_EXPIRED: its bytes are gone; UNSUPPORTED_INPUT: it has no pages to look
    at; EXTRACTION_FAILED and the like: they cannot be drawn."""
    found = find(world, tenant, document_id)
    if isinstance(found, Refusal):
        return found
    job, document = found
    left_ms = document.source.expires_at - world.clock()
    if left_ms <= 0 or not _is_there(world, document.source):
        return _EXPIRED
    if number not in page_numbers(job, document):
        return Refusal(Kind.NOT_FOUND, "The document has no such page.")
    key = _key(job, document, number, width)
    head = world.blobs.head(key)
    drawn = Stored(key, head.version) if head else _draw(world, job, document, number, width)
    if isinstance(drawn, Refusal):
        return drawn
    seconds = max(1, min(URL_SECONDS, left_ms // 1000))
    return PageImage(world.blobs.download_url(drawn, seconds), world.clock() + 1000 * seconds)


def page_numbers(job: Job, document: Document) -> list[int]:
    """The numbers (from 1) of a document's pages that its job asks for, ascending, as far as they are known: of one
    that has not been inspected yet, the first."""
    config, held = from_options(job.options), document.review.pages if document.review else None
    count = document.pages or held or max(document.reserved, 1)
    if config.pages is None:
        return list(range(1, count + 1))
    wanted = chosen(config.pages, config.max_pages, _LAST)
    return [] if isinstance(wanted, Refusal) else wanted[:count]


def _is_there(world: World, source: Source) -> bool:
    """Its very version: another may have been put in its place."""
    if source.waits:
        return False
    try:
        return source.size == 0 or bool(world.blobs.range(source.stored, 0, 1))
    except KeyError:
        return False


def _key(job: Job, document: Document, number: int, width: int) -> str:
    return f"{job.pictures}{document.position}/{number}-{width}.jpg"


def _draw(world: World, job: Job, document: Document, number: int, width: int) -> Stored | Refusal:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        try:
            world.blobs.download(document.source.stored, path)
        except KeyError:
            return _EXPIRED
        media = sniff_file(path, document.source.name)
        if media is None or media not in PDF_AND_IMAGES:
            return Refusal(Kind.UNSUPPORTED_INPUT, "Documents of this kind have no pages to look at.")
        numbers = [each for each in page_numbers(job, document) if each >= number][:AT_ONCE]
        wanted = {Path(folder) / f"{each}.jpg": each for each in numbers}
        try:
            sandbox.draw_pages(path, media, wanted, width, from_options(job.options).password)
        except sandbox.Broken as broken:
            if not next(iter(wanted)).exists():  # else it was a neighbour, which nobody has asked for yet
                return refusal_of(broken)
        kept = [
            world.blobs.put_file(_key(job, document, each, width), drawn, "image/jpeg")
            for drawn, each in wanted.items()
            if drawn.exists()
        ]
        return kept[0]
