"""Jobs of LlamaCloud's v2, and its saved configurations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from functions.api_llamacloud.contract import DataSchema, Expand, Paging, Strings, Webhooks, project_id, say_schema, utc
from functions.api_llamacloud.metadata import Data, say_account, say_data, say_named_metadata
from functions.api_llamacloud.wire_configs import Configuration, V2Settings, say_settings
from quire.domain.document import Document, DocumentStatus
from quire.domain.extractor import MOST_NAME_CHARACTERS
from quire.domain.job import Job
from quire.service.config import from_options
from quire.service.extractors import Held

Id = Annotated[str, Field(max_length=64)]
Status = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
EXTRACT: Final = "extract_v2"


# ---- requests --------------------------------------------------------------------------------------------------------


class CreateExtract(BaseModel):
    """One of `configuration` and `configuration_id`."""

    file_input: Id
    configuration: Configuration | None = None
    configuration_id: Id | None = None
    webhook_configurations: Webhooks = None
    webhook_configuration_ids: list[Id] | None = Field(default=None, max_length=10)


class ExtractQuery(Paging, Expand):
    """`expand` may name `configuration`, `extract_metadata` and `usage`; and `lists`, which adds to the metadata what
    became of the rows of lists and what is left out of pages."""

    configuration_id: Id | None = None
    created_at_on_or_after: datetime | None = None
    created_at_on_or_before: datetime | None = None
    document_input_type: str | None = Field(default=None, max_length=32)
    document_input_value: Id | None = None
    file_input: Id | None = None
    job_ids: Strings | None = None
    status: Literal["PENDING", "THROTTLED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] | None = None


class Force(BaseModel):
    force: bool = False


class ValidateSchema(BaseModel):
    data_schema: DataSchema


class GenerateSchema(BaseModel):
    """A prompt, a file, or both. `data_schema` is the schema to go on from: its fields stay."""

    prompt: str | None = Field(default=None, max_length=20_000)
    file_id: Id | None = None
    data_schema: DataSchema | None = None
    name: str | None = Field(default=None, min_length=1, max_length=MOST_NAME_CHARACTERS)


class Parameters(Configuration):
    """A configuration that can be saved: of extraction only."""

    product_type: Literal["extract_v2"]


class CreateConfiguration(BaseModel):
    name: str = Field(min_length=1, max_length=MOST_NAME_CHARACTERS)
    parameters: Parameters


class UpdateConfiguration(BaseModel):
    name: str | None = Field(default=None, min_length=1, max_length=MOST_NAME_CHARACTERS)
    parameters: Parameters | None = None


class ConfigurationQuery(Paging):
    name: str | None = Field(default=None, max_length=MOST_NAME_CHARACTERS)
    product_type: Strings | None = None
    latest_only: bool = False


# ---- answers ---------------------------------------------------------------------------------------------------------


class SchemaSaid(BaseModel):
    data_schema: dict[str, Any]


class JobUsage(BaseModel):
    """Pages."""

    num_pages_billed: int | None = None
    num_pages_extracted: int | None = None


class JobMetadata(BaseModel):
    usage: JobUsage


class Usage(BaseModel):
    """Credits: one a page."""

    credits: float | None = None
    extract_credits: float | None = None
    parse_credits: float | None = None


class ExtractJob(BaseModel):
    id: str
    project_id: str
    file_input: str
    status: Status
    created_at: datetime
    updated_at: datetime
    configuration: Configuration | None = None
    configuration_id: str | None = None
    error_message: str | None = None
    extract_result: Data | None = None
    extract_metadata: dict[str, Any] | None = None
    metadata: JobMetadata | None = None
    usage: Usage | None = None


class ExtractList(BaseModel):
    items: list[ExtractJob]
    next_page_token: str | None = None
    total_size: int | None = None


class ConfigurationSaid(BaseModel):
    """`version` is the time at which it was written."""

    id: str
    name: str
    parameters: Parameters
    product_type: Literal["extract_v2"] = "extract_v2"
    version: str
    created_at: datetime
    updated_at: datetime


class ConfigurationList(BaseModel):
    items: list[ConfigurationSaid]
    next_page_token: str | None = None
    total_size: int | None = None


STATUSES: Mapping[DocumentStatus, Status] = {
    DocumentStatus.PENDING: "PENDING",
    DocumentStatus.RUNNING: "RUNNING",
    DocumentStatus.REVIEW_REQUIRED: "RUNNING",
    DocumentStatus.SUCCEEDED: "COMPLETED",
    DocumentStatus.FAILED: "FAILED",
    DocumentStatus.CANCELLED: "CANCELLED",
}


def say_extract(
    job: Job,
    document: Document,
    *,
    name: str,
    configuration_id: str | None,
    result: Mapping[str, Any] | None,
    schema: object = None,
    expand: frozenset[str] = frozenset(),
) -> ExtractJob:
    """`expand` names what else is to be said; `schema` is of use to `configuration` alone."""
    config = from_options(job.options)
    pages = document.pages
    done = document.status is DocumentStatus.SUCCEEDED
    shown = result is not None and "extract_metadata" in expand
    # Quire's own word: the type of the service's SDK has no such members, so only who asks for them sees them.
    account = say_account(result, config) if result and "lists" in expand else {}
    return ExtractJob(
        id=name,
        project_id=project_id(job.tenant),
        file_input=document.source.file_id or "",
        status=STATUSES[document.status],
        created_at=utc(job.created_at),
        updated_at=utc(document.updated_at),
        configuration=say_configuration(job.options, job.echo or {}, schema) if "configuration" in expand else None,
        configuration_id=configuration_id,
        error_message=document.refusal.message if document.refusal else None,
        extract_result=None if result is None else say_data(result, config),
        extract_metadata={"field_metadata": say_named_metadata(result, config), **account}
        if result and shown
        else None,
        metadata=JobMetadata(usage=JobUsage(num_pages_billed=pages, num_pages_extracted=pages)) if done else None,
        usage=Usage(credits=pages, extract_credits=pages, parse_credits=0) if done and "usage" in expand else None,
    )


def say_configuration(given: Mapping[str, object], kept: Mapping[str, object], schema: object) -> Configuration:
    return Configuration(data_schema=say_schema(schema), **_said(say_settings(given, kept)))


def say_saved(held: Held) -> ConfigurationSaid:
    extractor, version = held
    settings = _said(say_settings(version.config, version.config))
    return ConfigurationSaid(
        id=extractor.id,
        name=extractor.name,
        parameters=Parameters(product_type=EXTRACT, data_schema=say_schema(version.schema), **settings),
        version=utc(version.created_at).isoformat(timespec="milliseconds"),
        created_at=utc(extractor.created_at),
        updated_at=utc(extractor.updated_at),
    )


def _said(settings: V2Settings) -> dict[str, Any]:
    return settings.model_dump(exclude_none=True)
