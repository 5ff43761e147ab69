"""Reviewers: the queue of documents whose values are in doubt, one of them with its page and values, and a decision.

A decision is recorded first, then told to the task that waits; `sweep` tells again what was lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from quire.domain.document import Decision, Document, Verdict
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.review import undecidable
from quire.domain.tenant import Tenant
from quire.service.config import from_options
from quire.service.corrected import corrected
from quire.service.held import edited_key
from quire.service.listing import NO_CURSOR, cursor_of, place_of
from quire.service.results import find
from quire.service.review_end import tell

MOST_BYTES = 4 * 2**20
"""Of an output that a reviewer is shown."""
_GONE = Refusal(Kind.RESULT_EXPIRED, "The output has passed its retention and is gone.")

Found = tuple[Job, Document]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Each document with its job; `next_cursor` leads to the next page, None after the last."""

    reviews: list[Found]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reviewer needs: the document and its job, the `output` as it was extracted (`quire.service.written`),
    whose `flagged` fields are in doubt, and the `schema` that each part's data is shaped by."""

    job: Job
    document: Document
    output: Mapping[str, Any]
    flagged: list[str]
    schema: object


class _Choice(NamedTuple):
    """`output`: the one with the reviewer's values, as it is to be kept; None where nothing differs."""

    verdict: Verdict
    output: bytes | None


def queue(world: World, tenant: Tenant, cursor: str | None = None, limit: int = 20) -> ReviewPage | Refusal:
    """The documents that wait for a person. In front is what ends first without a decision: the oldest, unless the
    bytes of another pass their retention sooner. A page may be short though there are more."""
    after = place_of(cursor) if cursor else None
    if cursor and after is None:
        return NO_CURSOR
    places = world.reviews.queue(tenant.id, limit, after)
    documents = world.reviews.held(tenant.id, [document_id for _, document_id in places])
    job_ids = list(dict.fromkeys(document.job_id for document in documents))
    jobs = {job.id: job for job in world.jobs.get_many(tenant.id, job_ids)}
    found = [(jobs[document.job_id], document) for document in documents if document.job_id in jobs]
    now = world.clock()
    waiting = [(job, document) for job, document in found if undecidable(job, document, now) is None]
    return ReviewPage(waiting, cursor_of(places[-1]) if len(places) == limit else None)


def get(world: World, tenant: Tenant, document_id: str) -> Subject | Refusal:
    """A document that is, or was, in review. NOT_FOUND; RESULT_EXPIRED; RESULT_TOO_LARGE: more than 4 MiB of JSON."""
    found = _reviewed(world, tenant, document_id)
    if isinstance(found, Refusal):
        return found
    job, document = found
    until = None if document.ended_at is None else document.ended_at + job.retention_ms
    return _GONE if until is not None and until <= world.clock() else _subject(world, job, document)


def decide(
    world: World,
    tenant: Tenant,
    document_id: str,
    verdict: Verdict,
    *,
    edits: Mapping[str, Any] | None = None,
    by: str | None = None,
) -> Found | Refusal:
    """Record a decision, which is final, and let the document go on; answers it as it stands then.

    Args:
        verdict: APPROVED, REJECTED, or EDITED with `edits`, which is APPROVED where they change nothing.
        edits: the right values by path, as in `line_items[0].amount`; of an output of several parts a path begins with
            the part's number, `[1].total`. A list is given whole to add or remove rows.
        by: who decides: an id, never a key. The same decision by the same again is answered as the first time.

    Refused: NOT_FOUND; CONFLICT: somebody else decided, or the time has passed; INVALID_REQUEST: an edit that the
    schema does not take; RESULT_EXPIRED; RESULT_TOO_LARGE."""
    found = _reviewed(world, tenant, document_id)
    if isinstance(found, Refusal):
        return found
    job, document = found
    too_late = undecidable(job, document, world.clock())
    if too_late and not _mine(document, by):
        return too_late
    choice = _choice(world, job, document, verdict, edits or {})
    if isinstance(choice, Refusal):
        return choice
    if too_late:
        return found if _is_recorded(world, document, choice) else too_late
    return _record(world, tenant, document, choice, by)


def _record(world: World, tenant: Tenant, document: Document, choice: _Choice, by: str | None) -> Found | Refusal:
    kept = world.blobs.put(edited_key(document), choice.output, "application/json") if choice.output else None
    decided = world.reviews.decide(document, Decision(choice.verdict, world.clock(), by, kept))
    if decided is None and kept:
        world.blobs.delete(kept)
    stands = _reviewed(world, tenant, document.id)
    if decided is None or isinstance(stands, Refusal):
        moved = Refusal(Kind.CONFLICT, "The document is not in review any more.")
        return stands if isinstance(stands, Refusal) else undecidable(*stands, world.clock()) or moved
    world.log("review_decided", tenant=tenant.id, document_id=document.id, verdict=choice.verdict.value)
    try:
        tell(world, decided)
    except Exception as fault:  # noqa: BLE001 - it is decided; `sweep` tells it again
        world.log("review_not_told", tenant=tenant.id, document_id=document.id, fault=fault)
    return stands


def _reviewed(world: World, tenant: Tenant, document_id: str) -> Found | Refusal:
    found = find(world, tenant, document_id)
    if isinstance(found, Refusal) or found[1].review is None:
        return Refusal(Kind.NOT_FOUND, "There is no such review.")
    return found


def _subject(world: World, job: Job, document: Document) -> Subject | Refusal:
    if document.review is None:
        raise ValueError("that document was never held")
    try:
        body = world.blobs.get(document.review.first)
        if len(body) > MOST_BYTES:
            return Refusal(Kind.RESULT_TOO_LARGE, "The output is too large for an answer.")
        output = json.loads(body)
        key = job.options.get("schema")
        schema = json.loads(world.blobs.read(str(key))) if key else output.get("schema")
    except KeyError:
        return _GONE
    return Subject(job, document, output, list(output.get("flagged", ())), schema)


def _choice(
    world: World, job: Job, document: Document, verdict: Verdict, edits: Mapping[str, Any]
) -> _Choice | Refusal:
    if bool(edits) is not (verdict is Verdict.EDITED):
        return Refusal(Kind.INVALID_REQUEST, "Edits belong to `edited`, and to nothing else.", {"field": "edits"})
    if not edits:
        return _Choice(verdict, None)
    subject = _subject(world, job, document)
    if isinstance(subject, Refusal):
        return subject
    output = corrected(subject.output, subject.schema, edits, whole=from_options(job.options).whole)
    if isinstance(output, Refusal):
        return output
    if not output["edits"]:
        return _Choice(Verdict.APPROVED, None)
    return _Choice(Verdict.EDITED, json.dumps(output, ensure_ascii=False, separators=(",", ":")).encode())


def _mine(document: Document, by: str | None) -> bool:
    decision = document.review.decision if document.review else None
    return by is not None and decision is not None and decision.by == by


def _is_recorded(world: World, document: Document, choice: _Choice) -> bool:
    decision = document.review.decision if document.review else None
    if decision is None or decision.verdict is not choice.verdict:
        return False
    try:
        return (world.blobs.get(decision.result) if decision.result else None) == choice.output
    except KeyError:
        return False
