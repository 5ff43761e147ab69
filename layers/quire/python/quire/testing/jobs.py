"""Jobs and documents in memory: created, expanded, cancelled, listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain.cursor import Place
from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import RESERVED_AT_SUBMIT, Document, DocumentStatus
from quire.domain.job import Job
from quire.domain.ports import Expanding, Listed, Walk, ticket_for
from quire.testing.store import Store


def walk(places: list[Listed], page: Walk) -> list[Listed]:
    """A page of a list, as an index gives it."""
    beyond = [p for p in places if page.after is None or (p > page.after if page.forward else p < page.after)]
    return sorted(beyond, reverse=not page.forward)[: page.limit]


@dataclass(frozen=True, slots=True)
class MemoryJobs:
    """`quire.domain.ports.Jobs`."""

    store: Store

    # ---- expand ------------------------------------------------------------------------------------------------------

    def unexpanded(self, tenant: str) -> list[str]:
        return sorted(job_id for owner, job_id in self.store.marks if owner == tenant)

    def add_documents(self, documents: Sequence[Document]) -> Expanding:
        first, store = documents[0], self.store
        header_key = (first.tenant, first.job_id)
        pending = first.status is DocumentStatus.PENDING
        with store.lock:
            job = store.jobs[header_key]
            if pending and job.cancelled_at is not None:
                return Expanding.CANCELLED
            if any((d.tenant, d.job_id, d.position) in store.documents for d in documents):
                return Expanding.WRITTEN
            for document in documents:
                store.write(document)
                if pending:
                    ticket = ticket_for(document)
                    store.tickets[document.tenant, ticket.order] = ticket
            if not pending:
                dropped = job.dropped + len(documents)
                store.jobs[header_key] = replace(job, dropped=dropped, dropped_at=first.updated_at)
        return Expanding.WRITTEN

    def expanded(self, tenant: str, job_id: str) -> None:
        with self.store.lock:
            if (tenant, job_id) in self.store.jobs:
                self.store.jobs[tenant, job_id] = replace(self.store.jobs[tenant, job_id], expanded=True)
            self.store.marks.discard((tenant, job_id))

    # ---- cancel ------------------------------------------------------------------------------------------------------

    def cancel(self, job: Job, now: int, held: int | None = None, audience: Audience = NOBODY) -> Job | None:
        with self.store.lock:
            stands = self.store.jobs.get((job.tenant, job.id))
            if stands is None or stands.cancelled_at is not None:
                return None
            if _facing(stands) != _facing(job):
                return None
            number = job.counts.pending
            counts = job.counts.moved(DocumentStatus.PENDING, DocumentStatus.CANCELLED, number)
            cancelled = replace(stands, counts=counts, cancelled_at=now, ended_at=None if counts.remaining else now)
            self.store.jobs[job.tenant, job.id] = cancelled
            if counts.review_required:
                self.store.releases.add((job.tenant, job.id))
            held = number * RESERVED_AT_SUBMIT if held is None else held
            self.store.move_credits(job.tenant, available=held, reserved=-held)
            self.store.tell(audience.of_job(cancelled, now) if cancelled.ended_at else ())
            return cancelled

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, tenant: str, job_id: str) -> Job | None:
        return self.store.jobs.get((tenant, job_id))

    def document(self, tenant: str, document_id: str) -> Document | None:
        return self.store.document(tenant, document_id)

    def documents(self, tenant: str, job_id: str, positions: Sequence[int] | None = None) -> list[Document]:
        with self.store.lock:
            return [
                document
                for (owner, job, position), document in sorted(self.store.documents.items(), key=lambda row: row[0])
                if (owner, job) == (tenant, job_id) and (positions is None or position in positions)
            ]

    def recent(self, tenant: str, page: Walk, extractor: str | None = None) -> list[Listed]:
        with self.store.lock:
            mine = (job for job in self.store.jobs.values() if job.tenant == tenant)
            return walk([(job.created_at, job.id) for job in mine if extractor in (None, job.extractor)], page)

    def get_many(self, tenant: str, job_ids: Sequence[str]) -> list[Job]:
        return [self.store.jobs[tenant, job_id] for job_id in job_ids if (tenant, job_id) in self.store.jobs]

    def delete(self, tenant: str, job_id: str, now: int, due: int) -> None:
        with self.store.lock:
            job = self.store.jobs.get((tenant, job_id))
            if job and job.deleted_at is None:
                self.store.jobs[tenant, job_id] = replace(job, deleted_at=now)
                self.store.to_forget.add((tenant, (due, job_id)))

    def to_forget(self, tenant: str, now: int, limit: int) -> list[Listed]:
        places = [place for owner, place in self.store.to_forget if owner == tenant and place[0] <= now]
        return sorted(places)[:limit]

    def forget_again(self, tenant: str, place: Listed, due: int | None) -> None:
        with self.store.lock:
            self.store.to_forget.discard((tenant, place))
            if due is not None:
                self.store.to_forget.add((tenant, (due, place[1])))

    def changes(self, tenant: str, job_id: str, after: Place, limit: int) -> list[Place]:
        with self.store.lock:
            places = (place for (owner, job, _), place in self.store.index.items() if (owner, job) == (tenant, job_id))
            return sorted(place for place in places if place > after)[:limit]


def _facing(job: Job) -> tuple[int, int, int]:
    """The counts that a cancelling is conditional on."""
    return job.counts.pending, job.counts.remaining, job.counts.review_required
