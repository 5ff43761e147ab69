"""What the paths of /v1/extractions name."""

from __future__ import annotations

from collections.abc import Sequence

from functions.api_perfectparser import wire_extractions as wire
from functions.api_perfectparser.contract import DOCUMENT, EXTRACTION
from quire.domain.document import Document
from quire.domain.ids import MOST_DOCUMENTS
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.http.call import Call
from quire.http.ids import plain_id
from quire.service import results
from quire.service.changes import list_changes


def extraction_id(call: Call) -> str | None:
    return plain_id(EXTRACTION, call.path["extraction_id"])


def documents_of(call: Call, job_id: str | None) -> tuple[Job, list[Document]] | Refusal:
    """A job with its documents, by position."""
    listing = list_changes(call.world, call.tenant, job_id, None, MOST_DOCUMENTS) if job_id else _no_extraction()
    if isinstance(listing, Refusal):
        return listing
    return listing.job, sorted(listing.documents, key=lambda document: document.position)


def document_of(call: Call) -> tuple[Job, Document] | Refusal:
    """A document that belongs to the job that is named beside it."""
    document_id = plain_id(DOCUMENT, call.path["document_id"])
    found = results.find(call.world, call.tenant, document_id) if document_id else None
    if found is None or isinstance(found, Refusal) or found[0].id != extraction_id(call):
        return Refusal(Kind.NOT_FOUND, "There is no such document in this extraction.")
    return found


def parser_names(call: Call, jobs: Sequence[Job]) -> dict[str, str]:
    """By id; those that were deleted have none."""
    wanted = {parser for job in jobs if (parser := wire.parser_of(job))}
    found = (call.world.extractors.get(call.tenant.id, parser) for parser in sorted(wanted))
    return {extractor.id: extractor.name for extractor in found if extractor}


def _no_extraction() -> Refusal:
    return Refusal(Kind.JOB_NOT_FOUND, "There is no such extraction.")
