"""/api/v1/beta/configurations: saved configurations of extraction. They are extractors, as agents are."""

from __future__ import annotations

from collections.abc import Mapping

from functions.api_llamacloud import wire_configs as configs
from functions.api_llamacloud import wire_v2 as wire
from functions.api_llamacloud.contract import plain_id, to_schema
from functions.api_llamacloud.found import fitting, together
from quire.domain.extractor import Extractor
from quire.domain.refusal import Kind, Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import extractors
from quire.service.config import to_options
from quire.service.extractors import Change, Held, Wanted

_AT_ONCE = 100


def create_configuration(call: Call) -> Answer | Refusal:
    """Save a configuration."""
    asked = call.json(wire.CreateConfiguration)
    schema = to_schema(asked.parameters.data_schema, "parameters", "data_schema")
    if isinstance(schema, Refusal):
        return schema
    wanted = Wanted(asked.name, schema, _options(asked.parameters))
    return _said(extractors.create(call.world, call.tenant, wanted, unique=False))


def get_configuration(call: Call) -> Answer | Refusal:
    """Show a configuration."""
    config_id = plain_id(call.path["config_id"])
    return _said(extractors.held(call.world, call.tenant, config_id) if config_id else _unknown())


def list_configurations(call: Call) -> Answer | Refusal:
    """List configurations, the newest first. What a filter lets through may be fewer than a page."""
    asked = call.query_as(wire.ConfigurationQuery)
    if asked.product_type is not None and wire.EXTRACT not in asked.product_type:
        return Answer(200, wire.ConfigurationList(items=[]))

    def page(limit: int) -> Answer | Refusal:
        found = extractors.listed(call.world, call.tenant, limit, asked.page_token)
        if isinstance(found, Refusal):
            return found
        wanted = [each for each in found.extractors if asked.name in (None, each.name)]
        # Of several under one name the first of the list is the newest.
        shown = {each.name: each for each in reversed(wanted)}.values() if asked.latest_only else wanted
        items = together(lambda each: _saved(call, each), shown)
        said = [each for each in items if not isinstance(each, Refusal)]
        return Answer(200, wire.ConfigurationList(items=said, next_page_token=found.cursor))

    return fitting(min(asked.page_size, _AT_ONCE), page)


def update_configuration(call: Call) -> Answer | Refusal:
    """Change a configuration's name or parameters."""
    asked = call.json(wire.UpdateConfiguration)
    config_id = plain_id(call.path["config_id"])
    if config_id is None:
        return _unknown()
    change = Change(name=asked.name)
    if asked.parameters is not None:
        schema = to_schema(asked.parameters.data_schema, "parameters", "data_schema")
        if isinstance(schema, Refusal):
            return schema
        change = Change(name=asked.name, schema=schema, config=_options(asked.parameters))
    return _said(extractors.update(call.world, call.tenant, config_id, change, unique=False))


def delete_configuration(call: Call) -> Answer | Refusal:
    """Delete a configuration. Its jobs stay."""
    config_id = plain_id(call.path["config_id"])
    refused = extractors.delete(call.world, call.tenant, config_id) if config_id else _unknown()
    return refused or Answer(204)


def _options(asked: wire.Parameters) -> Mapping[str, object]:
    settings = configs.V2Settings.model_validate(asked.model_dump(exclude={"data_schema", "product_type"}))
    return {**to_options(configs.settings_to_config(settings)), **configs.keep(settings)}


def _saved(call: Call, extractor: Extractor) -> wire.ConfigurationSaid | Refusal:
    held = extractors.with_version(call.world, extractor)
    return held if isinstance(held, Refusal) else wire.say_saved(held)


def _said(held: Held | Refusal) -> Answer | Refusal:
    return held if isinstance(held, Refusal) else Answer(200, wire.say_saved(held))


def _unknown() -> Refusal:
    return Refusal(Kind.EXTRACTOR_NOT_FOUND, "There is no such extractor.")


_ALL = "/api/v1/beta/configurations"
_ONE = f"{_ALL}/<config_id>"
_SAYS = {200: wire.ConfigurationSaid}
ROUTES = (
    Route("POST", _ALL, create_configuration, asks=wire.CreateConfiguration, says=_SAYS),
    Route("GET", _ALL, list_configurations, query=wire.ConfigurationQuery, says={200: wire.ConfigurationList}),
    Route("GET", _ONE, get_configuration, says=_SAYS),
    Route("PUT", _ONE, update_configuration, asks=wire.UpdateConfiguration, says=_SAYS),
    Route("DELETE", _ONE, delete_configuration, says={204: None}),
)
