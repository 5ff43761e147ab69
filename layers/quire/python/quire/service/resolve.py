"""What a job of a saved extractor runs under: one of its versions, and what this job has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from quire.domain.extractor import Extractor, Version
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.config import from_options
from quire.service.extractor_limits import check_config
from quire.service.extractors import find, with_version
from quire.service.schemas import check_schema

DRAFT = "draft"
"""The newest version, released or not."""
LATEST = "latest"
"""The newest release, or the newest version of an extractor that has none (Extend, `version`)."""


class Resolved(NamedTuple):
    """An extractor, the version that was chosen, and the schema and options of the job: for its own copy."""

    extractor: Extractor
    version: Version
    schema: object
    config: Mapping[str, object]


def resolve(
    world: World,
    tenant: Tenant,
    extractor: str,
    version: int | str | None = None,
    override: Mapping[str, object] | None = None,
) -> Resolved | Refusal:
    """`extractor` is an id or a name; `version` a number, a release's label, DRAFT, LATEST, or None for the newest.

    EXTRACTOR_NOT_FOUND also where there is no such version; EXTRACTOR_NOT_CONFIGURED where neither the version nor
    `override` has a schema, and none is to be inferred; INVALID_REQUEST for what `override` says."""
    found = find(world, tenant, extractor)
    if isinstance(found, Refusal):
        return found
    number = number_of(found, version)
    if number is None:
        return Refusal(Kind.EXTRACTOR_NOT_FOUND, "The extractor has no such version.")
    held = with_version(world, found, number)
    if isinstance(held, Refusal):
        return held
    schema, config = overridden(held.version, override or {})
    if override:
        refused = check_config(config) or (None if schema is None else check_schema(schema, "schema"))
        if refused:
            return refused
    if schema is None and not from_options(config).infer:
        return Refusal(Kind.EXTRACTOR_NOT_CONFIGURED, "The extractor has no fields yet: give it a schema.")
    return Resolved(held.extractor, held.version, schema, config)


def number_of(extractor: Extractor, version: int | str | None) -> int | None:
    """The number that `version` stands for; None when no release has this label."""
    if version is None or version == DRAFT:
        return extractor.latest
    if version == LATEST:
        return extractor.released or extractor.latest
    return extractor.releases.get(version) if isinstance(version, str) else version


def overridden(version: Version, override: Mapping[str, object]) -> tuple[object, Mapping[str, object]]:
    """The schema and the options of one job: `override` replaces, key by key; its `schema` is the schema."""
    said = dict(override)
    schema = said.pop("schema", version.schema)
    return schema, {**version.config, **said}
