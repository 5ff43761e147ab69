"""The drop folder: an object under `inbox/{tenant}/{extractor}/` makes a job by itself."""

from __future__ import annotations

from dataclasses import replace

from quire.domain import ids
from quire.domain.document import Source, Stored
from quire.domain.fingerprint import fingerprint
from quire.domain.ports import World
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.config import Config, from_options, to_options
from quire.service.finish import write_refusal
from quire.service.resolve import LATEST, resolve
from quire.service.submit import Submission, submit

TEXT = "text"
"""The extractor that every tenant has: chunks of text and tables, no schema. A saved one of this name: by id."""


def drop(world: World, key: str, version: str, size: int) -> None:
    """Make the job of one version of a dropped object, under a saved extractor (by id or name) or `text`. Told twice,
    it makes one: the job's id derives from both."""
    _, tenant_id, extractor, name = key.split("/", 3)
    tenant = world.tenants.get(tenant_id)
    if tenant is None or not name or name.endswith("/"):
        return _ignore(world, tenant_id, tenant)
    source = Source(Stored(key, version), size, world.clock() + tenant.upload_retention_ms, name=name)
    job_id = ids.derived_job_id(key, version)
    asked = Submission(
        contract="inbox",
        extractor=extractor,
        sources=[source],
        fingerprint=fingerprint({"key": key, "version": version}),
        options=to_options(Config()),
        job_id=job_id,
    )
    under = _under(world, tenant, asked)
    if isinstance(under, Refusal) and under.kind is Kind.EXTRACTOR_NOT_FOUND:
        return _ignore(world, tenant_id, tenant)
    outcome = under if isinstance(under, Refusal) else submit(world, tenant, under)
    # Told again after the extractor was changed: the result of the first time stays.
    if isinstance(outcome, Refusal) and world.jobs.get(tenant_id, job_id) is None:
        write_refusal(world, source, outcome)
    return None


def _under(world: World, tenant: Tenant, asked: Submission) -> Submission | Refusal:
    """As its extractor has it."""
    if asked.extractor == TEXT:
        return asked
    resolved = resolve(world, tenant, asked.extractor, LATEST)
    if isinstance(resolved, Refusal):
        return resolved
    return replace(
        asked,
        extractor=resolved.extractor.id,
        version=resolved.version.number,
        options=to_options(from_options(resolved.config)),
        schema=resolved.schema,
    )


def _ignore(world: World, tenant_id: str, tenant: Tenant | None) -> None:
    world.log("drop_ignored", tenant=tenant_id, known_tenant=tenant is not None, metric="DropsIgnored")
