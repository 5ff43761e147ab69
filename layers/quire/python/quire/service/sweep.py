"""Sweep: each minute, whatever a lost message or a crash left lying is taken up again."""

from __future__ import annotations

from quire.domain.document import DocumentStatus
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.admit import lapse_expired
from quire.service.expand import expand
from quire.service.finish import fail, refusal_of_fault
from quire.service.forget import forget_due
from quire.service.review_end import lapse_overdue, release, tell
from quire.service.waiting import lapse_missing, settle_left

GRACE_MS = 60_000
"""Younger than this, whoever began a step is taken to be still at it."""
LANE = "sweep"
"""Of its pokes: a tenant's own may stand behind one that died with its `admit`."""
DELIVERIES_AT_ONCE = 1_000
"""That are woken in one minute: far more than fall due in one, also of receivers that have long been dead."""


def sweep(world: World) -> None:
    """Every tenant in turn; a fault with one does not keep the others waiting."""
    for tenant in world.tenants.all():
        try:
            sweep_tenant(world, tenant)
        except Exception as fault:  # noqa: BLE001 - the next minute tries again; the others' turn is now
            world.log("sweep_failed", tenant=tenant.id, fault=fault, metric="SweepFailed")


def sweep_tenant(world: World, tenant: Tenant) -> None:
    """Expand what was not, start what was not, end what is gone, end or go on with what was held for review, remove
    what is deleted, fetch and deliver what is due, wake the line."""
    now = world.clock()
    for job_id in world.jobs.unexpanded(tenant.id):
        job = world.jobs.get(tenant.id, job_id)
        if job and job.created_at < now - GRACE_MS:
            expand(world, tenant.id, job_id)
    holders = world.line.holders(tenant.id)
    for document_id in sorted(holders):
        _recover(world, tenant, document_id, now)
    lapse_expired(world, tenant)
    settle_left(world, tenant)
    lapse_missing(world, tenant)
    _recover_reviews(world, tenant, now)
    forget_due(world, tenant.id)
    for fetch in world.fetches.all(tenant.id):
        if fetch.due_at <= now:
            world.fetches.wake(fetch, now)
    for delivery in world.deliveries.due(tenant.id, now, DELIVERIES_AT_ONCE):
        world.deliveries.wake(delivery, now)
    if len(holders) < tenant.slots and world.line.waiting(tenant.id, 1):
        world.pokes.poke(tenant.id, lane=LANE)


def _recover(world: World, tenant: Tenant, document_id: str, now: int) -> None:
    document = world.jobs.document(tenant.id, document_id)
    if document is None or document.status is not DocumentStatus.RUNNING:
        world.log("slot_without_runner", tenant=tenant.id, document_id=document_id, metric="SlotLeaks")
        world.line.free(tenant.id, document_id)
        return
    if (document.started_at or now) >= now - GRACE_MS:
        return
    state = world.workflow.state(document_id)
    if state is None:
        world.workflow.start(tenant.id, document_id)
    else:
        _end_gone(world, tenant, document_id, state)


def _recover_reviews(world: World, tenant: Tenant, now: int) -> None:
    """What nobody decided in time, what was decided and not heard of, what belongs to a cancelled job."""
    lapse_overdue(world, tenant.id)
    for decided_at, document_id in world.reviews.decided(tenant.id):
        if decided_at >= now - GRACE_MS:
            continue
        for document in world.reviews.held(tenant.id, [document_id]):
            tell(world, document)
        _end_gone(world, tenant, document_id, world.workflow.state(document_id) or "ABORTED")
    for job_id in world.reviews.releasing(tenant.id):
        release(world, tenant.id, job_id)


def _end_gone(world: World, tenant: Tenant, document_id: str, state: str) -> None:
    """A document whose execution is over ends, if that did not end it."""
    if state in ("FAILED", "TIMED_OUT", "ABORTED"):
        fail(world, tenant.id, document_id, refusal_of_fault("States.Timeout" if state == "TIMED_OUT" else state))
    elif state == "SUCCEEDED":
        refusal = Refusal(Kind.INTERNAL_ERROR, "The document's execution ended without ending it: submit it again.")
        fail(world, tenant.id, document_id, refusal)
