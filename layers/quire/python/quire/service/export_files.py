"""Exports too large for an answer, or too long in the making: kept in the bucket, named by all that went into them."""

from __future__ import annotations

from pathlib import PurePosixPath

from quire.domain.document import Stored
from quire.domain.job import Job
from quire.domain.places import results_of
from quire.domain.ports import World


def export_key(job: Job, digest: str, name: str) -> str:
    """`results/{tenant}/{job}/exports/{digest}/{file name}`: the same content has the same key."""
    return str(PurePosixPath(results_of(job.tenant, job.id), "exports", digest, name))


def made_before(world: World, key: str) -> Stored | None:
    head = world.blobs.head(key)
    return Stored(key, head.version) if head else None
