"""A deleted job leaves nothing readable: its results, what lies beside them, the pictures of its pages, its exports and
what webhooks were sent of it are removed."""

from __future__ import annotations

from quire.domain.delivery import bodies_of
from quire.domain.document import Document, Stored
from quire.domain.job import Job
from quire.domain.ports import World
from quire.service.export_files import forget_exports
from quire.service.held import outputs_of


def forget_job(world: World, job: Job) -> None:
    """What has been written of it so far."""
    for document in world.jobs.documents(job.tenant, job.id):
        if document.result or document.review:
            forget_result(world, job, document, document.result)
    forget_exports(world, job.tenant, job.id)
    for prefix in (job.pictures, bodies_of(job.tenant, job.id)):
        for key in world.blobs.keys(prefix):
            _forget_versions(world, key)


def forget_result(world: World, job: Job, document: Document, result: Stored | None) -> None:
    """With what was kept of a review."""
    for output in [*([result] if result else []), *outputs_of(document)]:
        world.blobs.delete(output)
    _forget_versions(world, document.result_key)
    if job.options.get("return_pdfs"):
        for key in world.blobs.keys(f"{document.result_key.removesuffix('.json')}/"):
            _forget_versions(world, key)


def _forget_versions(world: World, key: str) -> None:
    """All of them: a step that was entered again wrote two, and under one that goes the one before comes to light."""
    while head := world.blobs.head(key):
        world.blobs.delete(Stored(key, head.version))
