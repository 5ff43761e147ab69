"""Agents, jobs and runs, as LlamaCloud's v1 says them. Old SDKs insist on each required field, and on known words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from functions.api_llamacloud.contract import DataSchema, Webhooks, project_id, say_schema, utc
from functions.api_llamacloud.metadata import Data, say_account, say_data, say_metadata
from functions.api_llamacloud.wire_configs import ExtractConfig
from functions.api_llamacloud.wire_files import FileSaid
from quire.domain.document import Document, DocumentStatus
from quire.domain.extractor import MOST_NAME_CHARACTERS
from quire.domain.job import Job
from quire.domain.priority import Priority
from quire.domain.refusal import Refusal
from quire.service.config import from_options

MOST_FILES = 100
"""Of a batch."""
Id = Annotated[str, Field(max_length=64)]


# ---- requests --------------------------------------------------------------------------------------------------------


class CreateAgent(BaseModel):
    name: str = Field(min_length=1, max_length=MOST_NAME_CHARACTERS)
    data_schema: DataSchema
    config: ExtractConfig


class UpdateAgent(BaseModel):
    data_schema: DataSchema
    config: ExtractConfig


class AgentQuery(BaseModel):
    include_default: bool = False


class Overrides(BaseModel):
    """What one job has otherwise than its agent."""

    extraction_agent_id: Id
    data_schema_override: DataSchema | None = None
    config_override: ExtractConfig | None = None


class CreateJob(Overrides):
    file_id: Id
    priority: Priority | None = None
    webhook_configurations: Webhooks = None


class CreateJobs(Overrides):
    file_ids: list[Id] = Field(min_length=1, max_length=MOST_FILES)
    webhook_configurations: Webhooks = None


class JobForm(BaseModel):
    """The overrides are JSON."""

    extraction_agent_id: Id
    data_schema_override: str | None = Field(default=None, max_length=500_000)
    config_override: str | None = Field(default=None, max_length=50_000)


class InlineFile(BaseModel):
    """`data` in base64."""

    data: str = Field(repr=False)
    mime_type: str = Field(max_length=128)


class Run(BaseModel):
    """One of `file_id`, `text` and `file`."""

    data_schema: DataSchema
    config: ExtractConfig
    file_id: Id | None = None
    text: str | None = Field(default=None, repr=False)
    file: InlineFile | None = None
    webhook_configurations: Webhooks = None


class FromUi(BaseModel):
    from_ui: bool = False


class OfAgent(BaseModel):
    extraction_agent_id: Id


class RunQuery(OfAgent):
    skip: int = Field(default=0, ge=0, le=10_000)
    limit: int = Field(default=25, ge=1, le=100)


# ---- answers ---------------------------------------------------------------------------------------------------------


class Agent(BaseModel):
    id: str
    name: str
    project_id: str
    data_schema: dict[str, Any]
    config: ExtractConfig
    custom_configuration: Literal["default"] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class JobSaid(BaseModel):
    id: str
    extraction_agent: Agent
    status: Literal["PENDING", "SUCCESS", "ERROR", "CANCELLED"]
    error: str | None = None
    file: FileSaid | None = None
    file_id: str | None = None


class ResultSet(BaseModel):
    run_id: str
    extraction_agent_id: str
    data: Data | None
    extraction_metadata: dict[str, Any]


class RunSaid(BaseModel):
    id: str
    project_id: str
    extraction_agent_id: str
    data_schema: dict[str, Any]
    config: ExtractConfig
    status: Literal["CREATED", "PENDING", "SUCCESS", "ERROR"]
    from_ui: bool
    created_at: datetime | None = None
    updated_at: datetime | None = None
    file: FileSaid | None = None
    file_id: str | None = None
    job_id: str | None = None
    data: Data | None = None
    extraction_metadata: dict[str, Any] | None = None
    error: str | None = None


class RunList(BaseModel):
    """`total` counts at most the first thousand; beyond, it says only that there are more."""

    items: list[RunSaid]
    total: int
    skip: int
    limit: int


JobWord = Literal["PENDING", "SUCCESS", "ERROR", "CANCELLED"]
RunWord = Literal["CREATED", "PENDING", "SUCCESS", "ERROR"]
JOB_WORDS: Mapping[DocumentStatus, JobWord] = {
    DocumentStatus.PENDING: "PENDING",
    DocumentStatus.RUNNING: "PENDING",
    DocumentStatus.REVIEW_REQUIRED: "PENDING",
    DocumentStatus.SUCCEEDED: "SUCCESS",
    DocumentStatus.FAILED: "ERROR",
    DocumentStatus.CANCELLED: "CANCELLED",
}
_RUN_WORDS: Mapping[DocumentStatus, RunWord] = {
    DocumentStatus.PENDING: "CREATED",
    DocumentStatus.RUNNING: "PENDING",
    DocumentStatus.REVIEW_REQUIRED: "PENDING",
    DocumentStatus.SUCCEEDED: "SUCCESS",
    DocumentStatus.FAILED: "ERROR",
    DocumentStatus.CANCELLED: "ERROR",
}


def say_error(document: Document) -> str | None:
    if document.refusal:
        return document.refusal.message
    return "The job was cancelled." if document.status is DocumentStatus.CANCELLED else None


def say_extraction(job: Job, document: Document, result: Mapping[str, Any]) -> tuple[Data, dict[str, Any]]:
    """The data and its metadata."""
    config = from_options(job.options)
    metadata: dict[str, Any] = {
        "field_metadata": say_metadata(result, config),
        "usage": {"num_pages_extracted": document.pages},
        **say_account(result, config),
    }
    return say_data(result, config), metadata


def say_run(
    job: Job,
    document: Document,
    *,
    job_id: str,
    agent_id: str,
    schema: object,
    config: ExtractConfig,
    file: FileSaid | None,
    result: Mapping[str, Any] | Refusal | None,
) -> RunSaid:
    """`result` may be why it cannot be shown."""
    shown = None if isinstance(result, Refusal) else result
    data, metadata = (None, None) if shown is None else say_extraction(job, document, shown)
    return RunSaid(
        id=document.id,
        project_id=project_id(job.tenant),
        extraction_agent_id=agent_id,
        data_schema=say_schema(schema),
        config=config,
        status=_RUN_WORDS[document.status],
        from_ui=bool((job.echo or {}).get("from_ui")),
        created_at=utc(job.created_at),
        updated_at=utc(document.updated_at),
        file=file,
        file_id=document.source.file_id,
        job_id=job_id,
        data=data,
        extraction_metadata=metadata,
        error=result.message if isinstance(result, Refusal) else say_error(document),
    )
