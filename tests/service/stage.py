"""Bring files, jobs and documents to where a test begins, by the use cases themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quire.domain.document import Document, Source, Stored
from quire.domain.file import File
from quire.domain.fingerprint import fingerprint
from quire.domain.job import Job, as_seen, counted
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import finish, uploads
from quire.service.admit import admit
from quire.service.config import Config, to_options
from quire.service.expand import expand
from quire.service.submit import Submission, Submitted, submit
from quire.testing.world import World

BROKEN = Refusal(Kind.EXTRACTION_FAILED, "The document cannot be read.")


def announced(world: World, tenant: Tenant, size: int = 5, name: str | None = "a.pdf") -> File:
    upload = uploads.announce(world, tenant, size, name, "application/pdf")
    assert isinstance(upload, uploads.Upload)
    return upload.file


def arrived(world: World, tenant: Tenant, body: bytes = b"bytes") -> File:
    """A file whose bytes were put, and seen by `accept`."""
    file = announced(world, tenant, len(body))
    stored = world.blobs.put(file.key, body, "application/octet-stream")
    uploads.accept(world, tenant.id, file.id, stored.version, len(body))
    return world.files.get(tenant.id, [file.id])[file.id]


def source_of(file: File) -> Source:
    assert file.version
    return file.source


def submission(files: Sequence[File], config: Config | None = None, schema: object = None) -> Submission:
    """As a contract's route makes it."""
    options = to_options(config or Config())
    said = fingerprint({"file_ids": [file.id for file in files], "options": dict(options)})
    return Submission("extract_page", "text", [source_of(file) for file in files], said, options, schema)


def job_of(outcome: Submitted | Refusal) -> Job:
    """The job of a submission that was taken."""
    assert isinstance(outcome, Submitted)
    return outcome.job


def submitted(world: World, tenant: Tenant, documents: int = 1, config: Config | None = None) -> Job:
    """A new job of that many documents, whose rows are not written yet."""
    return job_of(submit(world, tenant, submission([arrived(world, tenant) for _ in range(documents)], config)))


def waiting(world: World, tenant: Tenant, documents: int = 1) -> Job:
    """A new job whose documents all wait in line."""
    job = submitted(world, tenant, documents)
    expand(world, tenant.id, job.id)
    return now_of(world, job)


def running(
    world: World, tenant: Tenant, body: bytes = b"bytes", config: Config | None = None, schema: object = None
) -> Document:
    """A document of a job of its own, with these bytes, that has just started."""
    job = job_of(submit(world, tenant, submission([arrived(world, tenant, body)], config, schema)))
    expand(world, tenant.id, job.id)
    admit(world, tenant.id)
    (document,) = world.jobs.documents(tenant.id, job.id)
    assert document.id in world.line.holders(tenant.id)
    return document


def now_of(world: World, job: Job) -> Job:
    found = world.jobs.get(job.tenant, job.id)
    assert found
    return found


def row_of(world: World, document: Document) -> Document:
    found = world.jobs.document(document.tenant, document.id)
    assert found
    return found


def succeed(world: World, document: Document, pages: int = 1) -> Stored:
    """The document ends with some result, the credits for its pages held before."""
    world.pipeline.reserve(document, pages)
    result = world.blobs.put(document.result_key, b'{"chunks":[]}', "application/json")
    finish.publish(world, document.tenant, document.id, pages, result)
    return result


def fails(world: World, document: Document, refusal: Refusal = BROKEN) -> None:
    finish.fail(world, document.tenant, document.id, refusal)


def assert_sound(world: World, granted: int = 100) -> None:
    """What must hold at every moment: counts are those of the documents, slots are those of the running, credits are
    neither made nor lost."""
    store = world.store
    for (tenant, job_id), job in store.jobs.items():
        rows = [as_seen(document, job) for document in world.jobs.documents(tenant, job_id)]
        seen, unwritten = counted(rows), job.total - len(rows)
        left = {"cancelled": unwritten} if job.cancelled_at is not None else {"pending": unwritten}
        if unwritten:
            seen = replace(seen, **{name: getattr(seen, name) + number for name, number in left.items()})
        assert job.counts == seen
    for tenant in store.tenants:
        active = {d.id for (owner, *_), d in store.documents.items() if owner == tenant and d.status.value == "running"}
        assert world.line.holders(tenant) == active
        assert len(active) <= store.tenants[tenant].slots
        balance = world.tenants.balance(tenant)
        assert balance.available + balance.reserved + balance.spent == granted
        assert min(balance.available, balance.reserved, balance.spent) >= 0
