"""Saved extractors and their versions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.api_extend import extractor as say
from functions.api_extend.config import ExtractConfig, check_config, to_options
from functions.api_extend.contract import Listed, Paging, Wire, our_id, unknown, with_id
from functions.api_extend.extractor import ExtractorSaid, ExtractorSummary, ExtractorVersion, VersionSummary
from functions.api_extend.generate import Generate, generated
from quire.domain.extractor import Order, Release, locate_version
from quire.domain.refusal import Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.ids import plain_id
from quire.service import extractors
from quire.service.extractors import KEEP, Change, Held, Wanted
from quire.service.resolve import number_of, overridden


class CreateExtractor(Wire):
    name: str = Field(min_length=1, max_length=255)
    clone_extractor_id: str | None = Field(default=None, max_length=64)
    config: ExtractConfig | None = None
    generate: Generate | None = None


class UpdateExtractor(Wire):
    name: str | None = Field(default=None, min_length=1, max_length=255)
    config: ExtractConfig | None = None


class CreateVersion(Wire):
    release_type: Release
    description: str | None = Field(default=None, max_length=2000)
    config: ExtractConfig | None = None


class ExtractorsQuery(Paging):
    sort_by: Literal["updatedAt", "createdAt"] = "updatedAt"


# ---- extractors ------------------------------------------------------------------------------------------------------


def create_extractor(call: Call) -> Answer | Refusal:
    """Save an extractor: of a configuration, as another's copy, or with a schema made of samples."""
    asked = call.json(CreateExtractor)
    if sum(way is not None for way in (asked.clone_extractor_id, asked.config, asked.generate)) > 1:
        message = "`cloneExtractorId`, `config` and `generate` cannot be given together."
        return invalid("body", message, "value_error")
    if asked.clone_extractor_id is not None:
        like = our_id("ex", asked.clone_extractor_id)
        if isinstance(like, Refusal):
            return like
        return _said(extractors.clone(call.world, call.tenant, like, asked.name, unique=False))
    config = generated(call, asked.generate) if asked.generate else asked.config or ExtractConfig()
    refused = config if isinstance(config, Refusal) else check_config(config, "config")
    if isinstance(config, Refusal) or refused:
        return refused or unknown("ex")
    options = {**to_options(config), "infer": True}
    wanted = Wanted(asked.name, options.pop("schema", None), options)
    return _said(extractors.create(call.world, call.tenant, wanted, unique=False))


def list_extractors(call: Call) -> Answer | Refusal:
    """The extractors, last changed first."""
    asked = call.query_as(ExtractorsQuery)
    page = extractors.listed(
        call.world,
        call.tenant,
        asked.max_page_size,
        asked.next_page_token,
        order=Order.UPDATED if asked.sort_by == "updatedAt" else Order.CREATED,
        ascending=asked.ascending,
    )
    if isinstance(page, Refusal):
        return page
    said = [say.say_summary(one) for one in page.extractors]
    return Answer(200, Listed[ExtractorSummary](data=said, next_page_token=page.cursor))


@with_id("ex")
def get_extractor(call: Call, extractor_id: str) -> Answer | Refusal:
    """An extractor with its draft."""
    return _said(extractors.held(call.world, call.tenant, extractor_id))


@with_id("ex")
def update_extractor(call: Call, extractor_id: str) -> Answer | Refusal:
    """Change the draft: what a configuration names is replaced, the rest stays."""
    asked = call.json(UpdateExtractor)
    change = _change(call, extractor_id, asked.config)
    if isinstance(change, Refusal):
        return change
    changed = Change(name=asked.name, schema=change.schema, config=change.config)
    return _said(extractors.update(call.world, call.tenant, extractor_id, changed, unique=False))


def _said(held: Held | Refusal) -> Answer | Refusal:
    return held if isinstance(held, Refusal) else Answer(200, say.say_extractor(held))


def _change(call: Call, extractor_id: str, config: ExtractConfig | None) -> Change | Refusal:
    if config is None:
        return Change()
    held = extractors.held(call.world, call.tenant, extractor_id)
    refused = held if isinstance(held, Refusal) else check_config(config, "config")
    if isinstance(held, Refusal) or refused:
        return refused or unknown("ex")
    options = to_options(config)
    _, merged = overridden(held.version, options)
    return Change(schema=options.get("schema", KEEP), config={**merged, "infer": True})


# ---- versions --------------------------------------------------------------------------------------------------------


@with_id("ex")
def create_version(call: Call, extractor_id: str) -> Answer | Refusal:
    """Publish what the draft holds, with what a configuration names replaced."""
    asked = call.json(CreateVersion)
    change = _change(call, extractor_id, asked.config)
    if isinstance(change, Refusal):
        return change
    held = extractors.publish(
        call.world, call.tenant, extractor_id, asked.release_type, change, asked.description or ""
    )
    return held if isinstance(held, Refusal) else Answer(200, say.say_version(held.version))


@with_id("ex")
def list_versions(call: Call, extractor_id: str) -> Answer | Refusal:
    """The releases, newest first, and before them the draft."""
    asked = call.query_as(Paging)
    page = extractors.versions(
        call.world,
        call.tenant,
        extractor_id,
        asked.max_page_size,
        asked.next_page_token,
        released=True,
        draft=True,
        ascending=asked.ascending,
    )
    if isinstance(page, Refusal):
        return page
    said = [say.say_version_summary(version) for version in page.versions]
    if page.draft:
        draft = say.say_draft_summary(Held(page.extractor, page.draft))
        said.insert(len(said) if asked.ascending else 0, draft)
    return Answer(200, Listed[VersionSummary](data=said, next_page_token=page.cursor))


@with_id("ex")
def get_version(call: Call, extractor_id: str) -> Answer | Refusal:
    """A version by its id or label, the draft, or the latest."""
    extractor = extractors.get(call.world, call.tenant, extractor_id)
    if isinstance(extractor, Refusal):
        return unknown("ex")
    said = call.path["version_id"]
    plain = plain_id("exv", said)
    if plain == extractor.id or said == "draft":
        held = extractors.with_version(call.world, extractor)
        return held if isinstance(held, Refusal) else Answer(200, say.say_draft(held))
    number = _number(plain, extractor_id) if plain else number_of(extractor, said)
    if number is None:
        return unknown("exv")
    held = extractors.with_version(call.world, extractor, number)
    return unknown("exv") if isinstance(held, Refusal) else Answer(200, say.say_version(held.version))


def _number(version_id: str, extractor_id: str) -> int | None:
    try:
        of, number = locate_version(version_id)
    except ValueError:
        return None
    return number if of == extractor_id else None


ROUTES = (
    Route("POST", "/extractors", create_extractor, asks=CreateExtractor, says={200: ExtractorSaid}),
    Route("GET", "/extractors", list_extractors, query=ExtractorsQuery, says={200: Listed[ExtractorSummary]}),
    Route("GET", "/extractors/<id>", get_extractor, says={200: ExtractorSaid}),
    Route("POST", "/extractors/<id>", update_extractor, asks=UpdateExtractor, says={200: ExtractorSaid}),
    Route("POST", "/extractors/<id>/versions", create_version, asks=CreateVersion, says={200: ExtractorVersion}),
    Route("GET", "/extractors/<id>/versions", list_versions, query=Paging, says={200: Listed[VersionSummary]}),
    Route("GET", "/extractors/<id>/versions/<version_id>", get_version, says={200: ExtractorVersion}),
)
