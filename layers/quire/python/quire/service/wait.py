"""Synchronous routes: the same job, awaited for as long as the gateway lets us. The only polling there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from quire.domain.document import Document, DocumentStatus
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.ports import World

ANSWER_MS = 25_000
"""From the request's arrival at API Gateway, which gives up after 30 s: the rest is for the last look and the way."""
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 2.0


Seen = TypeVar("Seen")


def until(
    look: Callable[[], Seen | None],
    clock: Callable[[], int],
    answer_by: int,
    sleep: Callable[[float], None] = time.sleep,
) -> Seen | None:
    """What a look sees, as soon as it sees something; None when it sees nothing by `answer_by` (milliseconds since
    1970, as `clock` has them): the time of the looks counts, too, and all that was done before."""
    for pause in _pauses():
        left = (answer_by - clock()) / 1000
        if left <= 0:
            return None
        sleep(min(pause, left))
        seen = look()
        if seen is not None:
            return seen
    return None


def wait(world: World, job: Job, answer_by: int, sleep: Callable[[float], None] = time.sleep) -> Document | None:
    """The document of a job of one that has ended, or that a person must review first; None when it goes on beyond our
    time."""

    def look() -> Document | None:
        document = world.jobs.document(job.tenant, document_id(job.id, 0))
        seen = document and (document.status.ended or document.status is DocumentStatus.REVIEW_REQUIRED)
        return document if seen else None

    return until(look, world.clock, answer_by, sleep)


def wait_for_all(world: World, job: Job, answer_by: int, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Whether all documents of a job ended in our time. For people nobody waits here."""

    def look() -> Job | None:
        stands = world.jobs.get(job.tenant, job.id)
        return stands if stands and (stands.status.ended or stands.counts.awaits_review) else None

    stands = until(look, world.clock, answer_by, sleep)
    return stands is not None and stands.status.ended


def _pauses() -> Iterator[float]:
    """Seconds; together as long as a request that was just made may take."""
    waited, pause = 0.0, FIRST_PAUSE
    while waited < ANSWER_MS / 1000:
        yield pause
        waited += pause
        pause = min(pause * 1.5, LONGEST_PAUSE)
