"""The synchronous routes: a batch of one, awaited; its result when it ends in time, else where to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.api_extract_page import contract
from functions.api_extract_page.batches import submission
from functions.api_extract_page.results import say_result
from quire.domain.document import Document
from quire.domain.file import File
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import MOST_FILE, MOST_FILE_BYTES, Call, Sent, one_file
from quire.http.ids import say_id
from quire.service import results, uploads
from quire.service.config import Config
from quire.service.schemas import check_schema
from quire.service.submit import submit
from quire.service.wait import wait

MOST_ANSWER_BYTES = 5 * 2**20
"""Lambda's answer holds 6 MB, with the escapes of its envelope."""
MOST_DEPTH = 5
"""Levels of a schema (extract.page, "Schema extraction")."""


def extract_url(call: Call) -> Answer | Refusal:
    """Text, tables and images of the document behind a URL."""
    asked = call.json(contract.ExtractUrl)
    return _chunks(call, uploads.announce_url(call.world, call.tenant, asked.url, None), asked)


def extract_file(call: Call) -> Answer | Refusal:
    """Text, tables and images of a document sent along."""
    asked, files = call.form(contract.ExtractFile)
    return _chunks(call, _received(call, one_file(files, "file")), asked)


def extract_schema_url(call: Call) -> Answer | Refusal:
    """The fields of a schema, from the document behind a URL."""
    asked = call.json(contract.SchemaUrl)
    refused = _check(asked.wanted, asked)
    return refused or _fields(call, uploads.announce_url(call.world, call.tenant, asked.url, None), asked, asked.wanted)


def extract_schema_file(call: Call) -> Answer | Refusal:
    """The fields of a schema, from a document sent along."""
    asked, files = call.form(contract.SchemaFile)
    refused = _check(asked.wanted, asked)
    return refused or _fields(call, _received(call, one_file(files, "file")), asked, asked.wanted)


def _received(call: Call, sent: Sent | Refusal) -> File | Refusal:
    if isinstance(sent, Refusal):
        return sent
    if len(sent.body) > MOST_FILE_BYTES:
        message = f"A file in the body has at most {MOST_FILE}: send it by POST /v1/files and /v1/batches."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    if not sent.body:
        return Refusal(Kind.UNSUPPORTED_INPUT, "The file is empty.")
    return uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type)


def _check(schema: Mapping[str, Any] | None, asked: contract.SchemaOptions) -> Refusal | None:
    if schema is not None:
        return check_schema(schema, "schema", most_depth=MOST_DEPTH)
    if asked.auto_schema:
        return None
    return invalid("body", "Give a `schema`, or `auto_schema`: true.", "missing", "schema")


def _chunks(call: Call, file: File | Refusal, asked: contract.ExtractFile) -> Answer | Refusal:
    ended = _awaited(call, file, contract.to_config(asked.engine, asked), asked.model_dump(mode="json"), None)
    if isinstance(ended, Refusal):
        return ended
    job, document = ended
    body = call.world.blobs.get(document.result) if document.result else b""
    return _too_large(job) if len(body) > MOST_ANSWER_BYTES else Answer(200, body)


def _fields(
    call: Call, file: File | Refusal, asked: contract.SchemaOptions, schema: Mapping[str, Any] | None
) -> Answer | Refusal:
    config = contract.to_schema_config(asked, infer=schema is None)
    ended = _awaited(call, file, config, asked.model_dump(mode="json"), schema)
    if isinstance(ended, Refusal):
        return ended
    job, document = ended
    result = results.result_of(call.world, job, document)
    if isinstance(result, Refusal):
        return _too_large(job) if result.kind is Kind.RESULT_TOO_LARGE else result
    return Answer(200, say_result(result))


def _awaited(
    call: Call,
    file: File | Refusal,
    config: Config,
    fields: Mapping[str, Any],
    schema: Mapping[str, Any] | None,
) -> tuple[Job, Document] | Refusal:
    """A document that has its result. A fetched file is told by its URL, a sent one by its bytes."""
    if isinstance(file, Refusal):
        return file
    said = {**fields, "file": file.sha256, "schema": schema}
    submitted = submit(call.world, call.tenant, submission(call, [file], config, said, schema))
    if isinstance(submitted, Refusal):
        return submitted
    document = wait(call.world, submitted.job, call.answer_by)
    where = _where(submitted.job)
    if document is None:
        message = "The document needs longer: it goes on, and its batch has the result."
        return Refusal(Kind.STILL_RUNNING, message, where)
    if document.refusal:
        return replace(document.refusal, details=where)
    if document.result is None:
        return Refusal(Kind.RESULT_NOT_READY, "The document was cancelled.", {"status": document.status.value, **where})
    return submitted.job, document


def _too_large(job: Job) -> Refusal:
    message = "The result is too large for this answer: its batch has it."
    return Refusal(Kind.RESULT_TOO_LARGE, message, _where(job))


def _where(job: Job) -> dict[str, str]:
    return {"batch_id": say_id("batch", job.id)}
