"""What a running document's tasks write, in memory: credits, Textract's state, the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import Document, DocumentStatus, Ending, Ocr
from quire.domain.job import Job
from quire.domain.ports import ticket_for
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryPipeline:
    """`quire.domain.ports.Pipeline`."""

    store: Store

    def reserve(self, document: Document, pages: int) -> bool:
        more = pages - document.reserved
        if more <= 0:
            return True
        with self.store.lock:
            row = self._running(document)
            if row is None or row.reserved != document.reserved:
                return True  # held already by an earlier try of this same step
            if self.store.balances[document.tenant].available < more:
                return False
            self.store.move_credits(document.tenant, available=-more, reserved=more)
            self.store.write(replace(row, reserved=pages))
        return True

    def end(self, document: Document, ending: Ending, now: int, audience: Audience = NOBODY) -> bool:
        store = self.store
        with store.lock:
            row = store.document(document.tenant, document.id)
            job = store.jobs.get((document.tenant, document.job_id))
            if row is None or job is None or row.status.ended or row.status is not document.status:
                return False
            if (row.source.waits, row.undecided) != (document.source.waits, document.undecided):
                return False
            if row.status is DocumentStatus.PENDING and job.cancelled_at is not None:
                return False
            self._leave(row)
            store.write(
                replace(
                    row,
                    status=ending.status,
                    pages=ending.pages,
                    result=ending.result,
                    refusal=ending.refusal,
                    ended_at=now,
                    updated_at=now,
                    reserved=0,
                    ocr=replace(row.ocr, token=None),
                    review=row.review and replace(row.review, token=None),
                )
            )
            charged = min(ending.pages or 0, row.reserved)
            after = replace(_counted(job, row, ending, now), pages=job.pages + charged)
            store.jobs[job.tenant, job.id] = after
            store.tell(audience.of_document(after, row, ending.status, now))
            store.move_credits(row.tenant, available=row.reserved - charged, reserved=-row.reserved, spent=charged)
        return True

    def _leave(self, row: Document) -> None:
        if row.status is DocumentStatus.PENDING:
            del self.store.tickets[row.tenant, ticket_for(row).order]
        else:
            self.store.holders.get(row.tenant, set()).discard(row.id)

    def wait_for_ocr(self, document: Document, token: str) -> Document | None:
        with self.store.lock:
            row = self._running(document)
            if row is None:
                return None
            self.store.write(replace(row, ocr=replace(row.ocr, token=token)))
            return replace(document, ocr=replace(document.ocr, status=row.ocr.status))

    def ocr_ended(self, tenant: str, document_id: str, status: str) -> Document | None:
        with self.store.lock:
            row = self.store.document(tenant, document_id)
            if row is None or row.status is not DocumentStatus.RUNNING:
                return None
            ended = replace(row, ocr=replace(row.ocr, status=status))
            self.store.write(ended)
            return ended

    def ocr_asked(self, document: Document, times: int) -> int:
        with self.store.lock:
            row = self.store.document(document.tenant, document.id) or document
            ocr = Ocr(row.ocr.token, row.ocr.status, row.ocr.asked + times)
            self.store.write(replace(row, ocr=ocr))
            return ocr.asked

    def _running(self, document: Document) -> Document | None:
        row = self.store.document(document.tenant, document.id)
        return row if row and row.status is DocumentStatus.RUNNING else None


def _counted(job: Job, row: Document, ending: Ending, now: int) -> Job:
    """The job after one of its documents ended; the last one ends it."""
    counts = job.counts.moved(row.status, ending.status, lapsed=ending.lapse)
    counted = replace(job, counts=counts, ended_at=job.ended_at if counts.remaining else now)
    dropped = ending.status is DocumentStatus.CANCELLED
    return replace(counted, dropped=job.dropped + 1, dropped_at=now) if dropped else counted
