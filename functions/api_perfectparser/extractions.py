"""/v1/extractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from functions.api_perfectparser import contract
from functions.api_perfectparser import wire_extractions as wire
from functions.api_perfectparser.contract import DOCUMENT, EXTRACTION, NAME, PARSER
from quire.domain.document import Document
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import MOST_DOCUMENTS
from quire.domain.job import Job
from quire.domain.pages import chosen
from quire.domain.refusal import Kind, Refusal
from quire.export import Exported
from quire.http.answers import Answer
from quire.http.call import MOST_FILE_BYTES, Call, Sent, invalid
from quire.http.ids import plain_id, say_id
from quire.reading.media import Accepted
from quire.service import results, uploads
from quire.service.changes import list_changes
from quire.service.config import from_options, to_options
from quire.service.counting import count_pages
from quire.service.export import Export, export
from quire.service.jobs import find_job, list_jobs
from quire.service.resolve import Resolved, resolve
from quire.service.submit import Submission, submit

MOST_RESULTS = 100
"""Documents whose results one answer shows."""
_THREADS = 8


def submit_extraction(call: Call) -> Answer | Refusal:
    """Pages are counted here, and credits held for all of them."""
    form, files = call.form(wire.SubmitForm)
    sent = files.get("files", [])
    refused = _unfit(sent)
    if refused:
        return refused
    parser_id = plain_id(PARSER, form.parser_id)
    resolved = resolve(call.world, call.tenant, parser_id) if parser_id else _no_parser()
    if isinstance(resolved, Refusal):
        return resolved
    config = replace(from_options(resolved.config), accepted=Accepted.EVERYTHING)
    counted = count_pages([(file.name, file.body) for file in sent], config.accepted)
    if isinstance(counted, Refusal):
        return contract.say_uncounted(counted)
    wanted = [chosen(config.pages, config.max_pages, one.pages) for one in counted]
    for pages in wanted:
        if isinstance(pages, Refusal):
            return pages
    stored = [
        uploads.receive(call.world, call.tenant, file.body, file.name, one.media.value)
        for file, one in zip(sent, counted, strict=True)
    ]
    key = call.idempotency_key()
    submission = Submission(
        contract=NAME,
        extractor=resolved.extractor.id,
        version=resolved.version.number,
        schema=resolved.schema,
        sources=[file.source for file in stored],
        fingerprint=_fingerprint(resolved, [(file.name, file.sha256) for file in stored], keyed=key is not None),
        options=to_options(config),
        counted=[len(pages) for pages in wanted if not isinstance(pages, Refusal)],
        idempotency_key=key,
        api_key=call.key,
    )
    submitted = submit(call.world, call.tenant, submission)
    if isinstance(submitted, Refusal):
        return submitted
    found = _documents(call, submitted.job.id)
    if isinstance(found, Refusal):
        return found
    credits = call.world.tenants.balance(call.tenant.id).available
    headers = {"idempotent-replayed": "true"} if submitted.repeated else {}
    return Answer(202, wire.SubmitAnswer(extraction=wire.say_submitted(*found, credits)), headers)


def list_extractions(call: Call) -> Answer | Refusal:
    asked = call.query_as(wire.Filter)
    under = None if asked.parser_id is None else plain_id(PARSER, asked.parser_id) or ""
    page = list_jobs(
        call.world,
        call.tenant,
        asked.limit,
        asked.cursor,
        extractor=under,
        wanted=lambda job: job.extractor != contract.DETECT and wire.asked_for(job, asked),
    )
    if isinstance(page, Refusal):
        return page
    names = _parser_names(call, page.jobs)
    said = [wire.say_listed(job, names.get(job.extractor)) for job in page.jobs]
    pagination = contract.say_pagination(asked.limit, page.next_cursor)
    return Answer(200, wire.ExtractionList(extractions=said, pagination=pagination))


def get_extraction(call: Call) -> Answer | Refusal:
    found = _documents(call, _extraction_id(call))
    if isinstance(found, Refusal):
        return found
    job, documents = found
    name = _parser_names(call, [job]).get(job.extractor)
    return Answer(200, wire.StatusAnswer(extraction=wire.say_status(job, documents, name)))


def get_results(call: Call) -> Answer | Refusal:
    """Of the documents that have ended by now."""
    found = _documents(call, _extraction_id(call))
    if isinstance(found, Refusal):
        return found
    job, documents = found
    ended = [document for document in documents if document.status.ended]
    if len(ended) > MOST_RESULTS:
        return _too_large(f"An answer shows the results of at most {MOST_RESULTS} documents")
    said: list[wire.DocumentResult] = []
    left, expired = results.MOST_BYTES, 0
    with ThreadPoolExecutor(_THREADS) as pool:
        for document, result in zip(ended, pool.map(lambda one: _result(call, job, one), ended), strict=True):
            if isinstance(result, Refusal) and result.kind is Kind.RESULT_TOO_LARGE:
                return _too_large("The results are too large for an answer")
            expired += isinstance(result, Refusal)
            error = result.message if isinstance(result, Refusal) else None
            said.append(wire.say_result(job, document, None if isinstance(result, Refusal) else result, error))
            left -= len(said[-1].model_dump_json())
            if left < 0:
                return _too_large("The results are too large for an answer")
    if expired and expired == job.counts.succeeded:
        return Refusal(Kind.RESULT_EXPIRED, "The results have passed their retention and are gone.")
    return Answer(200, wire.ResultsAnswer(extraction=wire.say_results(job, said)))


def get_document(call: Call) -> Answer | Refusal:
    found = _document(call)
    if isinstance(found, Refusal):
        return found
    job, document = found
    result = _result(call, job, document)
    if isinstance(result, Refusal):
        return _too_large("The result is too large for an answer") if _is_too_large(result) else result
    name = _parser_names(call, [job]).get(job.extractor)
    file_id = document.source.file_id
    file = call.world.files.get(call.tenant.id, [file_id]).get(file_id) if file_id else None
    return Answer(200, wire.DocumentAnswer(document=wire.say_document(job, document, result, name, file)))


def export_extraction(call: Call) -> Answer | Refusal:
    return _exported(call, None)


def export_document(call: Call) -> Answer | Refusal:
    found = _document(call)
    return found if isinstance(found, Refusal) else _exported(call, found[1].id)


# ---- what they share -------------------------------------------------------------------------------------------------


def _unfit(sent: Sequence[Sent]) -> Refusal | None:
    if not sent:
        return invalid("body", "The field `files` is missing.", "missing", "files")
    if len(sent) > wire.MOST_FILES:
        return invalid("body", f"An extraction has at most {wire.MOST_FILES} files.", "too_long", "files")
    if sum(len(file.body) for file in sent) > MOST_FILE_BYTES:
        message = f"The files of a request have at most {MOST_FILE_BYTES} bytes together: send fewer at a time."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    return None


def _fingerprint(resolved: Resolved, files: Iterable[tuple[str | None, str | None]], *, keyed: bool) -> str:
    """Without a key, the same files under a parser that was changed are another request, not a client's retry."""
    fields = {"parser_id": resolved.extractor.id, "files": [list(file) for file in files]}
    return fingerprint(fields if keyed else {**fields, "version": resolved.version.number})


def _extraction_id(call: Call) -> str | None:
    return plain_id(EXTRACTION, call.path["extraction_id"])


def _documents(call: Call, job_id: str | None) -> tuple[Job, list[Document]] | Refusal:
    """A job with its documents, by position."""
    listing = list_changes(call.world, call.tenant, job_id, None, MOST_DOCUMENTS) if job_id else _no_extraction()
    if isinstance(listing, Refusal):
        return listing
    return listing.job, sorted(listing.documents, key=lambda document: document.position)


def _document(call: Call) -> tuple[Job, Document] | Refusal:
    job_id, document_id = _extraction_id(call), plain_id(DOCUMENT, call.path["document_id"])
    job = find_job(call.world, call.tenant, job_id)
    if isinstance(job, Refusal):
        return _no_extraction()
    found = results.find(call.world, call.tenant, document_id) if document_id else None
    if found is None or isinstance(found, Refusal) or found[0].id != job.id:
        return Refusal(Kind.NOT_FOUND, "There is no such document in this extraction.")
    return found


def _result(call: Call, job: Job, document: Document) -> dict[str, object] | Refusal | None:
    """None of a document that has not succeeded."""
    return results.result_of(call.world, job, document) if document.result else None


def _parser_names(call: Call, jobs: Sequence[Job]) -> dict[str, str]:
    """By id; those that were deleted have none."""
    wanted = {parser for job in jobs if (parser := wire.parser_of(job))}
    found = (call.world.extractors.get(call.tenant.id, parser) for parser in sorted(wanted))
    return {extractor.id: extractor.name for extractor in found if extractor}


def _exported(call: Call, document_id: str | None) -> Answer | Refusal:
    asked = call.query_as(wire.ExportAsked)
    made = export(
        call.world,
        call.tenant,
        _extraction_id(call),
        document_id,
        asked.file_format,
        table=asked.table,
        told=_told,
    )
    if isinstance(made, Refusal):
        return made
    if made.link is not None:
        return Answer(302, None, {"location": made.link})
    return Answer(200, made.body, _headers(made))


def _headers(made: Export) -> dict[str, str]:
    return {"content-type": made.media_type, "content-disposition": made.disposition}


def _told(document: Document) -> Exported:
    said = say_id(DOCUMENT, document.id)
    error = document.refusal.message if document.refusal else None
    return Exported(document.source.name or said, said, wire.status_of_document(document), error)


def _is_too_large(refusal: Refusal) -> bool:
    return refusal.kind is Kind.RESULT_TOO_LARGE


def _too_large(reason: str) -> Refusal:
    return Refusal(Kind.RESULT_TOO_LARGE, f"{reason}: ask for each document, or export them.")


def _no_parser() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such parser.")


def _no_extraction() -> Refusal:
    return Refusal(Kind.JOB_NOT_FOUND, "There is no such extraction.")
