"""Files, as LlamaCloud says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from functions.api_llamacloud.contract import Expand, Paging, Strings, project_id, utc
from quire.domain.document import Source
from quire.domain.file import File
from quire.service.uploads import Upload

MOST_NAME = 512
EXTERNAL_ID, PURPOSE = "external_file_id", "purpose"

# ---- requests --------------------------------------------------------------------------------------------------------


class FileForm(BaseModel):
    """The fields beside the file of a multipart upload."""

    purpose: str | None = Field(default=None, max_length=64)
    external_file_id: str | None = Field(default=None, max_length=MOST_NAME)


class UploadQuery(BaseModel):
    external_file_id: str | None = Field(default=None, max_length=MOST_NAME)


class FileAnnounced(BaseModel):
    """`file_size` in bytes: without one, as many as come."""

    name: str = Field(min_length=1, max_length=MOST_NAME)
    file_size: int | None = Field(default=None, ge=1)
    external_file_id: str | None = Field(default=None, max_length=MOST_NAME)


class FileFromUrl(BaseModel):
    """What is asked of the call itself (a proxy, headers, no verification) is not done."""

    url: str = Field(max_length=2048, repr=False)
    name: str | None = Field(default=None, max_length=MOST_NAME)
    proxy_url: None = None
    request_headers: dict[str, str | None] | None = Field(default=None, max_length=0)
    verify_ssl: Literal[True] | None = None
    follow_redirects: Literal[True] | None = None


class FileFilter(BaseModel):
    external_file_id: str | None = None
    file_name: str | None = None
    file_ids: Strings | None = None


class FileQuery(Paging, Expand, FileFilter):
    """Of GET. `expand` may name `download_url`."""

    order_by: str | None = Field(default=None, max_length=256)


class FileQueryBody(Paging):
    """Of POST …/query. A larger page than the largest is the largest."""

    filter: FileFilter | None = None
    order_by: str | None = Field(default=None, max_length=256)
    page_size: int | None = Field(default=None, ge=1)  # type: ignore[assignment]


class LinkQuery(BaseModel):
    expires_at_seconds: int | None = Field(default=None, ge=1)


# ---- answers ---------------------------------------------------------------------------------------------------------


class PresignedUrl(BaseModel):
    url: str
    expires_at: datetime
    form_fields: dict[str, str] | None = None


class PresignedUpload(PresignedUrl):
    file_id: str


class FileSaid(BaseModel):
    id: str
    name: str
    project_id: str
    external_file_id: str | None = None
    file_type: str | None = None
    file_size: int | None = None
    purpose: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_modified_at: datetime | None = None
    expires_at: datetime | None = None
    data_source_id: str | None = None
    permission_info: dict[str, Any] | None = None
    resource_info: dict[str, Any] | None = None
    download_url: PresignedUrl | None = None


class FileList(BaseModel):
    items: list[FileSaid]
    next_page_token: str | None = None
    total_size: int | None = None


def keep(external_file_id: str | None, purpose: str | None = None) -> Mapping[str, object]:
    """As a file's `settings` have them."""
    said = {EXTERNAL_ID: external_file_id, PURPOSE: purpose}
    return {name: value for name, value in said.items() if value is not None}


def say_file(file: File, link: PresignedUrl | None = None) -> FileSaid:
    external_id, purpose = file.settings.get(EXTERNAL_ID), file.settings.get(PURPOSE)
    return FileSaid(
        id=file.id,
        name=file.name or file.id,
        project_id=project_id(file.tenant),
        external_file_id=str(external_id) if external_id else None,
        file_type=_suffix(file.name),
        file_size=file.size,
        purpose=str(purpose) if purpose else None,
        created_at=utc(file.created_at),
        updated_at=utc(file.arrived_at or file.created_at),
        last_modified_at=utc(file.arrived_at) if file.arrived_at else None,
        expires_at=utc(file.expires_at),
        download_url=link,
    )


def say_source(tenant: str, source: Source) -> FileSaid | None:
    """The file of a document, as the document knows it; None where it came by the drop folder."""
    if source.file_id is None:
        return None
    return FileSaid(
        id=source.file_id,
        name=source.name or source.file_id,
        project_id=project_id(tenant),
        file_type=_suffix(source.name),
        file_size=source.size or None,
        expires_at=utc(source.expires_at),
    )


def say_upload(upload: Upload) -> PresignedUpload:
    return PresignedUpload(url=upload.url or "", expires_at=utc(upload.until), file_id=upload.file.id)


def _suffix(name: str | None) -> str | None:
    return name.rsplit(".", 1)[-1] if name and "." in name else None
