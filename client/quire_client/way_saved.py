"""The fields of a saved extractor, by LlamaCloud's `/api/v1/extraction`: a job for each document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quire_client import llamacloud
from quire_client.connection import Connection
from quire_client.models import Error, Mode, Stage, Target, Wanted
from quire_client.ways import Seen, pauses

_ROOT = "/api/v1/extraction"
_STAGES = {
    "PENDING": Stage.PENDING,
    "SUCCESS": Stage.SUCCEEDED,
    "PARTIAL_SUCCESS": Stage.SUCCEEDED,
    "ERROR": Stage.FAILED,
    "CANCELLED": Stage.CANCELLED,
}
_MODES: Mapping[Mode, str] = {mode: mode.value.upper() for mode in Mode}
_TARGETS: Mapping[Target, str] = {Target.DOCUMENT: "PER_DOC", Target.PAGE: "PER_PAGE", Target.ROW: "PER_TABLE_ROW"}


@dataclass(frozen=True, slots=True)
class SavedWay:
    """`quire_client.ways.Way`."""

    connection: Connection
    wanted: Wanted
    together: int = 1
    at_once: int = 32
    _agent: list[dict[str, Any]] = field(default_factory=list)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def upload(self, path: Path) -> str:
        await self._found()  # before any bytes: a wrong name should cost none
        return await llamacloud.upload(self.connection, path)

    async def submit(self, file_ids: Sequence[str], key: str) -> str:
        (file_id,) = file_ids
        agent = await self._found()
        asked = {
            "extraction_agent_id": agent["id"],
            "file_id": file_id,
            # Whether an override replaces the whole is not documented: so it names all.
            "config_override": {**(agent.get("config") or {}), **self._config()},
        }
        return str((await self.connection.send("POST", f"{_ROOT}/jobs", asked, key))["id"])

    async def follow(self, job_id: str) -> AsyncIterator[Seen]:
        before = None
        for pause in pauses():
            job = await self.connection.get(f"{_ROOT}/jobs/{job_id}")
            stage = _STAGES[job["status"]]
            if stage is Stage.SUCCEEDED:
                said = await self.connection.get(f"{_ROOT}/jobs/{job_id}/result")
                yield Seen(0, stage, llamacloud.result_of(said["data"], said.get("extraction_metadata")))
            elif stage.ended:
                yield Seen(0, stage, error=Error(stage.value, job.get("error") or f"The document {stage.value}."))
            elif stage is not before:
                yield Seen(0, stage)
            if stage.ended:
                return
            before = stage
            await asyncio.sleep(pause)

    async def _found(self) -> dict[str, Any]:
        """The extractor that the name leads to, asked for once."""
        async with self._asking:
            if not self._agent:
                name = quote(self.wanted.extractor or "", safe="")
                self._agent.append(await self.connection.get(f"{_ROOT}/extraction-agents/by-name/{name}"))
            return self._agent[0]

    def _config(self) -> dict[str, Any]:
        wanted = self.wanted
        said = {
            "extraction_mode": _MODES[wanted.mode] if wanted.mode else None,
            "extraction_target": _TARGETS[wanted.target] if wanted.target else None,
            "page_range": wanted.pages,
            "cite_sources": True,
            "confidence_scores": True,
        }
        return {name: value for name, value in said.items() if value is not None}
