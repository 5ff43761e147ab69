"""What webhooks of no contract are sent: our own words, by the scheme of Standard Webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quire.domain.delivery import Delivery
from quire.domain.document import Document
from quire.domain.job import Job, as_seen
from quire.domain.ports import World
from quire.http.times import say_time
from quire.service.speaking import Message, Target, as_it_is, standard_headers

NAME = "standard"
envelope = as_it_is


def say(world: World, delivery: Delivery, _target: Target) -> bytes | None:
    """`{type, timestamp, data}`: ids, status, pages, and why a document failed; no data of a document."""
    occasion = delivery.occasion
    data: dict[str, Any] | None = {"test": True}
    if occasion.job_id is not None:
        job = world.jobs.get(occasion.tenant, occasion.job_id)
        data = _of_job(world, job, occasion.document_id) if job and job.deleted_at is None else None
    elif not delivery.test:
        data = {"extractor_id": occasion.extractor_id, "name": occasion.name, "version": occasion.version}
    if data is None:
        return None
    said = {"type": occasion.event.value, "timestamp": say_time(occasion.at), "data": data}
    return json.dumps(said).encode()


def headers(message: Message) -> Mapping[str, str]:
    return standard_headers(message)


def _of_job(world: World, job: Job, document_id: str | None) -> dict[str, Any] | None:
    said = {"job_id": job.id, "extractor": job.extractor, "contract": job.contract, "metadata": job.metadata}
    if document_id is None:
        counts = {name: getattr(job.counts, name) for name in ("succeeded", "failed", "cancelled")}
        return {**said, "status": job.status.value, "counts": counts, "pages": job.pages}
    document = world.jobs.document(job.tenant, document_id)
    return {**said, **_of_document(as_seen(document, job))} if document else None


def _of_document(document: Document) -> dict[str, Any]:
    refusal = document.refusal
    return {
        "document_id": document.id,
        "position": document.position,
        "file_id": document.source.file_id,
        "name": document.source.name,
        "status": document.status.value,
        "pages": document.pages,
        "error": {"kind": refusal.kind.value, "message": refusal.message} if refusal else None,
    }
