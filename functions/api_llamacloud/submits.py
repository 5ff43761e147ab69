"""POST /api/v1/extraction/jobs… and /run: a job of an agent, or of a schema that comes with the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v1 as wire
from functions.api_llamacloud.agents import find_agent, is_default
from functions.api_llamacloud.contract import (
    NAME,
    SCHEMA,
    WebhookConfiguration,
    check_webhooks,
    keep_webhooks,
    plain_id,
    to_schema,
)
from functions.api_llamacloud.files import checked
from functions.api_llamacloud.found import find, together
from functions.api_llamacloud.jobs import say_job
from quire.domain.document import RESERVED_AT_SUBMIT, Source
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import new_job_id
from quire.domain.job import Job
from quire.domain.pages import chosen
from quire.domain.rate import Rate
from quire.domain.refusal import Kind, Refusal, invalid
from quire.http.answers import Answer
from quire.http.call import Call, Sent, one_file
from quire.http.edge import Route
from quire.http.inline import inline_file
from quire.service import uploads
from quire.service.config import Config, from_options
from quire.service.counting import count_pages
from quire.service.resolve import resolve
from quire.service.submit import Pays, Submission, submit

PER_MINUTE = Rate(20)


@dataclass(frozen=True, slots=True)
class Way:
    """What a job runs under: an agent's version or a schema of its own. `echo` is what is said again of it."""

    extractor: str
    version: int | None
    schema: object
    config: Config
    echo: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Bytes:
    """A document's bytes; `pages` were counted, where they came in the body. `proof` makes equal requests equal."""

    source: Source
    proof: str | None
    pages: int | None = None


class Place(NamedTuple):
    """A job's place in the batch that it was submitted with, and its id, which stands in the same order."""

    position: int
    job_id: str


# ---- create ----------------------------------------------------------------------------------------------------------


def create_job(call: Call) -> Answer | Refusal:
    """Run an agent on a file, which may still be on its way."""
    asked, query = call.json(wire.CreateJob), call.query_as(wire.FromUi)
    way = _way(call, asked, query, asked.webhook_configurations)
    if isinstance(way, Refusal):
        return way
    sources = named(call, [asked.file_id])
    if isinstance(sources, Refusal):
        return sources
    if asked.priority:
        config = replace(way.config, priority=asked.priority)
        way = replace(way, config=config, echo=configs.prioritized(way.echo, asked.priority))
    return _said(call, send(call, way, sources[0], {"route": "jobs", **asked.model_dump(mode="json")}))


def create_jobs(call: Call) -> Answer | Refusal:
    """Run an agent on several files: a job for each."""
    asked, query = call.json(wire.CreateJobs), call.query_as(wire.FromUi)
    way = _way(call, asked, query, asked.webhook_configurations)
    if isinstance(way, Refusal):
        return way
    sources = named(call, asked.file_ids)
    if isinstance(sources, Refusal):
        return sources
    if call.world.tenants.balance(call.tenant.id).available < RESERVED_AT_SUBMIT:
        return Refusal(
            Kind.PAYMENT_REQUIRED, "There are not enough credits for the first of these documents: add some."
        )
    fields = {"route": "batch", **asked.model_dump(mode="json")}
    job_ids = sorted(new_job_id(call.world.clock()) for _ in sources)
    each = zip(sources, map(Place, range(len(sources)), job_ids), strict=True)
    submitted = together(lambda one: send(call, way, one[0], fields, one[1]), each)
    said = together(lambda job: job if isinstance(job, Refusal) else _job(call, job), submitted)
    refused = next((each for each in said if isinstance(each, Refusal)), None)
    return refused or Answer(200, [each.model_dump(mode="json") for each in said if not isinstance(each, Refusal)])


def create_job_on_file(call: Call) -> Answer | Refusal:
    """Run an agent on a file that comes with the request."""
    query = call.query_as(wire.FromUi)
    form, files = call.form(wire.JobForm)
    asked = _parsed(form)
    if isinstance(asked, Refusal):
        return asked
    way = _way(call, asked, query, None)
    if isinstance(way, Refusal):
        return way
    taken = _take(call, one_file(files, "file"), way.config)
    if isinstance(taken, Refusal):
        return taken
    return _said(call, send(call, way, taken, {"route": "file", **asked.model_dump(mode="json")}))


def run(call: Call) -> Answer | Refusal:
    """Extract by a schema that comes with the request, from a file, from base64, or from text."""
    asked = call.json(wire.Run)
    if sum(each is not None for each in (asked.file_id, asked.text, asked.file)) != 1:
        return invalid("body", "Give one of `file_id`, `text` and `file`.", "value_error")
    schema = to_schema(asked.data_schema, "data_schema")
    if isinstance(schema, Refusal):
        return schema
    refused = check_webhooks(asked.webhook_configurations)
    if refused:
        return refused
    echo = {**configs.keep(asked.config), **keep_webhooks(asked.webhook_configurations)}
    way = Way(SCHEMA, None, schema, configs.to_config(asked.config), echo)
    taken = _input(call, asked, way.config)
    if isinstance(taken, Refusal):
        return taken
    fields = {"route": "run", **asked.model_dump(mode="json", exclude={"text", "file"})}
    return _said(call, send(call, way, taken, fields))


def _way(
    call: Call, asked: wire.Overrides, query: wire.FromUi, webhooks: Sequence[WebhookConfiguration] | None
) -> Way | Refusal:
    override = (
        None if asked.data_schema_override is None else to_schema(asked.data_schema_override, "data_schema_override")
    )
    if isinstance(override, Refusal):
        return override
    refused = check_webhooks(webhooks)
    if refused:
        return refused
    echo = {**keep_webhooks(webhooks), **({"from_ui": True} if query.from_ui else {})}
    config = asked.config_override
    if is_default(call.tenant, asked.extraction_agent_id):
        if override is None:
            return Refusal(Kind.EXTRACTOR_NOT_CONFIGURED, "The default agent has no schema: give data_schema_override.")
        config = config or configs.ExtractConfig()
        return Way(SCHEMA, None, override, configs.to_config(config), {**configs.keep(config), **echo})
    held = find_agent(call, asked.extraction_agent_id)
    if isinstance(held, Refusal):
        return held
    agent = held.extractor
    found = resolve(call.world, call.tenant, agent.id, None, None if override is None else {"schema": override})
    if isinstance(found, Refusal):
        return found
    kept = configs.keep(config) if config else configs.kept(found.config)
    runs_under = saved = from_options(found.config)
    if config:
        runs_under = replace(configs.to_config(config), review_threshold=saved.review_threshold)
    echo = {"agent": agent.name, **kept, **echo}
    return Way(agent.id, found.version.number, found.schema, runs_under, echo)


def _parsed(form: wire.JobForm) -> wire.Overrides | Refusal:
    """A form's overrides, which are JSON."""
    said = form.config_override
    try:
        config = configs.ExtractConfig.model_validate_json(said) if said else None
    except ValueError:
        return invalid("body", "The configuration is not JSON, or has a wrong field.", "value_error", "config_override")
    return wire.Overrides(
        extraction_agent_id=form.extraction_agent_id,
        data_schema_override=form.data_schema_override or None,
        config_override=config,
    )


def named(call: Call, said: Sequence[str]) -> list[Bytes] | Refusal:
    """Files by their ids, uploaded or still on their way."""
    plain = [plain_id(file_id) for file_id in said]
    if None in plain:
        return Refusal(Kind.FILE_NOT_FOUND, "There are no such files.")
    sources = uploads.sources(call.world, call.tenant, [file_id for file_id in plain if file_id])
    return sources if isinstance(sources, Refusal) else [Bytes(source, source.file_id) for source in sources]


def _input(call: Call, asked: wire.Run, config: Config) -> Bytes | Refusal:
    if asked.file_id is not None:
        sources = named(call, [asked.file_id])
        return sources if isinstance(sources, Refusal) else sources[0]
    if asked.text is not None:
        return _take(call, Sent("text.txt", "text/plain", asked.text.encode(errors="replace")), config)
    if asked.file is None:
        raise TypeError(asked)
    data, mime_type = asked.file.data, asked.file.mime_type
    return _take(
        call, inline_file(data if data.startswith("data:") else f"data:{mime_type};base64,{data}", None, "file"), config
    )


def _take(call: Call, sent: Sent | Refusal, config: Config) -> Bytes | Refusal:
    """Bytes that came in the body: kept as a file, their pages counted."""
    sent = checked(sent)
    if isinstance(sent, Refusal):
        return sent
    counted = count_pages([(sent.name, sent.body)], configs.ACCEPTED)
    if isinstance(counted, Refusal):
        return counted
    pages = chosen(config.pages, config.max_pages, counted[0].pages)
    if isinstance(pages, Refusal):
        return pages
    file = uploads.receive(call.world, call.tenant, sent.body, sent.name, counted[0].media.value)
    return Bytes(file.source, file.sha256, len(pages))


def send(call: Call, way: Way, given: Bytes, fields: Mapping[str, Any], place: Place | None = None) -> Job | Refusal:
    """Make the job of one document: equal `fields`, positions and inputs are the same request. Those of a batch are
    paid in its order."""
    key, position = call.idempotency_key(), place.position if place else 0
    submission = Submission(
        contract=NAME,
        extractor=way.extractor,
        version=way.version,
        schema=way.schema,
        sources=[given.source],
        counted=None if given.pages is None else [given.pages],
        fingerprint=fingerprint({**fields, "position": position, "input": given.proof}),
        options=configs.options(way.config),
        echo=way.echo,
        idempotency_key=f"{key}\n{position}" if key and position else key,
        api_key=call.key,
        job_id=place.job_id if place else None,
        pays=Pays.LATER if place else Pays.FIRST,
    )
    submitted = submit(call.world, call.tenant, submission)
    return submitted if isinstance(submitted, Refusal) else submitted.job


def _said(call: Call, job: Job | Refusal) -> Answer | Refusal:
    said = job if isinstance(job, Refusal) else _job(call, job)
    return said if isinstance(said, Refusal) else Answer(200, said)


def _job(call: Call, job: Job) -> wire.JobSaid | Refusal:
    found = find(call, job.id)
    return found if isinstance(found, Refusal) else say_job(call, found)


_JOBS = "/api/v1/extraction/jobs"
_SAYS = {200: wire.JobSaid}
ROUTES = (
    Route("POST", _JOBS, create_job, PER_MINUTE, asks=wire.CreateJob, query=wire.FromUi, says=_SAYS),
    Route(
        "POST",
        f"{_JOBS}/batch",
        create_jobs,
        PER_MINUTE,
        asks=wire.CreateJobs,
        query=wire.FromUi,
        says={200: list[wire.JobSaid]},
    ),
    Route(
        "POST",
        f"{_JOBS}/file",
        create_job_on_file,
        PER_MINUTE,
        form=wire.JobForm,
        files=("file",),
        query=wire.FromUi,
        says=_SAYS,
    ),
    Route("POST", "/api/v1/extraction/run", run, PER_MINUTE, asks=wire.Run, says=_SAYS),
)
