"""Jobs: submitted from the upload view, listed, watched, cancelled, deleted; those of all contracts alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from functions.api_console.contract import NAME, Page, Paging, known_id
from functions.api_console.wire import DocumentShown, JobShown, say_document, say_job
from quire.domain.fingerprint import fingerprint
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call, IdempotencyKey
from quire.http.edge import Route
from quire.http.ids import plain_uuid
from quire.reading.media import Accepted
from quire.service import cancel, changes, uploads
from quire.service import jobs as service
from quire.service.config import Config, Mode, to_options
from quire.service.resolve import resolve
from quire.service.schemas import check_schema
from quire.service.submit import Submission, submit

MOST_FILES = 1_000


class CreateJob(BaseModel):
    """Under a saved extractor, or a schema, or one to be inferred; with none of these the text is wanted."""

    file_ids: list[str] = Field(min_length=1, max_length=MOST_FILES)
    extractor_id: str | None = None
    json_schema: dict[str, Any] | None = None
    infer: bool = False
    mode: Mode | None = None
    review_threshold: int | None = Field(default=None, ge=1, le=99)


class JobPage(Page[DocumentShown]):
    """A job and some of its documents: all, then what changed since the cursor; null: nothing will change any more."""

    job: JobShown


class _Way(NamedTuple):
    """How a job is to be done."""

    extractor: str
    version: int | None
    schema: object
    options: Mapping[str, object]


def create_job(call: Call) -> Answer | Refusal:
    """Submit files; those whose bytes are still on their way are waited for."""
    asked = call.json(CreateJob)
    way = _way(call, asked)
    if isinstance(way, Refusal):
        return way
    unknown = [said for said in asked.file_ids if plain_uuid(said) is None]
    if unknown:
        return Refusal(Kind.FILE_NOT_FOUND, "There are no such files.", {"file_ids": unknown[:20]})
    sources = uploads.sources(call.world, call.tenant, list(dict.fromkeys(asked.file_ids)))
    if isinstance(sources, Refusal):
        return sources
    submission = Submission(
        contract=NAME,
        extractor=way.extractor,
        version=way.version,
        schema=way.schema,
        sources=sources,
        fingerprint=fingerprint(asked.model_dump(mode="json")),
        options=way.options,
        idempotency_key=call.idempotency_key(),
        api_key=call.key,
    )
    submitted = submit(call.world, call.tenant, submission)
    return submitted if isinstance(submitted, Refusal) else Answer(201, _say(call, submitted.job))


def list_jobs(call: Call) -> Answer | Refusal:
    """List the jobs, the newest first."""
    paging = call.query_as(Paging)
    page = service.list_jobs(call.world, call.tenant, paging.limit, paging.cursor)
    if isinstance(page, Refusal):
        return page
    names = extractor_names(call, page.jobs)
    return Answer(200, Page[JobShown](items=[say_job(job, names) for job in page.jobs], next_cursor=page.next_cursor))


def get_job(call: Call) -> Answer | Refusal:
    """Show a job and its documents, or what changed of them."""
    paging, job_id = call.query_as(Paging), _job_id(call)
    if isinstance(job_id, Refusal):
        return job_id
    listing = changes.list_changes(call.world, call.tenant, job_id, paging.cursor, paging.limit)
    if isinstance(listing, Refusal):
        return listing
    items = [say_document(listing.job, document) for document in listing.documents]
    return Answer(200, JobPage(job=_say(call, listing.job), items=items, next_cursor=listing.next_cursor))


def cancel_job(call: Call) -> Answer | Refusal:
    """Start no more documents of a job; those that run finish."""
    job_id = _job_id(call)
    job = job_id if isinstance(job_id, Refusal) else cancel.cancel(call.world, call.tenant, job_id)
    return job if isinstance(job, Refusal) else Answer(200, _say(call, job))


def delete_job(call: Call) -> Answer | Refusal:
    """Cancel a job, and remove its results."""
    job_id = _job_id(call)
    job = job_id if isinstance(job_id, Refusal) else service.delete_job(call.world, call.tenant, job_id)
    return job if isinstance(job, Refusal) else Answer(204)


def extractor_names(call: Call, jobs: Iterable[Job]) -> dict[str, str]:
    """By id, of the saved extractors of these jobs; those that were deleted have none."""
    wanted = sorted({job.extractor for job in jobs if job.version is not None})
    found = (call.world.extractors.get(call.tenant.id, extractor_id) for extractor_id in wanted)
    return {extractor.id: extractor.name for extractor in found if extractor}


def _way(call: Call, asked: CreateJob) -> _Way | Refusal:
    said = [asked.extractor_id is not None, asked.json_schema is not None, asked.infer]
    if sum(said) > 1:
        message = "Give one of `extractor_id`, `json_schema` and `infer`, not several."
        return invalid("body", message, "value_error", "extractor_id")
    mode = asked.mode or Mode.FAST
    if asked.extractor_id is not None:
        options = {"mode": asked.mode and asked.mode.value, "review_threshold": asked.review_threshold}
        override = {name: value for name, value in options.items() if value is not None}
        extractor_id = known_id(asked.extractor_id, Kind.EXTRACTOR_NOT_FOUND, "extractor")
        if isinstance(extractor_id, Refusal):
            return extractor_id
        found = resolve(call.world, call.tenant, extractor_id, override=override)
        if isinstance(found, Refusal):
            return found
        as_saved = {**found.config, "accepted": Accepted.EVERYTHING.value}
        return _Way(found.extractor.id, found.version.number, found.schema, as_saved)
    if asked.json_schema is not None and (refused := check_schema(asked.json_schema, "json_schema")):
        return refused
    fields = asked.infer or asked.json_schema is not None
    threshold = asked.review_threshold if fields else None
    config = to_options(Config(mode=mode, accepted=Accepted.EVERYTHING, infer=asked.infer, review_threshold=threshold))
    return _Way("schema" if fields else "text", None, asked.json_schema, config)


def _job_id(call: Call) -> str | Refusal:
    return known_id(call.path["job_id"], Kind.JOB_NOT_FOUND, "job")


def _say(call: Call, job: Job) -> JobShown:
    return say_job(job, extractor_names(call, [job]))


_JOB = "/console/api/jobs/<job_id>"
ROUTES = (
    Route("POST", "/console/api/jobs", create_job, asks=CreateJob, headers=IdempotencyKey, says={201: JobShown}),
    Route("GET", "/console/api/jobs", list_jobs, query=Paging, says={200: Page[JobShown]}),
    Route("GET", _JOB, get_job, query=Paging, says={200: JobPage}),
    Route("POST", f"{_JOB}/cancel", cancel_job, says={200: JobShown}),
    Route("DELETE", _JOB, delete_job, says={204: None}),
)
