"""Bugs to find: each a small change of the real code that would break an invariant, now or in some bad moment."""

from __future__ import annotations

from dataclasses import dataclass

_QUIRE = "layers/quire/python/quire/"


@dataclass(frozen=True, slots=True)
class Bug:
    """`old` stands once in the file at `path`, and becomes `new`. `scenarios` are tried first."""

    name: str
    path: str
    old: str
    new: str
    scenarios: tuple[str, ...] = ()


def _bug(name: str, path: str, old: str, new: str, *scenarios: str) -> Bug:
    return Bug(name, path if path.startswith(("functions", "infra")) else _QUIRE + path, old, new, scenarios)


BUGS = (
    # ---- the create transaction --------------------------------------------------------------------------------------
    _bug(
        "submit writes no idempotency record",
        "adapters/submissions.py",
        "        if idempotency:\n            actions.append",
        "        if idempotency and False:\n            actions.append",
        "asked-twice",
    ),
    _bug(
        "the idempotency record is written over",
        "adapters/submissions.py",
        '"attribute_not_exists(PK) OR #until <= :now", names={"#until": "until"}, now=now',
        "None",
        "asked-twice-at-once",
    ),
    _bug(
        "another request under a key gives the first job",
        "service/submit.py",
        "outcome.job_id != asked.job_id and outcome.fingerprint != asked.fingerprint",
        "False",
        "asked-twice",
    ),
    _bug(
        "a submit holds no credits",
        "adapters/submissions.py",
        'update="ADD available :less, reserved :held"',
        'update="ADD available :less, spent :held"',
        "a-document",
    ),
    _bug(
        "credits are not asked for at submit",
        "adapters/submissions.py",
        "least=job.least_credits",
        "least=-held",
        "out-of-credits",
    ),
    _bug(
        "a submit leaves no mark for expand",
        "adapters/submissions.py",
        'rows.tenant_key(job.tenant, f"expand#{job.id}")',
        'rows.tenant_key(job.tenant, f"expanding#{job.id}")',
        "a-document",
    ),
    # ---- expand ------------------------------------------------------------------------------------------------------
    _bug(
        "expand takes its mark away before it writes",
        "service/expand.py",
        "    sources = sources_of(world, job)\n    awaited",
        "    world.jobs.expanded(tenant, job_id)\n    sources = sources_of(world, job)\n    awaited",
        "a-document",
    ),
    _bug(
        "expand writes rows that are there already",
        "adapters/jobs.py",
        'self.table.put_action(rows.document_row(d), "attribute_not_exists(PK)")',
        "self.table.put_action(rows.document_row(d))",
        "a-document",
    ),
    _bug(
        "expand does not count the rows that it writes as cancelled",
        "adapters/jobs.py",
        'update="SET dropped_at = :now ADD dropped :number"',
        'update="SET dropped_at = :now, other = :number"',
        "cancelled-at-once",
    ),
    _bug(
        "expand does not look at its files afterwards",
        "service/expand.py",
        "        if file.settled:\n            settle(world, file)",
        "        if file.settled and not awaited:\n            settle(world, file)",
        "files-to-come",
    ),
    # ---- admit -------------------------------------------------------------------------------------------------------
    _bug(
        "admit does not look how many slots are left",
        "adapters/line.py",
        'condition="attribute_not_exists(holders) OR size(holders) <= :room"',
        'condition="attribute_not_exists(holders) OR size(holders) >= :none"',
        "admitted-at-once",
    ),
    _bug(
        "a slot is not given to the document that starts",
        "adapters/line.py",
        "these={ticket.document_id for ticket in tickets}",
        'these={f"{ticket.document_id} " for ticket in tickets}',
        "a-document",
    ),
    _bug(
        "admit does not see that the job was cancelled",
        "adapters/line.py",
        'condition="attribute_exists(PK) AND attribute_not_exists(cancelled_at)"',
        'condition="attribute_exists(PK)"',
        "cancelled-at-once",
    ),
    _bug(
        "the ticket of what starts stays in line",
        "adapters/line.py",
        '            actions.append({"Delete": self._ticket_goes(tenant.id, ticket)})\n        try:\n'
        "            self.table.transact(actions)\n        except Cancelled:\n            return Admission.LOST",
        "        try:\n            self.table.transact(actions)\n        except Cancelled:\n"
        "            return Admission.LOST",
        "a-document",
    ),
    _bug(
        "an execution has a name of its own at each start",
        "adapters/workflow.py",
        "name=document_id, input=payload",
        'name=f"{document_id}-{uuid.uuid4().hex[:8]}", input=payload',
        "silent-textract",
    ),
    # ---- the end -----------------------------------------------------------------------------------------------------
    _bug(
        "a document can end twice",
        "adapters/pipeline.py",
        'condition="#status = :before AND reserved = :held",\n            names={"#status": "status", **',
        'condition="#status <> :now OR (#status = :before AND reserved = :held)",\n'
        '            names={"#status": "status", **',
        "a-document",
    ),
    _bug(
        "an end does not look at what it read",
        "adapters/pipeline.py",
        "if header is None or document.status.ended or _stage(document) != seen:",
        "if header is None:",
        "broken-step",
    ),
    _bug(
        "an end does not give its slot back",
        "adapters/pipeline.py",
        'update="DELETE holders :this", this={document.id}',
        'update="DELETE holders :this", this={document.job_id}',
        "three-in-line",
    ),
    _bug(
        "an end charges beside its transaction",
        "adapters/pipeline.py",
        '            {"Update": self._credits_settle(document, ending)},\n            leaves,',
        "            leaves,",
        "a-document",
    ),
    _bug(
        "an end gives back nothing of what was held",
        "adapters/pipeline.py",
        "back=document.reserved - charged,",
        "back=0,",
        "no-document",
    ),
    _bug(
        "a failed document is charged",
        "adapters/pipeline.py",
        "return min(ending.pages or 0, document.reserved)",
        "return document.reserved",
        "no-document",
    ),
    _bug(
        "the remaining count is taken as it was read",
        "adapters/pipeline.py",
        'condition="remaining = :remaining"\n',
        'condition="remaining >= :one AND :remaining >= :one"\n',
        "two-at-once",
    ),
    _bug(
        "the last document does not end its job",
        "adapters/pipeline.py",
        "last, charged = job.counts.remaining == 1, ",
        "last, charged = job.counts.remaining == 0, ",
        "a-document",
    ),
    _bug(
        "an end does not say when the document changed",
        "adapters/pipeline.py",
        "ended_at = :now, updated_at = :now, changed = :changed, reserved = :none",
        "ended_at = :now, updated_at = :now, reserved = :none",
        "three-in-line",
    ),
    _bug(
        "pages are held without asking for credits",
        "adapters/pipeline.py",
        'condition="available >= :more"',
        'condition="available >= :less"',
        "short-of-credits",
    ),
    _bug(
        "pages are held twice where Inspect is entered again",
        "adapters/pipeline.py",
        'condition="#status = :running AND reserved = :held",\n            names={"#status": "status"},\n'
        "            pages=pages,",
        'condition="#status = :running AND reserved >= :zero AND :held >= :zero",\n'
        '            names={"#status": "status"},\n            zero=0,\n            pages=pages,',
        "scanned-pages",
    ),
    _bug(
        "an end does not poke the line",
        "service/finish.py",
        "    world.pokes.poke(document.tenant)  # also",
        "    # also",
        "three-in-line",
    ),
    # ---- cancel, delete ----------------------------------------------------------------------------------------------
    _bug(
        "a cancel gives no credits back",
        "adapters/jobs.py",
        'update="ADD available :held, reserved :less"',
        'update="ADD available :less, reserved :less"',
        "counted-and-cancelled",
    ),
    _bug(
        "a cancel is two writes",
        "adapters/jobs.py",
        '            self.table.transact([{"Update": header}, {"Update": credits}, *marks, *puts])',
        '            self.table.transact([{"Update": header}])\n'
        '            self.table.transact([{"Update": credits}, *marks, *puts])',
        "counted-and-cancelled",
    ),
    _bug(
        "a cancel rests on counts that have moved",
        "adapters/jobs.py",
        'condition="attribute_not_exists(cancelled_at) AND #pending = :pending AND remaining = :before"',
        'condition="attribute_not_exists(cancelled_at) AND :pending = :pending AND :before = :before"',
        "cancelled-on-the-way",
    ),
    _bug(
        "tickets of a cancelled job stay",
        "service/admit.py",
        "            drop_cancelled(world, tenant.id, tickets)\n    raise",
        "            return\n    raise",
        "cancelled-on-the-way",
    ),
    _bug(
        "a deleted job's running document leaves its result",
        "service/forget.py",
        "        return now + AGAIN_MS\n",
        "        return None\n",
        "deleted-job",
    ),
    _bug(
        "a deleted job is left alone while somebody may still write of it",
        "service/forget.py",
        "    return None if now >= last else last\n",
        "    return None\n",
        "deleted-job-of-the-past",
    ),
    # ---- arrival -----------------------------------------------------------------------------------------------------
    _bug(
        "nobody asks the bucket what was dropped",
        "service/reconcile.py",
        "if job_id not in known and",
        "if job_id in known and",
        "dropped-untold",
    ),
    _bug(
        "a document whose file arrives gets no ticket",
        "adapters/line.py",
        '                    {"Put": self.table.put_action(rows.ticket_row(arrived))},\n',
        "",
        "files-to-come",
    ),
    _bug(
        "a second arrival moves the pinned version",
        "adapters/files.py",
        'unsettled = "attribute_exists(PK) AND attribute_not_exists(arrived_at) AND attribute_not_exists(refusal)"',
        'unsettled = "attribute_exists(PK) AND attribute_not_exists(refusal)"',
        "uploaded-again",
    ),
    _bug(
        "what was never uploaded is waited for",
        "service/sweep.py",
        "    lapse_missing(world, tenant)\n",
        "",
        "never-uploaded",
    ),
    _bug(
        "a fetch that died is not taken up",
        "service/sweep.py",
        "        if fetch.due_at <= now:",
        "        if fetch.due_at < 0:",
        "by-url",
    ),
    # ---- Textract ----------------------------------------------------------------------------------------------------
    _bug(
        "Textract is started without a request token",
        "adapters/textract.py",
        '            "ClientRequestToken": token,\n',
        "",
        "scanned-pages",
    ),
    _bug(
        "the request token is another one at each try",
        "service/read.py",
        "document.source.stored.version, *asked.features)",
        "document.source.stored.version, token, *asked.features)",
        "scanned-pages",
    ),
    _bug(
        "synchronous calls are not counted",
        "adapters/pipeline.py",
        'row = self.table.update(_key(document), update="ADD ocr_asked :times", times=times)',
        'row = self.table.update(_key(document), update="ADD ocr_asked :none", none=0 * times)',
        "a-scan",
    ),
    _bug(
        "boto3 retries the synchronous call",
        "adapters/clients.py",
        '_ONCE = Config(retries={"total_max_attempts": 1}',
        '_ONCE = Config(retries={"total_max_attempts": 3}',
        "a-scan",
    ),
    _bug(
        "Read that is entered again does not ask Textract",
        "service/read.py",
        "    if before.ocr.token is None:\n        return None\n",
        "    if before.ocr.token is None or before.ocr.token:\n        return None\n",
        "scanned-pages",
    ),
    # ---- what takes up what was lost ---------------------------------------------------------------------------------
    _bug(
        "sweep does not start what was not started",
        "service/sweep.py",
        "        world.workflow.start(tenant.id, document_id)\n",
        "        return\n",
        "a-document",
    ),
    _bug(
        "sweep does not expand",
        "service/sweep.py",
        "        if job and job.created_at < now - GRACE_MS:",
        "        if job and job.created_at < 0:",
        "a-document",
    ),
    _bug(
        "sweep does not poke",
        "service/sweep.py",
        "    if len(holders) < tenant.slots and",
        "    if len(holders) > tenant.slots and",
        "a-document",
    ),
    _bug(
        "sweep ends a document that runs",
        "service/sweep.py",
        '    if state in ("FAILED", "TIMED_OUT", "ABORTED"):',
        '    if state in ("FAILED", "TIMED_OUT", "ABORTED", "RUNNING"):',
        "silent-textract",
    ),
    # ---- reading -----------------------------------------------------------------------------------------------------
    _bug(
        "a cursor points to now",
        "domain/cursor.py",
        "    horizon = _LATEST if settled else (now - LAG_MS, 0)\n",
        "    horizon = _LATEST if settled else (now + LAG_MS, 0)\n",
        "two-at-once",
    ),
    _bug(
        "the index of a job that has ended is taken for complete at once",
        "service/changes.py",
        "return max(job.ended_at or now, job.dropped_at or 0) < now - cursors.LAG_MS",
        "return True",
        "three-in-line",
    ),
    _bug(
        "a cursor does not remember what it sent",
        "domain/cursor.py",
        "    return before is not None and before.status is state.status",
        "    return False",
        "three-in-line",
    ),
    _bug(
        "a cancelled job's late rows are shown as pending",
        "domain/job.py",
        "    if job.cancelled_at is not None and document.status is DocumentStatus.PENDING:",
        "    if job.cancelled_at == 0 and document.status is DocumentStatus.PENDING:",
        "cancelled-on-the-way",
    ),
    _bug(
        "a job is found by any tenant",
        "adapters/rows.py",
        'return {"PK": f"tenant#{tenant}#job#{job_id}", "SK": "job"}',
        'return {"PK": f"tenant##job#{job_id}", "SK": "job"}',
        "a-document",
    ),
    _bug(
        "results are readable for good",
        "service/results.py",
        "    left_ms = document.ended_at + job.retention_ms - world.clock()",
        "    left_ms = document.ended_at + job.retention_ms",
        "a-document",
    ),
    _bug(
        "a field cites nothing",
        "service/written.py",
        "for cited in leaf.citations]",
        "for cited in leaf.citations[:0]]",
        "inline-fields",
    ),
    # ---- the machine -------------------------------------------------------------------------------------------------
    _bug(
        "Inspect's refusal ends the execution without Fail",
        "infra/document.asl.json",
        '{"Variable": "$.inspected.outcome", "StringEquals": "refused", "Next": "Fail"}',
        '{"Variable": "$.inspected.outcome", "StringEquals": "refused", "Next": "Ended"}',
        "no-document",
    ),
    _bug(
        "Fail hears of an execution's end and does nothing",
        "functions/fail/handler.py",
        '    if "detail" in event:\n',
        '    if "detail" in event:\n        return\n    if "detail" in event:\n',
        "broken-machine",
    ),
)
