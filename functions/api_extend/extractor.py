"""An extractor and its versions as Extend says them. The draft is the newest version, released or not; its id is made
of the extractor's, that of a version of the version's own."""

from __future__ import annotations

from typing import Any, Literal

from functions.api_extend.config import words_of
from functions.api_extend.contract import Wire
from quire.domain.extractor import Extractor, Version
from quire.http.ids import say_id
from quire.http.times import say_time
from quire.service.extractors import Held
from quire.service.resolve import DRAFT


class ExtractorSummary(Wire):
    object: Literal["extractor"] = "extractor"
    id: str
    name: str
    created_at: str
    updated_at: str


class VersionSummary(Wire):
    object: Literal["extractor_version"] = "extractor_version"
    id: str
    description: str | None
    version: str
    extractor_id: str
    created_at: str
    created_by: dict[str, str] | None = None


class ExtractorVersion(VersionSummary):
    config: dict[str, Any]


class ExtractorSaid(ExtractorSummary):
    draft_version: ExtractorVersion


def say_summary(extractor: Extractor) -> ExtractorSummary:
    return ExtractorSummary(**_head(extractor))


def say_extractor(held: Held) -> ExtractorSaid:
    return ExtractorSaid(**_head(held.extractor), draft_version=say_draft(held))


def say_draft(held: Held) -> ExtractorVersion:
    return ExtractorVersion(**_draft(held), config=_config(held.version))


def say_draft_summary(held: Held) -> VersionSummary:
    return VersionSummary(**_draft(held))


def say_version(version: Version) -> ExtractorVersion:
    return ExtractorVersion(**_fields(version), config=_config(version))


def say_version_summary(version: Version) -> VersionSummary:
    return VersionSummary(**_fields(version))


def _head(extractor: Extractor) -> dict[str, Any]:
    return {
        "id": say_id("ex", extractor.id),
        "name": extractor.name,
        "created_at": say_time(extractor.created_at),
        "updated_at": say_time(extractor.updated_at),
    }


def _fields(version: Version) -> dict[str, Any]:
    return {
        "id": say_id("exv", version.id),
        "description": version.description or None,
        "version": version.release or DRAFT,
        "extractor_id": say_id("ex", version.extractor_id),
        "created_at": say_time(version.created_at),
    }


def _draft(held: Held) -> dict[str, Any]:
    fields = _fields(held.version)
    return {**fields, "id": say_id("exv", held.extractor.id), "version": DRAFT, "description": None}


def _config(version: Version) -> dict[str, Any]:
    schema = {} if version.schema is None else {"schema": version.schema}
    return {**words_of(version.config), **schema}
