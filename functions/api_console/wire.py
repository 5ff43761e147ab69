"""Jobs and documents as the console shows them. Times are RFC 3339 in UTC."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from functions.api_console.contract import time_or_none
from quire.domain.document import Document, DocumentStatus
from quire.domain.job import Job
from quire.domain.refusal import Refusal
from quire.http.times import say_time
from quire.service.config import Mode, from_options
from quire.service.progress import stage


class Saved(BaseModel):
    """The extractor of a job: `name` is null when it was deleted since."""

    id: str
    name: str | None


class CountsOfJob(BaseModel):
    pending: int
    running: int
    review_required: int
    succeeded: int
    failed: int
    cancelled: int


class JobShown(BaseModel):
    """`contract` is the one that submitted it; `pages` were charged so far, a credit each."""

    id: str
    contract: str
    extractor: Saved | None
    mode: Mode
    status: str
    counts: CountsOfJob
    documents: int
    pages: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    expires_at: str


class Failure(BaseModel):
    """Why a document has no result: the refusal's kind, and what to do."""

    code: str
    message: str


class DocumentShown(BaseModel):
    """`position` counts from 0 within the job, `progress` is percent."""

    id: str
    job_id: str
    position: int
    name: str | None
    status: str
    pages: int | None
    progress: int
    refusal: Failure | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    expires_at: str


def say_job(job: Job, names: Mapping[str, str]) -> JobShown:
    """`names` of saved extractors by id; a built-in way has none."""
    counts = {name: getattr(job.counts, name) for name in CountsOfJob.model_fields}
    saved = job.version is not None
    return JobShown(
        id=job.id,
        contract=job.contract,
        extractor=Saved(id=job.extractor, name=names.get(job.extractor)) if saved else None,
        mode=from_options(job.options).mode,
        status=job.status.value,
        counts=CountsOfJob(**counts),
        documents=job.total,
        pages=job.pages,
        created_at=say_time(job.created_at),
        started_at=time_or_none(job.started_at),
        ended_at=time_or_none(job.ended_at),
        expires_at=say_time(job.expires_at),
    )


def say_document(job: Job, document: Document) -> DocumentShown:
    ended_at = document.ended_at
    return DocumentShown(
        id=document.id,
        job_id=job.id,
        position=document.position,
        name=document.source.name,
        status=document.status.value,
        pages=document.pages,
        progress=_progress(document),
        refusal=say_failure(document.refusal),
        created_at=say_time(document.created_at),
        started_at=time_or_none(document.started_at),
        ended_at=time_or_none(ended_at),
        expires_at=say_time(document.source.expires_at if ended_at is None else ended_at + job.retention_ms),
    )


def say_failure(refusal: Refusal | None) -> Failure | None:
    return None if refusal is None else Failure(code=refusal.kind.value, message=refusal.message)


def _progress(document: Document) -> int:
    if document.status.ended or document.status is DocumentStatus.REVIEW_REQUIRED:
        return 100
    return int(100 * stage(document)) if document.status is DocumentStatus.RUNNING else 0
