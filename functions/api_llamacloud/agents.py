"""/api/v1/extraction/extraction-agents: saved extractors. The default agent is not saved: jobs that name no extractor
are its."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v1 as wire
from functions.api_llamacloud.contract import Deleted, Paging, plain_id, project_id, say_schema, to_schema, utc
from functions.api_llamacloud.found import fitting, together
from quire.domain.extractor import Extractor
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import extractors, results
from quire.service.config import to_options
from quire.service.extractors import Change, Held, Wanted

DEFAULT = "default"
_AT_ONCE = 100


class AgentPage(BaseModel):
    items: list[wire.Agent]
    next_page_token: str | None = None


class AgentPaging(Paging, wire.AgentQuery):
    """A page has at most 100."""


def create_agent(call: Call) -> Answer | Refusal:
    """Create an extraction agent."""
    asked = call.json(wire.CreateAgent)
    schema = to_schema(asked.data_schema, "data_schema")
    if isinstance(schema, Refusal):
        return schema
    held = extractors.create(call.world, call.tenant, Wanted(asked.name, schema, _options(asked.config)))
    return held if isinstance(held, Refusal) else Answer(200, say_agent(held))


def list_agents(call: Call) -> Answer | Refusal:
    """List all extraction agents, the newest first."""
    asked = call.query_as(wire.AgentQuery)
    found, cursor = [], None
    while True:
        page = extractors.listed(call.world, call.tenant, _AT_ONCE, cursor)
        if isinstance(page, Refusal):
            return page
        found += _said(call, page.extractors)
        cursor = page.cursor
        if cursor is None:
            break
    said = [agent.model_dump(mode="json") for agent in found + ([default_agent(call.tenant)] * asked.include_default)]
    if len(str(said)) > results.MOST_BYTES:
        message = "The agents are too many for one answer: GET /api/v1/beta/extraction-agents lists them by pages."
        return Refusal(Kind.RESULT_TOO_LARGE, message)
    return Answer(200, said)


def page_of_agents(call: Call) -> Answer | Refusal:
    """List extraction agents by pages, the newest first."""
    asked = call.query_as(AgentPaging)

    def page(limit: int) -> Answer | Refusal:
        found = extractors.listed(call.world, call.tenant, limit, asked.page_token)
        if isinstance(found, Refusal):
            return found
        default = [default_agent(call.tenant)] if asked.include_default and found.cursor is None else []
        return Answer(200, AgentPage(items=_said(call, found.extractors) + default, next_page_token=found.cursor))

    return fitting(min(asked.page_size, _AT_ONCE), page)


def get_agent(call: Call) -> Answer | Refusal:
    """Show an extraction agent."""
    if is_default(call.tenant, call.path["agent_id"]):
        return get_default_agent(call)
    held = find_agent(call, call.path["agent_id"])
    return held if isinstance(held, Refusal) else Answer(200, say_agent(held))


def get_agent_by_name(call: Call) -> Answer | Refusal:
    """Show the extraction agent that has a name."""
    name = call.path["name"]
    for said in dict.fromkeys((name, unquote(name))):
        found = call.world.extractors.named(call.tenant.id, said)
        if found:
            held = extractors.with_version(call.world, found)
            return held if isinstance(held, Refusal) else Answer(200, say_agent(held))
    return get_default_agent(call) if name == DEFAULT else _no_agent()


def get_default_agent(call: Call) -> Answer | Refusal:
    """Show the default agent: jobs that name no extractor are its."""
    return Answer(200, default_agent(call.tenant))


def update_agent(call: Call) -> Answer | Refusal:
    """Change an extraction agent's schema and configuration, as a new version."""
    asked = call.json(wire.UpdateAgent)
    schema = to_schema(asked.data_schema, "data_schema")
    if isinstance(schema, Refusal):
        return schema
    agent_id = _own(call)
    if isinstance(agent_id, Refusal):
        return agent_id
    change = Change(schema=schema, config=_options(asked.config))
    held = extractors.update(call.world, call.tenant, agent_id, change)
    return held if isinstance(held, Refusal) else Answer(200, say_agent(held))


def delete_agent(call: Call) -> Answer | Refusal:
    """Delete an extraction agent. Its jobs stay."""
    agent_id = _own(call)
    refused = agent_id if isinstance(agent_id, Refusal) else extractors.delete(call.world, call.tenant, agent_id)
    return refused or Answer(200, Deleted())


# ---- how an agent is said --------------------------------------------------------------------------------------------


def say_agent(held: Held) -> wire.Agent:
    extractor, version = held
    return wire.Agent(
        id=extractor.id,
        name=extractor.name,
        project_id=project_id(extractor.tenant),
        data_schema=say_schema(version.schema),
        config=configs.say_config(version.config, version.config),
        created_at=utc(extractor.created_at),
        updated_at=utc(extractor.updated_at),
    )


def default_agent(
    tenant: Tenant,
    schema: object = None,
    given: Mapping[str, object] | None = None,
    kept: Mapping[str, object] | None = None,
) -> wire.Agent:
    """With the schema and options of one of its jobs, or with none."""
    return wire.Agent(
        id=default_id(tenant.id),
        name=DEFAULT,
        project_id=project_id(tenant.id),
        data_schema=say_schema(schema),
        config=configs.say_config(given or {}, kept or {}),
        custom_configuration="default",
    )


def default_id(tenant: str) -> str:
    """A function of the tenant."""
    return str(uuid.uuid5(uuid.UUID(project_id(tenant)), DEFAULT))


def is_default(tenant: Tenant, said: str) -> bool:
    return said == default_id(tenant.id)


def agent_id_of(job: Job) -> str:
    """Of a job: its saved extractor's, or the default agent's."""
    return plain_id(job.extractor) or default_id(job.tenant)


def find_agent(call: Call, said: str) -> Held | Refusal:
    """A saved one, in its newest version."""
    agent_id = plain_id(said)
    return extractors.held(call.world, call.tenant, agent_id) if agent_id else _no_agent()


def _said(call: Call, found: Any) -> list[wire.Agent]:
    def said(extractor: Extractor) -> wire.Agent | None:
        held = extractors.with_version(call.world, extractor)
        return None if isinstance(held, Refusal) else say_agent(held)

    return [agent for agent in together(said, found) if agent]


def _own(call: Call) -> str | Refusal:
    """The id of a saved agent, which can be changed."""
    said = call.path["agent_id"]
    if is_default(call.tenant, said):
        return Refusal(Kind.FORBIDDEN, "The default agent cannot be changed: create one.")
    return plain_id(said) or _no_agent()


def _options(asked: configs.ExtractConfig) -> Mapping[str, object]:
    return {**to_options(configs.to_config(asked)), **configs.keep(asked)}


def _no_agent() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such extractor.")


_ALL = "/api/v1/extraction/extraction-agents"
_ONE = f"{_ALL}/<agent_id>"
_SAYS = {200: wire.Agent}
ROUTES = (
    Route("POST", _ALL, create_agent, asks=wire.CreateAgent, says=_SAYS),
    Route("GET", _ALL, list_agents, query=wire.AgentQuery, says={200: list[wire.Agent]}),
    Route("GET", f"{_ALL}/default", get_default_agent, says=_SAYS),
    Route("GET", f"{_ALL}/by-name/<name>", get_agent_by_name, says=_SAYS),
    Route("GET", _ONE, get_agent, says=_SAYS),
    Route("PUT", _ONE, update_agent, asks=wire.UpdateAgent, says=_SAYS),
    Route("DELETE", _ONE, delete_agent, says={200: Deleted}),
    Route("GET", "/api/v1/beta/extraction-agents", page_of_agents, query=AgentPaging, says={200: AgentPage}),
)
