"""What extract.page answers of a document: chunks, or the values of a schema with their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue

Corners = list[float]
"""[x0, y0, x1, y1] in PDF points from the top left of the page; null where the page has no places of its own."""


class Cell(BaseModel):
    text: str
    row: int
    col: int
    row_span: int
    col_span: int
    bbox: Corners | None
    confidence: float | None
    page_no: int


class TableOfChunk(BaseModel):
    cells: list[Cell]
    n_rows: int
    n_cols: int
    merged_from_pages: list[int]


class Chunk(BaseModel):
    """`confidence` 0 to 100, of words read by OCR; `table` of a table; `image_…` of an image, whose bytes are null
    where they are beyond the limits."""

    page_content: str
    page_no: int = Field(ge=1)
    bbox: Corners | None
    chunk_type: Literal["text", "table", "image"]
    confidence: float | None = Field(default=None, ge=0, le=100)
    table: TableOfChunk | None = None
    image_b64: str | None = None
    image_mime: Literal["image/png", "image/jpeg"] | None = None
    image_width: int | None = None
    image_height: int | None = None


class Chunks(BaseModel):
    chunks: list[Chunk]


class Evidence(BaseModel):
    """`bbox`: [x0, y0, x1, y1] in thousandths of the page's width and height; null where the page has no places."""

    page: int = Field(ge=1)
    bbox: list[int] | None
    text: str


Values = dict[str, JsonValue] | list[dict[str, JsonValue]]


class Extracted(BaseModel):
    """`values` as the schema says; a list where the document was taken in parts, whose paths then begin with `[0].`."""

    values: Values
    evidence: dict[str, list[Evidence]]
    page_count: int
    ungrounded_fields: list[str]
    generated_schema: dict[str, JsonValue] | None


def say_result(result: Mapping[str, Any]) -> Extracted:
    """`result` as `quire.service.written.write_parts` writes it."""
    parts = result["parts"]
    sizes = {page["number"]: (page["width"], page["height"]) for page in result["pages"]}
    several = len(parts) > 1
    evidence: dict[str, list[Evidence]] = {}
    ungrounded: list[str] = []
    for number, part in enumerate(parts):
        before = f"[{number}]." if several else ""
        for field in part["fields"]:
            evidence[before + field["path"]] = list(_evidence(field["citations"], sizes))
        ungrounded += [before + path for path in part["ungrounded"]]
    values = [part["data"] for part in parts]
    return Extracted(
        values=values if several else values[0] if values else {},
        evidence=evidence,
        page_count=len(sizes),
        ungrounded_fields=ungrounded,
        generated_schema=result.get("schema"),
    )


def _evidence(citations: list[Mapping[str, Any]], sizes: Mapping[int, tuple[float, float]]) -> Iterator[Evidence]:
    for citation in citations:
        page, box = citation["page"], citation["box"]
        yield Evidence(page=page, bbox=_thousandths(box, *sizes[page]) if box else None, text=citation["text"])


def _thousandths(box: list[float], width: float, height: float) -> list[int]:
    sides = zip(box, (width, height, width, height), strict=True)
    return [min(max(round(1000 * at / whole), 0), 1000) for at, whole in sides]
