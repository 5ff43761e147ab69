"""LlamaCloud's routes: files by three ways, and extraction v2 with a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from functions.api_llamacloud import contract
from functions.api_llamacloud.contract import plain_id
from quire.adapters.aws import Aws
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import document_id
from quire.domain.refusal import Kind, Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import MOST_FILE_BYTES, Call, invalid, one_file
from quire.http.edge import Route
from quire.http.telemetry import log
from quire.service import cancel, results, uploads
from quire.service.config import to_options
from quire.service.schemas import check_schema
from quire.service.submit import Submission, submit

MOST_ANSWER_BYTES = 4 * 2**20
"""Lambda's answer holds 6 MB; the metadata repeats the shape of the data."""


def receive_file(field: str) -> Callable[[Call], Answer | Refusal]:
    """A multipart upload whose file comes under `field`."""

    def receive(call: Call) -> Answer | Refusal:
        form, files = call.form(contract.FileForm)
        sent = one_file(files, field)
        if isinstance(sent, Refusal):
            return sent
        if len(sent.body) > MOST_FILE_BYTES:
            message = f"A file in the body has at most {MOST_FILE_BYTES} bytes: PUT /api/v1/files gives an upload URL."
            return Refusal(Kind.BODY_TOO_LARGE, message)
        if not sent.body:
            return invalid("body", "The file is empty.", "value_error", field)
        file = uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type)
        return Answer(200, contract.say_file(file, form))

    return receive


def announce_file(call: Call) -> Answer | Refusal:
    asked = call.json(contract.FileAnnounced)
    upload = uploads.announce(call.world, call.tenant, asked.file_size, asked.name, None)
    return upload if isinstance(upload, Refusal) else Answer(200, contract.say_upload(upload))


def get_file(call: Call) -> Answer | Refusal:
    file_id = plain_id(call.path["file_id"])
    upload = uploads.look(call.world, call.tenant, file_id) if file_id else _no_file()
    return upload if isinstance(upload, Refusal) else Answer(200, contract.say_file(upload.file))


def create_extract(call: Call) -> Answer | Refusal:
    asked = call.json(contract.CreateExtract)
    schema = asked.configuration.data_schema
    refused = check_schema(schema, "configuration", "data_schema")
    if refused:
        return refused
    file_id = plain_id(asked.file_input)
    files = uploads.uploaded(call.world, call.tenant, [file_id]) if file_id else _no_file()
    if isinstance(files, Refusal):
        return files
    (file,) = files
    submission = Submission(
        contract=contract.NAME,
        extractor="schema",
        sources=[file.source],
        fingerprint=fingerprint(asked.model_dump(mode="json")),
        options=to_options(contract.to_config(asked.configuration)),
        schema=schema,
        idempotency_key=call.idempotency_key(),
        api_key=call.key,
    )
    submitted = submit(call.world, call.tenant, submission)
    return submitted if isinstance(submitted, Refusal) else _said(call, submitted.job.id)


def get_extract(call: Call) -> Answer | Refusal:
    job_id = plain_id(call.path["job_id"])
    return _said(call, job_id) if job_id else _no_job()


def cancel_extract(call: Call) -> Answer | Refusal:
    job_id = plain_id(call.path["job_id"])
    job = cancel.cancel(call.world, call.tenant, job_id) if job_id else _no_job()
    return job if isinstance(job, Refusal) else _said(call, job.id)


def _said(call: Call, job_id: str) -> Answer | Refusal:
    found = results.find(call.world, call.tenant, document_id(job_id, 0))
    if isinstance(found, Refusal):
        return found if found.kind is not Kind.NOT_FOUND else _no_job()
    job, document = found
    if job.contract != contract.NAME:
        return _no_job()
    result: dict[str, Any] | None = None
    if document.result and document.ended_at is not None:
        if call.world.clock() >= document.ended_at + job.retention_ms:
            return Refusal(Kind.RESULT_EXPIRED, "The result has passed its retention and is gone.")
        body = call.world.blobs.get(document.result)
        if len(body) > MOST_ANSWER_BYTES:
            return Refusal(Kind.RESULT_TOO_LARGE, "The result is too large for an answer.")
        result = json.loads(body)
    return Answer(200, contract.say_job(job, document, result))


def _no_file() -> Refusal:
    return Refusal(Kind.FILE_NOT_FOUND, "There is no such file.")


def _no_job() -> Refusal:
    return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")


class LlamaCloud:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = None
    routes = (
        Route("POST", "/api/v1/beta/files", receive_file("file")),
        Route("POST", "/api/v1/files", receive_file("upload_file")),
        Route("PUT", "/api/v1/files", announce_file),
        Route("GET", "/api/v1/files/<file_id>", get_file),
        Route("POST", "/api/v2/extract", create_extract),
        Route("GET", "/api/v2/extract/<job_id>", get_extract),
        Route("POST", "/api/v2/extract/<job_id>/cancel", cancel_extract),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


LLAMACLOUD = LlamaCloud()
world = Aws(log)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(LLAMACLOUD, world, event)
