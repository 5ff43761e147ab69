"""Reconcile: each hour the bucket itself is asked what arrived, for an event may be lost: after its third failure
Lambda drops one (Lambda guide, "Error handling for async")."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from quire.domain.document import Source, Stored, dropped_result_key
from quire.domain.ids import derived_job_id
from quire.domain.ports import Head, World
from quire.domain.tenant import DAY_MS
from quire.service.inbox import drop
from quire.service.waiting import recheck

OVERLAP_MS = 3_600_000
"""A large object says when its upload began, and may have taken as long as a URL lives."""
MOST_MS = 2 * DAY_MS
"""Older uploads are gone."""
SETTLING_MS = 600_000
"""Younger objects are left to their events, which are tried for some minutes."""
_CHUNK = 100
_Arrivals = list[tuple[str, Head]]


def reconcile(world: World) -> None:
    """From where the last one ended. A fault with some objects does not keep the others waiting."""
    until, whole = world.clock() - SETTLING_MS, True
    since = max(world.files.reconciled() - OVERLAP_MS, until - MOST_MS)
    for prefix, take_up in (("uploads/", _take_up_files), ("inbox/", _take_up_drops)):
        for tenant, arrivals in _chunks(world.blobs.arrivals(prefix, since, until)):
            try:
                take_up(world, tenant, arrivals)
            except Exception as fault:  # noqa: BLE001 - the next hour tries again; the others' turn is now
                whole = False
                world.log("reconcile_failed", tenant=tenant, fault=fault, metric="ReconcileFailed")
    if whole:
        world.files.reconcile(until)


def _chunks(arrivals: Iterator[tuple[str, Head]]) -> Iterator[tuple[str, _Arrivals]]:
    """By tenant, the second part of each key."""
    for tenant, found in groupby(arrivals, key=lambda arrival: arrival[0].split("/")[1]):
        while chunk := list(islice(found, _CHUNK)):
            yield tenant, chunk


def _take_up_files(world: World, tenant: str, arrivals: _Arrivals) -> None:
    file_ids = list(dict.fromkeys(key.split("/", 2)[2] for key, _ in arrivals if key.count("/") > 1))
    for file in world.files.get(tenant, file_ids).values():
        if not file.settled and recheck(world, file).settled:
            world.log("arrival_found", tenant=tenant, file_id=file.id)


def _take_up_drops(world: World, tenant: str, arrivals: _Arrivals) -> None:
    by_job = {derived_job_id(key, head.version): (key, head) for key, head in arrivals if key.count("/") > 2}
    known = {job.id for job in world.jobs.get_many(tenant, list(by_job))}
    for job_id, (key, head) in by_job.items():
        if job_id not in known and not _refused(world, key, head):
            world.log("arrival_found", tenant=tenant, job_id=job_id)
            drop(world, key, head.version, head.size)


def _refused(world: World, key: str, head: Head) -> bool:
    """It made no job: where its result would be lies, as new as itself, why."""
    told = world.blobs.head(dropped_result_key(Source(Stored(key, head.version), head.size, head.at)))
    return told is not None and told.at >= head.at
