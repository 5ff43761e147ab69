"""Documents whose file has not arrived: they wait for it, and go on when it settles.

Whoever settles a file looks for waiting documents afterwards; `expand`, which lets documents wait, looks at their files
afterwards. So, whichever comes first, one of the two sees the other."""

from __future__ import annotations

from quire.domain.document import failed
from quire.domain.file import MOST_BYTES, File
from quire.domain.ports import Ticket, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import outbox
from quire.service.admit import drop_cancelled

LAPSED_AT_ONCE = 500
"""Waiting documents that one sweep ends for a tenant."""
TOO_LARGE = Refusal(Kind.DOCUMENT_TOO_LARGE, f"A file has at most {MOST_BYTES // 2**20} MB.")
DELETED = Refusal(Kind.UPLOAD_MISSING, "The file was deleted: upload it again.")
_MISSING = Refusal(Kind.UPLOAD_MISSING, "The file was not uploaded in time: upload it, and submit it again.")


def arrive(world: World, file: File, version: str, size: int) -> File:
    """The bytes are there: the first version is pinned, and what waits for them goes on; more of them than we take are
    refused. The file as it then stands."""
    if size > MOST_BYTES:
        return refuse(world, file, TOO_LARGE)
    return _settled(world, world.files.arrive(file, version, size, world.clock()) or file)


def refuse(world: World, file: File, refusal: Refusal) -> File:
    """The bytes will not come: what waits for them fails so. The file as it then stands."""
    return _settled(world, world.files.refuse(file, refusal) or file)


def recheck(world: World, file: File) -> File:
    """Ask the store itself whether the bytes are there: an upload's event may be late, or lost."""
    head = world.blobs.head(file.key)
    if head is None or file.size not in (None, head.size):
        return file
    return arrive(world, file, head.version, head.size)


def settle(world: World, file: File) -> None:
    """Whatever waits for a settled file goes on: into the line when it arrived, else to its end. Twice is once."""
    tickets = world.line.awaiting(file.tenant, file.id)
    for ticket in tickets:
        if file.refusal:
            _fail(world, file.tenant, ticket, file.refusal)
        else:
            _go_on(world, file, ticket)
    world.files.settled(file.tenant, file.id)
    if tickets:
        world.pokes.poke(file.tenant)


def settle_left(world: World, tenant: Tenant) -> None:
    """The files that settled, though nobody has said that nothing waits for them any more. One that is gone was deleted
    in the meantime."""
    marked = world.files.unsettled(tenant.id)
    known = world.files.get(tenant.id, marked)
    for file_id in marked:
        if file_id in known:
            settle(world, known[file_id])
            continue
        for ticket in world.line.awaiting(tenant.id, file_id):
            _fail(world, tenant.id, ticket, DELETED)
        world.files.settled(tenant.id, file_id)


def lapse_missing(world: World, tenant: Tenant) -> None:
    """End documents whose files were not uploaded in time; the oldest announcements are in front."""
    for ticket in world.line.awaiting(tenant.id, limit=LAPSED_AT_ONCE):
        if ticket.expires_at > world.clock():
            return
        file = world.files.get(tenant.id, [ticket.file_id or ""]).get(ticket.file_id or "")
        if file is None or not recheck(world, file).settled:
            _fail(world, tenant.id, ticket, _MISSING)


def _settled(world: World, file: File) -> File:
    if file.settled:
        settle(world, file)
    return file


def _go_on(world: World, file: File, ticket: Ticket) -> None:
    document = world.jobs.document(file.tenant, ticket.document_id)
    if document is None:
        drop_cancelled(world, file.tenant, [ticket])
    elif document.source.waits:
        world.line.arrive(document, file.source)


def _fail(world: World, tenant: str, ticket: Ticket, refusal: Refusal) -> None:
    document = world.jobs.document(tenant, ticket.document_id)
    waits = document is not None and document.source.waits
    if document and waits and outbox.end(world, document, failed(refusal)):
        world.log("document_ended", tenant=tenant, document_id=document.id, refusal=refusal.kind.value)
    else:
        drop_cancelled(world, tenant, [ticket])
