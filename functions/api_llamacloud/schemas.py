"""…/schema/validation and …/schema/generate, of v1 and of v2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.api_llamacloud import wire_v2 as wire
from functions.api_llamacloud.contract import ErrorDetail, to_schema
from functions.api_llamacloud.submits import PER_MINUTE, Way, named, send
from quire.domain.extractor import GENERATE
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal, invalid
from quire.extraction.inference import infer
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.service import results
from quire.service.config import Config
from quire.service.wait import wait

_UNNAMED = "Generated schema"


def validate_schema(call: Call) -> Answer | Refusal:
    """Tell whether a schema can be filled."""
    schema = to_schema(call.json(wire.ValidateSchema).data_schema, "data_schema")
    if isinstance(schema, Refusal):
        return Answer(400, ErrorDetail(detail=schema.message, code=schema.kind.value))
    return Answer(200, wire.SchemaSaid(data_schema=schema))


def generate_schema(call: Call) -> Answer | Refusal:
    """Make a schema of a prompt, a file, or both."""
    schema = _generated(call, call.json(wire.GenerateSchema))
    return schema if isinstance(schema, Refusal) else Answer(200, wire.SchemaSaid(data_schema=schema))


def generate_configuration(call: Call) -> Answer | Refusal:
    """Make a configuration, ready to be saved, of a prompt, a file, or both."""
    asked = call.json(wire.GenerateSchema)
    schema = _generated(call, asked)
    if isinstance(schema, Refusal):
        return schema
    parameters = wire.Parameters(product_type=wire.EXTRACT, data_schema=schema)
    said = wire.CreateConfiguration(name=asked.name or _UNNAMED, parameters=parameters)
    return Answer(200, said.model_dump(mode="json", exclude_none=True))


def _generated(call: Call, asked: wire.GenerateSchema) -> dict[str, Any] | Refusal:
    before = None if asked.data_schema is None else to_schema(asked.data_schema, "data_schema")
    if isinstance(before, Refusal):
        return before
    if asked.file_id is not None:
        found = _from_file(call, asked)
    elif asked.prompt is not None:
        found = infer((), asked.prompt).schema
    elif before is not None:
        return before
    else:
        return invalid("body", "Give a `prompt`, a `file_id` or a `data_schema`.", "value_error")
    return found if isinstance(found, Refusal) or before is None else _extended(before, found)


def _from_file(call: Call, asked: wire.GenerateSchema) -> dict[str, Any] | Refusal:
    """A job that infers a schema, awaited."""
    sources = named(call, [asked.file_id or ""])
    if isinstance(sources, Refusal):
        return sources
    config = Config(infer=True, prompt=asked.prompt)
    job = send(call, Way(GENERATE, None, None, config, {}), sources[0], {"route": GENERATE, "prompt": asked.prompt})
    return job if isinstance(job, Refusal) else _awaited(call, job)


def _awaited(call: Call, job: Job) -> dict[str, Any] | Refusal:
    document = wait(call.world, job, call.answer_by)
    if document is None:
        return Refusal(Kind.STILL_RUNNING, "The file needs longer: send the same request again within a minute.")
    if document.refusal:
        return replace(document.refusal, details={})
    result = results.result_of(call.world, job, document)
    if isinstance(result, Refusal):
        return result
    schema: dict[str, Any] = result["schema"]
    return schema


def _extended(before: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What the caller had, with what it lacks."""
    had = before.get("properties", {})
    return {**before, "properties": {**found.get("properties", {}), **had}} if isinstance(had, dict) else dict(before)


_V1 = "/api/v1/extraction/extraction-agents/schema"
_V2 = "/api/v2/extract/schema"
_SAYS = {200: wire.SchemaSaid}
ROUTES = (
    Route("POST", f"{_V1}/validation", validate_schema, asks=wire.ValidateSchema, says=_SAYS),
    Route("POST", f"{_V1}/generate", generate_schema, PER_MINUTE, asks=wire.GenerateSchema, says=_SAYS),
    Route("POST", f"{_V2}/validation", validate_schema, asks=wire.ValidateSchema, says=_SAYS),
    Route(
        "POST",
        f"{_V2}/generate",
        generate_configuration,
        PER_MINUTE,
        asks=wire.GenerateSchema,
        says={200: wire.CreateConfiguration},
    ),
)
