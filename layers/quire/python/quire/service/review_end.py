"""How a review ends: what was decided is told to the task that waits, again where that was lost; what nobody decided in
time fails; what belongs to a cancelled job is cancelled."""

from __future__ import annotations

from quire.domain.document import CANCELLED, Decision, Document, DocumentStatus, Verdict
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.service.finish import end, fail_as_read
from quire.service.tasks import ENDED_BEFORE, Outcome, go_on, refuse

RELEASED_AT_ONCE = 100
"""Documents in review that one sweep, or the request that cancels their job, lets go at most."""
LAPSED_AT_ONCE = 500
"""Documents that one sweep ends for want of a decision."""
_REJECTED = Refusal(Kind.REVIEW_REJECTED, "A reviewer rejected the document.")
_EXPIRED = Refusal(Kind.REVIEW_EXPIRED, "Nobody reviewed the document in time: submit it again.")


def outcome_of(decision: Decision) -> Outcome:
    """What the waiting task is told."""
    return refuse(_REJECTED) if decision.verdict is Verdict.REJECTED else go_on()


def tell(world: World, document: Document) -> None:
    """A decision, to the task that waits for it. Told twice, it is told once."""
    review = document.review
    if review and review.decision and review.token:
        world.tokens.succeed(review.token, outcome_of(review.decision))


def lapse(world: World, document: Document) -> None:
    """Nobody decided in time: the document fails and nothing is charged, unless somebody decides just now."""
    job = world.jobs.get(document.tenant, document.job_id)
    if job and job.cancelled_at is not None:
        _let_go(world, document)
    elif fail_as_read(world, document, _EXPIRED):
        _dismiss(world, document)


def lapse_overdue(world: World, tenant: str) -> None:
    """The documents in review whose time has passed; what ends first is in front."""
    for until, document_id in world.reviews.queue(tenant, LAPSED_AT_ONCE):
        if until > world.clock():
            return
        document = world.jobs.document(tenant, document_id)
        if document and document.undecided:
            lapse(world, document)


def release(world: World, tenant: str, job_id: str) -> None:
    """A cancelled job's documents in review are cancelled, too: so many now, the others by `sweep`."""
    held = [row for row in world.jobs.documents(tenant, job_id) if row.status is DocumentStatus.REVIEW_REQUIRED]
    for document in held[:RELEASED_AT_ONCE]:
        _let_go(world, document)
    if len(held) <= RELEASED_AT_ONCE:
        world.reviews.released(tenant, job_id)


def _let_go(world: World, document: Document) -> None:
    if end(world, document, CANCELLED):
        _dismiss(world, document)


def _dismiss(world: World, document: Document) -> None:
    """Its task need not wait any more."""
    if document.review and document.review.token:
        world.tokens.succeed(document.review.token, ENDED_BEFORE)
