"""extract.page's routes: /v1/files, /v1/batches, /v1/extract/file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.api_extract_page import contract
from functions.api_extract_page.contract import plain_id, say_id
from quire.adapters.aws import Aws
from quire.domain.file import File
from quire.domain.fingerprint import fingerprint
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import MOST_FILE_BYTES, Call, invalid, one_file
from quire.http.edge import Route
from quire.http.telemetry import log
from quire.service import cancel, changes, results, uploads
from quire.service.config import Config, to_options
from quire.service.submit import Submission, submit
from quire.service.wait import wait

MOST_ANSWER_BYTES = 5 * 2**20
"""Lambda's answer holds 6 MB, with the escapes of its envelope."""


def create_file(call: Call) -> Answer | Refusal:
    asked = call.json(contract.CreateFile)
    upload = uploads.announce(call.world, call.tenant, asked.size_bytes, asked.filename, asked.content_type)
    return upload if isinstance(upload, Refusal) else Answer(200, contract.say_file(upload, call.world.clock()))


def get_file(call: Call) -> Answer | Refusal:
    file_id = plain_id("file", call.path["file_id"])
    if file_id is None:
        return _unknown_files([call.path["file_id"]])
    upload = uploads.look(call.world, call.tenant, file_id)
    if isinstance(upload, Refusal):
        return _in_our_ids(upload)
    return Answer(200, contract.say_file(upload, call.world.clock()))


def create_batch(call: Call) -> Answer | Refusal:
    asked = call.json(contract.CreateBatch)
    said = asked.source.file_ids
    (often, times), *_ = Counter(said).most_common(1)
    if times > 1:
        return invalid("body", f"{often} is named {times} times.", "duplicate_file_id", "source", "file_ids")
    plain = [plain_id("file", file_id) for file_id in said]
    foreign = [file_id for file_id, ours in zip(said, plain, strict=True) if ours is None]
    if foreign:
        return _unknown_files(foreign)
    files = uploads.uploaded(call.world, call.tenant, [file_id for file_id in plain if file_id])
    if isinstance(files, Refusal):
        return _in_our_ids(files)
    config = contract.to_config(asked.engine, asked.options)
    submission = _submission(call, files, config, asked.model_dump(mode="json"))
    submitted = submit(call.world, call.tenant, replace(submission, metadata=asked.metadata))
    return submitted if isinstance(submitted, Refusal) else Answer(200, contract.say_job(submitted.job))


def get_batch(call: Call) -> Answer | Refusal:
    paging = call.query_as(contract.Paging)
    job_id = plain_id("batch", call.path["batch_id"])
    if job_id is None:
        return _no_batch()
    listing = changes.list_changes(call.world, call.tenant, job_id, paging.cursor, paging.limit)
    if isinstance(listing, Refusal):
        return listing
    items = [contract.say_document(document) for document in listing.documents]
    page = contract.BatchPage(
        **contract.say_job(listing.job).model_dump(), items=items, next_cursor=listing.next_cursor
    )
    return Answer(200, page)


def cancel_batch(call: Call) -> Answer | Refusal:
    job_id = plain_id("batch", call.path["batch_id"])
    job = cancel.cancel(call.world, call.tenant, job_id) if job_id else _no_batch()
    return job if isinstance(job, Refusal) else Answer(200, contract.say_job(job))


def get_result(call: Call) -> Answer | Refusal:
    job_id, document_id = plain_id("batch", call.path["batch_id"]), plain_id("item", call.path["item_id"])
    if job_id is None or document_id is None:
        return Refusal(Kind.NOT_FOUND, "There is no such item.")
    link = results.result_link(call.world, call.tenant, job_id, document_id)
    return link if isinstance(link, Refusal) else Answer(302, None, {"location": link})


def extract_file(call: Call) -> Answer | Refusal:
    """The same job, awaited: its result when it ends in time, else where to find it."""
    options, files = call.form(contract.ExtractFile)
    sent = one_file(files, "file")
    if isinstance(sent, Refusal):
        return sent
    if len(sent.body) > MOST_FILE_BYTES:
        message = f"A file in the body has at most {MOST_FILE_BYTES} bytes: send it by POST /v1/files and /v1/batches."
        return Refusal(Kind.BODY_TOO_LARGE, message)
    if not sent.body:
        return Refusal(Kind.UNSUPPORTED_INPUT, "The file is empty.")
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type)
    config = contract.to_config(options.engine, options)
    fields = {**options.model_dump(mode="json"), "file": file.sha256}
    submitted = submit(call.world, call.tenant, _submission(call, [file], config, fields))
    if isinstance(submitted, Refusal):
        return submitted
    document = wait(call.world, submitted.job)
    where = {"batch_id": say_id("batch", submitted.job.id)}
    if document is None:
        message = "The document needs longer: it goes on, and its batch has the result."
        return Refusal(Kind.STILL_RUNNING, message, where)
    if document.refusal:
        return replace(document.refusal, details=where)
    if document.result is None:
        return Refusal(Kind.RESULT_NOT_READY, "The document was cancelled.", {"status": document.status.value, **where})
    body = call.world.blobs.get(document.result)
    if len(body) > MOST_ANSWER_BYTES:
        return Refusal(Kind.RESULT_TOO_LARGE, "The result is too large for this answer: its batch has it.", where)
    return Answer(200, body)


def _submission(call: Call, files: list[File], config: Config, fields: Mapping[str, Any]) -> Submission:
    return Submission(
        contract=contract.NAME,
        extractor="text",
        sources=[file.source for file in files],
        fingerprint=fingerprint(fields),
        options=to_options(config),
        idempotency_key=call.idempotency_key(),
        api_key=call.key,
    )


def _unknown_files(said: list[str]) -> Refusal:
    return Refusal(Kind.FILE_NOT_FOUND, "There are no such files.", {"file_ids": said[:100]})


def _in_our_ids(refusal: Refusal) -> Refusal:
    named: Any = refusal.details.get("file_ids", [])
    return replace(refusal, details={"file_ids": [say_id("file", file_id) for file_id in named]}) if named else refusal


def _no_batch() -> Refusal:
    return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")


PER_MINUTE = Rate(60)


class ExtractPage:
    """`quire.http.edge.Contract`."""

    name = contract.NAME
    rate = None
    routes = (
        Route("POST", "/v1/files", create_file, PER_MINUTE),
        Route("GET", "/v1/files/<file_id>", get_file),
        Route("POST", "/v1/batches", create_batch, PER_MINUTE),
        Route("GET", "/v1/batches/<batch_id>", get_batch),
        Route("POST", "/v1/batches/<batch_id>/cancel", cancel_batch),
        Route("GET", "/v1/batches/<batch_id>/items/<item_id>/result", get_result),
        Route("POST", "/v1/extract/file", extract_file),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        return headers.get("x-api-key")

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


EXTRACT_PAGE = ExtractPage()
world = Aws(log)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(EXTRACT_PAGE, world, event)
