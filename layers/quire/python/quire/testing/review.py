"""Documents that are held for a person, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain.delivery import Delivery
from quire.domain.document import Decision, Document, DocumentStatus, Review
from quire.domain.ports import Listed
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryReviews:
    """`quire.domain.ports.Reviews`."""

    store: Store

    def hold(self, document: Document, review: Review, now: int, told: Sequence[Delivery] = ()) -> bool:
        store = self.store
        with store.lock:
            row, job = store.document(document.tenant, document.id), store.jobs.get((document.tenant, document.job_id))
            if row is None or row.status is not DocumentStatus.RUNNING or job is None or job.cancelled_at is not None:
                return False
            store.holders.get(row.tenant, set()).discard(row.id)
            counts = job.counts.moved(row.status, DocumentStatus.REVIEW_REQUIRED)
            store.jobs[job.tenant, job.id] = replace(job, counts=counts)
            store.tell(told)
            held = DocumentStatus.REVIEW_REQUIRED
            store.write(replace(row, status=held, updated_at=now, review=review, ocr=replace(row.ocr, token=None)))
        return True

    def wait(self, document: Document, token: str) -> Document | None:
        with self.store.lock:
            row = self._held(document)
            if row is None or row.review is None:
                return None
            waiting = replace(row, review=replace(row.review, token=token))
            self.store.write(waiting)
            return waiting

    def decide(self, document: Document, decision: Decision) -> Document | None:
        with self.store.lock:
            row, job = self._held(document), self.store.jobs.get((document.tenant, document.job_id))
            if row is None or row.review is None or row.review.decision or job is None or job.cancelled_at is not None:
                return None
            decided = replace(row, review=replace(row.review, decision=decision))
            self.store.write(decided)
            return decided

    def queue(self, tenant: str, limit: int, after: Listed | None = None) -> list[Listed]:
        with self.store.lock:
            waiting = (row for row in self._all(tenant) if row.undecided and row.review)
            places = sorted((row.review.deadline, row.id) for row in waiting if row.review)
            return [place for place in places if after is None or place > after][:limit]

    def held(self, tenant: str, document_ids: Sequence[str]) -> list[Document]:
        found = (self.store.document(tenant, document_id) for document_id in document_ids)
        return [document for document in found if document]

    def decided(self, tenant: str) -> list[Listed]:
        with self.store.lock:
            held = [row for row in self._all(tenant) if row.status is DocumentStatus.REVIEW_REQUIRED and row.review]
            return sorted((row.review.decision.at, row.id) for row in held if row.review and row.review.decision)

    def releasing(self, tenant: str) -> list[str]:
        return sorted(job_id for owner, job_id in self.store.releases if owner == tenant)

    def released(self, tenant: str, job_id: str) -> None:
        with self.store.lock:
            self.store.releases.discard((tenant, job_id))

    def _held(self, document: Document) -> Document | None:
        row = self.store.document(document.tenant, document.id)
        return row if row and row.status is DocumentStatus.REVIEW_REQUIRED else None

    def _all(self, tenant: str) -> list[Document]:
        return [row for (owner, *_), row in self.store.documents.items() if owner == tenant]
