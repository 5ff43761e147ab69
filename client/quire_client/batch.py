"""Many documents at once: uploaded side by side, submitted as one batch, followed to their ends."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from httpx_retries import RetryTransport

from quire_client.connection import body_of

UPLOADS_AT_ONCE = 10
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 3.0
_TERMINAL = {"completed", "partially_failed", "failed", "cancelled", "expired"}


@dataclass(frozen=True, slots=True)
class Progress:
    """`stage` is uploaded, pending, running, succeeded, failed or cancelled."""

    path: Path
    stage: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: its result, or the error that the service gave (code, message)."""

    path: Path
    status: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None


async def extract(
    client: httpx.AsyncClient, paths: Sequence[Path], on_progress: Callable[[Progress], None] = lambda _: None
) -> list[Outcome]:
    """Each path's outcome, in the order given. Raises Refused, httpx.HTTPError."""
    gate = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def bounded(path: Path) -> str:
        async with gate:
            file_id = await upload(client, path.name, path.read_bytes())
        on_progress(Progress(path, "uploaded"))
        return file_id

    file_ids = await asyncio.gather(*map(bounded, paths))
    batch = await submitted(client, file_ids)
    items: dict[int, dict[str, Any]] = {}
    async for item in _changes(client, batch["id"]):
        items[item["position"]] = item
        on_progress(Progress(paths[item["position"]], item["status"]))
    return [await _outcome(client, path, items[position]) for position, path in enumerate(paths)]


async def upload(client: httpx.AsyncClient, name: str, content: bytes) -> str:
    """Send one file's bytes; answers its id."""
    file = body_of(await client.post("/v1/files", json={"filename": name, "size_bytes": len(content)}))
    # The store gets the bytes alone: it must not see the key.
    async with httpx.AsyncClient(timeout=600, transport=RetryTransport()) as store:
        (await store.put(file["upload"]["url"], content=content)).raise_for_status()
    return str(file["id"])


async def submitted(client: httpx.AsyncClient, file_ids: Sequence[str]) -> dict[str, Any]:
    """The batch of these files; a retry on the way makes no second one."""
    source = {"type": "files", "file_ids": list(file_ids)}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return body_of(await client.post("/v1/batches", json={"source": source}, headers=headers))


async def _changes(client: httpx.AsyncClient, batch_id: str) -> AsyncIterator[dict[str, Any]]:
    """Items as they change, until every one has ended."""
    seen: dict[str, str] = {}
    ended: set[str] = set()
    cursor: str | None = None
    pause = FIRST_PAUSE
    while True:
        parameters = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = body_of(await client.get(f"/v1/batches/{batch_id}", params=parameters))
        for item in page["items"]:
            if seen.get(item["id"]) != item["status"]:
                seen[item["id"]] = item["status"]
                yield item
            if item["completed_at"]:
                ended.add(item["id"])
        if page["status"] in _TERMINAL and len(ended) == page["total_items"]:
            return
        whole = page["total_items"] <= len(page["items"])
        cursor = None if whole else page["next_cursor"] or cursor
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, LONGEST_PAUSE)


async def _outcome(client: httpx.AsyncClient, path: Path, item: dict[str, Any]) -> Outcome:
    if item["result_url"] is None:
        return Outcome(path, item["status"], None, item["error"])
    link = await client.get(item["result_url"])
    if link.status_code != httpx.codes.FOUND:
        body_of(link)
    async with httpx.AsyncClient(timeout=600, transport=RetryTransport()) as store:
        return Outcome(path, item["status"], body_of(await store.get(link.headers["location"])), None)
