"""Textract's operations: a request in its JSON's shape in, an answer in its JSON's shape out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from local.textract.aws import Aws, S3Object
from local.textract.control import Control
from local.textract.errors import TextractError
from local.textract.jobs import Jobs
from local.textract.limits import MAX_SYNCHRONOUS_BYTES
from local.textract.model import OPERATIONS, parse
from local.textract.reader import Reader, Wanted
from local.textract.waiting import Blocks, Waiting

Answer = dict[str, Any]
MODEL_VERSION = {
    "DetectDocumentText": {"DetectDocumentTextModelVersion": "1.0"},
    "AnalyzeDocument": {"AnalyzeDocumentModelVersion": "1.0"},
}


class Operations:
    """The operations over one reader and one endpoint."""

    def __init__(self, reader: Reader, aws: Aws, control: Control, jobs: Jobs, directory: Path, workers: int) -> None:
        self._reader = reader
        self._aws = aws
        self._control = control
        self._jobs = jobs
        self._directory = directory
        self._waiting = Waiting(workers)

    async def close(self) -> None:
        """Stops what is being read for synchronous calls."""
        await self._waiting.close()

    async def call(self, operation: str, request: Any) -> Answer:
        """The operation's answer.

        Raises:
            TextractError: what the service refuses; a fault that was set comes first.
        """
        if operation not in OPERATIONS:
            raise TextractError("UnknownOperationException")
        try:
            self._control.called(operation)
            return await self._handler(operation)(operation, parse(operation, request))
        except TextractError:
            self._control.refused[operation] += 1
            raise

    def _handler(self, operation: str) -> Callable[[str, dict[str, Any]], Awaitable[Answer]]:
        if operation.startswith("Start"):
            return self._jobs.start
        return self._jobs.get if operation.startswith("Get") else self._read

    async def _read(self, operation: str, request: dict[str, Any]) -> Answer:
        """DetectDocumentText and AnalyzeDocument: a document of one page, answered at once, or throttled."""
        path = self._directory / f"{secrets.token_hex(8)}.document"
        wanted = Wanted.of(request)
        try:
            account = await asyncio.to_thread(self._fetch, request["Document"], path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

        async def page() -> Blocks:
            if await self._reader.count(path) > 1:
                raise TextractError("UnsupportedDocumentException")
            return await self._reader.read(path, wanted)

        key = json.dumps([operation, account, wanted.features, wanted.queries])
        blocks = await self._waiting.read(key, lambda: _then_gone(path, page))
        self._control.bill(account, 1)
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, **MODEL_VERSION[operation]}

    def _fetch(self, document: dict[str, Any], path: Path) -> str:
        """The document's bytes into a file; what its page is billed to."""
        if len(document) != 1:
            raise TextractError("InvalidParameterException")
        if "Bytes" in document:
            data: bytes = document["Bytes"]
            if len(data) > MAX_SYNCHRONOUS_BYTES:
                raise TextractError("DocumentTooLargeException")
            path.write_bytes(data)
            return f"sha256:{hashlib.sha256(data).hexdigest()}"
        item = S3Object.of(document["S3Object"])
        if self._aws.size(item) > MAX_SYNCHRONOUS_BYTES:
            raise TextractError("DocumentTooLargeException")
        self._aws.download(item, path)
        return str(item)


async def _then_gone(path: Path, read: Callable[[], Awaitable[Blocks]]) -> Blocks:
    try:
        return await read()
    finally:
        path.unlink(missing_ok=True)
