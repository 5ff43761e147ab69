"""What Extend's webhooks are sent: `{eventId, eventType, payload}`, signed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from functions.api_extend import extractor as extractors
from functions.api_extend import run, told
from functions.api_extend.contract import NAME
from quire.domain.delivery import Delivery, Occasion
from quire.domain.endpoint import Event, shown_secret
from quire.domain.extractor import Extractor
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.http.ids import say_id
from quire.http.times import say_time
from quire.service.extractors import Held
from quire.service.speaking import Message, Target, hex_hmac

EVENTS: Mapping[str, frozenset[Event]] = {
    "extract_run.processed": frozenset({Event.DOCUMENT_SUCCEEDED}),
    "extract_run.failed": frozenset({Event.DOCUMENT_FAILED}),
    "batch_processor_run.processed": frozenset({Event.JOB_COMPLETED, Event.JOB_PARTIALLY_FAILED}),
    "batch_processor_run.failed": frozenset({Event.JOB_FAILED, Event.JOB_EXPIRED}),
    "extractor.created": frozenset({Event.EXTRACTOR_CREATED}),
    "extractor.updated": frozenset({Event.EXTRACTOR_UPDATED}),
    "extractor.deleted": frozenset({Event.EXTRACTOR_DELETED}),
    "extractor.draft.updated": frozenset({Event.EXTRACTOR_VERSIONED}),
    "extractor.version.published": frozenset({Event.EXTRACTOR_RELEASED}),
}
"""What Extend's words stand for."""
_WORDS = {event: word for word, events in EVENTS.items() for event in events}
LARGE_BYTES = 256 * 1024
"""Of a payload, where links are wanted and no threshold is named."""
_MOST_RESULT_BYTES = 16 * 2**20
_NOBODYS = "0" * 32


def say(world: World, delivery: Delivery, _target: Target) -> bytes | None:
    """The run, the batch, the extractor or its version, as a GET answers it."""
    occasion = delivery.occasion
    if delivery.test:
        created = say_time(occasion.at)
        return _json(run.BatchRun(id=f"bpr_{_NOBODYS}", status="PROCESSED", run_count=1, created_at=created))
    if occasion.event not in _WORDS:
        return None
    if occasion.job_id is None:
        return _say_extractor(world, occasion)
    if occasion.event.startswith("document."):
        return _say_run(world, occasion)
    job = world.jobs.get(occasion.tenant, occasion.job_id)
    return _json(run.say_batch(job)) if job and job.deleted_at is None and run.is_batch(job) else None


def envelope(delivery: Delivery, target: Target, payload: bytes, link: Callable[[], str]) -> bytes:
    options = _options(target).get("payload") or {}
    threshold = options.get("urlThresholdBytes")
    if options.get("format") == "url" and len(payload) > (LARGE_BYTES if threshold is None else threshold):
        said = json.loads(payload)
        linked = {"object": "signed_data_url", "data": link(), "id": said["id"], "metadata": said.get("metadata")}
        payload = json.dumps(linked).encode()
    head = {"eventId": say_id("event", delivery.id), "eventType": _WORDS[delivery.occasion.event]}
    return json.dumps(head).encode()[:-1] + b', "payload": ' + payload + b"}"


def headers(message: Message) -> Mapping[str, str]:
    """HMAC-SHA256 of `v0:{timestamp}:{body}`, in hexadecimal, beside the endpoint's own headers."""
    signed = f"v0:{message.seconds}:".encode() + message.body
    return {
        **(_options(message.target).get("headers") or {}),
        "x-extend-request-timestamp": message.seconds,
        "x-extend-request-signature": hex_hmac(shown_secret(NAME, message.secret), signed),
    }


def _options(target: Target) -> dict[str, Any]:
    options: Any = target.settings.get("advancedOptions")
    return options or {}


def _say_run(world: World, occasion: Occasion) -> bytes | None:
    """An output that is too large for any webhook, or gone, is left out."""
    tenant = world.tenants.get(occasion.tenant)
    found = told.find_run(world, tenant, occasion.document_id or occasion.job_id or "") if tenant else None
    if tenant is None or found is None or isinstance(found, Refusal):
        return None
    said = told.say_whole(world, tenant, found, _MOST_RESULT_BYTES)
    if isinstance(said, Refusal) and said.kind in (Kind.RESULT_TOO_LARGE, Kind.RESULT_EXPIRED):
        said = told.say_whole(world, tenant, found, with_output=False)
    return None if isinstance(said, Refusal) else said


def _say_extractor(world: World, occasion: Occasion) -> bytes | None:
    """In the version that was the newest then."""
    extractor_id = occasion.extractor_id or ""
    versions = world.extractors.versions(occasion.tenant, extractor_id, [occasion.version or 1])
    if not versions:
        return None
    if occasion.event is Event.EXTRACTOR_RELEASED:
        return _json(extractors.say_version(versions[0]))
    head = world.extractors.get(occasion.tenant, extractor_id) or _gone(occasion)
    return _json(extractors.say_extractor(Held(head, versions[0])))


def _gone(occasion: Occasion) -> Extractor:
    """A deleted one; its id tells when it was made."""
    extractor_id = occasion.extractor_id or ""
    created_at = uuid.UUID(extractor_id).int >> 80
    return Extractor(occasion.tenant, extractor_id, occasion.name or "", created_at, occasion.at)


def _json(said: Any) -> bytes:
    body: str = said.model_dump_json(by_alias=True)
    return body.encode()
