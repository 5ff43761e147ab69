"""Saved extractors, as the upload view offers them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from functions.api_console.contract import Page, Paging
from quire.domain.refusal import Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import extractors
from quire.service.config import Config, from_options, to_options
from quire.service.extractors import Held, Wanted


class Extractor(BaseModel):
    """With its newest version's schema; `review_threshold` (1 to 99 percent): less sure fields are for a person."""

    id: str
    name: str
    version: int
    json_schema: dict[str, Any] | None
    review_threshold: int | None


class CreateExtractor(BaseModel):
    name: str = Field(min_length=1, max_length=255)
    json_schema: dict[str, Any]
    review_threshold: int | None = Field(default=None, ge=1, le=99)


def list_extractors(call: Call) -> Answer | Refusal:
    """List the extractors, the newest first."""
    paging = call.query_as(Paging)
    page = extractors.listed(call.world, call.tenant, paging.limit, paging.cursor)
    if isinstance(page, Refusal):
        return page
    found = [extractors.with_version(call.world, extractor) for extractor in page.extractors]
    items = [_say(held) for held in found if not isinstance(held, Refusal)]
    return Answer(200, Page[Extractor](items=items, next_cursor=page.cursor))


def create_extractor(call: Call) -> Answer | Refusal:
    """Save a schema under a name."""
    asked = call.json(CreateExtractor)
    config = to_options(Config(review_threshold=asked.review_threshold))
    wanted = Wanted(asked.name, schema=asked.json_schema, config=config)
    made = extractors.create(call.world, call.tenant, wanted)
    return made if isinstance(made, Refusal) else Answer(201, _say(made))


def _say(held: Held) -> Extractor:
    schema: Any = held.version.schema
    return Extractor(
        id=held.extractor.id,
        name=held.extractor.name,
        version=held.version.number,
        json_schema=schema,
        review_threshold=from_options(held.version.config).review_threshold,
    )


ROUTES = (
    Route("GET", "/console/api/extractors", list_extractors, query=Paging, says={200: Page[Extractor]}),
    Route("POST", "/console/api/extractors", create_extractor, asks=CreateExtractor, says={201: Extractor}),
)
