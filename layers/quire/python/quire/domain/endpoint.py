"""A webhook endpoint: where a tenant wants to hear of what happens, and of what.

What its calls are signed with lies beside it (`Secrets`), so that who reads or lists endpoints never holds a secret."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_ENDPOINTS = 40
"""Of one tenant, over all contracts: the end of a job's last document writes two deliveries for each of them in its
transaction, which has room for 100 items."""
MOST_URL_CHARACTERS = 2_048
MOST_NAME_CHARACTERS = 255
MOST_EXTRACTORS = 100
"""That an endpoint is limited to."""
MOST_SUBSCRIPTIONS = 100
"""Of an endpoint."""
_SECRET_BYTES = 32


class Event(StrEnum):
    """What can be heard of. Endings of documents and jobs are named by the status they lead to; a contract has a word
    of its own for one of these, or for several."""

    DOCUMENT_REVIEW_REQUIRED = "document.review_required"
    DOCUMENT_SUCCEEDED = "document.succeeded"
    DOCUMENT_FAILED = "document.failed"
    DOCUMENT_CANCELLED = "document.cancelled"
    JOB_COMPLETED = "job.completed"
    JOB_PARTIALLY_FAILED = "job.partially_failed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    JOB_EXPIRED = "job.expired"
    EXTRACTOR_CREATED = "extractor.created"
    EXTRACTOR_UPDATED = "extractor.updated"
    """Its name, description or settings."""
    EXTRACTOR_VERSIONED = "extractor.versioned"
    """It has a new version, which is no release."""
    EXTRACTOR_RELEASED = "extractor.released"
    EXTRACTOR_DELETED = "extractor.deleted"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Events of one extractor that its endpoint hears of beside its own (Extend, "Create Webhook Subscription")."""

    id: str
    endpoint_id: str
    extractor_id: str
    events: frozenset[Event]
    created_at: int
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Times are milliseconds since 1970. `contract` is the one that it speaks.

    It hears `events` of the `extractors` whose ids are named, or of everything when that is None; and what its
    `subscriptions` say, at most one for an extractor. `settings` is what its contract wants to find again, in its own
    words. `revision` counts the writes, so that of two writers who read the same one only one succeeds."""

    tenant: str
    id: str
    contract: str
    url: str
    events: frozenset[Event]
    created_at: int
    updated_at: int
    name: str = ""
    active: bool = True
    extractors: frozenset[str] | None = None
    subscriptions: Sequence[Subscription] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    revision: int = 1

    def covers(self, event: Event, extractor_id: str | None) -> bool:
        """Whether it is told of this event of an extractor, or of what belongs to none."""
        if not self.active:
            return False
        if event in self.events and (self.extractors is None or extractor_id in self.extractors):
            return True
        return any(own.extractor_id == extractor_id and event in own.events for own in self.subscriptions)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an endpoint's calls are signed with; no repr shows it. A secret is 32 random bytes in base64, which each
    contract writes behind a prefix of its own (`shown_secret`).

    `previous` signs beside `current` until `previous_ends_at` (milliseconds since 1970). `static` is a word of the
    caller's that each call repeats as it is (PerfectParser, `X-Webhook-Secret`)."""

    current: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_ends_at: int = 0
    static: str | None = field(default=None, repr=False)

    def signing(self, now: int) -> tuple[str, ...]:
        """Those that sign at this time, the newest first."""
        if self.previous is None or now >= self.previous_ends_at:
            return (self.current,)
        return self.current, self.previous


_PREFIXES = {"extend": "wss_", "perfectparser": "wh_sec_"}


def shown_secret(contract: str, secret: str) -> str:
    """A secret as its contract writes it, which is what signs there; Standard Webhooks has a prefix for it, too."""
    return _PREFIXES.get(contract, "whsec_") + secret


def new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
