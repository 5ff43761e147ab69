"""A deleted job leaves nothing readable: the folders of what is its own are emptied, so much at once, the rest by
`sweep`; and once more when nobody can write there any longer."""

from __future__ import annotations

from dataclasses import replace

from quire.domain.job import Job
from quire.domain.places import results_of, working_of
from quire.domain.ports import World

AT_ONCE = 5_000
"""Objects that one call removes from a folder: some seconds."""
AGAIN_MS = 60_000
"""Until `sweep` looks at the job."""
LATE_MS = 20 * 60_000
"""After it ended: longer than a function lives, which may still be writing of it."""
MOST_DUE = 25
"""Deleted jobs that one sweep looks at for a tenant: others wait for it."""


def delete(world: World, job: Job) -> None:
    """No reader finds the job from now on, and what can be removed of it is."""
    now = world.clock()
    marked = (now + AGAIN_MS, job.id)  # should this break off
    world.jobs.delete(job.tenant, job.id, now, marked[0])
    world.jobs.forget_again(job.tenant, marked, _forget(world, replace(job, deleted_at=now)))


def forget_due(world: World, tenant: str) -> None:
    """The deleted jobs of which there is, or may be, something left; a large one takes the turn of the others."""
    for place in world.jobs.to_forget(tenant, world.clock(), MOST_DUE):
        job = world.jobs.get(tenant, place[1])
        again = _forget(world, job) if job else None
        world.jobs.forget_again(tenant, place, again)
        if again is not None and again <= world.clock():
            return


def _forget(world: World, job: Job) -> int | None:
    """Remove what can be removed by now. When to go on (milliseconds since 1970); None: nothing is left, nor will be.

    What its steps still read stays until they have ended."""
    now, over = world.clock(), job.status.ended and job.expanded
    results, working = results_of(job.tenant, job.id), working_of(job.tenant, job.id)
    whole = [world.blobs.clear(folder, AT_ONCE) for folder in (results, *([working] if over else []))]
    if job.contract == "inbox":
        _forget_dropped(world, job)
    if not all(whole):
        return now
    if not over:
        return now + AGAIN_MS
    last = max(job.ended_at or 0, job.deleted_at or 0) + LATE_MS
    return None if now >= last else last


def _forget_dropped(world: World, job: Job) -> None:
    """Its result lies where its file's name says, and others of that name may lie there, too."""
    for document in world.jobs.documents(job.tenant, job.id):
        if document.result:
            world.blobs.delete(document.result)
