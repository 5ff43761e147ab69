"""Extract runs: submitted by one, awaited, by batch; read, listed, cancelled, deleted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.api_extend import run, told
from functions.api_extend.begin import CreateBatch, CreateRun, begin, check_metadata, saved, submitted
from functions.api_extend.contract import MOST_ANSWER_BYTES, Deleted, Listed, Paging, origin_of, unknown, with_id
from functions.api_extend.files import bring
from functions.api_extend.run import BatchRun, ExtractRun, Run, RunSummary, is_batch, is_package
from quire.domain.document import Document
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import plain_id, say_id
from quire.service.cancel import cancel
from quire.service.documents import list_documents
from quire.service.jobs import delete_job, find_job
from quire.service.wait import wait_for_all

PER_MINUTE = Rate(80)
"""Runs that a key may begin."""


# ---- models ----------------------------------------------------------------------------------------------------------


class RunsQuery(Paging):
    status: run.Status | None = None
    extractor_id: str | None = Field(default=None, max_length=64)
    batch_id: str | None = Field(default=None, max_length=64)
    source_id: str | None = Field(default=None, max_length=64)
    source: (
        Literal[
            "ADMIN",
            "BATCH_PROCESSOR_RUN",
            "PLAYGROUND",
            "WORKFLOW_CONFIGURATION",
            "WORKFLOW_RUN",
            "STUDIO",
            "API",
        ]
        | None
    ) = None
    file_name_contains: str | None = Field(default=None, max_length=512)
    sort_by: Literal["updatedAt", "createdAt"] = "createdAt"


# ---- submitted -------------------------------------------------------------------------------------------------------


def create_run(call: Call) -> Answer | Refusal:
    """Begin an extraction."""
    job = begin(call, call.json(CreateRun))
    return job if isinstance(job, Refusal) else _said(call, _run_id(job))


def extract(call: Call) -> Answer | Refusal:
    """Begin an extraction, and wait for it up to 25 seconds; then it goes on, and is answered as it stands."""
    job = begin(call, call.json(CreateRun))
    if isinstance(job, Refusal):
        return job
    wait_for_all(call.world, job, call.answer_by)
    return _said(call, _run_id(job))


def create_batch(call: Call) -> Answer | Refusal:
    """Begin an extraction of each of up to 1,000 files."""
    asked = call.json(CreateBatch)
    refused = next((refusal for one in asked.inputs if (refusal := check_metadata(one.metadata))), None)
    chosen = refused or saved(call, asked.extractor)
    if isinstance(chosen, Refusal):
        return chosen
    brought = bring(call, [one.file for one in asked.inputs])
    if isinstance(brought, Refusal):
        return brought
    job = submitted(call, asked, chosen, *brought, each_metadata=[one.metadata for one in asked.inputs], batch=True)
    return job if isinstance(job, Refusal) else Answer(200, run.say_batch(job))


# ---- read ------------------------------------------------------------------------------------------------------------


@with_id("exr")
def get_run(call: Call, run_id: str) -> Answer | Refusal:
    """An extract run, with its output once it is processed."""
    return _said(call, run_id)


@with_id("bpr")
def get_batch(call: Call, batch_id: str) -> Answer | Refusal:
    """A batch run."""
    job = find_job(call.world, call.tenant, batch_id)
    return unknown("bpr") if isinstance(job, Refusal) else Answer(200, run.say_batch(job))


def list_runs(call: Call) -> Answer | Refusal:
    """The extract runs, newest first."""
    asked = call.query_as(RunsQuery)
    batches = {plain_id("bpr", said) for said in (asked.batch_id, asked.source_id) if said is not None}
    extractor_id = plain_id("ex", asked.extractor_id) if asked.extractor_id is not None else None
    nobodys = None in batches or len(batches) > 1 or (asked.extractor_id is not None and extractor_id is None)
    if nobodys:
        return Answer(200, Listed[RunSummary](data=[], next_page_token=None))

    def wanted(job: Job, document: Document) -> bool:
        source = "BATCH_PROCESSOR_RUN" if is_batch(job) else "API"
        return (
            asked.source in (None, source)
            and asked.status in (None, run.status_of(job, document))
            and (extractor_id is None or job.extractor == extractor_id)
            and (not batches or is_batch(job))
            and (asked.file_name_contains or "") in (document.source.name or "")
        )

    page = list_documents(
        call.world,
        call.tenant,
        asked.max_page_size,
        asked.next_page_token,
        job_id=next(iter(batches), None),
        extractor=extractor_id,
        forward=asked.ascending,
        as_one=is_package,
        wanted=wanted,
    )
    if isinstance(page, Refusal):
        return page
    runs = [told.run_of(call.world, call.tenant, job, document) for job, document in page.documents]
    known = told.known(call.world, call.tenant, runs, origin_of(call))
    said = [run.say_summary(one, known) for one in runs]
    return Answer(200, Listed[RunSummary](data=said, next_page_token=page.next_cursor))


def _run_id(job: Job) -> str:
    """Of a job that is one run."""
    return job.id if is_package(job) else document_id(job.id, 0)


def _said(call: Call, run_id: str) -> Answer | Refusal:
    found = told.find_run(call.world, call.tenant, run_id)
    if isinstance(found, Refusal):
        return found
    body = told.say_whole(call.world, call.tenant, found, origin=origin_of(call))
    if isinstance(body, Refusal):
        return _too_large(found) if body.kind is Kind.RESULT_TOO_LARGE else body
    return _too_large(found) if len(body) > MOST_ANSWER_BYTES else Answer(200, body)


def _too_large(found: Run) -> Refusal:
    batch, item = say_id("batch", found.job.id), say_id("item", found.documents[0].id)
    message = f"The output is too large for an answer: GET /v1/batches/{batch}/items/{item}/result leads to it."
    return Refusal(Kind.RESULT_TOO_LARGE, message)


# ---- ended -----------------------------------------------------------------------------------------------------------


@with_id("exr")
def cancel_run(call: Call, run_id: str) -> Answer | Refusal:
    """Cancel a run that has not begun to be read; one that has goes on to its end."""
    found = _alone(call, run_id)
    if isinstance(found, Refusal):
        return found
    if found.status != "PROCESSING":
        message = f"Only a run that is PROCESSING can be cancelled: this one is {found.status}."
        return Refusal(Kind.INVALID_REQUEST, message)
    cancelled = cancel(call.world, call.tenant, found.job.id)
    return unknown("exr") if isinstance(cancelled, Refusal) else _said(call, run_id)


@with_id("exr")
def delete_run(call: Call, run_id: str) -> Answer | Refusal:
    """Delete a run with its output."""
    found = _alone(call, run_id)
    deleted = found if isinstance(found, Refusal) else delete_job(call.world, call.tenant, found.job.id)
    return deleted if isinstance(deleted, Refusal) else Answer(200, Deleted(id=say_id("exr", run_id)))


def _alone(call: Call, run_id: str) -> Run | Refusal:
    """A run that is a job of its own."""
    found = told.find_run(call.world, call.tenant, run_id)
    if not isinstance(found, Refusal) and is_batch(found.job) and found.job.total > 1:
        return Refusal(Kind.INVALID_REQUEST, "A run of a batch cannot be cancelled or deleted by itself.")
    return found


ROUTES = (
    Route("POST", "/extract", extract, PER_MINUTE, asks=CreateRun, says={200: ExtractRun}),
    Route("POST", "/extract_runs", create_run, PER_MINUTE, asks=CreateRun, says={200: ExtractRun}),
    Route("GET", "/extract_runs", list_runs, query=RunsQuery, says={200: Listed[RunSummary]}),
    Route("POST", "/extract_runs/batch", create_batch, PER_MINUTE, asks=CreateBatch, says={200: BatchRun}),
    Route("GET", "/extract_runs/<id>", get_run, says={200: ExtractRun}),
    Route("DELETE", "/extract_runs/<id>", delete_run, says={200: Deleted}),
    Route("POST", "/extract_runs/<id>/cancel", cancel_run, says={200: ExtractRun}),
    Route("GET", "/batch_runs/<id>", get_batch, says={200: BatchRun}),
)
