"""A schema made of sample documents, for a new extractor."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.api_extend.config import ExtractConfig
from functions.api_extend.contract import NAME, Wire
from functions.api_extend.files import FileInput, bring
from quire.domain.fingerprint import fingerprint
from quire.domain.ids import document_id
from quire.domain.refusal import Kind, Refusal
from quire.http.call import Call
from quire.reading.media import Accepted
from quire.service import results
from quire.service.config import Config, to_options
from quire.service.submit import Pays, Submission, submit
from quire.service.wait import wait_for_all

_PRIMITIVES = ("string", "number", "integer", "boolean")


class Generate(Wire):
    files: list[FileInput] = Field(min_length=1, max_length=5)
    instructions: str | None = Field(default=None, max_length=20_000)


def generated(call: Call, asked: Generate) -> ExtractConfig | Refusal:
    """A job that infers a schema of each sample, awaited; a field of several is as the first of them has it."""
    brought = bring(call, asked.files)
    if isinstance(brought, Refusal):
        return brought
    config = Config(accepted=Accepted.EVERYTHING, infer=True, prompt=asked.instructions, password=brought.password)
    submission = Submission(
        contract=NAME,
        extractor="infer",
        sources=brought.sources,
        fingerprint=fingerprint({"generate": asked.model_dump(mode="json")}),
        options=to_options(config),
        echo={"batch": True},
        api_key=call.key,
        pays=Pays.ALL,
    )
    submitted = submit(call.world, call.tenant, submission)
    if isinstance(submitted, Refusal):
        return submitted
    job = submitted.job
    if not wait_for_all(call.world, job, call.answer_by):
        message = "The samples need longer: send the same request again within a minute to have the extractor."
        return Refusal(Kind.STILL_RUNNING, message)
    properties: dict[str, Any] = {}
    for position in range(job.total):
        found = results.find(call.world, call.tenant, document_id(job.id, position))
        if isinstance(found, Refusal):
            return found
        ended, document = found
        result = document.refusal or results.result_of(call.world, ended, document)
        if isinstance(result, Refusal):
            return result
        properties = {**result["schema"]["properties"], **properties}
    schema = nullable({"type": "object", "properties": properties})
    return ExtractConfig(schema=schema, extraction_rules=asked.instructions)


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema in Extend's dialect: what is primitive may be null, what is an object names all it has."""
    said = dict(schema)
    if isinstance(said.get("items"), dict) and said["items"].get("type") not in _PRIMITIVES:
        said["items"] = nullable(said["items"])
    if isinstance(said.get("properties"), dict):
        said["properties"] = {name: nullable(inner) for name, inner in said["properties"].items()}
        said |= {"required": list(said["properties"]), "additionalProperties": False}
    elif said.get("type") in _PRIMITIVES:
        said["type"] = [said["type"], "null"]
    return said
