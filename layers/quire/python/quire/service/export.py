"""A job's data, or a document's, as a file to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from quire.domain.document import Document, Stored
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import MOST_DOCUMENTS
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.export import Exported, Format, NoTable, TooWide, ascii_name, disposition, file_name, write
from quire.service.changes import list_changes
from quire.service.config import from_options
from quire.service.export_data import GONE, Waiting, fetched
from quire.service.export_files import export_key, made_before
from quire.service.export_shape import shape_of
from quire.service.jobs import find_job
from quire.service.results import URL_SECONDS, find

MOST_BODY_BYTES = 4_000_000
"""More is answered as a link: an answer of Lambda's holds 6 MB, in which base64 and escapes count."""
MOST_AT_ONCE = 500
"""Documents. A file of more is kept, whatever its size: a caller whose connection ends first finds it when it asks
again."""

Told = Callable[[Document], Exported]
"""A document without its data, in its contract's words."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its `body`, or where that took much a `link` to it, good for minutes. `disposition` is the header that
    goes with a body; what a link leads to is saved under the last part of its path."""

    media_type: str
    disposition: str
    body: bytes | None = None
    link: str | None = None


def told_plainly(document: Document) -> Exported:
    source = document.source
    error = document.refusal.message if document.refusal else None
    return Exported(source.name or source.file_id or "", document.id, document.status.value, error)


def export(
    world: World,
    tenant: Tenant,
    job_id: str | None,
    document_id: str | None,
    file_format: Format,
    *,
    table: str | None = None,
    told: Told = told_plainly,
) -> Export | Refusal:
    """Every document of a job, or one of them: those that succeeded with their data, the others with their status.

    Args:
        document_id: None for all.
        table: see `quire.export.write`; CSV alone takes it.
        told: says what the contract calls a document, its status and its error.

    Refused: JOB_NOT_FOUND; NOT_FOUND, no such document in the job; RESULT_NOT_READY, none has ended; RESULT_EXPIRED,
    no data is left; RESULT_TOO_LARGE, no sheet can hold it; INVALID_REQUEST, no such table.
    """
    if table is not None and file_format is not Format.CSV:
        return Refusal(Kind.INVALID_REQUEST, "Only CSV is exported a table at a time.", {"field": "table"})
    found = _found(world, tenant, job_id, document_id)
    if isinstance(found, Refusal):
        return found
    job, documents = found
    if not any(document.status.ended for document in documents):
        return Refusal(Kind.RESULT_NOT_READY, "No document has ended yet.", {"status": job.status.value})
    waiting, until = _waiting(documents, job, told, world.clock())
    if not any(stored for _, stored in waiting) and any(document.result for document in documents):
        return _expired()
    stem = f"extraction-{job.id}" if document_id is None else PurePosixPath(waiting[0][0].filename).stem
    name = file_name(f"{stem}-{table}" if table else stem, file_format.value)
    key = export_key(job, _digest(waiting, file_format, table), ascii_name(name))
    answer = Export(file_format.media_type, disposition(name))
    large = made_before(world, key)
    if large is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            refused = _write(world, job, waiting, path, file_format, table)
            if refused:
                return refused
            if path.stat().st_size <= MOST_BODY_BYTES and len(waiting) <= MOST_AT_ONCE:
                return replace(answer, body=path.read_bytes())
            large = world.blobs.put_file(key, path, file_format.media_type)
    return _linked(world, tenant, job, answer, large, until)


def _found(
    world: World, tenant: Tenant, job_id: str | None, document_id: str | None
) -> tuple[Job, list[Document]] | Refusal:
    """The documents as a reader sees them, by position."""
    job = find_job(world, tenant, job_id)
    if isinstance(job, Refusal):
        return job
    if document_id is None:
        listing = list_changes(world, tenant, job.id, None, MOST_DOCUMENTS)
        if isinstance(listing, Refusal):
            return listing
        return listing.job, sorted(listing.documents, key=lambda document: document.position)
    found = find(world, tenant, document_id)
    if isinstance(found, Refusal):
        return found
    if found[0].id != job.id:
        return Refusal(Kind.NOT_FOUND, "There is no such document.")
    return found[0], [found[1]]


def _waiting(documents: Sequence[Document], job: Job, told: Told, now: int) -> tuple[list[Waiting], int]:
    """Each document with the place of its data while that may be read, and when the first of them may not any more."""
    waiting: list[Waiting] = []
    until = now + job.retention_ms
    for document in documents:
        head, stored = told(document), document.result
        if stored is not None:
            expires_at = (document.ended_at or now) + job.retention_ms
            if expires_at > now:
                until = min(until, expires_at)
            else:
                head, stored = replace(head, error=GONE), None
        waiting.append((head, stored))
    return waiting, until


def _digest(waiting: Sequence[Waiting], file_format: Format, table: str | None) -> str:
    """Stands for all that goes into the file: a client that asks again gets the one that was made."""
    documents = [
        [head.filename, head.document_id, head.status, head.error, stored and [stored.key, stored.version]]
        for head, stored in waiting
    ]
    return fingerprint({"format": file_format.value, "table": table, "documents": documents})


def _write(
    world: World, job: Job, waiting: Sequence[Waiting], path: Path, file_format: Format, table: str | None
) -> Refusal | None:
    config = from_options(job.options)
    with closing(fetched(world, waiting, path.parent)) as documents:
        try:
            write(documents, path, file_format, shape=shape_of(world, config), whole=config.whole, table=table)
        except TooWide as wide:
            return Refusal(Kind.RESULT_TOO_LARGE, f"The data has {wide}, which no sheet holds: export it as JSON.")
        except NoTable:
            return Refusal(Kind.INVALID_REQUEST, "The data has no table of this name.", {"field": "table"})
    return None


def _linked(world: World, tenant: Tenant, job: Job, answer: Export, large: Stored, until: int) -> Export | Refusal:
    """With a link that lives no longer than any of the results in the file, nor than the job."""
    deleted = find_job(world, tenant, job.id)
    if isinstance(deleted, Refusal):
        return deleted
    left_ms = until - world.clock()
    if left_ms <= 0:
        return _expired()
    return replace(answer, link=world.blobs.download_url(large, max(1, min(URL_SECONDS, left_ms // 1000))))


def _expired() -> Refusal:
    return Refusal(Kind.RESULT_EXPIRED, GONE)
