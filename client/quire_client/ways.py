"""What a contract's routes must offer so that `quire_client.run` can send documents by them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from pathlib import Path
from typing import Protocol

from quire_client.models import Error, Result, Stage

MOST_BODY_BYTES = 4_500_000
"""Of a file inside a request: the gateway and Lambda take little more. Larger ones go to a signed URL."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document of a submission, by its position there, came to `stage`."""

    position: int
    stage: Stage
    result: Result | None = None
    error: Error | None = None


class Way(Protocol):
    @property
    def together(self) -> int:
        """Documents in one submission."""
        ...

    @property
    def at_once(self) -> int:
        """Submissions on their way at the same time: more than a tenant's slots keep it busy, more only ask more."""
        ...

    async def upload(self, path: Path) -> str:
        """Send a file; answers its id. Raises Refused, httpx.HTTPError, OSError."""
        ...

    async def submit(self, file_ids: Sequence[str], key: str) -> str:
        """Answers the id of the job; the same key again gives the same job. Raises Refused, httpx.HTTPError."""
        ...

    def follow(self, job_id: str) -> AsyncIterator[Seen]:
        """Each change of its documents, until every one has ended. Raises Refused, httpx.HTTPError."""
        ...


def printable(path: Path | str) -> str:
    """As JSON, headers and terminals can hold it: a path that is no UTF-8 has question marks."""
    return str(path).encode(errors="replace").decode()


def sent_name(path: Path) -> str:
    """What the service is told that a file is called."""
    return printable(path.name)


def pauses() -> chain[float]:
    """Seconds between two looks at a job: soon at first, seldom later."""
    growing = accumulate(repeat(1.3, 9), lambda pause, factor: pause * factor, initial=0.3)
    return chain(growing, repeat(3.0))
