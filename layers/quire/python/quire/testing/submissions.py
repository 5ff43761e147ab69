"""A job begins, in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quire.domain.job import Job
from quire.domain.ports import Created, Idempotency, Remembered
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemorySubmissions:
    """`quire.domain.ports.Submissions`."""

    store: Store

    def create(self, job: Job, idempotency: Idempotency | None, now: int) -> Created | Remembered:
        store, key = self.store, (job.tenant, job.id)
        with store.lock:
            if idempotency and (job.tenant, idempotency.key) in store.remembered:
                first, record = store.remembered[job.tenant, idempotency.key]
                if record.until > now:
                    return Remembered(first, record.fingerprint)
            if key in store.jobs:
                return Remembered(job.id, idempotency.fingerprint if idempotency else "")
            held = job.all_reserved_at_submit
            if job.tenant not in store.balances or store.balances[job.tenant].available < job.least_credits:
                return Created.SHORT_OF_CREDITS
            store.move_credits(job.tenant, available=-held, reserved=held)
            # Options that say nothing are not kept.
            store.jobs[key] = replace(job, options={k: v for k, v in job.options.items() if v is not None})
            store.marks.add(key)
            if idempotency:
                store.remembered[job.tenant, idempotency.key] = (job.id, idempotency)
        return Created.CREATED

    def replace_idempotency(self, tenant: str, idempotency: Idempotency, failed_job: str) -> None:
        with self.store.lock:
            first, _ = self.store.remembered.get((tenant, idempotency.key), (None, None))
            if first == failed_job:
                del self.store.remembered[tenant, idempotency.key]
