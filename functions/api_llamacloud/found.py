"""What the paths name: jobs, and what was made of them. A job of several documents, which only other contracts make,
is as many jobs here: each has its document's id, and the job's own id stands for the first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic import BaseModel

from functions.api_llamacloud.contract import plain_id
from functions.api_llamacloud.wire_files import FileSaid, say_file, say_source
from quire.domain.document import Document, DocumentStatus
from quire.domain.extractor import GENERATE
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.service import results
from quire.service.documents import Found
from quire.service.jobs import find_job

_AT_ONCE = 16
Item = TypeVar("Item")
Made = TypeVar("Made")

NO_JOB = Refusal(Kind.JOB_NOT_FOUND, "There is no such job.")


def job_name(job: Job, document: Document) -> str:
    """The id of a job as it is said."""
    return job.id if job.total == 1 else document.id


def find(call: Call, said: str) -> Found | Refusal:
    """The job that is said so; a document's id names it too."""
    plain = plain_id(said)
    if plain is None:
        return NO_JOB
    job = find_job(call.world, call.tenant, plain)
    found = results.find(call.world, call.tenant, plain if isinstance(job, Refusal) else document_id(job.id, 0))
    return NO_JOB if isinstance(found, Refusal) or not is_extraction(found[0]) else found


def find_whole(call: Call, said: str) -> Found | Refusal:
    """The same, to be cancelled or deleted: one of several documents of a job cannot be by itself."""
    found = find(call, said)
    if not isinstance(found, Refusal) and found[0].total > 1 and said != found[0].id:
        message = f"It was submitted together with others: only all of them, as {found[0].id}, can be ended."
        return Refusal(Kind.RESULT_NOT_READY, message)
    return found


def is_extraction(job: Job) -> bool:
    return job.extractor != GENERATE


def result_of(call: Call, found: Found) -> dict[str, Any] | Refusal | None:
    """The result of a document that succeeded; None of any other. RESULT_EXPIRED, RESULT_TOO_LARGE."""
    job, document = found
    return results.result_of(call.world, job, document) if document.status is DocumentStatus.SUCCEEDED else None


def file_of(call: Call, document: Document) -> FileSaid | None:
    """The file of a document as it was uploaded, or, where it was deleted since, as the document knows it; None where
    it came by the drop folder."""
    file_id = document.source.file_id or ""
    file = call.world.files.get(document.tenant, [file_id]).get(file_id) if file_id else None
    return say_file(file) if file else say_source(document.tenant, document.source)


def schema_of(call: Call, job: Job) -> object:
    """The schema that the job has of its own; None where it has none, or its retention has passed."""
    key = job.options.get("schema")
    try:
        return json.loads(call.world.blobs.read(str(key))) if key else None
    except KeyError:
        return None


def together(make: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """What each item gives, in their order; they are read side by side."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(make, items))


def fitting(limit: int, page: Callable[[int], Answer | Refusal]) -> Answer | Refusal:
    """The page of at most `limit` items, or of fewer where it would be too large for an answer."""
    while True:
        answer = page(limit)
        if isinstance(answer, Refusal) or limit == 1 or _bytes(answer) <= results.MOST_BYTES:
            return answer
        limit = max(1, limit // 4)


def _bytes(answer: Answer) -> int:
    body = answer.body
    return len(body.model_dump_json().encode() if isinstance(body, BaseModel) else json.dumps(body))
