"""State AwaitReview: a document whose values are in doubt waits for a person, and keeps no slot meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from quire.domain.document import CANCELLED, Document, DocumentStatus, Review, Stored
from quire.domain.ports import World
from quire.domain.review import deadline
from quire.service import outbox
from quire.service.config import from_options
from quire.service.finish import end
from quire.service.review_end import lapse, outcome_of
from quire.service.tasks import ENDED_BEFORE, Outcome


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What Extract found: its output of so many `pages`, of which so many fields are `flagged`."""

    pages: int
    result: Stored
    flagged: int


def hold(world: World, tenant: str, document_id: str, found: Doubtful, token: str) -> None:
    """The document is held until somebody completes the task `token`. Entered again, it leaves its new token and looks
    whether somebody decided meanwhile."""
    document = world.jobs.document(tenant, document_id)
    if document and document.status is DocumentStatus.RUNNING and _begin(world, document, found, token):
        outcome = None
    else:
        outcome = ENDED_BEFORE if document is None else _go_on(world, document, token)
    world.pokes.poke(tenant)  # also when it was held before: the poke may be what was lost
    if outcome is not None:
        world.tokens.succeed(token, outcome)


def _begin(world: World, document: Document, found: Doubtful, token: str) -> bool:
    """Whether it is held from now on; cancelled when its job is, for nobody waits for what would be reviewed."""
    job, tenant = world.jobs.get(document.tenant, document.job_id), world.tenants.get(document.tenant)
    if job is None or tenant is None:
        return False
    now = world.clock()
    review = Review(
        threshold=from_options(job.options).review_threshold or 0,
        flagged=found.flagged,
        since=now,
        deadline=deadline(now, tenant.review_ms, document.source),
        first=found.result,
        pages=found.pages,
        token=token,
    )
    told = outbox.audience(world, tenant.id).of_review(job, document, now)
    if world.reviews.hold(document, review, now, told):
        world.log("review_required", tenant=tenant.id, document_id=document.id, fields=found.flagged)
        return True
    stands = world.jobs.get(document.tenant, document.job_id)
    if stands and stands.cancelled_at is not None:
        end(world, document, CANCELLED)
        world.blobs.delete(found.result)
    return False


def _go_on(world: World, document: Document, token: str) -> Outcome | None:
    """What the task may be told at once; None while somebody has yet to decide."""
    held = world.reviews.wait(document, token)
    if held is None or held.review is None:
        return ENDED_BEFORE
    if held.review.decision:
        return outcome_of(held.review.decision)
    if held.review.deadline <= world.clock():
        lapse(world, held)
    return None
