"""The fields of a schema or a saved extractor from documents that open with a password, by Extend's `/extract_runs`:
the one contract whose runs take a schema and a password. Their results are said as those of the other ways."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quire_client import extract_page, llamacloud
from quire_client.connection import Connection
from quire_client.models import Contradiction, Error, Mode, Result, Stage, Wanted
from quire_client.ways import Seen, pauses

_STAGES = {
    "PENDING": Stage.PENDING,
    "PROCESSING": Stage.RUNNING,
    "PROCESSED": Stage.SUCCEEDED,
    "FAILED": Stage.FAILED,
    "CANCELLED": Stage.CANCELLED,
}
_PROCESSORS: Mapping[Mode, str] = {
    Mode.FAST: "extraction_light",
    Mode.BALANCED: "extraction_performance",
    Mode.PREMIUM: "extraction_operator",
}
_PRIMITIVES = frozenset({"string", "number", "integer", "boolean"})


@dataclass(frozen=True, slots=True)
class LockedWay:
    """`quire_client.ways.Way`."""

    connection: Connection
    wanted: Wanted
    together: int = 1
    at_once: int = 32
    _extractor: list[str] = field(default_factory=list)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Contradiction: a page range that Extend's contract cannot say."""
        page_ranges(self.wanted.pages)

    async def upload(self, path: Path) -> str:
        await self._under()  # before any bytes: a wrong name should cost none
        return await extract_page.upload(self.connection, path)

    async def submit(self, file_ids: Sequence[str], key: str) -> str:
        (file_id,) = file_ids
        asked = {**await self._under(), "file": {"id": file_id, "settings": {"password": self.wanted.password}}}
        return str((await self.connection.send("POST", "/extract_runs", asked, key))["id"])

    async def follow(self, job_id: str) -> AsyncIterator[Seen]:
        before = None
        for pause in pauses():
            run = await self.connection.get(f"/extract_runs/{job_id}")
            stage = _STAGES[run["status"]]
            if stage is not before:
                yield _seen(stage, run)
            if stage.ended:
                return
            before = stage
            await asyncio.sleep(pause)

    async def _under(self) -> dict[str, Any]:
        """What the run is under: a configuration, or a saved extractor with what is asked otherwise."""
        config = self._config()
        if self.wanted.schema is not None:
            return {"config": {**config, "schema": nullable(self.wanted.schema)}}
        async with self._asking:
            if not self._extractor:
                name = quote(self.wanted.extractor or "", safe="")
                agent = await self.connection.get(f"/api/v1/extraction/extraction-agents/by-name/{name}")
                self._extractor.append(f"ex_{uuid.UUID(agent['id']).hex}")
        return {"extractor": {"id": self._extractor[0], **({"overrideConfig": config} if config else {})}}

    def _config(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if self.wanted.mode:
            said["baseProcessor"] = _PROCESSORS[self.wanted.mode]
        if ranges := page_ranges(self.wanted.pages):
            said["advancedOptions"] = {"pageRanges": ranges}
        return said


def page_ranges(pages: str | None) -> list[dict[str, int]]:
    """`1-3,7` as ranges with a start and an end. Raises Contradiction for one without an end, which is none of them."""
    ranges = []
    for said in (pages or "").replace(" ", "").split(",") if pages else ():
        begin, dash, end = said.partition("-")
        if (dash and not end) or not (begin or end).isdecimal():
            raise Contradiction(f"with a password a page range has an end: not {said}")
        ranges.append({"start": int(begin or 1), "end": int(end or begin)})
    return ranges


def nullable(schema: Any) -> Any:
    """The schema with null beside the type of each property, as Extend's contract demands: what is not in the document
    is null under any schema."""
    if isinstance(schema, list):
        return [nullable(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {name: nullable(value) for name, value in schema.items()}
    properties = made.get("properties")
    if isinstance(properties, dict):
        made["properties"] = {name: _with_null(one) for name, one in properties.items()}
    return made


def _with_null(one: Any) -> Any:
    kind = one.get("type") if isinstance(one, dict) else None
    return {**one, "type": [kind, "null"]} if isinstance(kind, str) and kind in _PRIMITIVES else one


def _seen(stage: Stage, run: Mapping[str, Any]) -> Seen:
    if stage is Stage.SUCCEEDED:
        return Seen(0, stage, _result(run["output"]))
    if stage.ended:
        code = str(run.get("failureReason") or stage.value).lower()
        return Seen(0, stage, error=Error(code, run.get("failureMessage") or f"The document {stage.value}."))
    return Seen(0, stage)


def _result(output: Mapping[str, Any]) -> Result:
    data = output["value"]
    return llamacloud.result_of(data, {"field_metadata": _shaped(data, "", output.get("metadata") or {})})


def _shaped(data: Any, path: str, entries: Mapping[str, Any]) -> Any:
    """Extend's entries by path, as metadata shaped like the data."""
    if isinstance(data, dict):
        return {name: _shaped(value, f"{path}.{name}" if path else name, entries) for name, value in data.items()}
    if isinstance(data, list):
        return [_shaped(value, f"{path}[{index}]", entries) for index, value in enumerate(data)]
    entry = entries.get(path) or {}
    return {"confidence": entry.get("logprobsConfidence"), "citation": list(_cited(entry.get("citations") or ()))}


def _cited(citations: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in citations:
        page, polygon = one["page"], one.get("polygon") or ()
        xs, ys = [at["x"] for at in polygon], [at["y"] for at in polygon]
        boxes = [{"x": min(xs), "y": min(ys), "w": max(xs) - min(xs), "h": max(ys) - min(ys)}] if polygon else []
        size = {"width": page["width"], "height": page["height"]} if page.get("width") else None
        yield {
            "page": page["number"],
            "matching_text": one.get("referenceText") or "",
            "bounding_boxes": boxes,
            "page_dimensions": size,
        }
