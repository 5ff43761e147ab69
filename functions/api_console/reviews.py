"""The review queue, and a person's decision."""

from __future__ import annotations

from pydantic import BaseModel, Field, JsonValue

from functions.api_console.contract import Page, Paging, known_id
from functions.api_console.documents import DocumentView, view_of
from functions.api_console.jobs import extractor_names
from quire.domain.document import Document, Verdict
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time
from quire.service import review


class Waiting(BaseModel):
    """A document that is held for a person: `flagged` of its fields are in doubt. Without a decision until `deadline`
    it fails."""

    document_id: str
    job_id: str
    name: str | None
    extractor: str | None
    flagged: int
    since: str
    deadline: str


class Decide(BaseModel):
    """`edits` belong to `edited`: the right values by path; a list is given whole to add or remove rows."""

    verdict: Verdict
    edits: dict[str, JsonValue] = Field(default_factory=dict, max_length=5_000)


def list_reviews(call: Call) -> Answer | Refusal:
    """List the documents that wait for a person, what ends first in front."""
    paging = call.query_as(Paging)
    page = review.queue(call.world, call.tenant, paging.cursor, paging.limit)
    if isinstance(page, Refusal):
        return page
    names = extractor_names(call, [job for job, _ in page.reviews])
    items = [one for job, document in page.reviews if (one := _say(job, document, names.get(job.extractor)))]
    return Answer(200, Page[Waiting](items=items, next_cursor=page.next_cursor))


def decide_review(call: Call) -> Answer | Refusal:
    """Approve a document, correct it, or reject it; 409 when somebody else was faster."""
    asked = call.json(Decide)
    document_id = known_id(call.path["document_id"], Kind.NOT_FOUND, "review")
    if isinstance(document_id, Refusal):
        return document_id
    decided = review.decide(
        call.world, call.tenant, document_id, asked.verdict, edits=asked.edits, by=call.key.name or call.key.id
    )
    return decided if isinstance(decided, Refusal) else Answer(200, view_of(call, *decided))


def _say(job: Job, document: Document, extractor: str | None) -> Waiting | None:
    held = document.review
    if held is None:
        return None
    return Waiting(
        document_id=document.id,
        job_id=job.id,
        name=document.source.name,
        extractor=extractor,
        flagged=held.flagged,
        since=say_time(held.since),
        deadline=say_time(held.deadline),
    )


_REVIEW = "/console/api/documents/<document_id>/review"
ROUTES = (
    Route("GET", "/console/api/reviews", list_reviews, query=Paging, says={200: Page[Waiting]}),
    Route("POST", _REVIEW, decide_review, asks=Decide, says={200: DocumentView}),
)
