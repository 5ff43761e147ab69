"""Text and tables, by extract.page's routes: many files in one batch, whose changes are read page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from quire_client import extract_page
from quire_client.connection import Connection, body_of
from quire_client.models import Error, Result, Stage, Wanted
from quire_client.ways import Seen, pauses

_DOWNLOADS_AT_ONCE = 10
_TERMINAL = {"completed", "partially_failed", "failed", "cancelled", "expired"}


@dataclass(frozen=True, slots=True)
class TextWay:
    """`quire_client.ways.Way`."""

    connection: Connection
    wanted: Wanted
    together: int = 100
    at_once: int = 4

    async def upload(self, path: Path) -> str:
        return await extract_page.upload(self.connection, path)

    async def submit(self, file_ids: Sequence[str], key: str) -> str:
        asked: dict[str, Any] = {"source": {"type": "files", "file_ids": list(file_ids)}}
        if self.wanted.mode:
            asked["engine"] = self.wanted.mode.value
        if self.wanted.password is not None:
            asked["options"] = {"password": self.wanted.password}
        return str((await self.connection.send("POST", "/v1/batches", asked, key))["id"])

    async def follow(self, job_id: str) -> AsyncIterator[Seen]:
        seen: dict[int, str] = {}
        ended: set[int] = set()
        cursor: dict[str, str] = {}
        gate = asyncio.Semaphore(_DOWNLOADS_AT_ONCE)
        for pause in pauses():
            page = await self.connection.get(f"/v1/batches/{job_id}", limit="500", **cursor)
            changed = [item for item in page["items"] if seen.get(item["position"]) != item["status"]]
            seen.update({item["position"]: item["status"] for item in changed})
            for each in asyncio.as_completed([self._seen(item, gate) for item in changed]):
                yield await each
            ended.update(item["position"] for item in page["items"] if item["completed_at"])
            if page["status"] in _TERMINAL and len(ended) == page["total_items"]:
                return
            whole = page["total_items"] <= len(page["items"])
            # Without a cursor the answer is of this moment; with one it may lag behind by seconds.
            cursor = {} if whole or not page["next_cursor"] else {"cursor": page["next_cursor"]}
            await asyncio.sleep(pause)

    async def _seen(self, item: dict[str, Any], gate: asyncio.Semaphore) -> Seen:
        position, stage = item["position"], Stage(item["status"])
        if item["result_url"]:
            async with gate:
                return Seen(position, stage, Result(await self._result(item["result_url"])))
        if stage is Stage.CANCELLED:
            return Seen(position, stage, error=Error("cancelled", "The document was cancelled."))
        error = item["error"]
        return Seen(position, stage, error=Error(error["code"], error["message"]) if error else None)

    async def _result(self, url: str) -> dict[str, Any]:
        link = await self.connection.api.get(url)
        if link.status_code != httpx.codes.FOUND:
            return body_of(link)
        # The store must not see the key, so the redirect is not followed with it.
        return body_of(await self.connection.store.get(link.headers["location"]))
