"""An extract run as Extend says it: a document of any contract's job, or several files of a package as one.

A run's id is its document's; that of a package is its job's. A batch's id is its job's, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from functions.api_extend.contract import Wire
from functions.api_extend.extractor import ExtractorSummary, VersionSummary
from functions.api_extend.files import FileSummary
from functions.api_extend.files import say_summary as say_file
from quire.domain.document import Document, DocumentStatus
from quire.domain.file import File
from quire.domain.job import Job, JobStatus
from quire.domain.refusal import Kind
from quire.http.ids import say_id
from quire.http.times import say_time

Status = Literal["PENDING", "PROCESSING", "PROCESSED", "FAILED", "CANCELLED"]

_STATUSES: Mapping[DocumentStatus, Status] = {
    DocumentStatus.PENDING: "PROCESSING",
    DocumentStatus.RUNNING: "PROCESSING",
    DocumentStatus.REVIEW_REQUIRED: "PROCESSING",
    DocumentStatus.SUCCEEDED: "PROCESSED",
    DocumentStatus.FAILED: "FAILED",
    DocumentStatus.CANCELLED: "CANCELLED",
}
_BATCH_STATUSES: Mapping[JobStatus, Status] = {
    JobStatus.PENDING: "PENDING",
    JobStatus.RUNNING: "PROCESSING",
    JobStatus.COMPLETED: "PROCESSED",
    JobStatus.PARTIALLY_FAILED: "PROCESSED",
    JobStatus.FAILED: "FAILED",
    JobStatus.EXPIRED: "FAILED",
    JobStatus.CANCELLED: "CANCELLED",
}
_REASONS: Mapping[Kind, str] = {
    Kind.PAYMENT_REQUIRED: "OUT_OF_CREDITS",
    Kind.INVALID_PAGES: "INVALID_CONFIGURATION",
    Kind.REVIEW_EXPIRED: "ABORTED",
    Kind.REVIEW_REJECTED: "ABORTED",
    Kind.INTERNAL_ERROR: "INTERNAL_ERROR",
}
"""All other kinds are of the file."""


# ---- models ----------------------------------------------------------------------------------------------------------


class Usage(Wire):
    credits: int
    total_credits: int


class Charge(Wire):
    product: str
    unit: Literal["page"] = "page"
    quantity: int
    credits: int


class Breakdown(Wire):
    object: Literal["extract_run"] = "extract_run"
    id: str
    credits: int
    charges: list[Charge]


class FullUsage(Usage):
    breakdown: list[Breakdown]


class RunSummary(Wire):
    object: Literal["extract_run"] = "extract_run"
    id: str
    extractor: ExtractorSummary | None
    extractor_version: VersionSummary | None
    status: Status
    failure_reason: str | None
    failure_message: str | None
    metadata: dict[str, Any] | None
    reviewed: bool
    edited: bool
    file: FileSummary | None
    files: list[FileSummary] | None
    parse_run_id: str | None = None
    dashboard_url: str
    usage: Usage | FullUsage | None
    created_at: str
    updated_at: str


class Edit(Wire):
    """`page` is where the original value stood, from 1."""

    original_value: Any
    edited_value: Any
    notes: str | None = None
    page: int | None
    field_type: str | None = None


class ExtractRun(RunSummary):
    output: dict[str, Any] | None
    initial_output: dict[str, Any] | None = None
    reviewed_output: dict[str, Any] | None = None
    edits: dict[str, Edit] | None = None
    config: dict[str, Any]


class BatchRun(Wire):
    object: Literal["batch_run"] = "batch_run"
    id: str
    status: Status
    run_count: int
    created_at: str


# ---- a run -----------------------------------------------------------------------------------------------------------


def is_package(job: Job) -> bool:
    """Its documents are the files of one run."""
    return bool((job.echo or {}).get("package"))


def is_batch(job: Job) -> bool:
    """Its documents are runs of their own, submitted together."""
    return bool((job.echo or {}).get("batch")) or (job.total > 1 and not is_package(job))


def status_of(job: Job, document: Document) -> Status:
    """A package goes on until all of it has ended, and fails with any of its files."""
    if not is_package(job):
        return _STATUSES[document.status]
    if job.counts.remaining:
        return "PROCESSING"
    if job.counts.failed:
        return "FAILED"
    return "CANCELLED" if job.counts.cancelled else "PROCESSED"


@dataclass(frozen=True, slots=True)
class Run:
    """A job with one of its documents, or with all of them where it is a package."""

    job: Job
    documents: Sequence[Document]

    @property
    def id(self) -> str:
        return say_id("exr", self.job.id if is_package(self.job) else self.documents[0].id)

    @property
    def status(self) -> Status:
        return status_of(self.job, self.documents[0])

    @property
    def reviewed(self) -> bool:
        """A person saw it, or one of its files, and let it pass."""
        return self.status == "PROCESSED" and any(document.review for document in self.documents)

    @property
    def edited(self) -> bool:
        return self.reviewed and any(document.review and document.review.edited for document in self.documents)

    @property
    def pages(self) -> int:
        """Those that were charged, one credit each."""
        return sum(document.pages or 0 for document in self.documents)


@dataclass(frozen=True, slots=True)
class Known:
    """What runs are said with, loaded for all of a page at once: files by id, extractors and versions as they are said
    by (id, number), metadata by run. `origin` is what the request's address begins with, empty where none asks."""

    files: Mapping[str, File]
    extractors: Mapping[str, ExtractorSummary]
    versions: Mapping[tuple[str, int], VersionSummary]
    metadata: Mapping[str, Mapping[str, object] | None]
    origin: str


def say_summary(run: Run, known: Known) -> RunSummary:
    return RunSummary(**_fields(run, known), usage=_usage(run))


def say_run(
    run: Run,
    known: Known,
    config: dict[str, Any],
    output: dict[str, Any] | None,
    initial: dict[str, Any] | None = None,
    edits: Mapping[str, Edit] | None = None,
) -> ExtractRun:
    """`initial` is the output as it was before its review, `edits` what that changed, by path."""
    return ExtractRun(
        **_fields(run, known),
        usage=_full_usage(run, config),
        config=config,
        output=output,
        initial_output=initial,
        reviewed_output=output if initial else None,
        edits=dict(edits) if edits else None,
    )


def say_batch(job: Job) -> BatchRun:
    return BatchRun(
        id=say_id("bpr", job.id),
        status=_BATCH_STATUSES[job.status],
        run_count=job.total,
        created_at=say_time(job.created_at),
    )


def _fields(run: Run, known: Known) -> dict[str, Any]:
    job, metadata = run.job, known.metadata.get(run.id)
    files = [_file(document, known) for document in run.documents]
    package = is_package(job)
    refusal = next((document.refusal for document in run.documents if document.refusal), None)
    failed = run.status == "FAILED"
    reason = _REASONS.get(refusal.kind, "FAILED_TO_PROCESS_FILE") if refusal else "INTERNAL_ERROR"
    return {
        "id": run.id,
        "extractor": known.extractors.get(job.extractor),
        "extractor_version": known.versions.get((job.extractor, job.version)) if job.version else None,
        "status": run.status,
        "failure_reason": reason if failed else None,
        "failure_message": refusal.message if failed and refusal else None,
        "metadata": None if metadata is None else dict(metadata),
        "reviewed": run.reviewed,
        "edited": run.edited,
        "file": None if package else files[0],
        "files": [file for file in files if file] if package else None,
        "dashboard_url": _page(run, known.origin),
        "created_at": say_time(job.created_at),
        "updated_at": say_time(max(document.updated_at for document in run.documents)),
    }


def _page(run: Run, origin: str) -> str:
    """The console's page of its document, or of its job where it has several; at the address that the caller uses, or,
    where nobody calls, that it was submitted to."""
    place = f"jobs/{run.job.id}" if is_package(run.job) else f"documents/{run.documents[0].id}"
    return f"{origin or (run.job.echo or {}).get('origin') or ''}/console#/{place}"


def _file(document: Document, known: Known) -> FileSummary | None:
    """None where the file was deleted, or came by the drop folder."""
    file = known.files.get(document.source.file_id or "")
    return say_file(file) if file else None


def _usage(run: Run) -> Usage | None:
    return Usage(credits=run.pages, total_credits=run.pages) if run.status == "PROCESSED" else None


def _full_usage(run: Run, config: Mapping[str, Any]) -> FullUsage | None:
    if run.status != "PROCESSED":
        return None
    product = config.get("baseProcessor") or "extraction_light"
    charge = Charge(product=product, quantity=run.pages, credits=run.pages)
    line = Breakdown(id=run.id, credits=run.pages, charges=[charge])
    return FullUsage(credits=run.pages, total_credits=run.pages, breakdown=[line])
