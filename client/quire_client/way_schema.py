"""The fields of a JSON Schema, by LlamaCloud's `/api/v2/extract`: a job for each document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quire_client import llamacloud
from quire_client.connection import Connection
from quire_client.models import Error, Mode, Stage, Target, Wanted
from quire_client.ways import Seen, pauses

_STAGES = {
    "PENDING": Stage.PENDING,
    "RUNNING": Stage.RUNNING,
    "COMPLETED": Stage.SUCCEEDED,
    "FAILED": Stage.FAILED,
    "CANCELLED": Stage.CANCELLED,
}
_TIERS: Mapping[Mode, str] = {Mode.FAST: "cost_effective", Mode.BALANCED: "agentic", Mode.PREMIUM: "agentic_plus"}
_TARGETS: Mapping[Target, str] = {Target.DOCUMENT: "per_doc", Target.PAGE: "per_page", Target.ROW: "per_table_row"}


@dataclass(frozen=True, slots=True)
class SchemaWay:
    """`quire_client.ways.Way`."""

    connection: Connection
    wanted: Wanted
    together: int = 1
    at_once: int = 32

    async def upload(self, path: Path) -> str:
        return await llamacloud.upload(self.connection, path)

    async def submit(self, file_ids: Sequence[str], key: str) -> str:
        (file_id,) = file_ids
        asked = {"file_input": file_id, "configuration": self._configuration()}
        return str((await self.connection.send("POST", "/api/v2/extract", asked, key))["id"])

    async def follow(self, job_id: str) -> AsyncIterator[Seen]:
        before = None
        for pause in pauses():
            job = await self.connection.get(f"/api/v2/extract/{job_id}?expand=lists")
            stage = _STAGES[job["status"]]
            if stage is not before:
                yield _seen(stage, job)
            if stage.ended:
                return
            before = stage
            await asyncio.sleep(pause)

    def _configuration(self) -> dict[str, Any]:
        wanted = self.wanted
        said = {
            "data_schema": wanted.schema,
            "tier": _TIERS[wanted.mode] if wanted.mode else None,
            "extraction_target": _TARGETS[wanted.target] if wanted.target else None,
            "target_pages": wanted.pages,
            "cite_sources": True,
            "confidence_scores": True,
        }
        return {name: value for name, value in said.items() if value is not None}


def _seen(stage: Stage, job: Mapping[str, Any]) -> Seen:
    if stage is Stage.SUCCEEDED:
        return Seen(0, stage, llamacloud.result_of(job["extract_result"], job.get("extract_metadata")))
    if stage.ended:
        return Seen(0, stage, error=Error(stage.value, job.get("error_message") or f"The document {stage.value}."))
    return Seen(0, stage)
