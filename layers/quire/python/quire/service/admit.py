"""The waiting line moves: the oldest waiting documents start while their tenant has free slots."""

from __future__ import annotations

from collections.abc import Sequence

from quire.domain.document import DocumentStatus, failed
from quire.domain.ids import locate
from quire.domain.ports import Admission, Ticket, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import outbox
from quire.service.finish import write_refusal

AT_ONCE = 20
"""Documents admitted in one transaction: three rows each at most (document, ticket, its job) of DynamoDB's 100."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2, 60
"""Before a poke that failed comes again: doubled each time, so that the queue's ten receives last five minutes, longer
than most faults of a service do; then it is parked, and `sweep` pokes anew."""
ROUNDS = 1000
"""A bound on looking again, far above what a day's races need."""


class LineBusy(Exception):
    """Others keep winning the races for this line: try again later."""


def admit(world: World, tenant_id: str) -> None:
    """Start what may start. Woken twice, it finds nothing more to do."""
    tenant = world.tenants.get(tenant_id)
    if tenant is None:
        return
    for _ in range(ROUNDS):
        free = tenant.slots - len(world.line.holders(tenant.id))
        tickets = world.line.waiting(tenant.id, min(free, AT_ONCE)) if free > 0 else []
        if not tickets:
            return
        now = world.clock()
        if _lapse(world, tenant, tickets):
            continue
        if world.line.admit(tenant, tickets, now) is Admission.ADMITTED:
            for ticket in tickets:
                world.workflow.start(tenant.id, ticket.document_id)
        else:
            drop_cancelled(world, tenant.id, tickets)
    raise LineBusy(tenant_id)


def again_s(receives: int) -> int:
    """Seconds until a poke that has failed `receives` times comes again."""
    return int(min(FIRST_PAUSE_S * 2 ** (receives - 1), LONGEST_PAUSE_S))


def lapse_expired(world: World, tenant: Tenant) -> None:
    """End the oldest waiting documents whose uploads passed their retention, also while no slot is free."""
    _lapse(world, tenant, world.line.waiting(tenant.id, AT_ONCE))


def _lapse(world: World, tenant: Tenant, tickets: Sequence[Ticket]) -> bool:
    """Whether any of the tickets was too old."""
    refusal = Refusal(Kind.UPLOAD_EXPIRED, "The upload passed its retention before a slot was free: upload it again.")
    lapsed = [ticket for ticket in tickets if ticket.expires_at <= world.clock()]
    for ticket in lapsed:
        document = world.jobs.document(tenant.id, ticket.document_id)
        if document is None or document.status is not DocumentStatus.PENDING:
            continue
        if document.source.dropped:
            write_refusal(world, document.source, refusal)
        if not outbox.end(world, document, failed(refusal)):
            drop_cancelled(world, tenant.id, [ticket])
    return bool(lapsed)


def drop_cancelled(world: World, tenant: str, tickets: Sequence[Ticket]) -> None:
    """Of the tickets, those whose jobs are cancelled, or gone, go."""
    jobs = {ticket.document_id: locate(ticket.document_id)[0] for ticket in tickets}
    for job_id in sorted(set(jobs.values())):
        job = world.jobs.get(tenant, job_id)
        if job is None or job.cancelled_at is not None:
            gone = [ticket for ticket in tickets if jobs[ticket.document_id] == job_id]
            world.line.drop_cancelled(tenant, gone, world.clock())
