"""TerrafAI's routes: /api/v1/extraction-jobs, and the same awaited, /api/v1/extractFields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.api_terrafai import content, contract
from functions.api_terrafai.contract import JOBS, NAME
from quire.adapters.aws import Aws
from quire.domain.endpoint import Event
from quire.domain.extractor import Extractor
from quire.domain.fingerprint import fingerprint
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.call import MOST_FILE_BYTES, Call, IdempotencyKey, Sent, invalid, one_file
from quire.http.edge import Route
from quire.http.ids import plain_uuid
from quire.http.inline import inline_file
from quire.http.telemetry import log
from quire.service import uploads
from quire.service.changes import Listing, list_changes
from quire.service.config import from_options, to_options
from quire.service.endpoints import covering
from quire.service.jobs import find_job
from quire.service.resolve import resolve
from quire.service.submit import Submission, Submitted, submit
from quire.service.wait import wait

MOST_DOCUMENTS = 100
"""Of a job that another contract made: so many are shown in one answer."""
POLLS = Rate(30)
"""Of one job: a client that waits as it is told asks twelve times a minute."""
REPLAY = {"x-idempotent-replay": "true"}


def create_job(call: Call) -> Answer | Refusal:
    """Have a file extracted; its job is answered at once."""
    asked, sent = _asked(call)
    submitted = sent if isinstance(sent, Refusal) else _submit(call, asked, sent)
    if isinstance(submitted, Refusal):
        return submitted
    said = contract.Created(job=contract.say_created(submitted.job))
    return Answer(200, said, REPLAY) if _replayed(call, submitted) else Answer(202, said)


def extract_fields(call: Call) -> Answer | Refusal:
    """Have a file extracted, and wait for its result; where that takes too long, its job goes on."""
    asked, sent = _asked(call)
    if asked.delivery_mode == "webhook":
        return invalid("body", "This route answers at once: webhooks are for jobs.", "value_error", "deliveryMode")
    submitted = sent if isinstance(sent, Refusal) else _submit(call, asked, sent)
    if isinstance(submitted, Refusal):
        return submitted
    document = wait(call.world, submitted.job)
    job = find_job(call.world, call.tenant, submitted.job.id)
    if isinstance(job, Refusal):
        return job
    if document is None:
        message = "The document needs longer: it goes on, and its job has the result."
        return contract.say_refusal(Refusal(Kind.STILL_RUNNING, message), job)
    if document.refusal:
        return contract.say_refusal(document.refusal, job)
    if document.result is None:
        return contract.say_job_failed(contract.CANCELLED)
    data = content.say_data(call.world, job, [document])
    if isinstance(data, Refusal):
        return contract.say_refusal(data, job)
    return Answer(200, content.Extracted(data=data), REPLAY if _replayed(call, submitted) else {})


def get_job(call: Call) -> Answer | Refusal:
    """How a job stands."""
    found = _job(call)
    if isinstance(found, Refusal):
        return found
    return Answer(200, contract.say_status(found.job, found.documents, call.world.clock()))


def get_result(call: Call) -> Answer | Refusal:
    """What a completed job extracted."""
    found = _job(call)
    if isinstance(found, Refusal):
        return found
    job = found.job
    if not job.status.ended:
        return Refusal(Kind.RESULT_NOT_READY, "The result is not ready yet: ask for the job's status.")
    if not job.counts.succeeded:
        return contract.say_job_failed(contract.say_failure(job, found.documents))
    if job.total > MOST_DOCUMENTS:
        return Refusal(Kind.RESULT_TOO_LARGE, f"A job of more than {MOST_DOCUMENTS} documents has no result in one.")
    documents = sorted(found.documents, key=lambda document: document.position)
    data = content.say_data(call.world, job, documents)
    if isinstance(data, Refusal):
        return data
    return Answer(200, content.Result(job=content.say_ended(job), data=data))


def _asked(call: Call) -> tuple[contract.CreateJob, Sent | Refusal]:
    """The request's fields and its only file, from a form or from JSON."""
    files: dict[str, list[Sent]] = {}
    if call.is_json:
        asked = call.json(contract.CreateJob)
    else:
        asked, files = call.form(contract.CreateJob)
    if asked.file is not None and "file" not in files:
        sent = inline_file(asked.file, asked.filename, "file")
    else:
        sent = one_file(files, "file")
    return asked, sent if isinstance(sent, Refusal) else _fit(replace(sent, name=asked.filename or sent.name))


def _fit(sent: Sent) -> Sent | Refusal:
    if len(sent.body) > MOST_FILE_BYTES:
        return Refusal(Kind.BODY_TOO_LARGE, f"A file in the body has at most {MOST_FILE_BYTES} bytes.")
    return sent if sent.body else invalid("body", "The file is empty.", "value_error", "file")


def _submit(call: Call, asked: contract.CreateJob, sent: Sent) -> Submitted | Refusal:
    name = asked.template_name or asked.filter_name
    if not name:
        return invalid("body", "Name a template, or a filter.", "missing", "templateName")
    resolved = resolve(call.world, call.tenant, name)
    if isinstance(resolved, Refusal):
        return contract.in_our_words(resolved)
    if asked.delivery_mode == "webhook" and not _covered(call, resolved.extractor):
        message = "No webhook endpoint covers this template: add one, or poll."
        return Refusal(Kind.ENDPOINT_NOT_FOUND, message)
    key = call.idempotency_key()
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, sent.media_type)
    fields = {**asked.model_dump(mode="json", exclude={"file"}), "file": file.sha256, "filename": sent.name}
    submission = Submission(
        contract=NAME,
        extractor=resolved.extractor.id,
        version=resolved.version.number,
        schema=resolved.schema,
        sources=[file.source],
        fingerprint=fingerprint(fields),
        options=to_options(contract.to_config(from_options(resolved.config), asked)),
        echo={"templateName": resolved.extractor.name, "deliveryMode": asked.delivery_mode or "poll"},
        idempotency_key=key,
        api_key=call.key,
    )
    return submit(call.world, call.tenant, submission)


def _replayed(call: Call, submitted: Submitted) -> bool:
    """A client's retry without a key does not know that it is one: it is answered as the first try was."""
    return submitted.repeated and call.idempotency_key() is not None


def _covered(call: Call, extractor: Extractor) -> bool:
    ends = (Event.JOB_COMPLETED, Event.JOB_FAILED)
    return any(covering(call.world, call.tenant.id, NAME, extractor.id, event) for event in ends)


def _job(call: Call) -> Listing | Refusal:
    job_id = plain_uuid(call.path["job_id"])
    if job_id is None:
        return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")
    return list_changes(call.world, call.tenant, job_id, None, MOST_DOCUMENTS)


class TerrafAI:
    """`quire.http.edge.Contract`."""

    name = NAME
    rate = None
    routes = (
        Route(
            "POST",
            JOBS,
            create_job,
            asks=contract.CreateJob,
            form=contract.CreateJob,
            files=("file",),
            headers=IdempotencyKey,
            says={202: contract.Created, 200: contract.Created},
        ),
        Route("GET", f"{JOBS}/<job_id>", get_job, POLLS, per="job_id", says={200: contract.Status}),
        Route("GET", f"{JOBS}/<job_id>/result", get_result, says={200: content.Result}),
        Route(
            "POST",
            "/api/v1/extractFields",
            extract_fields,
            asks=contract.CreateJob,
            form=contract.CreateJob,
            files=("file",),
            headers=IdempotencyKey,
            says={200: content.Extracted},
        ),
    )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "api-key" else None

    def refuse(self, refusal: Refusal) -> Answer:
        return contract.say_refusal(refusal)

    limits = staticmethod(edge.limits_from_now)


TERRAFAI = TerrafAI()
world = Aws(log)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway, HTTP API, payload format 2.0."""
    return edge.answer(TERRAFAI, world, event)
