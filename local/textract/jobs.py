"""Asynchronous jobs: started once per token, run in order of arrival, told of by a notice, kept for a while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.textract.aws import Aws, S3Object
from local.textract.control import Control
from local.textract.errors import TextractError
from local.textract.limits import MAX_BYTES
from local.textract.reader import Reader, Wanted
from local.textract.results import Output, Parts, page_of

# Jobs open at once, as in the service's large regions; more are refused.
MAX_OPEN = 600
# Ended jobs remembered (a record is about 2 KB), each with its token: the same request again is not paid again.
MAX_ENDED = 5_000
# Ended jobs whose blocks are kept here, as a document of 100 pages has 30 MB of them.
MAX_KEPT = 300
# Seconds before each other try of what the stack did not answer.
PAUSES = (1.0, 5.0, 15.0, 60.0)
MODEL_VERSION = {
    "StartDocumentTextDetection": {"DetectDocumentTextModelVersion": "1.0"},
    "StartDocumentAnalysis": {"AnalyzeDocumentModelVersion": "1.0"},
}


@dataclass
class Job:
    """A started job; `request` is the whole Start request."""

    id: str
    operation: str
    request: dict[str, Any]
    document: S3Object
    parts: Parts
    output: Output | None
    status: str = "IN_PROGRESS"
    message: str | None = None
    pages: int = 0

    @property
    def account(self) -> str:
        """What its pages are billed to."""
        return str(self.request.get("ClientRequestToken") or self.document)

    def answer(self) -> dict[str, Any]:
        """The Get answer without its blocks."""
        known = {"DocumentMetadata": {"Pages": self.pages}} if self.status == "SUCCEEDED" else {}
        said = {"StatusMessage": self.message} if self.message else {}
        return {**known, "JobStatus": self.status, **said, **MODEL_VERSION[self.operation]}

    def notice(self) -> str:
        """The message that Textract publishes (developer guide, "Amazon Textract Results Notification")."""
        tag = {"JobTag": self.request["JobTag"]} if "JobTag" in self.request else {}
        return json.dumps(
            {
                "JobId": self.id,
                "Status": self.status,
                "API": self.operation,
                **tag,
                "Timestamp": time.time_ns() // 1_000_000,
                "DocumentLocation": {"S3ObjectName": self.document.key, "S3Bucket": self.document.bucket},
            }
        )


class Jobs:
    """The jobs of one server; used from its event loop only."""

    def __init__(self, reader: Reader, aws: Aws, control: Control, directory: Path, at_once: int) -> None:
        self._reader = reader
        self._aws = aws
        self._control = control
        self._directory = directory
        self._at_once = at_once
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._by_token: dict[tuple[str, str], Job] = {}
        self._waiting: asyncio.Queue[Job] = asyncio.Queue()
        self._starting = asyncio.Lock()
        self._runners: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begins to run jobs."""
        self._runners = [asyncio.create_task(self._run_jobs()) for _ in range(self._at_once)]

    async def close(self) -> None:
        """Stops; what runs is lost, as the server's memory is."""
        for runner in self._runners:
            runner.cancel()
        await asyncio.gather(*self._runners, return_exceptions=True)

    async def start(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Starts a job, or finds the one that the same token started.

        Raises:
            TextractError: IdempotentParameterMismatchException, InvalidS3ObjectException,
                DocumentTooLargeException, LimitExceededException, InvalidParameterException.
        """
        token = request.get("ClientRequestToken")
        async with self._starting:  # two equal requests at the same time are one job
            known = self._by_token.get((operation, token)) if token else None
            if known and known.request != request:
                raise TextractError("IdempotentParameterMismatchException")
            if known:
                return {"JobId": known.id}
            job = await self._new(operation, request)
            self._jobs[job.id] = job
            if token:
                self._by_token[operation, token] = job
            self._waiting.put_nowait(job)
            return {"JobId": job.id}

    async def _new(self, operation: str, request: dict[str, Any]) -> Job:
        if sum(job.status == "IN_PROGRESS" for job in self._jobs.values()) >= MAX_OPEN:
            raise TextractError("LimitExceededException")
        document = S3Object.of(request["DocumentLocation"].get("S3Object", {}))
        if await asyncio.to_thread(self._aws.size, document) > max(MAX_BYTES.values()):
            raise TextractError("DocumentTooLargeException")
        name = secrets.token_hex(32)
        output = Output.of(request["OutputConfig"], name) if "OutputConfig" in request else None
        if output:
            await asyncio.to_thread(output.check_access, self._aws)
        return Job(name, operation, request, document, Parts(self._directory / name), output)

    async def get(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """A page of a job's answer, or its status while there is none.

        Raises:
            TextractError: InvalidJobIdException (unknown, forgotten or the other kind of job),
                InvalidParameterException (token), InvalidS3ObjectException (output deleted).
        """
        job = self._jobs.get(request["JobId"])
        if job is None or job.operation != operation.replace("Get", "Start"):
            raise TextractError("InvalidJobIdException")
        if job.status != "SUCCEEDED":
            return job.answer()
        output = job.output
        if not output and not job.parts.kept:
            raise TextractError("InvalidJobIdException")
        blocks, token = await asyncio.to_thread(
            page_of,
            job.id,
            job.parts.total,
            job.parts.read if output is None else lambda number: output.read(self._aws, number),
            request.get("NextToken"),
            request.get("MaxResults"),
        )
        return {**job.answer(), "Blocks": blocks, **({"NextToken": token} if token else {})}

    async def _run_jobs(self) -> None:
        while True:
            job = await self._waiting.get()
            try:
                await self._read(job)
                job.status = "SUCCEEDED"
            except TextractError as error:
                job.status, job.message = "FAILED", f"{error.code}: {error.message}"
            except Exception:  # noqa: BLE001 - whatever it is, the job must end and be told of
                job.status, job.message = "FAILED", "InternalServerError"
            if job.output or job.status == "FAILED":
                job.parts.remove()
            self._forget_old()
            await self._notify(job)

    async def _read(self, job: Job) -> None:
        path = self._directory / f"{job.id}.document"
        try:
            await _patiently(partial(asyncio.to_thread, self._aws.download, job.document, path))
            pages = await self._reader.count(path)
            async for blocks in self._reader.read_all(path, pages, Wanted.of(job.request)):
                self._control.bill(job.account, 1)
                await asyncio.to_thread(job.parts.add, blocks)
            await asyncio.to_thread(job.parts.flush)
        finally:
            path.unlink(missing_ok=True)
        job.pages = pages
        if job.output:
            answer = {**job.answer(), "JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": pages}}
            get = job.operation.replace("Start", "Get")
            await _patiently(partial(asyncio.to_thread, job.output.upload, self._aws, job.parts, answer, get))

    async def _notify(self, job: Job) -> None:
        channel = job.request.get("NotificationChannel")
        if channel:
            # As in the service: a topic that is gone loses the notice, not the job.
            with contextlib.suppress(TextractError, ClientError):
                await _patiently(partial(self._publish, channel["SNSTopicArn"], job.notice()))

    async def _publish(self, topic: str, message: str) -> None:
        try:
            await asyncio.to_thread(self._aws.publish, topic, message)
        except BotoCoreError as error:  # no answer
            raise TextractError("InternalServerError") from error

    def _forget_old(self) -> None:
        ended = [job for job in self._jobs.values() if job.status != "IN_PROGRESS"]
        for job in ended[:-MAX_ENDED]:
            del self._jobs[job.id]
            self._by_token.pop((job.operation, job.request.get("ClientRequestToken", "")), None)
        for job in [job for job in ended if job.parts.kept][:-MAX_KEPT]:
            job.parts.remove()


async def _patiently(do: Callable[[], Awaitable[None]]) -> None:
    """Do it, again where the stack did not answer: an overloaded machine must not look like a bad document."""
    for pause in PAUSES:
        try:
            return await do()
        except TextractError as error:
            if error.code != "InternalServerError":
                raise
        await asyncio.sleep(pause)
    return await do()
