"""An output as the console shows it: data, and each value with its confidence and its places on the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, Field, JsonValue


class Box(BaseModel):
    """In parts of the page's width and height, 0 to 1, from its top left."""

    left: float
    top: float
    width: float
    height: float


class Citation(BaseModel):
    """`box` is null where the page has no places of its own."""

    page: int = Field(ge=1)
    box: Box | None
    text: str


class FieldShown(BaseModel):
    """`path` as in `line_items[0].amount`; of an output of several parts it begins with the part's number, `[1].total`.
    What a person wrote cites nothing."""

    path: str
    value: JsonValue
    confidence: float | None
    citations: list[Citation]


class Part(BaseModel):
    """One filling of the schema: of the document, or of some of its pages."""

    name: str | None
    pages: list[int]
    data: JsonValue


class ChunkShown(BaseModel):
    kind: str
    page: int
    text: str


class LeftOut(BaseModel):
    """A row that is no item, by its place on its page among the list's rows, both counted from 1."""

    reason: str
    page: int = Field(ge=1)
    row: int = Field(ge=1)


class ListShown(BaseModel):
    """How many rows the pages show of a list, how many of them were returned, and why each other one was not."""

    path: str
    shown: int
    returned: int
    left_out: list[LeftOut]


class PageWarning(BaseModel):
    """What is left out of a page's reading, and how often it stands there."""

    page: int = Field(ge=1)
    kind: str
    message: str
    count: int


class Output(BaseModel):
    """`missing` fields have no value in the document. `lists` have their rows counted; `warnings` are of pages. Without
    a schema there are `chunks` of text instead."""

    pages: int | None
    parts: list[Part]
    fields: list[FieldShown]
    missing: list[str]
    lists: list[ListShown]
    warnings: list[PageWarning]
    chunks: list[ChunkShown]


def say_output(output: Mapping[str, Any], *, whole: bool) -> Output:
    """`output` as `quire.service.written` writes it; `whole`: it has one part, whose paths have no number."""
    parts = output.get("parts", [])
    sizes = {page["number"]: (page["width"], page["height"]) for page in output.get("pages", ())}
    fields: list[FieldShown] = []
    missing: list[str] = []
    lists: list[ListShown] = []
    for number, part in enumerate(parts):
        before = "" if whole else f"[{number}]."
        for field in part["fields"]:
            cited = list(_citations(field["citations"], sizes))
            fields.append(
                FieldShown(
                    path=before + field["path"], value=field["value"], confidence=field["confidence"], citations=cited
                )
            )
        missing += [before + path for path in part["ungrounded"]]
        lists += [ListShown.model_validate({**one, "path": before + one["path"]}) for one in part.get("lists", ())]
    return Output(
        pages=len(sizes) or None,
        parts=[Part(name=part["name"], pages=list(part["pages"]), data=part["data"]) for part in parts],
        fields=fields,
        missing=missing,
        lists=lists,
        warnings=[PageWarning.model_validate(one) for one in output.get("warnings", ())],
        chunks=[
            ChunkShown(kind=chunk["chunk_type"], page=chunk["page_no"], text=chunk["page_content"])
            for chunk in output.get("chunks", ())
        ],
    )


def _citations(citations: list[Mapping[str, Any]], sizes: Mapping[int, tuple[float, float]]) -> Iterator[Citation]:
    for cited in citations:
        box, size = cited["box"], sizes.get(cited["page"])
        yield Citation(page=cited["page"], box=_box(box, *size) if box and size else None, text=cited["text"])


def _box(corners: list[float], width: float, height: float) -> Box:
    x0, y0, x1, y1 = corners
    return Box(left=x0 / width, top=y0 / height, width=(x1 - x0) / width, height=(y1 - y0) / height)
