"""/api/v1/extraction/jobs: how they stand, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v1 as wire
from functions.api_llamacloud.agents import agent_id_of, default_agent, find_agent, is_default
from functions.api_llamacloud.contract import SCHEMA, plain_id, project_id, say_schema
from functions.api_llamacloud.found import file_of, find, fitting, job_name, result_of, schema_of, together
from quire.domain.document import DocumentStatus
from quire.domain.ids import document_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import results
from quire.service.documents import Found
from quire.service.jobs import list_jobs

MOST_LISTED = 100


def get_job(call: Call) -> Answer | Refusal:
    """Show a job's status."""
    found = find(call, call.path["job_id"])
    return found if isinstance(found, Refusal) else Answer(200, say_job(call, found))


def get_job_result(call: Call) -> Answer | Refusal:
    """Show what a job has found."""
    found = find(call, call.path["job_id"])
    if isinstance(found, Refusal):
        return found
    job, document = found
    result = result_of(call, found)
    if isinstance(result, Refusal):
        return result
    if document.status is DocumentStatus.REVIEW_REQUIRED:
        return results.IN_REVIEW
    if result is None:
        message = wire.say_error(document) or "The job has not ended yet."
        return Refusal(Kind.RESULT_NOT_READY, message)
    data, metadata = wire.say_extraction(job, document, result)
    said = wire.ResultSet(
        run_id=document.id, extraction_agent_id=agent_id_of(job), data=data, extraction_metadata=metadata
    )
    return Answer(200, said)


def list_agent_jobs(call: Call) -> Answer | Refusal:
    """List an agent's last jobs, the newest first."""
    asked = call.query_as(wire.OfAgent)

    def page(limit: int) -> Answer | Refusal:
        jobs = jobs_of(call, asked.extraction_agent_id, limit)
        if isinstance(jobs, Refusal):
            return jobs
        said = together(lambda found: say_job(call, found), read(call, islice(places(jobs), limit)))
        return Answer(200, [job.model_dump(mode="json") for job in said])

    return fitting(MOST_LISTED, page)


# ---- an agent's jobs -------------------------------------------------------------------------------------------------


def jobs_of(call: Call, said: str, most: int) -> list[Job] | Refusal:
    """The newest of an agent's jobs; of one that was deleted they are there as well."""
    extractor = SCHEMA if is_default(call.tenant, said) else plain_id(said) or ""
    found: list[Job] = []
    cursor: str | None = None
    while True:
        page = list_jobs(call.world, call.tenant, min(most - len(found), 100), cursor, extractor=extractor)
        if isinstance(page, Refusal):
            return page
        found += page.jobs
        cursor = page.next_cursor
        if cursor is None or len(found) == most:
            break
    if not found and extractor != SCHEMA:
        agent = find_agent(call, said)
        return agent if isinstance(agent, Refusal) else []
    return found


def places(jobs: Iterable[Job]) -> Iterator[str]:
    """The ids of their documents, in order."""
    return (document_id(job.id, position) for job in jobs for position in range(job.total))


def read(call: Call, ids: Iterable[str]) -> list[Found]:
    """The documents that are still there."""
    found = together(lambda identity: results.find(call.world, call.tenant, identity), ids)
    return [each for each in found if not isinstance(each, Refusal)]


# ---- how a job is said -----------------------------------------------------------------------------------------------


def say_job(call: Call, found: Found) -> wire.JobSaid:
    job, document = found
    return wire.JobSaid(
        id=job_name(job, document),
        extraction_agent=_agent_of(call, job),
        status=wire.JOB_WORDS[document.status],
        error=wire.say_error(document),
        file=file_of(call, document),
        file_id=document.source.file_id,
    )


def _agent_of(call: Call, job: Job) -> wire.Agent:
    """The agent as this job runs under it."""
    schema, echo = schema_of(call, job), job.echo or {}
    agent_id = agent_id_of(job)
    if is_default(call.tenant, agent_id):
        return default_agent(call.tenant, schema, job.options, echo)
    name = echo.get("agent") or _name_of(call, agent_id)
    return wire.Agent(
        id=agent_id,
        name=str(name),
        project_id=project_id(job.tenant),
        data_schema=say_schema(schema),
        config=configs.say_config(job.options, echo),
    )


def _name_of(call: Call, agent_id: str) -> str:
    """Of a job that another contract made; of an agent that was deleted, its id."""
    agent = call.world.extractors.get(call.tenant.id, agent_id)
    return agent.name if agent else agent_id


_ONE = "/api/v1/extraction/jobs/<job_id>"
ROUTES = (
    Route(
        "GET",
        "/api/v1/extraction/jobs",
        list_agent_jobs,
        query=wire.OfAgent,
        says={200: list[wire.JobSaid]},
    ),
    Route("GET", _ONE, get_job, says={200: wire.JobSaid}),
    Route("GET", f"{_ONE}/result", get_job_result, says={200: wire.ResultSet}),
)
