"""One document: its fields with their places, its review, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from functions.api_console.contract import known_id
from functions.api_console.fields import Output, say_output
from functions.api_console.reviewed import ReviewShown, say_review
from functions.api_console.wire import DocumentShown, Failure, say_document, say_failure
from quire.domain import cost
from quire.domain.document import Document, DocumentStatus
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import results, review
from quire.service.config import from_options
from quire.service.page_images import page_numbers
from quire.service.read import load_plan


class Cost(BaseModel):
    """What AWS charges for it, in US dollars at list prices, without Lambda's time; `textract_pages` went there."""

    usd: float
    textract_pages: int


class DocumentView(BaseModel):
    """`json_schema` is the one of the job, or the inferred one. `page_numbers` are those of the pages that were read or
    will be, as far as they are known. Without an `output`, `unreadable` may say why."""

    document: DocumentShown
    page_numbers: list[int]
    json_schema: dict[str, Any] | None
    output: Output | None
    unreadable: Failure | None
    review: ReviewShown | None
    cost: Cost | None


def get_document(call: Call) -> Answer | Refusal:
    """Show a document with all that was found in it."""
    document_id = known_id(call.path["document_id"], Kind.NOT_FOUND, "document")
    found = document_id if isinstance(document_id, Refusal) else results.find(call.world, call.tenant, document_id)
    return found if isinstance(found, Refusal) else Answer(200, view_of(call, *found))


def view_of(call: Call, job: Job, document: Document) -> DocumentView:
    """The view of a document as it stands."""
    config = from_options(job.options)
    output, first = _outputs(call, job, document)
    said = output if isinstance(output, Mapping) else None
    return DocumentView(
        document=say_document(job, document),
        page_numbers=page_numbers(job, document),
        json_schema=_schema(call, config.schema, said),
        output=None if said is None else say_output(said, whole=config.whole),
        unreadable=say_failure(output) if isinstance(output, Refusal) and document.result else None,
        review=None if document.review is None else say_review(document.review, first or {}, said or {}),
        cost=_cost(call, config.mode.value, document),
    )


def _outputs(call: Call, job: Job, document: Document) -> tuple[Mapping[str, Any] | Refusal, Mapping[str, Any] | None]:
    """The output that counts, and the one that a reviewer was shown."""
    subject = review.get(call.world, call.tenant, document.id) if document.review else None
    first = None if subject is None or isinstance(subject, Refusal) else subject.output
    if document.status is DocumentStatus.REVIEW_REQUIRED and first is not None:
        return _decided(call, document) or first, first
    return results.result_of(call.world, job, document), first


def _decided(call: Call, document: Document) -> Mapping[str, Any] | None:
    """What a reviewer made of it, from the decision on; the document ends a moment later."""
    decision = document.review.decision if document.review else None
    if decision is None or decision.result is None:
        return None
    try:
        edited: dict[str, Any] = json.loads(call.world.blobs.get(decision.result))
    except KeyError:  # the document ended meanwhile
        return None
    return edited


def _schema(call: Call, key: str | None, output: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if key is None:
        return None if output is None else output.get("schema")
    try:
        schema: dict[str, Any] = json.loads(call.world.blobs.read(key))
    except KeyError:  # it has passed its retention
        return None
    return schema


def _cost(call: Call, mode: str, document: Document) -> Cost | None:
    """None while nothing is known of it, and once that has passed its retention."""
    try:
        pages = len(load_plan(call.world, document).ocr)
    except KeyError:
        return None
    return Cost(usd=round(cost.cost(mode, pages), 6), textract_pages=pages)


ROUTES = (Route("GET", "/console/api/documents/<document_id>", get_document, says={200: DocumentView}),)
