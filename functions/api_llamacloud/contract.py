"""LlamaCloud's words: its ids, schemas and webhooks, and how it says a refusal. Its resources: the modules `wire_…`.

Facts: the service's API reference, its OpenAPI document (in the npm package llama-cloud-services 0.5.4) and the models
of its SDK llama-cloud, 0.1.46 to 2.19.0; what they leave open is decided here and written down in
docs/compatibility.md. Ids are plain UUIDs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from quire.domain.extractor import compact
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.json_text import loads
from quire.http.statuses import STATUS
from quire.service.endpoint_limits import check_url
from quire.service.extractor_limits import MOST_SCHEMA_CHARACTERS
from quire.service.schemas import check_schema

NAME = "llamacloud"
SCHEMA = "schema"
"""The way of a job that has its schema from its request."""


# ---- ids and times ---------------------------------------------------------------------------------------------------


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


def utc(milliseconds: int) -> datetime:
    """Of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


# ---- schemas ---------------------------------------------------------------------------------------------------------

DataSchema = dict[str, Any] | str
"""A JSON Schema, or one as JSON text."""


def to_schema(said: DataSchema, *where: str) -> dict[str, Any] | Refusal:
    """A schema that can be filled; `where` leads to it in the request's body."""
    schema: Any = said
    if isinstance(said, str):
        try:
            schema = loads(said)
        except ValueError:
            return invalid("body", "The schema is not JSON.", "json_invalid", *where)
    if not isinstance(schema, dict):
        return invalid("body", "The root of a schema must be an object.", "dict_type", *where)
    if len(compact(schema)) > MOST_SCHEMA_CHARACTERS:
        message = f"A schema has at most {MOST_SCHEMA_CHARACTERS} characters of JSON."
        return invalid("body", message, "string_too_long", *where)
    return check_schema(schema, *where) or schema


def say_schema(schema: object) -> dict[str, Any]:
    """As an object, in whatever dialect a contract has given it."""
    if isinstance(schema, str):
        return say_schema(json.loads(schema))
    if isinstance(schema, dict):
        return schema
    return {} if schema is None else {"fields": schema}


# ---- webhooks --------------------------------------------------------------------------------------------------------


class WebhookConfiguration(BaseModel):
    """Kept with the job. No event named: all of them."""

    webhook_url: str | None = Field(default=None, max_length=2048)
    webhook_events: list[Annotated[str, Field(max_length=64)]] | None = Field(default=None, max_length=64)
    webhook_headers: dict[str, str | None] | None = Field(default=None, max_length=32, repr=False)
    webhook_output_format: str | None = Field(default=None, max_length=16)
    webhook_signing_secret: str | None = Field(default=None, max_length=512, repr=False)


Webhooks = Annotated[list[WebhookConfiguration], Field(max_length=10)] | None


def check_webhooks(webhooks: Sequence[WebhookConfiguration] | None) -> Refusal | None:
    """Whether each has a URL that we would call."""
    for position, webhook in enumerate(webhooks or ()):
        place = ("webhook_configurations", position, "webhook_url")
        if webhook.webhook_url is None:
            return invalid("body", "A webhook needs a URL.", "missing", *place)
        refused = check_url(webhook.webhook_url, *place)
        if refused:
            return refused
    return None


def keep_webhooks(webhooks: Sequence[WebhookConfiguration] | None) -> Mapping[str, object]:
    """As a job's `echo` has them. They are never answered, for they hold secrets."""
    return {"webhooks": [webhook.model_dump(exclude_none=True) for webhook in webhooks]} if webhooks else {}


# ---- lists ---------------------------------------------------------------------------------------------------------


def _listed(said: object) -> object:
    """API Gateway joins the values of a repeated parameter with commas (HTTP API, payload format 2.0)."""
    return said.split(",") if isinstance(said, str) else said


Strings = Annotated[list[Annotated[str, Field(max_length=128)]], BeforeValidator(_listed), Field(max_length=100)]


class Paging(BaseModel):
    """Of lists with page tokens."""

    page_size: int = Field(default=50, ge=1, le=1000)
    page_token: str | None = Field(default=None, max_length=256)


class Expand(BaseModel):
    """What else is to be said; what is not known is left out."""

    expand: Strings = Field(default_factory=list)


class Deleted(BaseModel):
    deleted: Literal[True] = True


# ---- refusals --------------------------------------------------------------------------------------------------------


class ValidationProblem(BaseModel):
    loc: list[str | int]
    msg: str
    type: str


class HttpValidationError(BaseModel):
    """All answers of status 422."""

    detail: list[ValidationProblem]


class ErrorDetail(BaseModel):
    """All others; `code` is a kind of refusal."""

    detail: str
    code: str


_FINAL = 400
_STATUSES: Mapping[Kind, int] = {
    Kind.INVALID_REQUEST: 422,
    Kind.FILE_NOT_UPLOADED: _FINAL,
    Kind.RESULT_NOT_READY: _FINAL,
    Kind.REVIEW_REQUIRED: _FINAL,
    Kind.IDEMPOTENCY_CONFLICT: _FINAL,
    Kind.NAME_TAKEN: _FINAL,
}
"""The SDKs take 409 for a passing state and ask again: a final answer has another status."""
_UNPROCESSABLE = 422


def say_refusal(refusal: Refusal) -> Answer:
    """`{"detail": …}`: a list for 422, which old SDKs insist on, a sentence for all else (FastAPI's form)."""
    status = _STATUSES.get(refusal.kind, STATUS[refusal.kind])
    headers = {"allow": str(refusal.details["allow"])} if "allow" in refusal.details else {}
    if status == _UNPROCESSABLE:
        said = "value_error" if refusal.kind is Kind.INVALID_REQUEST else refusal.kind.value
        default = [{"loc": ["body"], "msg": refusal.message, "type": said}]
        return Answer(status, {"detail": refusal.details.get("errors", default)}, headers)
    return Answer(status, {"detail": refusal.message, "code": refusal.kind.value}, headers)
