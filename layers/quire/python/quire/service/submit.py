"""A job begins: one manifest, one transaction, for 1 or 10,000 documents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import accumulate

from quire.domain import ids
from quire.domain.document import Source, Stored
from quire.domain.job import Counts, Job, JobStatus
from quire.domain.places import working_of
from quire.domain.ports import Created, Idempotency, Remembered, World
from quire.domain.refusal import Kind, Refusal, invalid
from quire.domain.tenant import DAY_MS, ApiKey, Tenant

_METADATA = 6
"""Its place in a row of the manifest."""
MOST_KEPT_BYTES = 200_000
"""Of options, metadata and what is said again, as JSON: a row of DynamoDB holds 400 KB."""
REPEAT_MS = 60_000
"""A create repeated within this time without an Idempotency-Key is a client's retry, and gives the first job."""
_TRIES = 5
"""To hold what the balance had, when others spend of it at the same time; then the submit is short of credits."""


class Pays(Enum):
    """What must be within reach of the balance at the submit. What is not held then is reserved at Inspect, in the
    documents' order; what is short there ends `payment_required`."""

    FIRST = auto()
    """The first document."""
    ALL = auto()
    """All of them, which are of use together only: a page of each, at least."""
    LATER = auto()
    """Nothing: its request begins several jobs, and the first of them was within reach."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a caller asks for: the fields of a `schema`, or chunks, under an `extractor` (a saved one's id, with its
    `version`, or a built-in way). `counted` are the pages of each source, where they are known already: credits for as
    many of them as can be paid, from the first on, are held at once. `fingerprint` is taken over the parsed fields;
    `job_id` is given where it derives from an event that may be delivered twice, or must stand in an order. `metadata`
    is the caller's, of the job; `each_metadata` of each of its documents, by position."""

    contract: str
    extractor: str
    sources: Sequence[Source]
    fingerprint: str
    options: Mapping[str, object]
    schema: object = None
    version: int | None = None
    counted: Sequence[int] | None = None
    metadata: Mapping[str, object] | None = None
    each_metadata: Sequence[Mapping[str, object] | None] | None = None
    echo: Mapping[str, object] | None = None
    idempotency_key: str | None = None
    api_key: ApiKey | None = None
    job_id: str | None = None
    pays: Pays = Pays.FIRST


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job of a submission; `repeated` where the same request had made it before."""

    job: Job
    repeated: bool = False


def submit(world: World, tenant: Tenant, asked: Submission) -> Submitted | Refusal:
    """Create the job, or answer the one that the same request made before."""
    if len(json.dumps([asked.options, asked.metadata, asked.echo])) > MOST_KEPT_BYTES:
        message = f"What is kept of a request beside its files and its schema has at most {MOST_KEPT_BYTES} bytes."
        return invalid("body", message, "too_long")
    now = world.clock()
    job_id = asked.job_id or ids.new_job_id(now)
    folder = working_of(tenant.id, job_id)
    manifest = world.blobs.put(f"{folder}manifest.json", _manifest(asked), "application/json")
    options = dict(asked.options)
    if asked.schema is not None:
        schema = world.blobs.put(f"{folder}schema.json", json.dumps(asked.schema).encode(), "application/json")
        options["schema"] = schema.key
    job = Job(
        tenant=tenant.id,
        id=job_id,
        contract=asked.contract,
        extractor=asked.extractor,
        counts=Counts(pending=len(asked.sources)),
        manifest=manifest,
        created_at=now,
        retention_ms=tenant.result_retention_ms,
        options=options,
        metadata=asked.metadata,
        version=asked.version,
        echo=asked.echo,
        counted=None if asked.counted is None else tuple(asked.counted),
        paid=_held_at_once(asked),
    )
    idempotency = _idempotency(asked, now)
    job, outcome = _create(world, job, idempotency, now)
    if isinstance(outcome, Remembered) and idempotency and asked.idempotency_key is None:
        first = world.jobs.get(tenant.id, outcome.job_id)
        if first is None or first.deleted_at is not None or first.status in (JobStatus.FAILED, JobStatus.CANCELLED):
            world.submissions.replace_idempotency(tenant.id, idempotency, outcome.job_id)
            job, outcome = _create(world, job, idempotency, now)
    if outcome is Created.CREATED:
        world.log("job_created", tenant=tenant.id, job_id=job.id, documents=job.total)
        return Submitted(job)
    if outcome is Created.SHORT_OF_CREDITS:
        which = "the first of these" if job.total > 1 and asked.pays is Pays.FIRST else "these"
        return Refusal(Kind.PAYMENT_REQUIRED, f"There are not enough credits for {which} documents: add some.")
    return _remembered(world, tenant, asked, outcome)


def _held_at_once(asked: Submission) -> int | None:
    """For how many documents, from the first on, credits are to be held; None: for all. Of a batch whose pages are not
    counted for none: a page of each would leave the first short of its second, and nothing would be done."""
    if asked.pays is Pays.LATER:
        return 0
    uncounted = asked.counted is None and len(asked.sources) > 1
    return 0 if uncounted and asked.pays is Pays.FIRST else None


def _create(world: World, job: Job, idempotency: Idempotency | None, now: int) -> tuple[Job, Created | Remembered]:
    """With credits for all counted documents, or for as many of them as can be paid, from the first on."""
    outcome = world.submissions.create(job, idempotency, now)
    for _ in range(_TRIES):
        if outcome is not Created.SHORT_OF_CREDITS or job.counted is None:
            break
        sums = accumulate(job.counted)
        available = world.tenants.balance(job.tenant).available
        job = replace(job, paid=sum(pages <= available for pages in sums))
        if not job.paid:
            break
        outcome = world.submissions.create(job, idempotency, now)
    return job, outcome


def sources_of(world: World, job: Job) -> list[Source]:
    """The job's documents by position, as its manifest lists them."""
    rows = json.loads(world.blobs.get(job.manifest))
    return [
        Source(Stored(key, version), size, expires_at, file_id, name)
        for key, version, size, expires_at, file_id, name, *_ in rows
    ]


def metadata_of(world: World, job: Job) -> list[Mapping[str, object] | None]:
    """What the caller said of each document, by position; nothing once the manifest has passed its retention."""
    try:
        rows = json.loads(world.blobs.get(job.manifest))
    except KeyError:
        rows = []
    said = {position: row[_METADATA] for position, row in enumerate(rows) if len(row) > _METADATA}
    return [said.get(position) for position in range(job.total)]


def _manifest(asked: Submission) -> bytes:
    rows: list[list[object]] = [
        [s.stored.key, s.stored.version, s.size, s.expires_at, s.file_id, s.name] for s in asked.sources
    ]
    for row, metadata in zip(rows, asked.each_metadata or (), strict=False):
        row.append(metadata)
    return json.dumps(rows, separators=(",", ":")).encode()


def _idempotency(asked: Submission, now: int) -> Idempotency | None:
    if asked.idempotency_key is not None:
        return Idempotency(f"{asked.contract}#key#{asked.idempotency_key}", asked.fingerprint, now + DAY_MS)
    if asked.api_key is not None:
        repeat = f"{asked.contract}#repeat#{asked.api_key.digest}#{asked.fingerprint}"
        return Idempotency(repeat, asked.fingerprint, now + REPEAT_MS)
    return None


def _remembered(world: World, tenant: Tenant, asked: Submission, outcome: Created | Remembered) -> Submitted | Refusal:
    if not isinstance(outcome, Remembered):
        raise TypeError(outcome)
    # A job id that derives from an event is its own proof: no record tells its fingerprint.
    if outcome.job_id != asked.job_id and outcome.fingerprint != asked.fingerprint:
        message = "This Idempotency-Key was used for another request: use a new key."
        return Refusal(Kind.IDEMPOTENCY_CONFLICT, message)
    job = world.jobs.get(tenant.id, outcome.job_id)
    if job is None or job.deleted_at is not None:
        return Refusal(Kind.JOB_NOT_FOUND, "The job that this key made is gone: use a new key.")
    return Submitted(job, repeated=True)
