"""Batches: submitted, polled, cancelled, and the results of their items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from functions.api_extract_page import contract
from functions.api_extract_page.files import in_our_ids, unknown_files
from functions.api_extract_page.results import say_result
from quire.domain.extractor import compact
from quire.domain.file import File
from quire.domain.fingerprint import fingerprint
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.ids import plain_id
from quire.service import cancel, changes, jobs, results, uploads
from quire.service.config import Config, from_options, to_options
from quire.service.submit import Submission, submit

MOST_METADATA_BYTES = 10_000
"""It lies in the job's row, which is written anew with each document that starts or ends."""


def create_batch(call: Call) -> Answer | Refusal:
    """Submit uploaded files as one batch."""
    asked = call.json(contract.CreateBatch)
    said = asked.source.file_ids
    if asked.metadata is not None and len(compact(asked.metadata).encode(errors="replace")) > MOST_METADATA_BYTES:
        return invalid("body", f"At most {MOST_METADATA_BYTES} bytes of metadata.", "too_long", "metadata")
    (often, times), *_ = Counter(said).most_common(1)
    if times > 1:
        return invalid("body", f"{often} is named {times} times.", "duplicate_file_id", "source", "file_ids")
    plain = [plain_id("file", file_id) for file_id in said]
    foreign = [file_id for file_id, ours in zip(said, plain, strict=True) if ours is None]
    if foreign:
        return unknown_files(foreign)
    files = uploads.uploaded(call.world, call.tenant, [file_id for file_id in plain if file_id])
    if isinstance(files, Refusal):
        return in_our_ids(files)
    config = contract.to_config(asked.engine, asked.options)
    asked_for = submission(call, files, config, asked.model_dump(mode="json"))
    submitted = submit(call.world, call.tenant, replace(asked_for, metadata=asked.metadata))
    return submitted if isinstance(submitted, Refusal) else Answer(200, contract.say_job(submitted.job))


def list_batches(call: Call) -> Answer | Refusal:
    """List batches, the newest in front."""
    asked = call.query_as(contract.ListBatches)
    page = jobs.list_jobs(
        call.world,
        call.tenant,
        asked.limit,
        asked.cursor,
        wanted=lambda job: asked.status in (None, job.status),
    )
    if isinstance(page, Refusal):
        return page
    data = [contract.say_job(job) for job in page.jobs]
    return Answer(200, contract.BatchList(data=data, next_cursor=page.next_cursor))


def get_batch(call: Call) -> Answer | Refusal:
    """A batch and a page of its items, those that changed first in front."""
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
    """Cancel the items that are pending; those that run finish."""
    job_id = plain_id("batch", call.path["batch_id"])
    job = cancel.cancel(call.world, call.tenant, job_id) if job_id else _no_batch()
    return job if isinstance(job, Refusal) else Answer(200, contract.say_job(job))


def get_result(call: Call) -> Answer | Refusal:
    """An item's result: a redirect to its chunks, or the values of its schema themselves."""
    job_id, document_id = plain_id("batch", call.path["batch_id"]), plain_id("item", call.path["item_id"])
    found = results.find(call.world, call.tenant, document_id) if job_id and document_id else None
    if found is None or isinstance(found, Refusal) or found[0].id != job_id:
        return Refusal(Kind.NOT_FOUND, "There is no such item.")
    job, document = found
    if from_options(job.options).chunks:
        link = results.result_link(call.world, call.tenant, job.id, document.id)
        return link if isinstance(link, Refusal) else Answer(302, None, {"location": link})
    result = results.result_of(call.world, job, document)
    return result if isinstance(result, Refusal) else Answer(200, say_result(result))


def submission(
    call: Call, files: Sequence[File], config: Config, fields: Mapping[str, Any], schema: object = None
) -> Submission:
    """What this contract submits; `fields` are the request's, for telling a retry."""
    return Submission(
        contract=contract.NAME,
        extractor="text" if schema is None and config.chunks else "schema",
        sources=[file.source for file in files],
        fingerprint=fingerprint(fields),
        options=to_options(config),
        schema=schema,
        idempotency_key=call.idempotency_key(),
        api_key=call.key,
    )


def _no_batch() -> Refusal:
    return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")
