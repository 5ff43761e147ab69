"""Synchronous routes: the same job, awaited for as long as the gateway lets us. The only polling there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from quire.domain.document import Document
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.ports import World

MOST_SECONDS = 25.0
"""API Gateway gives up after 30 s."""
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 2.0


Seen = TypeVar("Seen")


def until(look: Callable[[], Seen | None], sleep: Callable[[float], None] = time.sleep) -> Seen | None:
    """What a look sees, as soon as it sees something; None when that takes longer than our time."""
    for pause in _pauses():
        sleep(pause)
        seen = look()
        if seen is not None:
            return seen
    return None


def wait(world: World, job: Job, sleep: Callable[[float], None] = time.sleep) -> Document | None:
    """The ended document of a job of one; None when it goes on beyond our time."""

    def ended() -> Document | None:
        document = world.jobs.document(job.tenant, document_id(job.id, 0))
        return document if document and document.status.ended else None

    return until(ended, sleep)


def wait_for_all(world: World, job: Job, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Whether all documents of a job ended in our time."""

    def ended() -> Job | None:
        stands = world.jobs.get(job.tenant, job.id)
        return stands if stands and stands.status.ended else None

    return until(ended, sleep) is not None


def _pauses() -> Iterator[float]:
    """Seconds."""
    waited, pause = 0.0, FIRST_PAUSE
    while waited < MOST_SECONDS:
        yield pause
        waited += pause
        pause = min(pause * 1.5, LONGEST_PAUSE, MOST_SECONDS - waited)
