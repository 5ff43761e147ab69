"""Extractions on the wire: jobs, with their documents."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from functions.api_perfectparser.contract import DOCUMENT, EXTRACTION, PARSER, Pagination
from quire.domain.document import Document, DocumentStatus
from quire.domain.file import File
from quire.domain.job import Job, JobStatus
from quire.export import Format
from quire.http.ids import say_id
from quire.http.times import say_time
from quire.service.config import from_options

MOST_FILES = 50

Status = Literal["queued", "processing", "completed", "failed", "partial"]
_JOBS: Mapping[JobStatus, Status] = {
    JobStatus.PENDING: "queued",
    JobStatus.RUNNING: "processing",
    JobStatus.COMPLETED: "completed",
    JobStatus.PARTIALLY_FAILED: "partial",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "failed",
    JobStatus.EXPIRED: "failed",
}
_DOCUMENTS: Mapping[DocumentStatus, Status] = {
    DocumentStatus.PENDING: "queued",
    DocumentStatus.SUCCEEDED: "completed",
    DocumentStatus.FAILED: "failed",
    DocumentStatus.CANCELLED: "failed",
}
"""Whatever else there is on the way is `processing`."""
_FORMATS = {"json": Format.JSON, "csv": Format.CSV, "excel": Format.XLSX, "xlsx": Format.XLSX}


class SubmitForm(BaseModel):
    """The fields beside `files`."""

    parser_id: str = Field(min_length=1, max_length=64)


class SubmitHeaders(BaseModel):
    idempotency_key: str | None = Field(default=None, alias="Idempotency-Key", min_length=1, max_length=255)


class Filter(BaseModel):
    """`pending` asks for the same as `queued`, which alone is answered; `since` is taken for UTC where it names no
    zone."""

    parser_id: str | None = Field(default=None, max_length=64)
    status: Literal["queued", "pending", "processing", "completed", "failed", "partial"] | None = None
    since: datetime | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=256)

    @field_validator("since", mode="before")
    @classmethod
    def _iso_8601(cls, text: str) -> datetime:
        said = datetime.fromisoformat(text)
        return said if said.tzinfo else said.replace(tzinfo=UTC)


class ExportAsked(BaseModel):
    """`table`: of CSV, an array of the parser's with a row for each of its elements."""

    format: Literal["json", "csv", "excel", "xlsx"] = "json"
    table: str | None = Field(default=None, max_length=500)

    @property
    def file_format(self) -> Format:
        return _FORMATS[self.format]


# ---- answers ---------------------------------------------------------------------------------------------------------


class DocumentSubmitted(BaseModel):
    document_id: str
    filename: str | None
    page_count: int | None
    credits_used: int
    status: Status


class DocumentSaid(DocumentSubmitted):
    error_message: str | None
    created_at: str
    updated_at: str


class DocumentResult(DocumentSaid):
    """`confidence` is 0..1, the mean over the values found."""

    confidence: float | None
    processing_time_ms: int | None
    extracted_data: dict[str, Any] | None


class DocumentDetail(DocumentResult):
    """`file_size` in bytes."""

    extraction_id: str
    parser_id: str | None
    parser_name: str | None
    file_type: str | None
    file_size: int


class Summary(BaseModel):
    total: int
    completed: int
    failed: int
    processing: int


class ExtractionHead(BaseModel):
    extraction_id: str
    parser_id: str | None
    status: Status
    file_count: int
    page_count: int
    credits_used: int


class ExtractionSubmitted(ExtractionHead):
    credits_remaining: int
    documents: list[DocumentSubmitted]


class ExtractionListed(ExtractionHead):
    parser_name: str | None
    created_at: str
    updated_at: str
    completed_at: str | None
    document_summary: Summary


class ExtractionStatus(ExtractionListed):
    documents: list[DocumentSaid]


class ExtractionResults(ExtractionHead):
    created_at: str
    completed_at: str | None
    documents: list[DocumentResult]


class SubmitAnswer(BaseModel):
    extraction: ExtractionSubmitted


class StatusAnswer(BaseModel):
    extraction: ExtractionStatus


class ResultsAnswer(BaseModel):
    extraction: ExtractionResults


class DocumentAnswer(BaseModel):
    document: DocumentDetail


class ExtractionList(BaseModel):
    extractions: list[ExtractionListed]
    pagination: Pagination


# ---- how a job is said -----------------------------------------------------------------------------------------------


def parser_of(job: Job) -> str | None:
    """The id of the saved extractor that it runs under, if any."""
    return job.extractor if job.version is not None else None


def status_of(job: Job) -> Status:
    return _JOBS[job.status]


def updated_at(job: Job) -> int:
    """As its header tells: when it last began or ended something as a whole."""
    return max(filter(None, (job.created_at, job.started_at, job.cancelled_at, job.ended_at)))


def asked_for(job: Job, wanted: Filter) -> bool:
    """Whether a list holds it. What has not ended may have changed a moment ago."""
    status = "queued" if wanted.status == "pending" else wanted.status
    if status is not None and status != status_of(job):
        return False
    if wanted.since is None or not job.status.ended:
        return True
    return updated_at(job) > wanted.since.timestamp() * 1000


def say_head(job: Job) -> dict[str, Any]:
    """`ExtractionHead`. Pages are those counted at submit, else those charged so far; credits are held until the
    extraction ends, then charged."""
    pages = job.pages if job.counted is None else sum(job.counted)
    parser = parser_of(job)
    return {
        "extraction_id": say_id(EXTRACTION, job.id),
        "parser_id": say_id(PARSER, parser) if parser else None,
        "status": status_of(job),
        "file_count": job.total,
        "page_count": pages,
        "credits_used": job.pages if job.status.ended else pages,
    }


def say_listed(job: Job, parser_name: str | None) -> ExtractionListed:
    counts = job.counts
    summary = Summary(
        total=job.total,
        completed=counts.succeeded,
        failed=counts.failed + counts.cancelled,
        processing=counts.remaining,
    )
    return ExtractionListed(
        **say_head(job),
        parser_name=parser_name,
        created_at=say_time(job.created_at),
        updated_at=say_time(updated_at(job)),
        completed_at=say_time(job.ended_at) if job.ended_at else None,
        document_summary=summary,
    )


def say_status(job: Job, documents: Sequence[Document], parser_name: str | None) -> ExtractionStatus:
    listed = say_listed(job, parser_name).model_dump()
    last = max([updated_at(job), *(document.updated_at for document in documents)])
    return ExtractionStatus(**{**listed, "updated_at": say_time(last)}, documents=say_documents(job, documents))


def say_documents(job: Job, documents: Sequence[Document]) -> list[DocumentSaid]:
    return [DocumentSaid(**_said(job, document)) for document in documents]


def say_submitted(job: Job, documents: Sequence[Document], credits: int) -> ExtractionSubmitted:
    said = [DocumentSubmitted(**_submitted(job, document)) for document in documents]
    return ExtractionSubmitted(**say_head(job), credits_remaining=credits, documents=said)


def say_results(job: Job, documents: Sequence[DocumentResult]) -> ExtractionResults:
    return ExtractionResults(
        **say_head(job),
        created_at=say_time(job.created_at),
        completed_at=say_time(job.ended_at) if job.ended_at else None,
        documents=list(documents),
    )


# ---- how a document is said ------------------------------------------------------------------------------------------


def status_of_document(document: Document) -> Status:
    return _DOCUMENTS.get(document.status, "processing")


def error_of(document: Document) -> str | None:
    if document.status is DocumentStatus.CANCELLED:
        return "The document was cancelled."
    return document.refusal.message if document.refusal else None


def say_result(
    job: Job, document: Document, result: Mapping[str, Any] | None, error: str | None = None
) -> DocumentResult:
    """`result` as `quire.service.written` writes it; `error` is why a document that succeeded has none."""
    said = _said(job, document)
    took = None
    if document.started_at is not None and document.ended_at is not None:
        took = document.ended_at - document.started_at
    return DocumentResult(
        **{**said, "error_message": error or said["error_message"]},
        confidence=_confidence(result) if result else None,
        processing_time_ms=took,
        extracted_data=_data(job, result) if result else None,
    )


def say_document(
    job: Job, document: Document, result: Mapping[str, Any] | None, parser_name: str | None, file: File | None
) -> DocumentDetail:
    """`file`: where its bytes came as one."""
    head, source = say_head(job), document.source
    guessed, _ = mimetypes.guess_type(source.name or "")
    return DocumentDetail(
        **say_result(job, document, result).model_dump(),
        extraction_id=head["extraction_id"],
        parser_id=head["parser_id"],
        parser_name=parser_name,
        file_type=(file.media_type if file else None) or guessed,
        file_size=source.size,
    )


def _submitted(job: Job, document: Document) -> dict[str, Any]:
    counted = job.counted[document.position] if job.counted is not None else None
    charged = document.pages or 0 if document.status is DocumentStatus.SUCCEEDED else 0
    return {
        "document_id": say_id(DOCUMENT, document.id),
        "filename": document.source.name,
        "page_count": counted if document.pages is None else document.pages,
        "credits_used": charged if document.status.ended else document.reserved,
        "status": status_of_document(document),
    }


def _said(job: Job, document: Document) -> dict[str, Any]:
    return {
        **_submitted(job, document),
        "error_message": error_of(document),
        "created_at": say_time(document.created_at),
        "updated_at": say_time(document.updated_at),
    }


def _data(job: Job, result: Mapping[str, Any]) -> dict[str, Any]:
    """An object: of a document in several parts, each beside the pages that it is of."""
    if "parts" not in result:
        return {"chunks": result["chunks"]}
    parts = result["parts"]
    if from_options(job.options).whole:
        data: dict[str, Any] = parts[0]["data"]
        return data
    return {"results": [{"name": part["name"], "pages": part["pages"], "data": part["data"]} for part in parts]}


def _confidence(result: Mapping[str, Any]) -> float | None:
    found = [field for part in result.get("parts", ()) for field in part["fields"] if field["value"] is not None]
    return round(fmean(field["confidence"] for field in found), 4) if found else None
