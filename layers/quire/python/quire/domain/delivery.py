"""A delivery: one event on its way to one receiver, which is a webhook endpoint or a webhook that a job brought along.

Pure: who is to be told of what, when a call is tried again, and what its answer means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quire.domain.document import Document, DocumentStatus, Stored
from quire.domain.endpoint import Endpoint, Event
from quire.domain.extractor import DETECT, GENERATE
from quire.domain.ids import derived_id
from quire.domain.job import Job, JobStatus
from quire.domain.places import results_of

PAUSES_S = (10, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 30_600)
"""Between a try and the next, at least; the last try is more than a day after the first."""
MOST_TRIES = len(PAUSES_S) + 1
JITTER = 0.2
"""Of a pause at most is added to it, so that calls that failed together do not come together again."""
WINDOW_MS = 30 * 3_600_000
"""A delivery that is older is given up, however few its tries were; its body can be sent as long."""
REMEMBERED_MS = 30 * 24 * 3_600_000
"""A delivery is listed as long."""
MOST_ATTEMPTS = 20
"""That are remembered, the last ones."""
MOST_ANSWER_BYTES = 512
"""Of an answer that are remembered."""
_GONE = 410
HOOKS = "webhooks"
"""Where a job's `echo` has the webhooks that it brought along."""


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Every try failed."""
    DROPPED = "dropped"
    """There is nobody, or nothing, to tell any more."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened, at a time (milliseconds since 1970), to what the ids name. `turn` tells those of one
    thing apart that may come again: the revision of an extractor, whose `name` and newest `version` are told then."""

    tenant: str
    event: Event
    at: int
    extractor_id: str | None = None
    job_id: str | None = None
    document_id: str | None = None
    turn: int = 0
    name: str | None = None
    version: int | None = None

    @property
    def id(self) -> str:
        """The event's id: a pure function of what happened."""
        thing = self.document_id or self.job_id or self.extractor_id or ""
        return derived_id(self.at, self.tenant, self.event, thing, str(self.turn))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try: when it began, the status of the answer or why there was none, milliseconds until then, and the first
    bytes of the answer as text."""

    at: int
    status: int | None
    milliseconds: int
    reason: str | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Times are milliseconds since 1970. `id` is the event's, the same for all its receivers and over all tries;
    `receiver` is an endpoint's id, or stands for the URL of a job's own webhook, the `hook`-th of that job.

    `tries` have begun since it was last (re)started; the next begins no sooner than `due_at`. `body` is what is sent,
    once it was made. A `test` tells of nothing that happened, and is tried once."""

    occasion: Occasion
    id: str
    receiver: str
    contract: str
    due_at: int
    hook: int | None = None
    test: bool = False
    status: DeliveryStatus = DeliveryStatus.PENDING
    tries: int = 0
    body: Stored | None = None
    ended_at: int | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def tenant(self) -> str:
        return self.occasion.tenant

    @property
    def created_at(self) -> int:
        return self.occasion.at

    def with_attempt(self, attempt: Attempt | None) -> tuple[Attempt, ...]:
        """The attempts to remember after another one."""
        return (*self.attempts, *([attempt] if attempt else ()))[-MOST_ATTEMPTS:]

    @property
    def body_key(self) -> str:
        job_id = self.occasion.job_id
        folder = results_of(self.tenant, job_id) if job_id else f"results/{self.tenant}/"
        return f"{folder}events/{self.receiver}/{self.id}"


# ---- who is told of what ---------------------------------------------------------------------------------------------

_DOCUMENTS: Mapping[DocumentStatus, Event] = {
    DocumentStatus.SUCCEEDED: Event.DOCUMENT_SUCCEEDED,
    DocumentStatus.FAILED: Event.DOCUMENT_FAILED,
    DocumentStatus.CANCELLED: Event.DOCUMENT_CANCELLED,
}
_JOBS: Mapping[JobStatus, Event] = {
    JobStatus.COMPLETED: Event.JOB_COMPLETED,
    JobStatus.PARTIALLY_FAILED: Event.JOB_PARTIALLY_FAILED,
    JobStatus.FAILED: Event.JOB_FAILED,
    JobStatus.CANCELLED: Event.JOB_CANCELLED,
    JobStatus.EXPIRED: Event.JOB_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Audience:
    """A tenant's endpoints, as they were read before a transaction that something is told of. What it answers belongs
    into that transaction: at most two deliveries for each endpoint, and one for each webhook of a job's own."""

    endpoints: Sequence[Endpoint] = ()

    def of_document(self, job: Job, document: Document, status: DocumentStatus, at: int) -> list[Delivery]:
        """A document comes to that status; `job` as it stands then."""
        event = _DOCUMENTS[status]
        told = [] if _as_one(job) else self._of_job(job, event, at, document.id)
        return told + (self.of_job(job, at) if job.status.ended else [])

    def of_job(self, job: Job, at: int) -> list[Delivery]:
        """A job has ended. One whose documents are one to its caller is told of as a document, too."""
        told = self._of_job(job, _whole(job), at, None) if _as_one(job) else []
        told += self._of_job(job, _JOBS[job.status], at, None)
        return told + _to_hooks(_occasion(job, _JOBS[job.status], at, None), job)

    def of_review(self, job: Job, document: Document, at: int) -> list[Delivery]:
        """A document begins to wait for a person."""
        return self._of_job(job, Event.DOCUMENT_REVIEW_REQUIRED, at, document.id)

    def of_extractor(self, occasion: Occasion) -> list[Delivery]:
        """An extractor was written."""
        return self._told(occasion, self.endpoints)

    def _of_job(self, job: Job, event: Event, at: int, document_id: str | None) -> list[Delivery]:
        if job.extractor in (DETECT, GENERATE):
            return []
        return self._told(_occasion(job, event, at, document_id), _listening(self.endpoints, job))

    def _told(self, occasion: Occasion, endpoints: Iterable[Endpoint]) -> list[Delivery]:
        return [
            Delivery(occasion, occasion.id, endpoint.id, endpoint.contract, occasion.at)
            for endpoint in endpoints
            if endpoint.covers(occasion.event, occasion.extractor_id)
        ]


NOBODY = Audience()


def hooks_of(job: Job) -> Sequence[Mapping[str, Any]]:
    """The webhooks that a job brought along, in its contract's words."""
    hooks: Any = (job.echo or {}).get(HOOKS) or ()
    return tuple(hooks)


def _to_hooks(occasion: Occasion, job: Job) -> list[Delivery]:
    return [
        Delivery(occasion, occasion.id, _receiver(position, hook), job.contract, occasion.at, hook=position)
        for position, hook in enumerate(hooks_of(job))
    ]


def _receiver(position: int, hook: Mapping[str, Any]) -> str:
    """The same for all jobs that name the same URL at the same place."""
    return f"hook-{position}-{hashlib.sha256(str(hook['webhook_url']).encode()).hexdigest()[:32]}"


def _occasion(job: Job, event: Event, at: int, document_id: str | None) -> Occasion:
    return Occasion(job.tenant, event, at, job.extractor, job.id, document_id)


def _listening(endpoints: Iterable[Endpoint], job: Job) -> list[Endpoint]:
    """A caller that polls is not called by its own contract (TerrafAI, `deliveryMode`)."""
    polls = (job.echo or {}).get("deliveryMode") == "poll"
    return [endpoint for endpoint in endpoints if not (polls and endpoint.contract == job.contract)]


def _as_one(job: Job) -> bool:
    """Its documents are one to its caller (Extend, several files of a run)."""
    return bool((job.echo or {}).get("package"))


def _whole(job: Job) -> Event:
    if job.counts.failed:
        return Event.DOCUMENT_FAILED
    return Event.DOCUMENT_CANCELLED if job.counts.cancelled else Event.DOCUMENT_SUCCEEDED


# ---- what an answer means --------------------------------------------------------------------------------------------


class Reception(StrEnum):
    TAKEN = "taken"
    AGAIN = "again"
    """Whatever else was answered, redirects too, or nothing."""
    UNWANTED = "unwanted"
    """The receiver says that it wants no more calls."""


def reception(status: int | None) -> Reception:
    """What an answer's status says; None: there was no answer (Standard Webhooks, "Delivery")."""
    if status is not None and 200 <= status < 300:
        return Reception.TAKEN
    return Reception.UNWANTED if status == _GONE else Reception.AGAIN


def next_try(delivery: Delivery, now: int, chance: float) -> int | None:
    """When it is tried again after `delivery.tries`, by a chance of 0 to 1; None: never."""
    if delivery.test or delivery.tries >= MOST_TRIES:
        return None
    pause_ms = 1000 * PAUSES_S[delivery.tries - 1] * (1 + JITTER * chance)
    return now + int(pause_ms)
