"""Inspect: what are these bytes, how many pages have they, and are there credits for those that are wanted?

Credits that no submit held are reserved here, in the order of the documents: whoever could leave one before it short
waits until that one has its own."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from quire.domain.document import MOST_PAGES, Document, DocumentStatus
from quire.domain.file import MOST_BYTES
from quire.domain.ids import locate
from quire.domain.pages import chosen
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.reading import sandbox
from quire.reading.media import HEAD, PDF_AND_IMAGES, Media, sniff, sniff_file
from quire.reading.ranges import Served, Spent
from quire.service.config import Config, config_of
from quire.service.tasks import ENDED_BEFORE, NOT_YET, Outcome, go_on, refuse, running

AT_ONCE = 4 << 20
"""Bytes: a smaller file comes whole, in one request."""
MOST_WAIT_MS = 60_000
"""For those before it: some ten times what Inspect takes; whoever stands still longer than that has lost its turn."""
_BUDGET = 4 << 20  # bytes of a larger one that are fetched in ranges before it comes whole after all


def inspect(world: World, tenant: str, document_id: str) -> Outcome:
    """{outcome, pages, media, encrypted}: all pages; the credits for those in the page range are held afterwards."""
    document = running(world, tenant, document_id)
    if document is None:
        return ENDED_BEFORE
    if document.reserved == 0 and not _in_turn(world, document):
        return NOT_YET
    config = config_of(world, document)
    found = _look(world, document, config)
    if isinstance(found, Refusal):
        return refuse(found)
    wanted = hold(world, document, config, found["pages"])
    return refuse(wanted) if isinstance(wanted, Refusal) else found


def hold(world: World, document: Document, config: Config, pages: int) -> list[int] | Refusal:
    """The numbers of the wanted pages, of so many, once the credits for them are held."""
    wanted = chosen(config.pages, config.max_pages, pages)
    if isinstance(wanted, Refusal) or world.pipeline.reserve(document, len(wanted)):
        return wanted
    message = f"There are not enough credits for this document's {len(wanted)} pages: add some."
    return Refusal(Kind.PAYMENT_REQUIRED, message)


def _in_turn(world: World, document: Document) -> bool:
    """Whether none of those before it that run and have no credits yet can be left short by it."""
    if world.clock() - (document.started_at or 0) >= MOST_WAIT_MS:
        return True
    before: dict[str, list[int]] = {}
    for job_id, position in map(locate, world.line.holders(document.tenant)):
        if (job_id, position) < (document.job_id, document.position):
            before.setdefault(job_id, []).append(position)
    uncounted = sum(
        row.status is DocumentStatus.RUNNING and row.reserved == 0
        for job_id, positions in before.items()
        for row in world.jobs.documents(document.tenant, job_id, positions)
    )
    wanted = (uncounted + 1) * MOST_PAGES
    return uncounted == 0 or world.tenants.balance(document.tenant).available >= wanted


def by_its_word(document: Document, media: Media) -> bool:
    """Whether its pages were counted by what the file says of itself: to be counted again where it is read."""
    return media is Media.PDF and document.source.size > AT_ONCE


def refusal_of(broken: sandbox.Broken) -> Refusal:
    """The sandbox's word for bytes that could not be parsed, in the domain's."""
    kind = Kind.EXTRACTION_FAILED if broken.kind == "document_too_complex" else Kind(broken.kind)
    return Refusal(kind, broken.advice)


def _look(world: World, document: Document, config: Config) -> Outcome | Refusal:
    if document.source.size > MOST_BYTES:
        return Refusal(Kind.DOCUMENT_TOO_LARGE, f"A document has at most {MOST_BYTES // 2**20} MB.")
    try:
        found = _by_ranges(world, document, config) if document.source.size > AT_ONCE else None
        found = found or _as_a_whole(world, document, config)
    except KeyError:
        return Refusal(Kind.UPLOAD_MISSING, "The uploaded bytes are gone: upload the file again.")
    except sandbox.Broken as broken:
        return refusal_of(broken)
    if isinstance(found, Refusal):
        return found
    media, seen = found
    if seen.pages > MOST_PAGES:
        return Refusal(Kind.PAGE_LIMIT_EXCEEDED, f"A document has at most {MOST_PAGES} pages.")
    return go_on(pages=seen.pages, media=media.value, encrypted=seen.encrypted)


Found = tuple[Media, sandbox.Inspection]


def _by_ranges(world: World, document: Document, config: Config) -> Found | Refusal | None:
    """None where only the whole file tells: it is of another kind, or damaged."""
    source = document.source
    served = Served(partial(world.blobs.range, source.stored), source.size, _BUDGET)
    try:
        media = sniff(served.read(0, HEAD), source.name)
        if media not in PDF_AND_IMAGES:
            return None
        if media not in config.accepted.media:
            return _not_accepted(config)
        seen = sandbox.glance(served.read, source.size, media, config.password, MOST_PAGES)
    except Spent:
        return None
    return None if seen is None else (media, seen)


def _as_a_whole(world: World, document: Document, config: Config) -> Found | Refusal:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        world.blobs.download(document.source.stored, path)
        media = sniff_file(path, document.source.name)
        if media is None or media not in config.accepted.media:
            return _not_accepted(config)
        return media, sandbox.inspect(path, media, password=config.password, most_pages=MOST_PAGES)


def _not_accepted(config: Config) -> Refusal:
    message = f"The bytes are not a {config.accepted.named}, whatever its name says."
    return Refusal(Kind.UNSUPPORTED_INPUT, message)
