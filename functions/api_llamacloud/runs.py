"""/api/v1/extraction/runs: what each job has found."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v1 as wire
from functions.api_llamacloud.agents import agent_id_of
from functions.api_llamacloud.contract import Deleted
from functions.api_llamacloud.found import file_of, find, find_whole, fitting, job_name, result_of, schema_of, together
from functions.api_llamacloud.jobs import jobs_of, places, read
from quire.domain.refusal import Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service.documents import Found
from quire.service.jobs import delete_job

MOST_COUNTED = 1000
"""Jobs, for the total of a list."""


def list_runs(call: Call) -> Answer | Refusal:
    """List an agent's runs, the newest first."""
    asked = call.query_as(wire.RunQuery)
    jobs = jobs_of(call, asked.extraction_agent_id, max(MOST_COUNTED, asked.skip + asked.limit + 1))
    if isinstance(jobs, Refusal):
        return jobs

    def page(limit: int) -> Answer | Refusal:
        wanted = islice(places(jobs), asked.skip, asked.skip + limit)
        items = together(lambda found: _run(call, found, result_of(call, found)), read(call, wanted))
        total = sum(job.total for job in jobs)
        return Answer(200, wire.RunList(items=items, total=total, skip=asked.skip, limit=asked.limit))

    return fitting(asked.limit, page)


def get_run(call: Call) -> Answer | Refusal:
    """Show a run with its data."""
    return _shown(call, find(call, call.path["run_id"]))


def get_run_by_job(call: Call) -> Answer | Refusal:
    """Show a job's run with its data."""
    return _shown(call, find(call, call.path["job_id"]))


def get_latest_run_from_ui(call: Call) -> Answer | Refusal:
    """Show an agent's newest run that says it comes from a user interface, or null."""
    asked = call.query_as(wire.OfAgent)
    jobs = jobs_of(call, asked.extraction_agent_id, MOST_COUNTED)
    if isinstance(jobs, Refusal):
        return jobs
    of_ui = [job for job in jobs if (job.echo or {}).get("from_ui")][:1]
    found = read(call, places(of_ui))
    return _shown(call, found[0]) if found else Answer(200, b"null", {"content-type": "application/json"})


def delete_run(call: Call) -> Answer | Refusal:
    """Delete a run with its job and its data."""
    found = find_whole(call, call.path["run_id"])
    if isinstance(found, Refusal):
        return found
    deleted = delete_job(call.world, call.tenant, found[0].id)
    return deleted if isinstance(deleted, Refusal) else Answer(200, Deleted())


def _shown(call: Call, found: Found | Refusal) -> Answer | Refusal:
    """A run by itself is refused where its data cannot be shown."""
    if isinstance(found, Refusal):
        return found
    result = result_of(call, found)
    return result if isinstance(result, Refusal) else Answer(200, _run(call, found, result))


def _run(call: Call, found: Found, result: Mapping[str, Any] | Refusal | None) -> wire.RunSaid:
    job, document = found
    return wire.say_run(
        job,
        document,
        job_id=job_name(job, document),
        agent_id=agent_id_of(job),
        schema=schema_of(call, job),
        config=configs.say_config(job.options, job.echo or {}),
        file=file_of(call, document),
        result=result,
    )


_ALL = "/api/v1/extraction/runs"
_SAYS = {200: wire.RunSaid}
ROUTES = (
    Route("GET", _ALL, list_runs, query=wire.RunQuery, says={200: wire.RunList}),
    Route("GET", f"{_ALL}/latest-from-ui", get_latest_run_from_ui, query=wire.OfAgent, says={200: wire.RunSaid | None}),
    Route("GET", f"{_ALL}/by-job/<job_id>", get_run_by_job, says=_SAYS),
    Route("GET", f"{_ALL}/<run_id>", get_run, says=_SAYS),
    Route("DELETE", f"{_ALL}/<run_id>", delete_run, says={200: Deleted}),
)
