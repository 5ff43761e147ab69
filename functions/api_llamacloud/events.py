"""What the webhooks of LlamaCloud's jobs are sent: `{event_id, event_type, timestamp, data}`, with the headers that the
caller gave, and signed by its secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from functions.api_llamacloud.contract import plain_id, project_id
from functions.api_llamacloud.wire_v1 import JOB_WORDS, say_error
from quire.domain.delivery import Delivery
from quire.domain.endpoint import Event
from quire.domain.ids import document_id
from quire.domain.ports import World
from quire.service.speaking import Message, Target, as_it_is, hex_hmac

WORDS: Mapping[Event, str] = {
    Event.JOB_COMPLETED: "extract.success",
    Event.JOB_PARTIALLY_FAILED: "extract.partial_success",
    Event.JOB_FAILED: "extract.error",
    Event.JOB_EXPIRED: "extract.error",
    Event.JOB_CANCELLED: "extract.cancelled",
}
envelope = as_it_is


def say(world: World, delivery: Delivery, target: Target) -> bytes | None:
    """The job without its data; as an object, or, as those webhooks have it when nothing is said, as a string."""
    occasion = delivery.occasion
    word, wanted = WORDS.get(occasion.event), _of(target, "webhook_events")
    job = world.jobs.get(occasion.tenant, occasion.job_id or "")
    if job is None or job.deleted_at is not None or (wanted and word not in wanted):
        return None
    document = world.jobs.document(job.tenant, document_id(job.id, 0))
    data = {
        "job_id": job.id,
        "project_id": project_id(job.tenant),
        "extraction_agent_id": plain_id(job.extractor),
        "file_id": document.source.file_id if document else None,
        "status": JOB_WORDS[document.status] if document and document.status.ended else "CANCELLED",
        "error": say_error(document) if document else None,
    }
    said = {
        "event_id": delivery.id,
        "event_type": word,
        "timestamp": occasion.at / 1000,
        "data": data if _of(target, "webhook_output_format") == "json" else json.dumps(data),
    }
    return json.dumps(said).encode()


def headers(message: Message) -> Mapping[str, str]:
    """`LC-Signature: sha256=` and the HMAC-SHA256 of the body, in hexadecimal."""
    said = {name: value for name, value in (_of(message.target, "webhook_headers") or {}).items() if value is not None}
    secret = _of(message.target, "webhook_signing_secret")
    return {**said, "LC-Signature": f"sha256={hex_hmac(secret, message.body)}"} if secret else said


def _of(target: Target, name: str) -> Any:
    return target.settings.get(name)
