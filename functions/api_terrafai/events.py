"""What TerrafAI's webhooks are sent: a small signed summary of a job that has ended, without its result."""

from __future__ import annotations

import json
from collections.abc import Mapping

from functions.api_terrafai.contract import JOBS, say_status
from quire.domain.delivery import Delivery
from quire.domain.endpoint import Event
from quire.domain.ports import World
from quire.domain.refusal import Refusal
from quire.http.times import say_time
from quire.service.changes import list_changes
from quire.service.speaking import Message, Target, as_it_is, standard_headers

COMPLETED, FAILED = "extraction.job.completed", "extraction.job.failed"
EVENTS: Mapping[str, frozenset[Event]] = {
    COMPLETED: frozenset({Event.JOB_COMPLETED, Event.JOB_PARTIALLY_FAILED}),
    FAILED: frozenset({Event.JOB_FAILED, Event.JOB_CANCELLED, Event.JOB_EXPIRED}),
}
_WORDS = {event: word for word, events in EVENTS.items() for event in events}
_MOST_READ = 100
_NOBODYS = "00000000-0000-0000-0000-000000000000"
envelope = as_it_is


def say(world: World, delivery: Delivery, _target: Target) -> bytes | None:
    occasion = delivery.occasion
    word = _WORDS.get(occasion.event)
    if word is None:
        return None
    said = {"event": word, "eventId": delivery.id, "createdAt": say_time(occasion.at)}
    if delivery.test:
        job = {"id": _NOBODYS, "status": "completed", "resultUrl": f"{JOBS}/{_NOBODYS}/result"}
        return json.dumps({**said, "test": True, "job": job}).encode()
    tenant = world.tenants.get(occasion.tenant)
    found = list_changes(world, tenant, occasion.job_id or "", None, _MOST_READ) if tenant else None
    if found is None or isinstance(found, Refusal):
        return None
    status = say_status(found.job, found.documents, world.clock())
    return json.dumps({**said, "job": status.job.model_dump(mode="json", by_alias=True)}).encode()


def headers(message: Message) -> Mapping[str, str]:
    """Its own scheme is not published: Standard Webhooks."""
    return standard_headers(message)
