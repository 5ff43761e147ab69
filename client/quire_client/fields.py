"""Documents and a JSON Schema in, fields out: uploaded and extracted side by side, each followed to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from httpx_retries import RetryTransport

from quire_client.batch import FIRST_PAUSE, LONGEST_PAUSE, UPLOADS_AT_ONCE, Outcome, Progress
from quire_client.connection import body_of

_STAGES = {
    "PENDING": "pending", "RUNNING": "running", "COMPLETED": "succeeded", "FAILED": "failed", "CANCELLED": "cancelled",
}  # fmt: skip


async def extract_fields(
    client: httpx.AsyncClient,
    documents: Sequence[tuple[Path, Mapping[str, Any]]],
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> list[Outcome]:
    """Each document's outcome under its own schema, in the order given: a result of `data` and `metadata`, shaped like
    it. Raises Refused, httpx.HTTPError."""
    gate = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def one(path: Path, schema: Mapping[str, Any]) -> Outcome:
        async with gate:
            job = await _submitted(client, path, schema)
        on_progress(Progress(path, "uploaded"))
        return await _followed(client, path, job, on_progress)

    return list(await asyncio.gather(*(one(path, schema) for path, schema in documents)))


async def _submitted(client: httpx.AsyncClient, path: Path, schema: Mapping[str, Any]) -> dict[str, Any]:
    content = path.read_bytes()
    asked = {"name": path.name, "file_size": len(content)}
    target = body_of(await client.put("/api/v1/files", json=asked))
    async with httpx.AsyncClient(timeout=600, transport=RetryTransport()) as store:  # without the key
        (await store.put(target["url"], content=content)).raise_for_status()
    wanted = {"file_input": target["file_id"], "configuration": {"data_schema": schema}}
    return body_of(await client.post("/api/v2/extract", json=wanted))


async def _followed(
    client: httpx.AsyncClient, path: Path, job: dict[str, Any], on_progress: Callable[[Progress], None]
) -> Outcome:
    pause, stage = FIRST_PAUSE, ""
    while True:
        if _STAGES[job["status"]] != stage:
            stage = _STAGES[job["status"]]
            on_progress(Progress(path, stage))
        if stage in ("succeeded", "failed", "cancelled"):
            break
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, LONGEST_PAUSE)
        job = body_of(await client.get(f"/api/v2/extract/{job['id']}"))
    if stage != "succeeded":
        return Outcome(path, stage, None, {"code": stage, "message": job["error_message"]})
    metadata = job["extract_metadata"]["field_metadata"]["document_metadata"]
    return Outcome(path, stage, {"data": job["extract_result"], "metadata": metadata}, None)
