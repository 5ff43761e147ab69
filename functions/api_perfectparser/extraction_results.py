"""/v1/extractions/…: results, one document, exports."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from functions.api_perfectparser import wire_extractions as wire
from functions.api_perfectparser.contract import DOCUMENT
from functions.api_perfectparser.found import document_of, documents_of, extraction_id, parser_names
from quire.domain.document import Document
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.export import Exported, Format
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import say_id
from quire.service import results
from quire.service.export import export

MOST_RESULTS = 100
"""Documents whose results one answer shows."""
_AT_ONCE = 8


def get_results(call: Call) -> Answer | Refusal:
    """Show the data of the documents that have ended by now."""
    found = documents_of(call, extraction_id(call))
    if isinstance(found, Refusal):
        return found
    job, documents = found
    ended = [document for document in documents if document.status.ended]
    if len(ended) > MOST_RESULTS:
        return _too_large(f"An answer shows the results of at most {MOST_RESULTS} documents")
    said = _said(call, job, ended)
    if isinstance(said, Refusal):
        return said
    return Answer(200, wire.ResultsAnswer(extraction=wire.say_results(job, said)))


def _said(call: Call, job: Job, ended: Sequence[Document]) -> list[wire.DocumentResult] | Refusal:
    """Some of them at a time: a result takes many times its size in memory."""
    said: list[wire.DocumentResult] = []
    left, gone, readable = results.MOST_BYTES, 0, 0
    for start in range(0, len(ended), _AT_ONCE):
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            some = ended[start : start + _AT_ONCE]
            for document, result in zip(some, pool.map(lambda one: _result(call, job, one), some), strict=True):
                if isinstance(result, Refusal):
                    if result.kind is Kind.RESULT_TOO_LARGE:
                        return _too_large("The results are too large for an answer")
                    gone += 1
                    said.append(wire.say_result(job, document, None, result.message))
                else:
                    readable += result is not None
                    said.append(wire.say_result(job, document, result))
                left -= len(said[-1].model_dump_json().encode())
        if left < 0:
            return _too_large("The results are too large for an answer")
    if gone and not readable:
        return Refusal(Kind.RESULT_EXPIRED, "The results have passed their retention and are gone.")
    return said


def get_document(call: Call) -> Answer | Refusal:
    """Show one document with its data."""
    found = document_of(call)
    if isinstance(found, Refusal):
        return found
    job, document = found
    result = _result(call, job, document)
    if isinstance(result, Refusal):
        too_large = result.kind is Kind.RESULT_TOO_LARGE
        return _too_large("The result is too large for an answer") if too_large else result
    name = parser_names(call, [job]).get(job.extractor)
    file_id = document.source.file_id
    file = call.world.files.get(call.tenant.id, [file_id]).get(file_id) if file_id else None
    return Answer(200, wire.DocumentAnswer(document=wire.say_document(job, document, result, name, file)))


def export_extraction(call: Call) -> Answer | Refusal:
    """Export the data of an extraction's documents."""
    return _exported(call, None)


def export_document(call: Call) -> Answer | Refusal:
    """Export the data of one document."""
    found = document_of(call)
    return found if isinstance(found, Refusal) else _exported(call, found[1].id)


def _result(call: Call, job: Job, document: Document) -> dict[str, object] | Refusal | None:
    """None of a document that has not succeeded."""
    return results.result_of(call.world, job, document) if document.result else None


def _exported(call: Call, document_id: str | None) -> Answer | Refusal:
    asked = call.query_as(wire.ExportAsked)
    made = export(
        call.world,
        call.tenant,
        extraction_id(call),
        document_id,
        asked.file_format,
        table=asked.table,
        told=_told,
    )
    if isinstance(made, Refusal):
        return made
    if made.link is not None:
        return Answer(302, None, {"location": made.link})
    return Answer(200, made.body, {"content-type": made.media_type, "content-disposition": made.disposition})


def _told(document: Document) -> Exported:
    said = say_id(DOCUMENT, document.id)
    return Exported(document.source.name or said, said, wire.status_of_document(document), wire.error_of(document))


def _too_large(reason: str) -> Refusal:
    return Refusal(Kind.RESULT_TOO_LARGE, f"{reason}: export them.")


_ONE = "/v1/extractions/<extraction_id>"
_DOCUMENT = f"{_ONE}/documents/<document_id>"
_EXPORTED = {200: ", ".join(file_format.media_type for file_format in Format), 302: None}
ROUTES = (
    Route("GET", f"{_ONE}/results", get_results, says={200: wire.ResultsAnswer}),
    Route("GET", f"{_ONE}/export", export_extraction, query=wire.ExportAsked, says=_EXPORTED),
    Route("GET", _DOCUMENT, get_document, says={200: wire.DocumentAnswer}),
    Route("GET", f"{_DOCUMENT}/export", export_document, query=wire.ExportAsked, says=_EXPORTED),
)
