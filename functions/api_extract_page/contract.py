"""extract.page's words: its wire models, its ids, how it says a refusal and how it says a job.

Facts: the public guide "Batch" and API reference of extract.page; what they leave open is decided here and written down
in docs/compatibility.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Json, JsonValue

from quire.domain.cursor import MOST_CHARACTERS
from quire.domain.document import Document, DocumentStatus
from quire.domain.file import FileStatus
from quire.domain.job import Job, JobStatus
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.ids import say_id
from quire.http.json_text import check_bounds
from quire.http.statuses import STATUS
from quire.http.times import say_time
from quire.service.config import Config, Mode, from_options
from quire.service.uploads import Upload

NAME = "extract_page"


# ---- requests --------------------------------------------------------------------------------------------------------


class CreateFile(BaseModel):
    size_bytes: int = Field(ge=1, strict=True)
    filename: str | None = Field(default=None, max_length=512)
    content_type: str | None = Field(default=None, max_length=128)


class FileSource(BaseModel):
    type: Literal["files"]
    file_ids: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=10_000)


class Options(BaseModel):
    """`password` opens encrypted PDFs; it is never answered."""

    extract_text: bool = True
    extract_tables: bool = True
    extract_images: bool = False
    password: str | None = Field(default=None, max_length=256)


class CreateBatch(BaseModel):
    source: FileSource
    engine: Mode | None = None
    options: Options = Field(default_factory=Options)
    metadata: dict[str, JsonValue] | None = Field(default=None, max_length=64)


class ExtractFile(Options):
    """The fields of the multipart body beside `file`."""

    engine: Mode | None = None


Url = Annotated[str, Field(min_length=1, max_length=8192)]


class ExtractUrl(ExtractFile):
    url: Url


class SchemaOptions(BaseModel):
    """`strict` and `extract_images` are accepted: no value is ever given without words on a page, and those in pictures
    count. `password` opens encrypted PDFs; it is never answered."""

    strict: bool = True
    auto_schema: bool = False
    extract_images: bool = True
    engine: Mode | None = None
    password: str | None = Field(default=None, max_length=256)


def _bounded(text: str | None) -> str | None:
    if text is not None:
        check_bounds(text.encode())
    return text


class SchemaFile(SchemaOptions):
    """The fields of the multipart body beside `file`; `schema` as JSON."""

    wanted: Annotated[Json[dict[str, Any]] | None, BeforeValidator(_bounded)] = Field(default=None, alias="schema")


class SchemaUrl(SchemaOptions):
    """`schema`: a map of properties, or a JSON Schema."""

    url: Url
    wanted: dict[str, Any] | None = Field(default=None, alias="schema")


class Paging(BaseModel):
    cursor: str | None = Field(default=None, max_length=MOST_CHARACTERS)
    limit: int = Field(default=100, ge=1, le=500)


class ListBatches(BaseModel):
    status: JobStatus | None = None
    cursor: str | None = Field(default=None, max_length=256)
    limit: int = Field(default=50, ge=1, le=200)


# ---- answers ---------------------------------------------------------------------------------------------------------


class UploadTarget(BaseModel):
    method: Literal["PUT"] = "PUT"
    url: str
    expires_at: str


class FileResource(BaseModel):
    id: str
    object: Literal["file"] = "file"
    customer_id: str
    status: FileStatus
    filename: str | None
    content_type: str | None
    size_bytes: int | None
    sha256: str | None
    created_at: str
    expires_at: str
    upload: UploadTarget | None


class BatchCounts(BaseModel):
    pending: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


class ItemError(BaseModel):
    code: str
    message: str


class BatchItem(BaseModel):
    id: str
    object: Literal["batch_item"] = "batch_item"
    batch_id: str
    file_id: str | None
    position: int
    status: str
    attempts: int
    page_count: int | None
    updated_at: str
    started_at: str | None
    completed_at: str | None
    result_url: str | None
    error: ItemError | None


class BatchResource(BaseModel):
    id: str
    object: Literal["batch"] = "batch"
    status: str
    counts: BatchCounts
    total_items: int
    engine: str | None
    options: dict[str, Any]
    metadata: dict[str, Any] | None
    created_at: str
    expires_at: str
    started_at: str | None
    completed_at: str | None


class BatchPage(BatchResource):
    items: list[BatchItem]
    next_cursor: str | None


class BatchList(BaseModel):
    """The newest in front; a page may be short though `next_cursor` leads on."""

    object: Literal["list"] = "list"
    data: list[BatchResource]
    next_cursor: str | None


class ErrorBody(BaseModel):
    """404 and 409 are documented as `{"error": code, …}`; the others are said in the same way."""

    model_config = ConfigDict(extra="allow")

    error: str
    message: str


class InvalidPlace(BaseModel):
    loc: list[str | int]
    msg: str
    type: str


class Invalid(BaseModel):
    """FastAPI's HTTPValidationError."""

    detail: list[InvalidPlace]


# ---- how a file, a job, a document are said --------------------------------------------------------------------------


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else say_time(milliseconds)


def say_file(upload: Upload, now: int) -> FileResource:
    file = upload.file
    target = UploadTarget(url=upload.url, expires_at=say_time(upload.until)) if upload.url else None
    return FileResource(
        id=say_id("file", file.id),
        customer_id=file.tenant,
        status=file.status(now),
        filename=file.name,
        content_type=file.media_type,
        size_bytes=file.size,
        sha256=file.sha256,
        created_at=say_time(file.created_at),
        expires_at=say_time(file.expires_at),
        upload=target,
    )


def say_job(job: Job) -> BatchResource:
    counts = job.counts
    config = from_options(job.options)
    options = Options(extract_text=config.text, extract_tables=config.tables, extract_images=config.images)
    return BatchResource(
        id=say_id("batch", job.id),
        status=job.status.value,
        counts=BatchCounts(
            pending=counts.pending,
            running=counts.running + counts.review_required,
            succeeded=counts.succeeded,
            failed=counts.failed,
            cancelled=counts.cancelled,
        ),
        total_items=job.total,
        engine=config.mode.value,
        options=options.model_dump(exclude={"password"}),
        metadata=dict(job.metadata) if job.metadata is not None else None,
        created_at=say_time(job.created_at),
        expires_at=say_time(job.expires_at),
        started_at=_time(job.started_at),
        completed_at=_time(job.ended_at),
    )


_WORDS = {DocumentStatus.REVIEW_REQUIRED: "running"}
"""Where a status of ours is none of its own."""


def say_document(document: Document) -> BatchItem:
    batch, item = say_id("batch", document.job_id), say_id("item", document.id)
    refusal = document.refusal
    return BatchItem(
        id=item,
        batch_id=batch,
        file_id=say_id("file", document.source.file_id) if document.source.file_id else None,
        position=document.position,
        status=_WORDS.get(document.status, document.status.value),
        attempts=document.attempts,
        page_count=document.pages,
        updated_at=say_time(document.updated_at),
        started_at=_time(document.started_at),
        completed_at=_time(document.ended_at),
        result_url=f"/v1/batches/{batch}/items/{item}/result" if document.result else None,
        error=ItemError(code=_code(refusal.kind), message=refusal.message) if refusal else None,
    )


def to_config(engine: Mode | None, options: Options) -> Config:
    return Config(
        mode=engine or Mode.FAST,
        password=options.password,
        text=options.extract_text,
        tables=options.extract_tables,
        images=options.extract_images,
    )


def to_schema_config(asked: SchemaOptions, *, infer: bool) -> Config:
    return Config(mode=asked.engine or Mode.FAST, password=asked.password, infer=infer)


# ---- how a refusal is said -------------------------------------------------------------------------------------------

_CODES: Mapping[Kind, str] = {
    Kind.UNAUTHENTICATED: "invalid_api_key",
    Kind.JOB_NOT_FOUND: "batch_not_found",
    Kind.IDEMPOTENCY_CONFLICT: "idempotency_key_reused",
    Kind.BODY_TOO_LARGE: "document_too_large",
    Kind.PASSWORD_REQUIRED: "unsupported_input",
    Kind.UPLOAD_EXPIRED: "upload_missing",
}
"""Where a kind's own name is not the code."""


def _code(kind: Kind) -> str:
    return _CODES.get(kind, kind.value)


def say_refusal(refusal: Refusal) -> Answer:
    """422 in FastAPI's HTTPValidationError; everything else as `{"error": code, "message": …, …}`."""
    details = dict(refusal.details)
    if refusal.kind is Kind.INVALID_REQUEST:
        where = ["body", str(details["field"])] if "field" in details else ["body"]
        default = [{"loc": where, "msg": refusal.message, "type": "value_error"}]
        return Answer(422, Invalid.model_validate({"detail": details.get("errors", default)}))
    headers = {"allow": str(details.pop("allow"))} if "allow" in details else {}
    if "file_ids" in details:
        details["file_ids"] = list(details["file_ids"])  # type: ignore[call-overload]
    return Answer(
        STATUS[refusal.kind], ErrorBody(error=_code(refusal.kind), message=refusal.message, **details), headers
    )
