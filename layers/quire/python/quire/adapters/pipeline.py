"""What a running document's tasks write in DynamoDB: credits, Textract's state, the end."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from quire.adapters import rows
from quire.adapters.delivery_rows import delivery_row
from quire.adapters.items import Cancelled
from quire.adapters.table import Failed, Table
from quire.domain.delivery import NOBODY, Audience
from quire.domain.document import Document, DocumentStatus, Ending
from quire.domain.ids import locate
from quire.domain.job import Job

_SECONDS = 1.5
"""With what one transaction may add, below the lag of cursors: an end is stamped with the time before its first try."""


class EndBusy(Exception):
    """Others of the same job ended at every try: try again later."""


@dataclass(frozen=True, slots=True)
class DynamoPipeline:
    table: Table

    def reserve(self, document: Document, pages: int) -> bool:
        more = pages - document.reserved
        if more <= 0:
            return True
        credits = self.table.action(
            rows.tenant_key(document.tenant, "credits"),
            update="ADD available :less, reserved :more",
            condition="available >= :more",
            less=-more,
            more=more,
        )
        row = self.table.action(
            _key(document),
            update="SET reserved = :pages",
            condition="#status = :running AND reserved = :held",
            names={"#status": "status"},
            pages=pages,
            running=DocumentStatus.RUNNING.value,
            held=document.reserved,
        )
        try:
            self.table.transact([{"Update": credits}, {"Update": row}])
        except Cancelled as cancelled:
            short, moved = cancelled.failed
            return moved or not short  # held already by an earlier try of this same step
        return True

    def end(self, document: Document, ending: Ending, now: int, audience: Audience = NOBODY) -> bool:
        seen, give_up = _stage(document), time.monotonic() + _SECONDS
        while time.monotonic() < give_up:
            header = self.table.get(rows.job_key(document.tenant, document.job_id))
            if header is None or document.status.ended or _stage(document) != seen:
                return False
            job = rows.job_of(header)
            if document.status is DocumentStatus.PENDING and job.cancelled_at is not None:
                return False
            try:
                told = self._told(document, ending, job, now, audience)
                self.table.transact(self._end_actions(document, ending, job, now) + told)
            except Cancelled:
                row = self.table.get(_key(document))
                if row is None:
                    return False
                document = rows.document_of(row)
            else:
                return True
        raise EndBusy(document.id)

    def _end_actions(self, document: Document, ending: Ending, job: Job, now: int) -> list[Any]:
        slot = self.table.action(
            rows.tenant_key(document.tenant, "slots"), update="DELETE holders :this", this={document.id}
        )
        if document.status is DocumentStatus.RUNNING:
            leaves = {"Update": slot}
        else:
            place = rows.held_key(document) if document.review else rows.ticket_key(document)
            leaves = {"Delete": self.table.action(place, condition="attribute_exists(PK)")}
        return [
            {"Update": self._row_ends(document, ending, now)},
            {"Update": self._header_counts(document, ending, job, now)},
            {"Update": self._credits_settle(document, ending)},
            leaves,
        ]

    def _told(self, document: Document, ending: Ending, job: Job, now: int, audience: Audience) -> list[Any]:
        """The deliveries of what this end tells, if it is the one that gets through."""
        counts = job.counts.moved(document.status, ending.status, lapsed=ending.lapse)
        after = replace(job, counts=counts, ended_at=job.ended_at if counts.remaining else now)
        told = audience.of_document(after, document, ending.status, now)
        return [{"Put": self.table.put_action(delivery_row(delivery))} for delivery in told]

    def _row_ends(self, document: Document, ending: Ending, now: int) -> Any:
        result = [ending.result.key, ending.result.version] if ending.result else None
        facts = {"pages": ending.pages, "result": result, "refusal": rows.refusal_value(ending.refusal)}
        facts = {name: value for name, value in facts.items() if value is not None}
        return self.table.action(
            _key(document),
            update="SET #status = :status, ended_at = :now, updated_at = :now, changed = :changed, reserved = :none"
            + "".join(f", #{name} = :{name}" for name in facts)
            + " REMOVE ocr_token, review_token",
            condition="#status = :before AND reserved = :held",
            names={"#status": "status", **{f"#{name}": name for name in facts}},
            status=ending.status.value,
            before=document.status.value,
            held=document.reserved,
            now=now,
            changed=rows.changed(now, document.position),
            none=0,
            **facts,
        )

    def _header_counts(self, document: Document, ending: Ending, job: Job, now: int) -> Any:
        """The one that takes the remaining count to 0 also writes the job's ending, so it is conditional on the count
        that was read."""
        last, charged = job.counts.remaining == 1, _charged(document, ending)
        waited = document.status is DocumentStatus.PENDING
        dropped = ending.status is DocumentStatus.CANCELLED
        return self.table.action(
            rows.job_key(document.tenant, document.job_id),
            update="SET remaining = :after"
            + (", ended_at = :now" if last else "")
            + (", dropped_at = :now" if dropped else "")
            + " ADD #before :less, #ended :one"
            + (", lapsed :one" if ending.lapse else "")
            + (", pages :pages" if charged else "")
            + (", dropped :one" if dropped else ""),
            condition="remaining = :remaining"
            # What the last one tells of the job depends on it, too.
            + (" AND attribute_not_exists(cancelled_at)" if waited or (last and job.cancelled_at is None) else ""),
            names={"#before": document.status.value, "#ended": ending.status.value},
            remaining=job.counts.remaining,
            after=job.counts.remaining - 1,
            less=-1,
            one=1,
            **({"now": now} if last or dropped else {}),
            **({"pages": charged} if charged else {}),
        )

    def _credits_settle(self, document: Document, ending: Ending) -> Any:
        charged = _charged(document, ending)
        return self.table.action(
            rows.tenant_key(document.tenant, "credits"),
            update="ADD available :back, reserved :less, spent :charged",
            back=document.reserved - charged,
            less=-document.reserved,
            charged=charged,
        )

    def wait_for_ocr(self, document: Document, token: str) -> Document | None:
        """The token and any recorded outcome are one row's, so of Textract's notice and this write one sees the other:
        the outcome is asked for after the token is there."""
        written = self.table.update(
            _key(document),
            update="SET ocr_token = :token",
            condition="#status = :running",
            names={"#status": "status"},
            token=token,
            running=DocumentStatus.RUNNING.value,
        )
        if isinstance(written, Failed):
            return None
        return replace(document, ocr=replace(document.ocr, status=written.get("ocr_status")))

    def ocr_ended(self, tenant: str, document_id: str, status: str) -> Document | None:
        written = self.table.update(
            rows.document_key(tenant, *locate(document_id)),
            update="SET ocr_status = :ended",
            condition="#status = :running",
            names={"#status": "status"},
            ended=status,
            running=DocumentStatus.RUNNING.value,
        )
        return None if isinstance(written, Failed) else rows.document_of(written)

    def ocr_asked(self, document: Document, times: int) -> int:
        row = self.table.update(_key(document), update="ADD ocr_asked :times", times=times)
        if isinstance(row, Failed):
            raise TypeError("an update without a condition cannot fail on one")
        return int(row["ocr_asked"])


def _stage(document: Document) -> tuple[object, ...]:
    """What an end must find as its caller read it."""
    return document.status, document.source.waits, document.undecided


def _charged(document: Document, ending: Ending) -> int:
    return min(ending.pages or 0, document.reserved)


def _key(document: Document) -> dict[str, str]:
    return rows.document_key(document.tenant, document.job_id, document.position)
