"""What PerfectParser's webhooks are sent: an extraction, or one of its documents, without its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from functions.api_perfectparser import wire_extractions, wire_webhooks
from functions.api_perfectparser.contract import DOCUMENT, NAME
from quire.domain.delivery import Delivery
from quire.domain.endpoint import shown_secret
from quire.domain.ports import World
from quire.http.ids import say_id
from quire.http.times import say_time
from quire.service.speaking import Message, Target, as_it_is, hex_hmac

envelope = as_it_is


def say(world: World, delivery: Delivery, _target: Target) -> bytes | None:
    occasion = delivery.occasion
    if delivery.test:
        return _json(wire_webhooks.made_up_payload(occasion.at))
    word = wire_webhooks.WORDS.get(occasion.event)
    job = world.jobs.get(occasion.tenant, occasion.job_id or "") if word else None
    if job is None or job.deleted_at is not None:
        return None
    parser_id = wire_extractions.parser_of(job)
    parser = world.extractors.get(job.tenant, parser_id) if parser_id else None
    extraction = wire_extractions.say_listed(job, parser.name if parser else None)
    said: dict[str, Any] = {
        "event": word,
        "event_id": say_id(wire_webhooks.EVENT, delivery.id),
        "created_at": say_time(occasion.at),
        "extraction_id": extraction.extraction_id,
    }
    if not occasion.event.startswith("document."):
        return _json({**said, "extraction": extraction.model_dump()})
    document = world.jobs.document(job.tenant, occasion.document_id) if occasion.document_id else None
    if document is None:
        return None
    shown = wire_extractions.say_documents(job, [document])[0].model_dump()
    document_id = say_id(DOCUMENT, document.id)
    return _json({**said, "document_id": document_id, "document": shown, "extraction": extraction.model_dump()})


def headers(message: Message) -> Mapping[str, str]:
    """HMAC-SHA256 of the body alone, in hexadecimal; and the static secret, where there is one."""
    static = {"X-Webhook-Secret": message.target.static} if message.target.static else {}
    secret = shown_secret(NAME, message.secret)
    return {**static, "X-PerfectParser-Signature": hex_hmac(secret, message.body)}


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said).encode()
