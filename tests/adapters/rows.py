"""Jobs, documents and files as the service would write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quire.domain.document import Document, Ending, Source, Stored, failed, succeeded
from quire.domain.file import File
from quire.domain.ids import derived_job_id, new_id
from quire.domain.job import Counts, Job
from quire.domain.ports import Admission, Created, Expanding, Ticket, World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant

NOW = 1_750_000_000_000
ACME = Tenant("acme", slots=3)
BROKEN = failed(Refusal(Kind.EXTRACTION_FAILED, "The document cannot be read."))
LAPSED = failed(Refusal(Kind.UPLOAD_EXPIRED, "The upload passed its retention."))


def a_file(tenant: str = "acme", name: str | None = "invoice.pdf") -> File:
    return File(tenant, new_id(NOW), size=1000, created_at=NOW, retention_ms=DAY_MS, name=name)


def a_job(name: str = "first", documents: int = 1, tenant: str = "acme", created_at: int = NOW) -> Job:
    """A job of `documents` whose id derives from its name."""
    job_id = derived_job_id(tenant, name)
    return Job(
        tenant=tenant,
        id=job_id,
        contract="extract_page",
        extractor="text",
        counts=Counts(pending=documents),
        manifest=Stored(f"working/{tenant}/{job_id}/manifest.json", "v1"),
        created_at=created_at,
        retention_ms=DAY_MS,
        options={"mode": "fast"},
    )


def its_documents(job: Job) -> list[Document]:
    return [
        Document(
            tenant=job.tenant,
            job_id=job.id,
            position=position,
            source=Source(Stored(f"uploads/{job.tenant}/{position}", "v1"), 1000, job.created_at + DAY_MS, "f", "n"),
            created_at=job.created_at,
            updated_at=job.created_at,
            result_key=f"results/{job.tenant}/{job.id}/{position}.json",
        )
        for position in range(job.total)
    ]


def fund(world: World, pages: int = 100, tenant: Tenant = ACME) -> Tenant:
    """A tenant with credits."""
    world.tenants.put(tenant)
    world.tenants.grant(tenant.id, pages)
    return tenant


def created(world: World, job: Job) -> Job:
    """The job, whose documents have no rows yet."""
    assert world.submissions.create(job, None, job.created_at) is Created.CREATED
    return job


def waiting(world: World, job: Job) -> list[Ticket]:
    """The tickets of a new job whose documents all wait in line."""
    created(world, job)
    assert world.jobs.add_documents(its_documents(job)) is Expanding.WRITTEN
    mine = {document.id for document in its_documents(job)}
    return [ticket for ticket in world.line.waiting(job.tenant, 1000) if ticket.document_id in mine]


def running(world: World, job: Job, now: int = NOW) -> list[Document]:
    """The documents of a new job, all of them running."""
    tickets = waiting(world, job)
    assert world.line.admit(replace(ACME, id=job.tenant, slots=100), tickets, now) is Admission.ADMITTED
    return world.jobs.documents(job.tenant, job.id)


def done(document: Document, pages: int = 1) -> Ending:
    return succeeded(pages, Stored(document.result_key, "v9"))


def row_of(world: World, document: Document) -> Document:
    found = world.jobs.document(document.tenant, document.id)
    assert found
    return found


def job_of(world: World, job: Job) -> Job:
    found = world.jobs.get(job.tenant, job.id)
    assert found
    return found


def ids(documents: Sequence[Document]) -> list[str]:
    return [document.id for document in documents]
