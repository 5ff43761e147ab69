"""Exports too large for an answer, or too long in the making: kept in the bucket, named by all that went into them."""

from __future__ import annotations

from pathlib import PurePosixPath

from quire.domain.document import Stored
from quire.domain.job import Job
from quire.domain.ports import World


def export_key(job: Job, digest: str, name: str) -> str:
    """`results/{tenant}/exports/{job}/{digest}/{file name}`: the same content has the same key."""
    return str(PurePosixPath(_folder(job.tenant, job.id)) / digest / name)


def made_before(world: World, key: str) -> Stored | None:
    head = world.blobs.head(key)
    return Stored(key, head.version) if head else None


def forget_exports(world: World, tenant: str, job_id: str) -> None:
    """Remove every export of a job that is deleted."""
    for key in world.blobs.keys(f"{_folder(tenant, job_id)}/"):
        while stored := made_before(world, key):
            world.blobs.delete(stored)


def _folder(tenant: str, job_id: str) -> str:
    return f"results/{tenant}/exports/{job_id}"
