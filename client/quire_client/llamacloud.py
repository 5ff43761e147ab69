"""What both generations of LlamaCloud's routes have alike: how a file comes in, and how places are said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from quire_client.connection import Connection, body_of
from quire_client.models import Citation, Field, Page, Result
from quire_client.ways import MOST_BODY_BYTES, sent_name

_SHAPES = ("document_metadata", "page_metadata", "row_metadata")


async def upload(connection: Connection, path: Path) -> str:
    """Answers the file's id. A small file goes in the request, a large one to a signed URL."""
    size = path.stat().st_size
    if size > MOST_BODY_BYTES:
        target = await connection.send("PUT", "/api/v1/files", {"name": sent_name(path), "file_size": size})
        await connection.put(target["url"], path, size)
        return str(target["file_id"])
    with path.open("rb") as file:
        sent = await connection.api.post("/api/v1/files", files={"upload_file": (sent_name(path), file)})
    return str(body_of(sent)["id"])


def result_of(data: Any, said_of_it: Mapping[str, Any] | None) -> Result:
    """`said_of_it`: `field_metadata`, an object or list shaped like the data, alone or under a name that says what it
    is of; and `lists` and `warnings`, where there are some."""
    whole = said_of_it or {}
    said: Any = whole.get("field_metadata") or {}
    metadata = next((said[shape] for shape in _SHAPES if said.get(shape) is not None), said)
    fields = tuple(_fields(data, metadata, ""))
    sizes = {place["page"]: size for place in _places(metadata) if (size := place.get("page_dimensions"))}
    pages = tuple(Page(number, sizes[number]["width"], sizes[number]["height"]) for number in sorted(sizes))
    return Result(data, fields, pages, metadata, tuple(whole.get("lists") or ()), tuple(whole.get("warnings") or ()))


def _fields(data: Any, metadata: Any, path: str) -> Iterator[Field]:
    if isinstance(data, dict):
        for name, value in data.items():
            entry = metadata.get(name) if isinstance(metadata, dict) else None
            yield from _fields(value, entry, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            entry = metadata[index] if isinstance(metadata, list) and index < len(metadata) else None
            yield from _fields(value, entry, f"{path}[{index}]")
    else:
        entry = metadata if isinstance(metadata, dict) else {}
        citations = tuple(_citation(cited) for cited in entry.get("citation") or ())
        yield Field(path, data, entry.get("confidence"), citations)


def _citation(cited: Mapping[str, Any]) -> Citation:
    boxes = cited.get("bounding_boxes") or ()
    sides = ((box["x"], box["y"], round(box["x"] + box["w"], 2), round(box["y"] + box["h"], 2)) for box in boxes)
    box = next(sides, None)
    return Citation(cited["page"], cited.get("matching_text") or "", box)


def _places(metadata: Any) -> Iterator[Mapping[str, Any]]:
    """Each citation, wherever it stands."""
    if isinstance(metadata, list):
        for part in metadata:
            yield from _places(part)
    elif isinstance(metadata, dict):
        if "page" in metadata and "matching_text" in metadata:
            yield metadata
        else:
            yield from _places(list(metadata.values()))
