"""/api/v2/extract: jobs of a configuration, saved or its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from functions.api_llamacloud import webhooks
from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v2 as wire
from functions.api_llamacloud.contract import (
    SCHEMA,
    Deleted,
    Expand,
    plain_id,
    to_schema,
)
from functions.api_llamacloud.found import (
    find,
    find_whole,
    fitting,
    is_extraction,
    job_name,
    result_of,
    schema_of,
    together,
)
from functions.api_llamacloud.submits import PER_MINUTE, Way, named, send
from quire.domain.document import Document, DocumentStatus
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service.cancel import cancel
from quire.service.config import from_options
from quire.service.documents import Found, list_documents
from quire.service.jobs import delete_job
from quire.service.resolve import resolve

METADATA = frozenset({"extract_metadata"})


def create_extract(call: Call) -> Answer | Refusal:
    """Extract from a file, which may still be on its way."""
    asked = call.json(wire.CreateExtract)
    way = _way(call, asked)
    if isinstance(way, Refusal):
        return way
    sources = named(call, [asked.file_input])
    if isinstance(sources, Refusal):
        return sources
    job = send(call, way, sources[0], {"route": "extract", **asked.model_dump(mode="json")})
    return job if isinstance(job, Refusal) else _answered(call, find(call, job.id), ())


def get_extract(call: Call) -> Answer | Refusal:
    """Show a job, with its data when it has ended."""
    asked = call.query_as(Expand)
    return _answered(call, find(call, call.path["job_id"]), {*asked.expand, *METADATA})


def list_extracts(call: Call) -> Answer | Refusal:
    """List jobs, the newest first, with their data."""
    asked = call.query_as(wire.ExtractQuery)
    if asked.job_ids is not None:
        named = (find(call, said) for said in dict.fromkeys(asked.job_ids))
        known = [found for found in named if not isinstance(found, Refusal) and _wanted(asked, *found)]
        newest = sorted(known, key=lambda found: found[1].id, reverse=True)
        return fitting(len(newest) or 1, lambda limit: Answer(200, _list(call, newest[:limit], None, asked)))
    extractor = None if asked.configuration_id is None else plain_id(asked.configuration_id) or ""

    def page(limit: int) -> Answer | Refusal:
        found = list_documents(
            call.world,
            call.tenant,
            limit,
            asked.page_token,
            extractor=extractor,
            wanted=lambda job, document: _wanted(asked, job, document),
        )
        return found if isinstance(found, Refusal) else Answer(200, _list(call, *found, asked))

    return fitting(min(asked.page_size, 100), page)


def cancel_extract(call: Call) -> Answer | Refusal:
    """Cancel a job that has not ended. What runs already ends first."""
    found = find_whole(call, call.path["job_id"])
    if isinstance(found, Refusal):
        return found
    job, document = found
    if document.status in (DocumentStatus.SUCCEEDED, DocumentStatus.FAILED):
        return Refusal(Kind.RESULT_NOT_READY, "The job has ended: it cannot be cancelled.")
    cancelled = cancel(call.world, call.tenant, job.id)
    return cancelled if isinstance(cancelled, Refusal) else _answered(call, find(call, call.path["job_id"]), ())


def delete_extract(call: Call) -> Answer | Refusal:
    """Delete a job and its data. One that has not ended: with `force` only."""
    asked = call.query_as(wire.Force)
    found = find_whole(call, call.path["job_id"])
    if isinstance(found, Refusal):
        return found
    job, _ = found
    if not asked.force and not job.status.ended:
        message = "The job has not ended: cancel it first, or delete it with force=true."
        return Refusal(Kind.RESULT_NOT_READY, message)
    deleted = delete_job(call.world, call.tenant, job.id)
    return deleted if isinstance(deleted, Refusal) else Answer(200, Deleted())


# ---- what a job runs under, and how it is said -----------------------------------------------------------------------


def _way(call: Call, asked: wire.CreateExtract) -> Way | Refusal:
    if (asked.configuration is None) == (asked.configuration_id is None):
        return invalid("body", "Give one of `configuration` and `configuration_id`.", "value_error")
    echo = webhooks.kept(call, asked.webhook_configurations, asked.webhook_configuration_ids)
    if isinstance(echo, Refusal):
        return echo
    if asked.configuration is not None:
        schema = to_schema(asked.configuration.data_schema, "configuration", "data_schema")
        if isinstance(schema, Refusal):
            return schema
        config = configs.settings_to_config(asked.configuration)
        return Way(SCHEMA, None, schema, config, {**configs.keep(asked.configuration), **echo})
    saved = plain_id(asked.configuration_id or "")
    found = resolve(call.world, call.tenant, saved) if saved else _no_configuration()
    if isinstance(found, Refusal):
        return found
    echo = {"agent": found.extractor.name, **configs.kept(found.config), **echo}
    return Way(found.extractor.id, found.version.number, found.schema, from_options(found.config), echo)


def _wanted(asked: wire.ExtractQuery, job: Job, document: Document) -> bool:
    file_input = asked.file_input or asked.document_input_value
    created = datetime.fromtimestamp(job.created_at / 1000, UTC)
    return (
        is_extraction(job)
        and asked.status in (None, wire.STATUSES[document.status])
        and asked.configuration_id in (None, job.extractor)
        and file_input in (None, document.source.file_id)
        and asked.document_input_type in (None, "file_id")
        and (asked.created_at_on_or_after is None or created >= _aware(asked.created_at_on_or_after))
        and (asked.created_at_on_or_before is None or created <= _aware(asked.created_at_on_or_before))
    )


def _aware(time: datetime) -> datetime:
    """A time without a zone is in UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _answered(call: Call, found: Found | Refusal, expand: Collection[str]) -> Answer | Refusal:
    if isinstance(found, Refusal):
        return found
    result = result_of(call, found)
    return result if isinstance(result, Refusal) else Answer(200, _say(call, found, result, expand))


def _list(call: Call, found: Sequence[Found], cursor: str | None, asked: wire.ExtractQuery) -> wire.ExtractList:
    """A result that is gone, or too large by itself, is left out."""

    def said(each: Found) -> wire.ExtractJob:
        result = result_of(call, each)
        return _say(call, each, None if isinstance(result, Refusal) else result, asked.expand)

    return wire.ExtractList(items=together(said, found), next_page_token=cursor)


def _say(call: Call, found: Found, result: Mapping[str, Any] | None, expand: Collection[str]) -> wire.ExtractJob:
    job, document = found
    return wire.say_extract(
        job,
        document,
        name=job_name(job, document),
        configuration_id=plain_id(job.extractor),
        result=result,
        schema=schema_of(call, job) if "configuration" in expand else None,
        expand=frozenset(expand),
    )


def _no_configuration() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such extractor.")


_ALL = "/api/v2/extract"
_ONE = f"{_ALL}/<job_id>"
_SAYS = {200: wire.ExtractJob}
ROUTES = (
    Route("POST", _ALL, create_extract, PER_MINUTE, asks=wire.CreateExtract, says=_SAYS),
    Route("GET", _ALL, list_extracts, query=wire.ExtractQuery, says={200: wire.ExtractList}),
    Route("GET", _ONE, get_extract, query=Expand, says=_SAYS),
    Route("POST", f"{_ONE}/cancel", cancel_extract, says=_SAYS),
    Route("DELETE", _ONE, delete_extract, query=wire.Force, says={200: Deleted}),
)
