"""LlamaCloud's words: its wire models, how it says a refusal and how it says a job (files, and extraction v2).

Facts: the service's API reference and the models of its SDK llama-cloud 2.19.0; what they leave open is decided here
and written down in docs/compatibility.md. Ids are plain UUIDs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from quire.domain.document import Document, DocumentStatus
from quire.domain.file import File
from quire.domain.job import Job
from quire.domain.pages import PAGES
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.statuses import STATUS
from quire.service.config import Config, Mode, Target, from_options
from quire.service.uploads import Upload

NAME = "llamacloud"

Tier = Literal["cost_effective", "agentic", "agentic_plus", "turbo"]
_MODES: Mapping[str | None, Mode] = {
    None: Mode.FAST,
    "turbo": Mode.FAST,
    "cost_effective": Mode.FAST,
    "agentic": Mode.BALANCED,
    "agentic_plus": Mode.PREMIUM,
}
ExtractionTarget = Literal["per_doc", "per_page", "per_table_row"]
_TARGETS: Mapping[str | None, Target] = {
    None: Target.DOCUMENT,
    "per_doc": Target.DOCUMENT,
    "per_page": Target.PAGE,
    "per_table_row": Target.ROW,
}


# ---- requests --------------------------------------------------------------------------------------------------------


class FileForm(BaseModel):
    """The fields beside the file of a multipart upload."""

    purpose: str | None = Field(default=None, max_length=64)
    external_file_id: str | None = Field(default=None, max_length=512)


class FileAnnounced(BaseModel):
    name: str = Field(max_length=512)
    file_size: int = Field(ge=1)
    external_file_id: str | None = Field(default=None, max_length=512)


class Configuration(BaseModel):
    """What is accepted without an effect stands in docs/compatibility.md; what is not offered is refused."""

    data_schema: dict[str, Any]
    tier: Tier | None = None
    extraction_target: ExtractionTarget | None = None
    cite_sources: bool | None = None
    confidence_scores: bool | None = None
    system_prompt: str | None = Field(default=None, max_length=20_000)
    target_pages: str | None = Field(default=None, max_length=2000, pattern=PAGES)
    max_pages: int | None = Field(default=None, ge=1)
    disable_cache: bool | None = None


class CreateExtract(BaseModel):
    file_input: str = Field(max_length=64)
    configuration: Configuration


# ---- answers ---------------------------------------------------------------------------------------------------------


class FileSaid(BaseModel):
    id: str
    name: str
    project_id: str
    external_file_id: str | None = None
    file_type: str | None = None
    file_size: int | None = None
    purpose: str | None = None
    created_at: datetime
    last_modified_at: datetime | None
    expires_at: datetime


class PresignedUpload(BaseModel):
    url: str
    expires_at: datetime
    file_id: str
    form_fields: dict[str, str] | None = None


class ExtractJob(BaseModel):
    id: str
    project_id: str
    file_input: str
    status: Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
    created_at: datetime
    updated_at: datetime
    configuration: dict[str, Any] | None = None
    configuration_id: str | None = None
    error_message: str | None = None
    extract_result: dict[str, Any] | list[dict[str, Any]] | None = None
    extract_metadata: dict[str, Any] | None = None


# ---- how things are said ---------------------------------------------------------------------------------------------


def plain_id(said: str) -> str | None:
    """Our id, or None when it is none that we wrote."""
    try:
        plain = str(uuid.UUID(said))
    except ValueError:
        return None
    return plain if plain == said else None


def project_id(tenant: str) -> str:
    """A tenant is one project: a UUID that is a function of its name (RFC 9562, version 5)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"quire:{tenant}"))


def say_file(file: File, form: FileForm | None = None) -> FileSaid:
    suffix = file.name.rsplit(".", 1)[-1] if file.name and "." in file.name else None
    return FileSaid(
        id=file.id,
        name=file.name or file.id,
        project_id=project_id(file.tenant),
        external_file_id=form.external_file_id if form else None,
        file_type=suffix,
        file_size=file.size,
        purpose=form.purpose if form else None,
        created_at=_time(file.created_at),
        last_modified_at=_time(file.arrived_at) if file.arrived_at else None,
        expires_at=_time(file.expires_at),
    )


def say_upload(upload: Upload) -> PresignedUpload:
    return PresignedUpload(url=upload.url or "", expires_at=_time(upload.until), file_id=upload.file.id)


_STATUSES: Mapping[DocumentStatus, Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]] = {
    DocumentStatus.PENDING: "PENDING",
    DocumentStatus.RUNNING: "RUNNING",
    DocumentStatus.SUCCEEDED: "COMPLETED",
    DocumentStatus.FAILED: "FAILED",
    DocumentStatus.CANCELLED: "CANCELLED",
}


def say_job(job: Job, document: Document, result: Mapping[str, Any] | None = None) -> ExtractJob:
    """A job of one document; `result` as `quire.service.written.write_parts` writes it."""
    config = from_options(job.options)
    return ExtractJob(
        id=job.id,
        project_id=project_id(job.tenant),
        file_input=document.source.file_id or "",
        status=_STATUSES[document.status],
        created_at=_time(job.created_at),
        updated_at=_time(document.updated_at),
        error_message=document.refusal.message if document.refusal else None,
        extract_result=_one_or_all([part["data"] for part in result["parts"]], config) if result else None,
        extract_metadata={"field_metadata": _metadata(result, config)} if result else None,
    )


_METADATA = {
    Target.DOCUMENT: "document_metadata",
    Target.PAGE: "page_metadata",
    Target.ROW: "row_metadata",
}


def _one_or_all(parts: list[dict[str, Any]], config: Config) -> dict[str, Any] | list[dict[str, Any]]:
    """An object for a whole document, a list where each page or row has one."""
    return parts[0] if config.target is Target.DOCUMENT else parts


def _metadata(result: Mapping[str, Any], config: Config) -> dict[str, Any]:
    sizes = {page["number"]: {"width": page["width"], "height": page["height"]} for page in result["pages"]}
    shaped = [_part_metadata(part, sizes, config) for part in result["parts"]]
    return {_METADATA[config.target]: _one_or_all(shaped, config)}


def _part_metadata(part: Mapping[str, Any], sizes: Mapping[int, Mapping[str, float]], config: Config) -> dict[str, Any]:
    """Shaped like the data, with an entry of confidence and citations where it has a scalar."""
    entries = {field["path"]: _entry(field, sizes, config) for field in part["fields"]}
    absent = _shown({"confidence": None, "citation": []}, config)

    def shaped(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {name: shaped(part, f"{path}.{name}" if path else name) for name, part in value.items()}
        if isinstance(value, list):
            return [shaped(part, f"{path}[{index}]") for index, part in enumerate(value)]
        return entries.get(path, absent)

    said: dict[str, Any] = shaped(part["data"], "")
    return said


def _entry(field: Mapping[str, Any], sizes: Mapping[int, Mapping[str, float]], config: Config) -> dict[str, Any]:
    citations = []
    for citation in field["citations"]:
        box = citation["box"]  # None on a page without places, whose size is nobody's either
        citations.append(
            {
                "page": citation["page"],
                "matching_text": citation["text"],
                "bounding_boxes": [_sides(*box)] if box else [],
                "page_dimensions": sizes.get(citation["page"]) if box else None,
            }
        )
    return _shown({"confidence": field["confidence"], "citation": citations}, config)


def _sides(x0: float, y0: float, x1: float, y1: float) -> dict[str, float]:
    return {"x": x0, "y": y0, "w": round(x1 - x0, 2), "h": round(y1 - y0, 2)}


def _shown(entry: dict[str, Any], config: Config) -> dict[str, Any]:
    hidden = {"confidence": not config.confidence, "citation": not config.cite}
    return {name: value for name, value in entry.items() if not hidden[name]}


def to_config(asked: Configuration) -> Config:
    return Config(
        mode=_MODES[asked.tier],
        pages=asked.target_pages,
        max_pages=asked.max_pages,
        target=_TARGETS[asked.extraction_target],
        cite=asked.cite_sources is not False,
        confidence=asked.confidence_scores is not False,
        system_prompt=asked.system_prompt,
    )


_RETRIED = 409
"""The SDKs take this for a passing state and ask again: a final answer has another status."""


def say_refusal(refusal: Refusal) -> Answer:
    """`{"detail": …}`: a list for 422, a sentence for all else (FastAPI's form)."""
    if refusal.kind is Kind.INVALID_REQUEST:
        default = [{"loc": ["body"], "msg": refusal.message, "type": "value_error"}]
        return Answer(422, {"detail": refusal.details.get("errors", default)})
    headers = {"allow": str(refusal.details["allow"])} if "allow" in refusal.details else {}
    status = 400 if STATUS[refusal.kind] == _RETRIED else STATUS[refusal.kind]
    return Answer(status, {"detail": refusal.message, "code": refusal.kind.value}, headers)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
