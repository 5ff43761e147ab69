"""Documents through one way to their ends: uploaded side by side, submitted together where the way can, followed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import httpx

from quire_client.connection import Refused
from quire_client.models import Error, Outcome, Progress, Stage
from quire_client.state import Document, State, Submission
from quire_client.ways import Way

UPLOADS_AT_ONCE = 10
_OF_THE_KEY = frozenset({401, 403})
_OF_EVERY_UPLOAD = _OF_THE_KEY | {404}
_OF_EVERY_SUBMIT = _OF_THE_KEY | {404, 422}
"""Statuses that all other documents would meet too: they have the same schema, extractor and options."""
_FORGOTTEN = frozenset({400, 404, 409, 410})
"""What a service answers that does not have any more what an earlier run left there."""

Taken = Callable[[], None]
"""To be called once an outcome is in safe hands."""


@dataclass(frozen=True, slots=True)
class Run:
    """Of one set of documents. Outcomes go to `emit`, changes on the way to `tell`."""

    way: Way
    state: State
    tell: Callable[[Progress], None]
    emit: Callable[[Outcome, Taken], None]
    flights: asyncio.Semaphore = field(init=False)
    uploads: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "flights", asyncio.Semaphore(self.way.at_once))
        object.__setattr__(self, "uploads", asyncio.Semaphore(UPLOADS_AT_ONCE))

    async def all(self, paths: Sequence[Path], asked: str) -> None:
        """Every path to its outcome, but those whose result is there. Raises Refused where the service refuses every
        document alike, httpx.HTTPError where it cannot be reached, OSError where the state cannot be kept."""
        again, fresh, done = await asyncio.to_thread(self.state.plan, paths, asked)
        for path in done:
            self.tell(Progress(path, Stage.SUCCEEDED))
        waiting = iter(fresh)
        try:
            async with asyncio.TaskGroup() as tasks:
                for submission in again:
                    tasks.create_task(self._again(submission))
                while group := list(islice(waiting, self.way.together)):
                    tasks.create_task(self._anew(group))
        except BaseExceptionGroup as failures:
            raise _first(failures) from None

    async def _again(self, submission: Submission) -> None:
        """Go on with what an earlier run sent, or was about to send."""
        async with self.flights:
            for document in submission.documents:
                if document:
                    self.tell(Progress(document.path, Stage.UPLOADED))
            lost = await self._through(submission, remembered=True)
        if lost:
            await self._anew(lost)

    async def _anew(self, documents: Sequence[Document]) -> None:
        remembered = any(document.file_id for document in documents)
        async with self.flights:
            async with asyncio.TaskGroup() as tasks:
                for document in documents:
                    tasks.create_task(self._upload(document))
            there = [(document, document.file_id) for document in documents if document.file_id]
            if not there:
                return
            submission = Submission(uuid.uuid4().hex, [file_id for _, file_id in there], [one for one, _ in there])
            self.state.submitting(submission)
            lost = await self._through(submission, remembered=remembered)
        if lost:
            await self._anew(lost)

    async def _upload(self, document: Document) -> None:
        """Gives the document its file id, or its outcome."""
        try:
            if document.file_id is None:
                async with self.uploads:
                    self.state.uploaded(document, await self.way.upload(document.path))
        except Refused as refused:
            if refused.status in _OF_EVERY_UPLOAD:
                raise
            self._failed(document, refused.code, refused.message)
        except httpx.HTTPStatusError as failed:  # the store's: the service's own are Refused
            self._failed(document, "upload_failed", f"The store answered {failed.response.status_code}.")
        else:
            self.tell(Progress(document.path, Stage.UPLOADED))

    async def _through(self, submission: Submission, *, remembered: bool) -> list[Document]:
        """To the end of every document. Answers those to begin anew, since what is `remembered` of them is gone."""
        try:
            if submission.job_id is None:
                self.state.submitted(submission, await self.way.submit(submission.file_ids, submission.key))
            await self._follow(submission, submission.job_id or "")
        except Refused as refused:
            left = [document for document in submission.documents if document]
            lost = remembered and refused.status in _FORGOTTEN
            everyone_s = _OF_THE_KEY if submission.job_id else _OF_EVERY_SUBMIT
            if refused.status in everyone_s and not lost:
                raise
            if submission.job_id is None or lost:
                self.state.dropped(submission)
            for document in left:
                document.file_id = None
                if not lost:
                    self._failed(document, refused.code, refused.message)
            return left if lost else []
        return []

    async def _follow(self, submission: Submission, job_id: str) -> None:
        """A document that ended is taken out of `submission`."""
        async for seen in self.way.follow(job_id):
            document = submission.documents[seen.position]
            if document is None:
                continue
            if seen.stage.ended:
                submission.documents[seen.position] = None
                outcome = Outcome(document.path, seen.stage, seen.result, seen.error)
                self._emit(outcome, submission, seen.position)
            else:
                self.tell(Progress(document.path, seen.stage))

    def _emit(self, outcome: Outcome, submission: Submission, position: int) -> None:
        self.tell(Progress(outcome.path, outcome.status))
        self.emit(outcome, lambda: self.state.ended(submission, position, outcome.status))

    def _failed(self, document: Document, code: str, message: str) -> None:
        self.tell(Progress(document.path, Stage.FAILED))
        self.emit(Outcome(document.path, Stage.FAILED, None, Error(code, message)), lambda: None)


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
