"""The rows of the `jobs` table: their keys, and how each of our values lies in one.

| what | PK | SK |
|---|---|---|
| tenant | `tenants` | tenant |
| API key | `key#` its SHA-256 | `key` |
| rate bucket | `rate#` bucket | `rate` |
| slots, credits | `tenant#` tenant | `slots`, `credits` |
| mark of a job to expand | `tenant#` tenant | `expand#` job |
| mark of a file to fetch | `tenant#` tenant | `fetching#` file |
| mark of a file that settled while documents may wait | `tenant#` tenant | `settle#` file |
| ticket of the waiting line | `line#` tenant | submitted at, less its head start, `#` document |
| ticket of a document whose file has not arrived | `wait#` tenant | file `#` document |
| file | `tenant#…#file#` file | `file` |
| mark of a document that was decided and has not ended | `tenant#` tenant | `decided#` document |
| mark of a cancelled job whose held documents are let go | `tenant#` tenant | `release#` job |
| mark of a deleted job, of which something may be left | `tenant#` tenant | `forget#` due `#` job |
| up to when all that arrived in the bucket is known | `arrivals` | `arrivals` |
| place in the queue of reviews | `review#` tenant | deadline `#` document |
| what is to be fetched for it, with the URL | `tenant#…#file#` file | `fetch#` file |
| job | `tenant#…#job#` job | `job` |
| document | `tenant#…#job#` job | `doc#` position |
| extractor | `tenant#…#extractors` | extractor |
| what its name leads to | `tenant#…#extractor-name#` name | `name` |
| its versions | `tenant#…#extractor#` extractor | `version#` number |
| webhook endpoint | `tenant#…#endpoints` | endpoint |
| what it signs with | `tenant#…#endpoint#` endpoint | `secrets` |
| delivery of an event to it, or to a job's webhook | `tenant#…#endpoint#` receiver | `delivery#` event |
| how long a receiver is left alone | `tenant#…#endpoint#` receiver | `rest` |
| ids of the endpoints | `tenant#` tenant | `endpoints` |

The indexes `owned` and `by_extractor` list jobs, files and API keys of a tenant, and jobs of an extractor, by created
at `#` id.
The list of a tenant's deliveries is in `owned`, too; the index `due` has those that are pending by the time of their
next try.
The index `changes` has PK and `changed`: updated at `#` position, or `#` extractor. Rows of jobs and files go by TTL
long after their bytes did, so that a late caller still hears that they expired. What a caller wrote (metadata, schemas,
settings) is kept as JSON: DynamoDB's numbers have 38 digits and cannot tell 1.0 from 1, JSON's can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quire.domain.cursor import Place
from quire.domain.document import Decision, Document, DocumentStatus, Ocr, Review, Source, Stored, Verdict
from quire.domain.endpoint import Endpoint, Event, Secrets, Subscription
from quire.domain.extractor import Extractor, Order, Version, compact, list_place
from quire.domain.file import File
from quire.domain.job import Counts, Job
from quire.domain.ports import Listed, Ticket, ticket_for
from quire.domain.priority import Priority
from quire.domain.refusal import Kind, Refusal

REMEMBERED_MS = 30 * 24 * 3600 * 1000


def ttl(since_ms: int) -> int:
    return (since_ms + REMEMBERED_MS) // 1000


def tenant_key(tenant: str, what: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}", "SK": what}


def job_key(tenant: str, job_id: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#job#{job_id}", "SK": "job"}


def document_key(tenant: str, job_id: str, position: int) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#job#{job_id}", "SK": f"doc#{position:05d}"}


def file_key(tenant: str, file_id: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#file#{file_id}", "SK": "file"}


def fetch_key(tenant: str, file_id: str) -> dict[str, str]:
    """In the file's partition, for the table's stream takes those of one partition in turn."""
    return file_key(tenant, file_id) | {"SK": f"fetch#{file_id}"}


def ticket_key(document: Document) -> dict[str, str]:
    return place_key(document.tenant, ticket_for(document))


def place_key(tenant: str, ticket: Ticket) -> dict[str, str]:
    return {"PK": f"{'wait' if ticket.file_id else 'line'}#{tenant}", "SK": ticket.order}


def extractors_key(tenant: str, extractor_id: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#extractors", "SK": extractor_id}


def extractor_name_key(tenant: str, name: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#extractor-name#{name}", "SK": "name"}


def version_key(tenant: str, extractor_id: str, number: int) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#extractor#{extractor_id}", "SK": f"version#{number:05d}"}


def endpoints_key(tenant: str, endpoint_id: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#endpoints", "SK": endpoint_id}


def secrets_key(tenant: str, endpoint_id: str) -> dict[str, str]:
    return {"PK": f"tenant#{tenant}#endpoint#{endpoint_id}", "SK": "secrets"}


def jobs_owner(tenant: str, extractor: str | None = None) -> str:
    """Whose list of jobs a job stands in."""
    return f"jobs#{tenant}" if extractor is None else f"jobs#{tenant}#{extractor}"


def files_owner(tenant: str) -> str:
    return f"files#{tenant}"


def keys_owner(tenant: str) -> str:
    return f"keys#{tenant}"


def listed(place: Listed) -> str:
    created_at, identity = place
    return f"{created_at:015d}#{identity}"


def listed_of(text: str) -> Listed:
    created_at, _, identity = text.partition("#")
    return int(created_at), identity


def changed(updated_at: int, position: int) -> str:
    return f"{updated_at:015d}#{position:05d}"


def place_of(changed: str) -> Place:
    updated_at, position = changed.split("#")
    return int(updated_at), int(position)


def file_row(file: File) -> dict[str, Any]:
    return file_key(file.tenant, file.id) | {
        "tenant": file.tenant,
        "id": file.id,
        "size": file.size,
        "created_at": file.created_at,
        "retention_ms": file.retention_ms,
        "name": file.name,
        "media_type": file.media_type,
        "arrived_at": file.arrived_at,
        "version": file.version,
        "sha256": file.sha256,
        "password": file.password,
        "settings": compact(file.settings) if file.settings else None,
        "refusal": refusal_value(file.refusal),
        "owner": files_owner(file.tenant),
        "listed": listed((file.created_at, file.id)),
        "TTL": ttl(file.created_at),
    }


def file_of(row: Mapping[str, Any]) -> File:
    return File(
        tenant=row["tenant"],
        id=row["id"],
        size=row.get("size"),
        created_at=row["created_at"],
        retention_ms=row["retention_ms"],
        name=row.get("name"),
        media_type=row.get("media_type"),
        arrived_at=row.get("arrived_at"),
        version=row.get("version"),
        sha256=row.get("sha256"),
        password=row.get("password"),
        settings=json.loads(row.get("settings") or "{}"),
        refusal=refusal_of(row.get("refusal")),
    )


def job_row(job: Job) -> dict[str, Any]:
    return job_key(job.tenant, job.id) | {
        "tenant": job.tenant,
        "id": job.id,
        "contract": job.contract,
        "extractor": job.extractor,
        "remaining": job.counts.remaining,
        **{status: getattr(job.counts, status) for status in Counts.__slots__},
        "manifest": [job.manifest.key, job.manifest.version],
        "created_at": job.created_at,
        "retention_ms": job.retention_ms,
        "options": {name: value for name, value in job.options.items() if value is not None},
        "metadata": None if job.metadata is None else json.dumps(job.metadata),
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "cancelled_at": job.cancelled_at,
        "expanded": job.expanded,
        "dropped": job.dropped,
        "dropped_at": job.dropped_at,
        "version": job.version,
        "echo": None if job.echo is None else json.dumps(job.echo),
        "pages": job.pages,
        "deleted_at": job.deleted_at,
        "counted": None if job.counted is None else list(job.counted),
        "paid": job.paid,
        "owner": jobs_owner(job.tenant),
        "extractor_owner": jobs_owner(job.tenant, job.extractor),
        "listed": listed((job.created_at, job.id)),
        "TTL": ttl(job.created_at),
    }


def job_of(row: Mapping[str, Any]) -> Job:
    return Job(
        tenant=row["tenant"],
        id=row["id"],
        contract=row["contract"],
        extractor=row["extractor"],
        counts=Counts(**{status: row[status] for status in Counts.__slots__}),
        manifest=Stored(*row["manifest"]),
        created_at=row["created_at"],
        retention_ms=row["retention_ms"],
        options=row["options"],
        metadata=json.loads(row["metadata"]) if "metadata" in row else None,
        started_at=row.get("started_at"),
        ended_at=row.get("ended_at"),
        cancelled_at=row.get("cancelled_at"),
        expanded=row["expanded"],
        dropped=row["dropped"],
        dropped_at=row.get("dropped_at"),
        version=row.get("version"),
        echo=json.loads(row["echo"]) if "echo" in row else None,
        pages=row["pages"],
        deleted_at=row.get("deleted_at"),
        counted=tuple(row["counted"]) if "counted" in row else None,
        paid=row.get("paid"),
    )


def document_row(document: Document) -> dict[str, Any]:
    source = document.source
    return document_key(document.tenant, document.job_id, document.position) | {
        "changed": changed(document.updated_at, document.position),
        "tenant": document.tenant,
        "job_id": document.job_id,
        "position": document.position,
        "source": [source.stored.key, source.stored.version],
        "size": source.size,
        "expires_at": source.expires_at,
        "file_id": source.file_id,
        "name": source.name,
        "status": document.status.value,
        "attempts": document.attempts,
        "reserved": document.reserved,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "started_at": document.started_at,
        "ended_at": document.ended_at,
        "result_key": document.result_key,
        "pages": document.pages,
        "result": _stored(document.result),
        "refusal": refusal_value(document.refusal),
        "ocr_token": document.ocr.token,
        "ocr_status": document.ocr.status,
        "ocr_asked": document.ocr.asked or None,
        "priority": document.priority.value,
        **(review_values(document.review) if document.review else {}),
        "TTL": ttl(document.created_at),
    }


def document_of(row: Mapping[str, Any]) -> Document:
    return Document(
        tenant=row["tenant"],
        job_id=row["job_id"],
        position=row["position"],
        source=Source(Stored(*row["source"]), row["size"], row["expires_at"], row.get("file_id"), row.get("name")),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        result_key=row["result_key"],
        status=DocumentStatus(row["status"]),
        attempts=row["attempts"],
        reserved=row["reserved"],
        started_at=row.get("started_at"),
        ended_at=row.get("ended_at"),
        pages=row.get("pages"),
        result=Stored(*row["result"]) if row.get("result") else None,
        refusal=refusal_of(row.get("refusal")),
        ocr=Ocr(row.get("ocr_token"), row.get("ocr_status"), row.get("ocr_asked", 0)),
        priority=Priority(row["priority"]),
        review=_review_of(row),
    )


def review_values(review: Review) -> dict[str, Any]:
    """By attribute: each of the three is written by itself."""
    facts = {
        "threshold": review.threshold,
        "flagged": review.flagged,
        "since": review.since,
        "deadline": review.deadline,
        "first": _stored(review.first),
        "pages": review.pages,
    }
    decision = {"decision": decision_value(review.decision)} if review.decision else {}
    return {"review": facts, **({"review_token": review.token} if review.token else {}), **decision}


def decision_value(decision: Decision) -> dict[str, Any]:
    facts = {
        "verdict": decision.verdict.value,
        "at": decision.at,
        "by": decision.by,
        "result": _stored(decision.result),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _review_of(row: Mapping[str, Any]) -> Review | None:
    facts, decision = row.get("review"), row.get("decision")
    if facts is None:
        return None
    return Review(
        threshold=facts["threshold"],
        flagged=facts["flagged"],
        since=facts["since"],
        deadline=facts["deadline"],
        first=Stored(*facts["first"]),
        pages=facts["pages"],
        token=row.get("review_token"),
        decision=_decision_of(decision) if decision else None,
    )


def _decision_of(value: Mapping[str, Any]) -> Decision:
    result = Stored(*value["result"]) if "result" in value else None
    return Decision(Verdict(value["verdict"]), value["at"], value.get("by"), result)


def review_key(tenant: str, deadline: int, document_id: str) -> dict[str, str]:
    return {"PK": f"review#{tenant}", "SK": listed((deadline, document_id))}


def review_row(tenant: str, deadline: int, document_id: str) -> dict[str, Any]:
    return review_key(tenant, deadline, document_id) | {"document_id": document_id}


def decided_row(document: Document, decision: Decision) -> dict[str, Any]:
    key = tenant_key(document.tenant, f"decided#{document.id}")
    return key | {"document_id": document.id, "decided_at": decision.at}


def held_key(document: Document) -> dict[str, str]:
    """What leads to a document in review: its place in the queue or, once it is decided, its mark."""
    if document.review is None:
        raise ValueError("that document was never held")
    if document.review.decision:
        return tenant_key(document.tenant, f"decided#{document.id}")
    return review_key(document.tenant, document.review.deadline, document.id)


def release_key(tenant: str, job_id: str) -> dict[str, str]:
    return tenant_key(tenant, f"release#{job_id}")


def release_row(job: Job) -> dict[str, Any]:
    return release_key(job.tenant, job.id) | {"job_id": job.id}


def forget_key(tenant: str, due: int, job_id: str) -> dict[str, str]:
    """In the order of time."""
    return tenant_key(tenant, f"forget#{due:013d}#{job_id}")


def forget_row(tenant: str, due: int, job_id: str) -> dict[str, Any]:
    return forget_key(tenant, due, job_id) | {"due_at": due, "job_id": job_id}


def refusal_value(refusal: Refusal | None) -> dict[str, str] | None:
    return {"kind": refusal.kind.value, "message": refusal.message} if refusal else None


def refusal_of(value: Mapping[str, str] | None) -> Refusal | None:
    return Refusal(Kind(value["kind"]), value["message"]) if value else None


def _stored(stored: Stored | None) -> list[str] | None:
    return [stored.key, stored.version] if stored else None


def ticket_row(document: Document) -> dict[str, Any]:
    ticket = ticket_for(document)
    return place_key(document.tenant, ticket) | {
        "document_id": document.id,
        "expires_at": ticket.expires_at,
        "file_id": ticket.file_id,
    }


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    return Ticket(row["SK"], row["document_id"], row["expires_at"], row.get("file_id"))


def extractor_row(extractor: Extractor) -> dict[str, Any]:
    return extractors_key(extractor.tenant, extractor.id) | {
        "changed": list_place(extractor, Order.UPDATED),
        "tenant": extractor.tenant,
        "id": extractor.id,
        "name": extractor.name,
        "created_at": extractor.created_at,
        "updated_at": extractor.updated_at,
        "description": extractor.description,
        "latest": extractor.latest,
        "releases": extractor.releases,
        "settings": json.dumps(extractor.settings),
        "leads": extractor.leads,
        "revision": extractor.revision,
    }


def extractor_of(row: Mapping[str, Any]) -> Extractor:
    return Extractor(
        tenant=row["tenant"],
        id=row["id"],
        name=row["name"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        description=row["description"],
        latest=row["latest"],
        releases=row["releases"],
        settings=json.loads(row["settings"]),
        leads=row["leads"],
        revision=row["revision"],
    )


def version_row(version: Version) -> dict[str, Any]:
    return version_key(version.tenant, version.extractor_id, version.number) | {
        "tenant": version.tenant,
        "extractor_id": version.extractor_id,
        "number": version.number,
        "schema": compact(version.schema),
        "config": compact(version.config),
        "created_at": version.created_at,
        "release": version.release,
        "description": version.description,
    }


def version_of(row: Mapping[str, Any]) -> Version:
    return Version(
        tenant=row["tenant"],
        extractor_id=row["extractor_id"],
        number=row["number"],
        schema=json.loads(row["schema"]),
        config=json.loads(row["config"]),
        created_at=row["created_at"],
        release=row.get("release"),
        description=row["description"],
    )


def endpoint_row(endpoint: Endpoint) -> dict[str, Any]:
    return endpoints_key(endpoint.tenant, endpoint.id) | {
        "tenant": endpoint.tenant,
        "id": endpoint.id,
        "contract": endpoint.contract,
        "url": endpoint.url,
        "events": sorted(endpoint.events),
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
        "name": endpoint.name,
        "active": endpoint.active,
        "extractors": None if endpoint.extractors is None else sorted(endpoint.extractors),
        "subscriptions": [_subscription_value(own) for own in endpoint.subscriptions],
        "settings": compact(endpoint.settings),
        "revision": endpoint.revision,
    }


def endpoint_of(row: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        tenant=row["tenant"],
        id=row["id"],
        contract=row["contract"],
        url=row["url"],
        events=frozenset(map(Event, row["events"])),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        name=row["name"],
        active=row["active"],
        extractors=frozenset(row["extractors"]) if "extractors" in row else None,
        subscriptions=tuple(_subscription_of(row["id"], value) for value in row["subscriptions"]),
        settings=json.loads(row["settings"]),
        revision=row["revision"],
    )


def _subscription_value(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": subscription.id,
        "extractor_id": subscription.extractor_id,
        "events": sorted(subscription.events),
        "created_at": subscription.created_at,
        "settings": compact(subscription.settings),
    }


def _subscription_of(endpoint_id: str, value: Mapping[str, Any]) -> Subscription:
    return Subscription(
        id=value["id"],
        endpoint_id=endpoint_id,
        extractor_id=value["extractor_id"],
        events=frozenset(map(Event, value["events"])),
        created_at=value["created_at"],
        settings=json.loads(value["settings"]),
    )


def secrets_row(endpoint: Endpoint, secrets: Secrets) -> dict[str, Any]:
    return secrets_key(endpoint.tenant, endpoint.id) | {
        "current": secrets.current,
        "previous": secrets.previous,
        "previous_ends_at": secrets.previous_ends_at,
        "static": secrets.static,
    }


def secrets_of(row: Mapping[str, Any]) -> Secrets:
    return Secrets(
        current=row["current"],
        previous=row.get("previous"),
        previous_ends_at=row["previous_ends_at"],
        static=row.get("static"),
    )
