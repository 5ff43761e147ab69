"""TerrafAI's words: its requests, how it says a refusal and how it says a job. Its results: the module `content`.

Facts: the service's guides "Asynchronous Extraction" and "Synchronous Extraction", and the API reference of
extractFields; what they leave open is decided here and written down in docs/compatibility.md. Ids are plain UUIDs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from quire.domain.document import Document
from quire.domain.extractor import MOST_NAME_CHARACTERS
from quire.domain.job import Job, JobStatus
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.statuses import STATUS
from quire.http.times import say_time
from quire.reading.media import Accepted
from quire.service.config import Config
from quire.service.progress import progress

NAME = "terrafai"
RETRY_AFTER_MS = 5000
JOBS = "/api/v1/extraction-jobs"


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


def _absent(value: object) -> bool:
    return value is None


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a whole number")
    return value


# ---- requests --------------------------------------------------------------------------------------------------------

Delivery = Literal["poll", "webhook"]
Name = Annotated[str, Field(max_length=MOST_NAME_CHARACTERS)]


class CreateJob(Wire):
    """The fields of a form or of a JSON body, where `file` is base64 or a data URL. What is accepted without an effect
    stands in docs/compatibility.md."""

    model_config = ConfigDict(validate_by_name=False)

    file: str | None = Field(default=None, repr=False)
    filename: str | None = Field(default=None, max_length=512)
    template_name: Name | None = None
    filter_name: Name | None = None
    document_splitting: bool | None = None
    return_documents: bool | None = None
    return_text: bool | None = None
    document_review: Annotated[int, Field(ge=1, le=99), BeforeValidator(_no_boolean)] | None = None
    schema_chunking: Literal["auto", "combined"] | None = None
    password: str | None = Field(default=None, max_length=256, repr=False)
    delivery_mode: Delivery | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_names(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        if any(str(name) == "options" or str(name).startswith(("options.", "options[")) for name in said):
            raise PydanticCustomError("options_refused", "Options are fields of their own: options.* is not accepted")
        nested = said.get("delivery")
        alias = nested.get("mode") if isinstance(nested, dict) else said.get("delivery.mode")
        return said if alias is None else {"deliveryMode": alias, **said}


def to_config(base: Config, asked: CreateJob) -> Config:
    """What the template was saved with, changed by what the request says."""
    split = base.split if asked.document_splitting is None else (base.split or ()) if asked.document_splitting else None
    return replace(
        base,
        accepted=Accepted.PAPERS,
        password=asked.password or base.password,
        split=split,
        return_pdfs=bool(asked.return_documents),
        return_text=bool(asked.return_text),
        review_threshold=asked.document_review or base.review_threshold,
    )


# ---- how a job is said -----------------------------------------------------------------------------------------------

JobWord = Literal["queued", "processing", "review_required", "completed", "failed"]
_WORDS: Mapping[JobStatus, JobWord] = {
    JobStatus.PENDING: "queued",
    JobStatus.RUNNING: "processing",
    JobStatus.COMPLETED: "completed",
    JobStatus.PARTIALLY_FAILED: "completed",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "failed",
    JobStatus.EXPIRED: "failed",
}


class CreatedJob(Wire):
    id: str
    status: JobWord
    status_url: str
    retry_after_ms: int


class Created(Wire):
    success: Literal[True] = True
    job: CreatedJob


class JobError(Wire):
    message: str
    code: str


CANCELLED = JobError(message="The job was cancelled.", code="CANCELLED")


class _Job(Wire):
    id: str
    status: JobWord
    created_at: str
    updated_at: str


class QueuedJob(_Job):
    status: Literal["queued"] = "queued"
    retry_after_ms: int = RETRY_AFTER_MS


class ProcessingJob(_Job):
    status: Literal["processing"] = "processing"
    progress: int = Field(ge=0, le=100)
    retry_after_ms: int = RETRY_AFTER_MS


class HeldJob(_Job):
    """`review_threshold` 1..99 percent; `review_flagged_field_count` fields were less sure than that."""

    status: Literal["review_required"] = "review_required"
    retry_after_ms: int = RETRY_AFTER_MS
    result_available: Literal[False] = False
    review_required_at: str
    review_threshold: int
    review_flagged_field_count: int


class CompletedJob(_Job):
    status: Literal["completed"] = "completed"
    completed_at: str
    result_available: bool
    result_url: str


class FailedJob(_Job):
    status: Literal["failed"] = "failed"
    failed_at: str
    error: JobError


class Status(Wire):
    success: Literal[True] = True
    job: Annotated[QueuedJob | ProcessingJob | HeldJob | CompletedJob | FailedJob, Field(discriminator="status")]


def word_of(job: Job) -> JobWord:
    return "review_required" if job.counts.awaits_review else _WORDS[job.status]


def say_created(job: Job) -> CreatedJob:
    """As the job stands: a replayed request may find it ended, and then there is nothing to wait for."""
    wait = 0 if job.status.ended else RETRY_AFTER_MS
    return CreatedJob(id=job.id, status=word_of(job), status_url=f"{JOBS}/{job.id}", retry_after_ms=wait)


def say_status(job: Job, documents: Sequence[Document], now: int) -> Status:
    """`documents`: all of them, or of a long job some."""
    updated = max([job.created_at, job.ended_at or 0, *(document.updated_at for document in documents)])
    said: dict[str, Any] = {"id": job.id, "created_at": say_time(job.created_at), "updated_at": say_time(updated)}
    ended = say_time(job.ended_at or updated)
    match word_of(job):
        case "queued":
            return Status(job=QueuedJob(**said))
        case "processing":
            return Status(job=ProcessingJob(**said, progress=progress(job, documents)))
        case "review_required":
            return Status(job=HeldJob(**said, **_held(job, documents)))
        case "completed":
            url = f"{JOBS}/{job.id}/result"
            available = now < job.expires_at
            return Status(job=CompletedJob(**said, completed_at=ended, result_available=available, result_url=url))
        case _:
            return Status(job=FailedJob(**said, failed_at=ended, error=say_failure(job, documents)))


def _held(job: Job, documents: Sequence[Document]) -> dict[str, Any]:
    """Of all documents that wait: since when the first does, and their fields together."""
    reviews = [document.review for document in documents if document.review and not document.status.ended]
    return {
        "review_required_at": say_time(min((review.since for review in reviews), default=job.created_at)),
        "review_threshold": max((review.threshold for review in reviews), default=0),
        "review_flagged_field_count": sum(review.flagged for review in reviews),
    }


def say_failure(job: Job, documents: Sequence[Document]) -> JobError:
    """Why a job has no result: what its first failed document says."""
    refusals = [document.refusal for document in documents if document.refusal]
    if refusals:
        return JobError(message=refusals[0].message, code=code_of(refusals[0].kind))
    if job.status is JobStatus.CANCELLED:
        return CANCELLED
    return JobError(message="Document processing failed.", code="PROCESSING_ERROR")


# ---- how a refusal is said -------------------------------------------------------------------------------------------


class ErrorDetail(Wire):
    field: str
    message: str


class ErrorBody(Wire):
    """As the error of a failed job; `details` names the fields of a request that is not well shaped."""

    message: str
    code: str
    details: list[ErrorDetail] | None = Field(default=None, exclude_if=_absent)


class Refused(Wire):
    """`job`: what goes on, or has ended, behind a synchronous request."""

    success: Literal[False] = False
    error: ErrorBody
    job: CreatedJob | None = Field(default=None, exclude_if=_absent)


_CODES: Mapping[Kind, str] = {
    Kind.UNAUTHENTICATED: "UNAUTHORIZED",
    Kind.EXTRACTOR_NOT_FOUND: "TEMPLATE_NOT_FOUND",
    Kind.EXTRACTOR_NOT_CONFIGURED: "TEMPLATE_NOT_CONFIGURED",
    Kind.ENDPOINT_NOT_FOUND: "WEBHOOK_NOT_COVERED",
    Kind.IDEMPOTENCY_CONFLICT: "IDEMPOTENCY_KEY_REUSED",
    Kind.EXTRACTION_FAILED: "PROCESSING_ERROR",
}
"""Where a kind's own name, in capitals, is not the code."""
_STATUSES: Mapping[Kind, int] = {
    Kind.ENDPOINT_NOT_FOUND: 400,
    Kind.IDEMPOTENCY_CONFLICT: 422,  # 409 says: ask again
}
"""Where the documentation names, or leads to, another status than most contracts."""


_MESSAGES: Mapping[Kind, str] = {
    Kind.EXTRACTOR_NOT_FOUND: "There is no template or filter of this name.",
    Kind.EXTRACTOR_NOT_CONFIGURED: "The template has no fields yet.",
}


def in_our_words(refusal: Refusal) -> Refusal:
    """Where the house's word for a thing is not the contract's."""
    return replace(refusal, message=_MESSAGES.get(refusal.kind, refusal.message))


def code_of(kind: Kind) -> str:
    return _CODES.get(kind, kind.value.upper())


def say_refusal(refusal: Refusal, job: Job | None = None) -> Answer:
    """`{"success": false, "error": {"message", "code", "details"?}, "job"?}`."""
    errors: Any = refusal.details.get("errors", ())
    details = [ErrorDetail(field=_field(error["loc"]), message=error["msg"]) for error in errors]
    body = ErrorBody(message=refusal.message, code=code_of(refusal.kind), details=details or None)
    headers = {"allow": str(refusal.details["allow"])} if "allow" in refusal.details else {}
    status = _STATUSES.get(refusal.kind, STATUS[refusal.kind])
    return Answer(status, Refused(error=body, job=say_created(job) if job else None), headers)


def say_job_failed(error: JobError) -> Answer:
    """The result of a job that has none."""
    return Answer(409, Refused(error=ErrorBody(message=error.message, code="JOB_FAILED")))


def _field(loc: Sequence[object]) -> str:
    return ".".join(str(step) for step in loc[1:]) or str(loc[0])
