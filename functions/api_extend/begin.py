"""How a run begins: what is to be extracted, under which configuration, of which files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field, JsonValue

from functions.api_extend.config import ExtractConfig, check_config, sheets_of, to_options, without_words, words_of
from functions.api_extend.contract import NAME, Wire, origin_of, our_id
from functions.api_extend.files import MOST_INPUTS, FileInput, bring
from quire.domain.document import Source
from quire.domain.extractor import compact
from quire.domain.fingerprint import fingerprint
from quire.domain.job import Job
from quire.domain.priority import Priority
from quire.domain.refusal import Refusal, invalid
from quire.http.call import Call
from quire.reading.media import Accepted
from quire.service.config import Mode
from quire.service.resolve import LATEST, resolve
from quire.service.submit import Pays, Submission, submit

MOST_METADATA_BYTES = 10_000
"""Of one run's."""
MOST_PACKAGE = 50
"""Files of one package."""
_PRIORITIES = ((25, Priority.CRITICAL), (50, Priority.HIGH), (75, Priority.MEDIUM))
"""Below each number; a lower one is sooner. Extend counts from 0 to 100, and 50 is usual."""


# ---- models ----------------------------------------------------------------------------------------------------------


class ExtractorReference(Wire):
    id: str = Field(max_length=64)
    version: str = Field(default=LATEST, max_length=64)
    override_config: ExtractConfig | None = None


class Package(Wire):
    files: list[FileInput] = Field(min_length=1, max_length=MOST_PACKAGE)


class CreateRun(Wire):
    extractor: ExtractorReference | None = None
    config: ExtractConfig | None = None
    file: FileInput | None = None
    package: Package | None = None
    priority: int | None = None
    metadata: dict[str, JsonValue] | None = None


class Input(Wire):
    file: FileInput
    metadata: dict[str, JsonValue] | None = None


class CreateBatch(Wire):
    extractor: ExtractorReference
    inputs: list[Input] = Field(min_length=1, max_length=MOST_INPUTS)
    priority: int | None = None


# ---- begun -----------------------------------------------------------------------------------------------------------


class Chosen(NamedTuple):
    """What a run is under: a saved extractor's id and version, or the name of a built-in way."""

    extractor: str
    version: int | None
    schema: object
    options: Mapping[str, Any]


def begin(call: Call, asked: CreateRun) -> Job | Refusal:
    if (asked.file is None) == (asked.package is None):
        return invalid("body", "Give either a `file` or a `package`.", "value_error", "file")
    if asked.extractor and asked.config:
        return invalid("body", "Give either an `extractor` or a `config`, not both.", "value_error", "config")
    refused = check_metadata(asked.metadata)
    chosen = refused or (saved(call, asked.extractor) if asked.extractor else _inline(asked.config or ExtractConfig()))
    if isinstance(chosen, Refusal):
        return chosen
    brought = bring(call, asked.package.files if asked.package else [asked.file] if asked.file else [])
    if isinstance(brought, Refusal):
        return brought
    return submitted(call, asked, chosen, *brought, metadata=asked.metadata, package=asked.package is not None)


def _inline(config: ExtractConfig) -> Chosen | Refusal:
    refused = check_config(config, "config")
    if refused:
        return refused
    options = to_options(config)
    schema = options.pop("schema", None)
    return Chosen("infer" if schema is None else "schema", None, schema, options)


def saved(call: Call, asked: ExtractorReference) -> Chosen | Refusal:
    config = asked.override_config
    refused = check_config(config, "extractor", "overrideConfig") if config else None
    extractor_id = refused or our_id("ex", asked.id)
    if isinstance(extractor_id, Refusal):
        return extractor_id
    found = resolve(call.world, call.tenant, extractor_id, asked.version, to_options(config) if config else None)
    if isinstance(found, Refusal):
        return found
    return Chosen(found.extractor.id, found.version.number, found.schema, found.config)


def submitted(
    call: Call,
    asked: CreateRun | CreateBatch,
    chosen: Chosen,
    sources: Sequence[Source],
    password: str | None,
    *,
    metadata: Mapping[str, Any] | None = None,
    each_metadata: Sequence[Mapping[str, Any] | None] | None = None,
    **echo: bool,
) -> Job | Refusal:
    words = words_of(chosen.options)
    options: dict[str, Any] = {"mode": Mode.FAST.value, **without_words(chosen.options), "infer": True}
    options |= {"accepted": Accepted.EVERYTHING.value, "password": password}
    if asked.priority is not None:
        options["priority"] = _priority(asked.priority).value
    if all((source.name or "").lower().endswith(".xlsx") for source in sources):
        options["pages"] = sheets_of(words) or options.get("pages")
    submission = Submission(
        contract=NAME,
        extractor=chosen.extractor,
        version=chosen.version,
        sources=sources,
        fingerprint=fingerprint({**asked.model_dump(mode="json", by_alias=True), "version": chosen.version}),
        options=options,
        schema=chosen.schema,
        metadata=metadata,
        each_metadata=each_metadata,
        echo={"config": words, "origin": origin_of(call), **{name: True for name, said in echo.items() if said}},
        api_key=call.key,
        pays=Pays.ALL if echo.get("package") else Pays.FIRST,
    )
    made = submit(call.world, call.tenant, submission)
    return made if isinstance(made, Refusal) else made.job


def _priority(said: int) -> Priority:
    return next((priority for below, priority in _PRIORITIES if said < below), Priority.LOW)


def check_metadata(metadata: Mapping[str, Any] | None) -> Refusal | None:
    if metadata is None or len(compact(metadata).encode(errors="replace")) <= MOST_METADATA_BYTES:
        return None
    return invalid("body", f"The metadata of a run has at most {MOST_METADATA_BYTES} bytes.", "too_long", "metadata")
