"""A job begins, in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quire.adapters import rows
from quire.adapters.items import Cancelled
from quire.adapters.table import Table
from quire.domain.job import Job
from quire.domain.ports import Created, Idempotency, Remembered


@dataclass(frozen=True, slots=True)
class DynamoSubmissions:
    """`quire.domain.ports.Submissions`."""

    table: Table
    idempotency: Table

    def create(self, job: Job, idempotency: Idempotency | None, now: int) -> Created | Remembered:
        held = job.all_reserved_at_submit
        actions = [
            {"Put": self.table.put_action(rows.job_row(job), "attribute_not_exists(PK)")},
            {
                "Update": self.table.action(
                    rows.tenant_key(job.tenant, "credits"),
                    update="ADD available :less, reserved :held",
                    condition="available >= :least",
                    less=-held,
                    held=held,
                    least=job.least_credits,
                )
            },
            {"Put": self.table.put_action(rows.tenant_key(job.tenant, f"expand#{job.id}") | {"job_id": job.id})},
        ]
        if idempotency:
            actions.append({"Put": self._record(job, idempotency, now)})
        try:
            self.table.transact(actions)
        except Cancelled as cancelled:
            exists, short, _, repeated = (*cancelled.failed, False)[:4]
            if repeated and idempotency:
                return self._remembered(job, idempotency)
            if exists:
                return Remembered(job.id, idempotency.fingerprint if idempotency else "")
            if short:
                return Created.SHORT_OF_CREDITS
            raise
        return Created.CREATED

    def _record(self, job: Job, idempotency: Idempotency, now: int) -> Any:
        row = {
            "PK": f"{job.tenant}#{idempotency.key}",
            "job_id": job.id,
            "fingerprint": idempotency.fingerprint,
            "until": idempotency.until,
            "TTL": idempotency.until // 1000,
        }
        return self.idempotency.put_action(
            row, "attribute_not_exists(PK) OR #until <= :now", names={"#until": "until"}, now=now
        )

    def _remembered(self, job: Job, idempotency: Idempotency) -> Remembered:
        row = self.idempotency.get({"PK": f"{job.tenant}#{idempotency.key}"})
        return Remembered(row["job_id"], row["fingerprint"]) if row else Remembered(job.id, idempotency.fingerprint)

    def replace_idempotency(self, tenant: str, idempotency: Idempotency, failed_job: str) -> None:
        self.idempotency.delete({"PK": f"{tenant}#{idempotency.key}"}, condition="job_id = :job", job=failed_job)
