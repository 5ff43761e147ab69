"""Saved webhook configurations, as LlamaCloud says them: endpoints that hear of those jobs alone that name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from functions.api_llamacloud.contract import Paging, project_id, utc
from quire.domain.endpoint import Endpoint, Secrets
from quire.http.closed import Closed

EVENTS, HEADERS, FORMAT, SECRET = "webhook_events", "webhook_headers", "webhook_output_format", "has_secret"
"""Among an endpoint's settings."""
WebhookEvent = Literal[
    "batch.cancelled",
    "batch.error",
    "batch.pending",
    "batch.running",
    "batch.success",
    "classify.cancelled",
    "classify.error",
    "classify.partial_success",
    "classify.pending",
    "classify.running",
    "classify.success",
    "extract.cancelled",
    "extract.error",
    "extract.partial_success",
    "extract.pending",
    "extract.success",
    "parse.cancelled",
    "parse.error",
    "parse.partial_success",
    "parse.pending",
    "parse.running",
    "parse.success",
    "sheets.cancelled",
    "sheets.error",
    "sheets.partial_success",
    "sheets.pending",
    "sheets.success",
    "split.cancelled",
    "split.error",
    "split.pending",
    "split.processing",
    "split.success",
    "unmapped_event",
    "verify.cancelled",
    "verify.error",
    "verify.pending",
    "verify.running",
    "verify.success",
]
Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=64)]
Format = Literal["json", "string"]


# ---- requests --------------------------------------------------------------------------------------------------------


class UpdateWebhook(Closed):
    """What is not named stays. `webhook_events` null: all; none is refused."""

    webhook_url: str | None = Field(default=None, max_length=2048)
    webhook_events: Events | None = None
    webhook_headers: dict[str, str] | None = Field(default=None, max_length=32, repr=False)
    webhook_output_format: Format | None = None
    webhook_signing_secret: str | None = Field(default=None, max_length=255, repr=False)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was named, as an endpoint keeps it."""
        said = self.model_dump(mode="json", include=self.model_fields_set & {EVENTS, HEADERS, FORMAT})
        if "webhook_signing_secret" in self.model_fields_set:
            said[SECRET] = self.webhook_signing_secret is not None
        return said


class CreateWebhook(UpdateWebhook):
    webhook_url: str = Field(max_length=2048)


def _whether(said: object) -> object:
    return said == "true" if said in ("true", "false") else said


class WebhookQuery(Paging):
    """`include_total`: count them all."""

    include_total: Annotated[bool, BeforeValidator(_whether)] = False


# ---- answers ---------------------------------------------------------------------------------------------------------


class WebhookSaid(BaseModel):
    """The signing secret is never said."""

    id: str
    tenant_id: str
    tenant_type: Literal["project"] = "project"
    webhook_url: str
    webhook_events: list[WebhookEvent] | None = None
    webhook_headers: dict[str, str] | None = None
    webhook_output_format: Format | None = None
    has_secret: bool
    created_at: datetime
    updated_at: datetime


class WebhookList(BaseModel):
    items: list[WebhookSaid]
    next_page_token: str | None = None
    total_size: int | None = None


def say_webhook(endpoint: Endpoint) -> WebhookSaid:
    settings: Mapping[str, Any] = endpoint.settings
    return WebhookSaid(
        id=endpoint.id,
        tenant_id=project_id(endpoint.tenant),
        webhook_url=endpoint.url,
        webhook_events=settings.get(EVENTS),
        webhook_headers=settings.get(HEADERS),
        webhook_output_format=settings.get(FORMAT),
        has_secret=bool(settings.get(SECRET)),
        created_at=utc(endpoint.created_at),
        updated_at=utc(endpoint.updated_at),
    )


def of_a_job(endpoint: Endpoint, secrets: Secrets) -> Mapping[str, Any]:
    """As a job that names it keeps it: `WebhookConfiguration` of that time."""
    said = {name: endpoint.settings.get(name) for name in (EVENTS, HEADERS, FORMAT)}
    hook = {"webhook_url": endpoint.url, **said, "webhook_signing_secret": secrets.static}
    return {name: value for name, value in hook.items() if value is not None}
