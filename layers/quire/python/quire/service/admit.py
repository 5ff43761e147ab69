"""The waiting line moves: the oldest waiting documents start while their tenant has free slots."""

from __future__ import annotations

from collections.abc import Sequence

from quire.domain.document import failed
from quire.domain.ids import locate
from quire.domain.ports import Admission, Ticket, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant

AT_ONCE = 20
"""Documents admitted in one transaction: three rows each at most (document, ticket, its job) of DynamoDB's 100."""
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
        lapsed = [ticket for ticket in tickets if ticket.expires_at <= now]
        if lapsed:
            _lapse(world, tenant, lapsed)
        elif world.line.admit(tenant, tickets, now) is Admission.ADMITTED:
            for ticket in tickets:
                world.workflow.start(tenant.id, ticket.document_id)
        else:
            _drop_cancelled(world, tenant, tickets)
    raise LineBusy(tenant_id)


def _lapse(world: World, tenant: Tenant, tickets: Sequence[Ticket]) -> None:
    refusal = Refusal(Kind.UPLOAD_EXPIRED, "The upload passed its retention before a slot was free: upload it again.")
    for ticket in tickets:
        document = world.jobs.document(tenant.id, ticket.document_id)
        if document and not world.pipeline.end(document, failed(refusal), world.clock()):
            _drop_cancelled(world, tenant, [ticket])


def _drop_cancelled(world: World, tenant: Tenant, tickets: Sequence[Ticket]) -> None:
    jobs = {ticket.document_id: locate(ticket.document_id)[0] for ticket in tickets}
    for job_id in sorted(set(jobs.values())):
        job = world.jobs.get(tenant.id, job_id)
        if job is None or job.cancelled_at is not None:
            gone = [ticket for ticket in tickets if jobs[ticket.document_id] == job_id]
            world.line.drop_cancelled(tenant.id, gone, world.clock())
