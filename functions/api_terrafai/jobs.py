"""/api/v1/extraction-jobs, and the same awaited, /api/v1/extractFields."""

from __future__ import annotations

from functions.api_terrafai import content, contract
from functions.api_terrafai.submission import asked_for, replayed, submit_file
from quire.domain.document import DocumentStatus
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.ids import plain_uuid
from quire.service.changes import Listing, list_changes
from quire.service.jobs import find_job
from quire.service.results import IN_REVIEW
from quire.service.wait import wait

MOST_DOCUMENTS = 100
"""Of a job that another contract made: so many are shown in one answer."""
REPLAY = {"x-idempotent-replay": "true"}


def create_job(call: Call) -> Answer | Refusal:
    """Have a file extracted; its job is answered at once."""
    asked, sent = asked_for(call)
    submitted = sent if isinstance(sent, Refusal) else submit_file(call, asked, sent)
    if isinstance(submitted, Refusal):
        return submitted
    said = contract.Created(job=contract.say_created(submitted.job))
    return Answer(200, said, REPLAY) if replayed(call, submitted) else Answer(202, said)


def extract_fields(call: Call) -> Answer | Refusal:
    """Have a file extracted, and wait for its result; where that takes too long, its job goes on."""
    asked, sent = asked_for(call)
    if asked.delivery_mode == "webhook":
        return invalid("body", "This route answers at once: webhooks are for jobs.", "value_error", "deliveryMode")
    submitted = sent if isinstance(sent, Refusal) else submit_file(call, asked, sent)
    if isinstance(submitted, Refusal):
        return submitted
    document = wait(call.world, submitted.job, call.answer_by)
    job = find_job(call.world, call.tenant, submitted.job.id)
    if isinstance(job, Refusal):
        return job
    if document is None:
        message = "The document needs longer: it goes on, and its job has the result."
        return contract.say_refusal(Refusal(Kind.STILL_RUNNING, message), job)
    if document.status is DocumentStatus.REVIEW_REQUIRED:
        return contract.say_refusal(IN_REVIEW, job)
    if document.refusal:
        return contract.say_refusal(document.refusal, job)
    if document.result is None:
        return contract.say_job_failed(contract.CANCELLED)
    data = content.say_data(call.world, job, [document])
    if isinstance(data, Refusal):
        return contract.say_refusal(data, job)
    return Answer(200, content.Extracted(data=data), REPLAY if replayed(call, submitted) else {})


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
    if job.counts.awaits_review:
        return IN_REVIEW
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


def _job(call: Call) -> Listing | Refusal:
    job_id = plain_uuid(call.path["job_id"])
    if job_id is None:
        return Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")
    return list_changes(call.world, call.tenant, job_id, None, MOST_DOCUMENTS)
