"""Deliver: one try of one delivery. Whoever wakes it, twice or late, a try begins once and when it is due."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace

from quire.domain.delivery import (
    MOST_ANSWER_BYTES,
    MOST_TRIES,
    WINDOW_MS,
    Attempt,
    Delivery,
    DeliveryStatus,
    Reception,
    hooks_of,
    next_try,
    reception,
)
from quire.domain.document import Stored
from quire.domain.endpoint import Endpoint
from quire.domain.ports import DeliveryKey, NotPosted, Posted, World
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.service import endpoints
from quire.service.speaking import Message, Speaker, Target

SECONDS = 20.0
"""That a receiver has for its answer."""
TRY_MS = 120_000
"""After this a try that said nothing has died; more than the function's own limit."""
REST_MS = 60_000
"""A receiver that does not answer, or slowly, is left alone so long: it holds up nobody else meanwhile."""
SLOW_MS = 10_000
LINK_SECONDS = 3600
_OURS = re.compile(r"(?i)host|content-.*|connection|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*")
"""Headers that no caller sets."""
_NAME, _VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[!-~]?|[!-~][ -~]*[!-~]")
"""Of a header that can be sent (RFC 9110, 5.1 and 5.5), in ASCII."""


def deliver(world: World, key: DeliveryKey, speakers: Mapping[str, Speaker]) -> None:
    """Try once, if it is time. `speakers` are the contracts' by their names."""
    due, now = world.deliveries.get(key), world.clock()
    if due is None or due.status is not DeliveryStatus.PENDING or due.due_at > now:
        return None
    if due.tries >= MOST_TRIES or now - due.created_at > WINDOW_MS:
        return _end(world, due, DeliveryStatus.FAILED)
    rested = world.deliveries.resting(key.tenant, key.receiver)
    if rested > now and not due.test:
        return world.deliveries.postpone(due, rested + random.randrange(REST_MS))  # noqa: S311 - jitter
    begun = world.deliveries.begin(due, now + TRY_MS)
    if begun is not None:
        _try(world, begun, speakers[begun.contract])
    return None


def _try(world: World, begun: Delivery, speaker: Speaker) -> None:
    target = _target(world, begun)
    payload = _payload(world, begun, speaker, target) if target else None
    if target is None or payload is None:
        return _end(world, begun, DeliveryStatus.DROPPED)
    kept, content = payload
    body = speaker.envelope(begun, target, content, lambda: world.blobs.download_url(kept, LINK_SECONDS))
    message = Message(begun, target, body, world.clock())
    headers = {name: value for name, value in speaker.headers(message).items() if _may_be_sent(name, value)}
    headers |= {"Content-Type": "application/json", "User-Agent": "Quire-Webhooks"}
    answer = world.web.post(target.url, headers, body, most_bytes=MOST_ANSWER_BYTES, seconds=SECONDS)
    _record(world, begun, answer, message.at)
    return None


def _may_be_sent(name: str, value: str) -> bool:
    """Some of them are a caller's, who may have written anything there."""
    return bool(_NAME.fullmatch(name) and _VALUE.fullmatch(value)) and not _OURS.fullmatch(name)


def _record(world: World, begun: Delivery, answer: Posted | NotPosted, at: int) -> None:
    attempt = _attempt(answer, at)
    if attempt.status is None or attempt.milliseconds >= SLOW_MS:
        world.deliveries.rest(begun.tenant, begun.receiver, world.clock() + REST_MS)
    said = reception(attempt.status)
    if said is Reception.TAKEN:
        return _end(world, begun, DeliveryStatus.DELIVERED, attempt)
    if said is Reception.UNWANTED and begun.hook is None and not begun.test:
        _disable(world, begun)
    again = next_try(begun, world.clock(), random.random()) if said is Reception.AGAIN else None  # noqa: S311
    if again is None:
        return _end(world, begun, DeliveryStatus.FAILED, attempt)
    return world.deliveries.postpone(begun, again, attempt)


def _end(world: World, delivery: Delivery, status: DeliveryStatus, attempt: Attempt | None = None) -> None:
    world.deliveries.ended(delivery, status, attempt, world.clock())
    world.log(
        "delivery_ended",
        tenant=delivery.tenant,
        receiver=delivery.receiver,
        event_id=delivery.id,
        status=status.value,
        tries=delivery.tries,
    )


def _attempt(answer: Posted | NotPosted, at: int) -> Attempt:
    if isinstance(answer, NotPosted):
        return Attempt(at, None, answer.milliseconds, reason=answer.reason)
    text = answer.answer.decode("utf-8", "replace")
    return Attempt(at, answer.status, answer.milliseconds, answer="".join(c if c.isprintable() else " " for c in text))


# ---- where to, and what ----------------------------------------------------------------------------------------------


def _target(world: World, delivery: Delivery) -> Target | None:
    """None: nobody is there any more."""
    if delivery.hook is not None:
        job = world.jobs.get(delivery.tenant, delivery.occasion.job_id or "")
        hooks = hooks_of(job) if job else ()
        return Target(hooks[delivery.hook]["webhook_url"], hooks[delivery.hook]) if hooks else None
    endpoint = world.endpoints.get(delivery.tenant, delivery.receiver)
    secrets = world.endpoints.secrets(delivery.tenant, delivery.receiver)
    if endpoint is None or secrets is None or not (endpoint.active or delivery.test):
        return None
    return Target(endpoint.url, endpoint.settings, secrets.signing(world.clock()), secrets.static)


def _payload(world: World, begun: Delivery, speaker: Speaker, target: Target) -> tuple[Stored, bytes] | None:
    """Made once, and kept until the last try may be. None: there is nothing to tell, or its job was deleted since."""
    if begun.body is not None:
        try:
            return begun.body, world.blobs.get(begun.body)
        except KeyError:
            return None
    made = speaker.say(world, begun, target)
    if made is None:
        return None
    stored = world.blobs.put(begun.body_key, made, "application/json")
    kept = world.deliveries.rendered(begun, stored)
    return kept, made if kept == stored else world.blobs.get(kept)


def _disable(world: World, delivery: Delivery) -> None:
    def disabled(before: Endpoint) -> Endpoint:
        return replace(before, active=False)

    outcome = endpoints.rewrite(world, Tenant(delivery.tenant), delivery.contract, delivery.receiver, disabled)
    if not isinstance(outcome, Refusal):
        world.log("endpoint_disabled", tenant=delivery.tenant, endpoint_id=delivery.receiver)
