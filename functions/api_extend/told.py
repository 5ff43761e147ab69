"""A run as it stands, with all that it is said with: in answers, and in what webhooks are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from functions.api_extend import extractor, run
from functions.api_extend.config import words_of
from functions.api_extend.contract import unknown
from functions.api_extend.output import Result, say_edits, say_output
from functions.api_extend.run import Known, Run, is_package
from quire.domain.document import Document
from quire.domain.ids import MOST_DOCUMENTS, locate
from quire.domain.job import Job
from quire.domain.ports import World
from quire.domain.refusal import Refusal
from quire.domain.tenant import Tenant
from quire.service import results
from quire.service.changes import list_changes
from quire.service.config import from_options
from quire.service.submit import metadata_of


def find_run(world: World, tenant: Tenant, run_id: str) -> Run | Refusal:
    """By the id of its document, or of a package's job."""
    try:
        locate(run_id)
    except ValueError:
        return find_package(world, tenant, run_id)
    found = results.find(world, tenant, run_id)
    if isinstance(found, Refusal) or is_package(found[0]):
        return unknown("exr")
    job, document = found
    return Run(job, [document])


def find_package(world: World, tenant: Tenant, job_id: str) -> Run | Refusal:
    listing = list_changes(world, tenant, job_id, None, MOST_DOCUMENTS)
    if isinstance(listing, Refusal) or not is_package(listing.job):
        return unknown("exr")
    return Run(listing.job, sorted(listing.documents, key=lambda document: document.position))


def run_of(world: World, tenant: Tenant, job: Job, document: Document) -> Run:
    """The run that a document is, or belongs to."""
    package = find_package(world, tenant, job.id) if is_package(job) else None
    if package is None:
        return Run(job, [document])
    return Run(job, []) if isinstance(package, Refusal) else Run(job, package.documents)


def say_whole(
    world: World,
    tenant: Tenant,
    found: Run,
    most_bytes: int = results.MOST_BYTES,
    *,
    with_output: bool = True,
    origin: str = "",
) -> bytes | Refusal:
    """`ExtractRun` as JSON, with its output once it is processed. RESULT_TOO_LARGE: the output of one of its files has
    more than `most_bytes`; RESULT_EXPIRED."""
    job = found.job
    words: Any = (job.echo or {}).get("config") or words_of(job.options)
    schema, output, initial, edits = _schema(world, job), None, None, None
    if found.status == "PROCESSED" and with_output:
        settings = from_options(job.options)
        written = _results(found, lambda document: results.result_of(world, job, document, most_bytes))
        if isinstance(written, Refusal):
            return written
        output = say_output(written, settings, words)
        schema = schema or written[0].written.get("schema")
        if found.reviewed:
            firsts = _results(found, lambda document: results.first_output_of(world, job, document, most_bytes))
            if isinstance(firsts, Refusal):
                return firsts
            initial, edits = say_output(firsts, settings, words), say_edits(written, settings)
    config = {**words, **({} if schema is None else {"schema": schema})}
    said = run.say_run(found, known(world, tenant, [found], origin), config, output, initial, edits)
    return said.model_dump_json(by_alias=True).encode()


def _results(found: Run, read: Callable[[Document], Mapping[str, Any] | Refusal]) -> list[Result] | Refusal:
    """One for each of its files."""
    written: list[Result] = []
    for document in found.documents:
        result = read(document)
        if isinstance(result, Refusal):
            return result
        written.append(Result(document.source.file_id, result))
    return written


def _schema(world: World, job: Job) -> Any:
    """The schema that the job was given, as long as it is kept."""
    key = job.options.get("schema")
    try:
        return json.loads(world.blobs.read(str(key))) if key else None
    except KeyError:
        return None


def known(world: World, tenant: Tenant, runs: Sequence[Run], origin: str = "") -> Known:
    named = {document.source.file_id for one in runs for document in one.documents if document.source.file_id}
    used: dict[str, set[int]] = {}
    for one in runs:
        if one.job.version is not None:
            used.setdefault(one.job.extractor, set()).add(one.job.version)
    heads = [head for extractor_id in used if (head := world.extractors.get(tenant.id, extractor_id))]
    return Known(
        files=world.files.get(tenant.id, sorted(named)),
        extractors={head.id: extractor.say_summary(head) for head in heads},
        versions={
            (head.id, version.number): extractor.say_version_summary(version)
            for head in heads
            for version in world.extractors.versions(tenant.id, head.id, sorted(used[head.id]))
        },
        metadata=_metadata(world, runs),
        origin=origin,
    )


def _metadata(world: World, runs: Sequence[Run]) -> dict[str, Mapping[str, object] | None]:
    batches = {one.job.id: one.job for one in runs if (one.job.echo or {}).get("batch")}
    of_each = {job_id: metadata_of(world, job) for job_id, job in batches.items()}
    return {
        one.id: of_each[one.job.id][one.documents[0].position] if one.job.id in of_each else one.job.metadata
        for one in runs
    }
