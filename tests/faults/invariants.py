"""What must never break (docs/faults.md), a function each. The first four look after every write, all of them at rest;
each yields what it finds broken, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from quire.adapters import rows
from quire.adapters.aws import Aws
from quire.adapters.items import decode
from quire.domain.document import Document, DocumentStatus
from quire.domain.endpoint import Endpoint
from quire.domain.ids import derived_job_id
from quire.domain.job import Job, as_seen, counted
from quire.domain.places import results_of, working_of
from quire.domain.refusal import Refusal
from quire.service import changes
from tests.faults.account import JOBS, Account
from tests.faults.client import Client, answered, request
from tests.faults.dynamo import Write
from tests.faults.expressions import Item
from tests.faults.material import WORDS
from tests.faults.scenarios import OTHER_CREDITS, Scenario

_MOVES = {
    (None, "pending"),
    (None, "cancelled"),
    ("pending", "running"),
    ("pending", "failed"),
    ("pending", "cancelled"),
    ("running", "succeeded"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("running", "review_required"),
    ("review_required", "succeeded"),
    ("review_required", "failed"),
    ("review_required", "cancelled"),
}
_PAGE = 2
"""Documents in a page of the walk by cursor: fewer than a job has."""
AGES_MS = 60 * 24 * 3_600_000


@dataclass(slots=True)
class Walk:
    """A client that follows a job by cursor, and asks after every write; `seen` are the statuses as it knows them."""

    cursor: str | None = None
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    over: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario comes to: how documents ended, by tenant and in order, and how often `sweep` had to write."""

    ends: dict[str, list[str]]
    swept: int


@dataclass
class Evidence:
    """What the checks look at."""

    account: Account
    world: Aws
    scenario: Scenario
    client: Client
    other: Client
    expected: Outcome | None = None
    walks: dict[str, Walk] = field(default_factory=dict)
    bystander: list[Item] = field(default_factory=list)
    allowed: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def clients(self) -> tuple[Client, Client]:
        return self.client, self.other

    def jobs(self, tenant: str) -> list[Job]:
        return [
            rows.job_of(decode(item))
            for (partition, sort), item in self.account.dynamo.items[JOBS].items()
            if sort == "job" and partition.startswith(f"tenant#{tenant}#job#")
        ]

    def documents(self, job: Job) -> list[Document]:
        partition = rows.job_key(job.tenant, job.id)["PK"]
        return [
            rows.document_of(decode(item)) for item in self.account.dynamo.rows(JOBS, partition) if "position" in item
        ]

    def seen(self, job: Job) -> list[Document]:
        return [as_seen(document, job) for document in self.documents(job)]

    def row(self, tenant: str, what: str) -> dict[str, Any]:
        return decode(self.account.dynamo.items[JOBS].get((f"tenant#{tenant}", what), {}))


Found = Iterator[str]


def ends_once(evidence: Evidence, writes: Sequence[Write]) -> Found:
    """1: a document moves only forward, and out of an end never."""
    for write in writes:
        if write.table != JOBS:
            continue
        if write.key[1] == "file" and write.after and _pinned(write.before) not in (None, _pinned(write.after)):
            yield "a file that has arrived has other bytes now"
        if not write.key[1].startswith("doc#"):
            continue
        before, after = (item and item["status"]["S"] for item in (write.before, write.after))
        if before != after and (before, after) not in _MOVES:
            yield f"a document went from {before} to {after}"


def _pinned(file: Item | None) -> object:
    return file.get("version") if file else None


def all_ended(evidence: Evidence) -> Found:
    """1: at rest, every document of every job has ended, and so has the job."""
    for client in evidence.clients:
        for job in evidence.jobs(client.tenant.id):
            ended = [document for document in evidence.documents(job) if document.status.ended]
            if len(ended) < job.total or not job.status.ended or job.ended_at is None or not job.expanded:
                stands = [document.status.value for document in evidence.documents(job)]
                yield f"job {job.id} is {job.status} with documents {stands} of {job.total}, expanded: {job.expanded}"


def started_once(evidence: Evidence) -> Found:
    """1: a document has one execution, however often it was started."""
    often = Counter(execution.input for execution in evidence.account.states.executions.values())
    yield from (f"{said} has {number} executions" for said, number in often.items() if number > 1)


def nothing_left(evidence: Evidence) -> Found:
    """1: at rest nobody waits, and nothing is marked as still to be done."""
    for (partition, sort), item in evidence.account.dynamo.items[JOBS].items():
        mark = partition.count("#") == 1 and partition.startswith("tenant#") and "#" in sort
        if mark or partition.startswith(("line#", "wait#", "review#")) or sort.startswith("fetch#"):
            yield f"{partition} {sort} is left"
        if sort.startswith("delivery#") and item["status"]["S"] == "pending":
            yield f"{sort} is not delivered"
    for key, versions in evidence.account.bucket.objects.items():
        _, tenant, *_ = key.split("/")
        for version in versions if key.startswith("inbox/") else ():
            if not evidence.account.dynamo.rows(JOBS, rows.job_key(tenant, derived_job_id(key, version))["PK"]):
                yield f"{key} made no job"


def credits(evidence: Evidence) -> Found:
    """2: nothing made, nothing lost, nothing below zero; held is what the documents hold, spent what succeeded cost."""
    for client, granted in zip(evidence.clients, (evidence.scenario.credits, OTHER_CREDITS), strict=True):
        row = evidence.row(client.tenant.id, "credits")
        available, reserved, spent = (row.get(name, 0) for name in ("available", "reserved", "spent"))
        held = charged = 0
        for job in evidence.jobs(client.tenant.id):
            seen = evidence.seen(job)
            written = {document.position for document in seen}
            held += sum(document.reserved for document in seen)
            charged += sum(document.pages or 0 for document in seen if document.status is DocumentStatus.SUCCEEDED)
            if job.cancelled_at is None:
                held += sum(job.reserved_at_submit(n) for n in range(job.total) if n not in written)
        if available + reserved + spent != granted or min(available, reserved, spent) < 0:
            yield f"credits are {available}+{reserved}+{spent} of {granted}"
        if reserved != held:
            yield f"{reserved} credits are held, {held} by documents"
        if spent != charged:
            yield f"{spent} credits are spent, on {charged} pages of succeeded documents"


def slots(evidence: Evidence) -> Found:
    """3: who runs holds a slot, nobody else does, and never more than there are."""
    for client in evidence.clients:
        tenant = client.tenant
        holders = set(evidence.row(tenant.id, "slots").get("holders", ()))
        running = {
            document.id
            for job in evidence.jobs(tenant.id)
            for document in evidence.documents(job)
            if document.status is DocumentStatus.RUNNING
        }
        if len(holders) > tenant.slots:
            yield f"{len(holders)} slots are held of {tenant.slots}"
        if holders != running:
            yield f"slots are held by {sorted(holders)}, running are {sorted(running)}"


def counts(evidence: Evidence) -> Found:
    """4: a job's counts are those of its documents."""
    for client in evidence.clients:
        for job in evidence.jobs(client.tenant.id):
            seen = evidence.seen(job)
            found, unwritten = counted(seen), job.total - len(seen)
            status = "pending" if job.cancelled_at is None else "cancelled"
            found = replace(found, **{status: getattr(found, status) + unwritten})
            if job.counts != found:
                yield f"the job counts {job.counts}, its documents {found}"
            if (job.ended_at is not None) is not (found.remaining == 0):
                yield f"the job has {found.remaining} left and ended at {job.ended_at}"


def walk_on(evidence: Evidence) -> Found:
    """4: a walk by cursor goes on while the job changes, and is shown nothing again that did not change."""
    for client in evidence.clients:
        for job in evidence.jobs(client.tenant.id):
            walk = evidence.walks.setdefault(job.id, Walk())
            if job.deleted_at is None and not walk.over:
                yield from _walk(evidence, client, job, walk)


def _walk(evidence: Evidence, client: Client, job: Job, walk: Walk) -> Found:
    listing = changes.list_changes(evidence.world, client.tenant, job.id, walk.cursor, _PAGE)
    if isinstance(listing, Refusal):
        yield f"the walk was refused: {listing}"
        return
    for document in listing.documents:
        shown = (document.status.value, document.updated_at)
        if walk.seen.get(document.id) == shown:
            yield f"the walk shows {document.id} again, which is still {shown}"
        walk.seen[document.id] = shown
    if walk.cursor is None and len(listing.documents) == job.total and counted(listing.documents) != listing.job.counts:
        yield f"a read counts {listing.job.counts} and shows {[d.status.value for d in listing.documents]}"
    walk.over, walk.cursor = listing.next_cursor is None, listing.next_cursor


def walked(evidence: Evidence) -> Found:
    """4: at its end the walk knows every document as it is: no change was skipped."""
    for client in evidence.clients:
        for job in evidence.jobs(client.tenant.id):
            walk = evidence.walks.setdefault(job.id, Walk())
            for _ in range(50):
                if walk.over or job.deleted_at is not None:
                    break
                yield from _walk(evidence, client, job, walk)
                evidence.account.pump.now += 3_000
            if not walk.over and job.deleted_at is None:
                yield "the walk by cursor does not end"
            missed = {
                d.id: d.status.value for d in evidence.seen(job) if walk.seen.get(d.id, ("",))[0] != d.status.value
            }
            if missed and job.deleted_at is None:
                yield f"the walk by cursor missed {missed}, it knows {walk.seen}"


def one_job_for_a_key(evidence: Evidence) -> Found:
    """5: the same key, the same job; and no job that nobody was told of."""
    for client in evidence.clients:
        told = set().union(*client.jobs.values()) if client.jobs else set()
        for key, jobs in client.jobs.items():
            if len(jobs) != 1:
                yield f"key {key} gave {len(jobs)} jobs"
        made = {job.id for job in evidence.jobs(client.tenant.id)}
        if made != told:
            yield f"{len(made)} jobs were made, {len(told)} were answered"


def isolated(evidence: Evidence) -> Found:
    """6: a stranger's key finds none of it, and a bystander's rows are as they were."""
    client, other = evidence.clients
    for job in evidence.jobs(client.tenant.id):
        if job.contract == "extract_page":
            status, _ = _get(other, f"/v1/batches/batch_{job.id.replace('-', '')}")
            if status != 404:
                yield f"another tenant's key reads the job: {status}"
    for file_id in client.files:
        status, _ = _get(other, f"/v1/files/file_{file_id.replace('-', '')}")
        if status != 404:
            yield f"another tenant's key reads the file: {status}"
    if rows_of_bystander(evidence.account) != evidence.bystander:
        yield "a bystander's rows have changed"


def rows_of_bystander(account: Account) -> list[Item]:
    found = account.dynamo.items[JOBS].items()
    return [item for (partition, _), item in sorted(found) if partition.startswith("tenant#idle")]


def gone_after_retention(evidence: Evidence) -> Found:
    """7: after retention a job says that it expired, and nothing of it can be read."""
    account, client = evidence.account, evidence.client
    readable = [
        (job, document)
        for job in evidence.jobs(client.tenant.id)
        for document in evidence.documents(job)
        if job.contract == "extract_page" and document.result and job.deleted_at is None
    ]
    before = account.pump.now
    for job, document in readable:
        account.pump.now = document.ended_at + job.retention_ms if document.ended_at else before
        plain_job, plain_document = (identity.replace("-", "") for identity in (job.id, document.id))
        status, said = _get(client, f"/v1/batches/batch_{plain_job}/items/item_{plain_document}/result")
        if status != 410:
            yield f"a result can be read after its retention: {status} {said}"
        status, _ = _get(client, f"/v1/batches/batch_{plain_job}")
        if status != 200:
            yield f"a job of the past is not known: {status}"
    account.pump.now = before


def gone_when_deleted(evidence: Evidence) -> Found:
    """7: of a deleted job nothing is readable, and nothing is left behind."""
    for job in evidence.jobs(evidence.client.tenant.id):
        if job.deleted_at is None:
            continue
        status, _ = _get(evidence.client, f"/v1/batches/batch_{job.id.replace('-', '')}")
        if status != 404:
            yield f"a deleted job is found: {status}"
        own = (results_of(job.tenant, job.id), working_of(job.tenant, job.id))
        left = [key for key in evidence.account.bucket.objects if key.startswith(own)]
        if left:
            yield f"of a deleted job there is left {left}"


def told(evidence: Evidence) -> Found:
    """8: each ending is told to each endpoint, at least once, with one id and one body over all tries."""
    account = evidence.account
    bodies: dict[tuple[str, str], set[bytes]] = {}
    for url, identity, body in account.posted:
        bodies.setdefault((url, identity), set()).add(body)
    for (url, identity), said in bodies.items():
        if len(said) > 1:
            yield f"{url} heard {len(said)} things as {identity}"
    for client in evidence.clients:
        for endpoint in evidence.world.endpoints.listed(client.tenant.id):
            yield from _heard(evidence, client, endpoint, set(bodies))


def _heard(evidence: Evidence, client: Client, endpoint: Endpoint, bodies: set[tuple[str, str]]) -> Found:
    partition = f"tenant#{client.tenant.id}#endpoint#{endpoint.id}"
    rows_of = (decode(item) for item in evidence.account.dynamo.rows(JOBS, partition) if "event" in item)
    told_of = Counter[tuple[str, str]]()
    for row in rows_of:
        told_of[row.get("document_id") or row["job_id"], row["event"].split(".")[0]] += 1
        if row["status"] != "delivered" or (endpoint.url, row["SK"].removeprefix("delivery#")) not in bodies:
            yield f"{row['event']} is {row['status']}"
    for job in evidence.jobs(client.tenant.id):
        if told_of[job.id, "job"] != 1:
            yield f"a job's end is told {told_of[job.id, 'job']} times"
        for document in evidence.documents(job):
            ended = document.status in (DocumentStatus.SUCCEEDED, DocumentStatus.FAILED)
            if ended and told_of[document.id, "document"] != 1:
                yield f"a document's end is told {told_of[document.id, 'document']} times"


def paid_once(evidence: Evidence) -> Found:
    """9: Textract is paid once for a page; twice only for one synchronous answer that was lost, and that is written."""
    paid = evidence.account.textract.paid
    left = dict(paid)
    for job in evidence.jobs(evidence.client.tenant.id) + evidence.jobs(evidence.other.tenant.id):
        for document in evidence.documents(job):
            mine = {place: pages for place, pages in paid.items() if _of(document, place[0])}
            for place in mine:
                left.pop(place, None)
            at_once = sum(pages for (_, synchronous), pages in mine.items() if synchronous)
            as_job = sum(pages for (_, synchronous), pages in mine.items() if not synchronous)
            most = len(WORDS) if document.pages is None else document.pages
            if at_once > max(1, document.ocr.asked) or at_once > 2:
                yield f"{at_once} pages were paid for a document of one, asked {document.ocr.asked} times"
            if as_job > most or (as_job and at_once):
                yield f"{as_job} pages were paid in jobs and {at_once} at once for a document of {document.pages}"
    if left:
        yield f"pages were paid of no document: {left}"


def _of(document: Document, name: str) -> bool:
    return name == document.source.stored.key or f"/{document.id}/" in name


def cited(evidence: Evidence) -> Found:
    """10: each value of a result cites words of a page; each result can be read."""
    for client in evidence.clients:
        for job in evidence.jobs(client.tenant.id):
            for document in evidence.documents(job):
                if document.status is not DocumentStatus.SUCCEEDED or job.deleted_at is not None:
                    continue
                if document.result is None:
                    yield "a document succeeded without a result"
                    continue
                versions = evidence.account.bucket.objects.get(document.result.key, {})
                body = versions.get(document.result.version)
                if body is None:
                    yield "a result is gone"
                else:
                    yield from _grounded(json.loads(body))


def _grounded(result: dict[str, Any]) -> Found:
    for chunk in result.get("chunks", ()):
        if not set(chunk["page_content"].split()) <= WORDS:
            yield f"a chunk says what no page says: {chunk['page_content']}"
    for part in result.get("parts", ()):
        for leaf in part["fields"]:
            words = {word for citation in leaf["citations"] for word in citation["text"].split()}
            if leaf["value"] is not None and (not words or not words <= WORDS):
                yield f"{leaf['path']} is {leaf['value']} and cites {sorted(words)}"


def as_without_faults(evidence: Evidence) -> Found:
    """A fault that passes costs no document: each ends as it does where nothing goes wrong; and where nothing does,
    nothing waits for the sweep."""
    if evidence.expected is None:
        return
    found = outcome(evidence)
    if found.ends != evidence.expected.ends:
        yield f"documents ended {found.ends}, without the fault {evidence.expected.ends}"
    if not evidence.account.case.faults and found.swept > evidence.expected.swept:
        yield f"the sweep had to write {found.swept} times"


def outcome(evidence: Evidence) -> Outcome:
    ends = {
        client.tenant.id: sorted(
            document.status.value + (f" {document.refusal.kind}" if document.refusal else "")
            for job in evidence.jobs(client.tenant.id)
            for document in evidence.documents(job)
        )
        for client in evidence.clients
    }
    return Outcome(ends, sum(site.writes and site.name.startswith("sweep:") for site in evidence.account.trace))


def _get(client: Client, path: str) -> tuple[int, Any]:
    return answered(client.account, "extract_page", request(client.key, "GET", path, None, {}))


AFTER_EACH_WRITE = (credits, slots, counts, walk_on)
AT_REST = (
    all_ended,
    nothing_left,
    started_once,
    credits,
    slots,
    counts,
    walked,
    one_job_for_a_key,
    told,
    paid_once,
    cited,
    as_without_faults,
    isolated,
    gone_when_deleted,
    gone_after_retention,
)


def after_write(evidence: Evidence, writes: Sequence[Write]) -> Found:
    for found in ends_once(evidence, writes):
        yield f"ends_once: {found}"
    if any(touches(write) for write in writes):
        for check in AFTER_EACH_WRITE:
            for found in check(evidence):
                yield f"{check.__name__}: {found}"


def at_rest(evidence: Evidence) -> Found:
    for check in AT_REST:
        for found in check(evidence):
            yield f"{check.__name__}: {found}"


def touches(write: Write) -> bool:
    return write.table == JOBS and write.key[1].startswith(("job", "doc#", "slots", "credits"))
