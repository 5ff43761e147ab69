"""How TerrafAI says what was extracted: a job's data, its documents and their fields."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from functions.api_terrafai.contract import Wire, code_of
from quire.domain.document import Document, Stored
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.http.times import say_time
from quire.service.results import URL_SECONDS, result_of
from quire.service.shaped import shaped

MOST_ANSWER_BYTES = 4_500_000
"""Lambda's answer holds 6 MB, in which each quote of a JSON body counts twice."""

_MOST_RESULT_BYTES = 4 * MOST_ANSWER_BYTES
"""Of a result as it is kept: it cites more than is said."""


class BoundingBox(Wire):
    """Fractions of the page's width and height, 0..1, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class ContentField(Wire):
    """`confidence` 0..100; `page` counts from 1. Where nothing was found all but the confidence, 0, are null."""

    value: str | None
    confidence: float
    page: int | None
    bounding_box: BoundingBox | None


Entry = TypeAliasType("Entry", "ContentField | list[Entry] | dict[str, Entry]")


class ExtractedDocument(Wire):
    """`average_document_confidence` 0..100, of the fields that were found; null where none was."""

    extracted: bool
    document_name: str | None
    average_document_confidence: float | None
    source_pages: list[int]
    content: dict[str, Entry]
    used_template_name: str | None = Field(default=None, exclude_if=lambda value: value is None)
    returned_text: str | None = Field(default=None, exclude_if=lambda value: value is None)
    returned_document_base64: str | None = Field(default=None, exclude_if=lambda value: value is None, repr=False)
    returned_document_url: str | None = Field(default=None, exclude_if=lambda value: value is None, repr=False)
    message: str | None = Field(default=None, exclude_if=lambda value: value is None)
    reason: str | None = Field(default=None, exclude_if=lambda value: value is None)


class Data(Wire):
    """`completion_time` in seconds."""

    completion_time: float
    original_name: str | None
    processed_pages: int
    documents: list[ExtractedDocument]


class EndedJob(Wire):
    id: str
    status: Literal["completed"] = "completed"
    completed_at: str


class Result(Wire):
    success: Literal[True] = True
    job: EndedJob
    data: Data


class Extracted(Wire):
    """The answer of the synchronous route."""

    success: Literal[True] = True
    data: Data


def say_ended(job: Job) -> EndedJob:
    return EndedJob(id=job.id, completed_at=say_time(job.ended_at or job.created_at))


def say_data(world: World, job: Job, documents: Sequence[Document]) -> Data | Refusal:
    """What all of a job's documents gave, in their order; a document of several parts gives one for each. Refused:
    RESULT_EXPIRED, where nothing is left; RESULT_TOO_LARGE."""
    said: list[ExtractedDocument] = []
    pdfs: list[tuple[ExtractedDocument, Stored]] = []
    expired = 0
    for document in documents:
        result = document.refusal or result_of(world, job, document, _MOST_RESULT_BYTES)
        if not isinstance(result, Refusal):
            parts = _say_parts(job, document, result)
            said += [one for one, _ in parts]
            pdfs += [(one, pdf) for one, pdf in parts if pdf]
        elif result.kind is Kind.RESULT_TOO_LARGE:
            return result
        else:
            expired += result.kind is Kind.RESULT_EXPIRED
            said.append(_say_none(document, result))
    if expired and expired == sum(document.result is not None for document in documents):
        return Refusal(Kind.RESULT_EXPIRED, "The result has passed its retention and is gone.")
    ended = max((document.ended_at or 0 for document in documents), default=job.created_at)
    data = Data(
        completion_time=round((ended - job.created_at) / 1000, 3),
        original_name=documents[0].source.name if len(documents) == 1 else None,
        processed_pages=sum(document.pages or 0 for document in documents),
        documents=said,
    )
    room = MOST_ANSWER_BYTES - len(data.model_dump_json(by_alias=True).encode())
    if room < 0:
        return Refusal(Kind.RESULT_TOO_LARGE, "The result is too large for an answer.")
    _return_pdfs(world, pdfs, room)
    return data


def _return_pdfs(world: World, pdfs: Sequence[tuple[ExtractedDocument, Stored]], room: int) -> None:
    """Each in the answer while there is room for it, else as a link that is good for some minutes."""
    for said, pdf in pdfs:
        head = world.blobs.head(pdf.key)
        length = -(-head.size // 3) * 4 if head else 0
        if length <= room:
            said.returned_document_base64 = base64.b64encode(world.blobs.get(pdf)).decode()
            room -= length
        else:
            said.returned_document_url = world.blobs.download_url(pdf, URL_SECONDS)


def _say_none(document: Document, refusal: Refusal) -> ExtractedDocument:
    return ExtractedDocument(
        extracted=False,
        document_name=document.source.name,
        average_document_confidence=None,
        source_pages=[],
        content={},
        message=refusal.message,
        reason=code_of(refusal.kind),
    )


def _say_parts(
    job: Job, document: Document, result: Mapping[str, Any]
) -> list[tuple[ExtractedDocument, Stored | None]]:
    """Each with its PDF; `result` as `quire.service.written` writes it."""
    if "chunks" in result:
        return [(_say_chunks(document, result["chunks"]), None)]
    echo: Mapping[str, Any] = job.echo or {}
    template: str | None = echo.get("templateName")
    sizes = {page["number"]: (page["width"], page["height"]) for page in result["pages"]}
    return [
        (
            ExtractedDocument(
                extracted=True,
                document_name=part["name"] or template or document.source.name,
                average_document_confidence=_average(field["confidence"] for field in _found(part)),
                source_pages=part["pages"],
                content=_content(part, sizes),
                used_template_name=template,
                returned_text=part.get("text"),
            ),
            Stored(**part["pdf"]) if "pdf" in part else None,
        )
        for part in result["parts"]
    ]


def _say_chunks(document: Document, chunks: Sequence[Mapping[str, Any]]) -> ExtractedDocument:
    """A job that another contract made without a schema: its text."""
    return ExtractedDocument(
        extracted=True,
        document_name=document.source.name,
        average_document_confidence=None,
        source_pages=sorted({chunk["page_no"] for chunk in chunks}),
        content={},
        returned_text="\n\n".join(chunk["page_content"] for chunk in chunks),
    )


def _found(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [field for field in part["fields"] if field["value"] is not None]


def _average(confidences: Any) -> float | None:
    stated = list(confidences)
    return round(100 * sum(stated) / len(stated), 2) if stated else None


def _content(part: Mapping[str, Any], sizes: Mapping[int, tuple[float, float]]) -> dict[str, Any]:
    """Shaped like the data: a list, or a table's rows, is an array of such fields or maps of them."""
    fields = {field["path"]: field for field in _found(part)}

    def said(path: str, value: Any) -> ContentField:
        field = fields.get(path)
        if field is None or value is None:
            return ContentField(value=_text(value), confidence=0, page=None, bounding_box=None)
        cited = field["citations"][0] if field["citations"] else None
        return ContentField(
            value=_text(value),
            confidence=round(100 * field["confidence"], 2),
            page=cited["page"] if cited else None,
            bounding_box=_box(cited["box"], sizes.get(cited["page"])) if cited else None,
        )

    content: dict[str, Any] = shaped(part["data"], said)
    return content


def _box(box: Sequence[float] | None, size: tuple[float, float] | None) -> BoundingBox | None:
    if box is None or size is None or not all(size):
        return None
    (width, height), (left, top, right, bottom) = size, box
    sides = (left / width, top / height, right / width, bottom / height)
    left, top, right, bottom = (round(min(max(side, 0.0), 1.0), 4) for side in sides)
    return BoundingBox(left=left, top=top, right=right, bottom=bottom)


def _text(value: Any) -> str | None:
    """A value as this contract has them all: text. Numbers are said without an exponent, or zeros behind a point."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
