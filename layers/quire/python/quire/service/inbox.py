"""The drop folder: an object under `inbox/{tenant}/{extractor}/` makes a job by itself."""

from __future__ import annotations

from quire.domain import ids
from quire.domain.document import Source, Stored
from quire.domain.fingerprint import fingerprint
from quire.domain.ports import World
from quire.domain.refusal import Refusal
from quire.service.config import Config, to_options
from quire.service.finish import write_refusal
from quire.service.submit import Submission, submit

TEXT = "text"
"""The extractor that every tenant has: chunks of text and tables, no schema."""


def drop(world: World, key: str, version: str, size: int) -> None:
    """Make the job of one version of a dropped object. Told twice, it makes one: the job's id derives from both."""
    _, tenant_id, extractor, name = key.split("/", 3)
    tenant = world.tenants.get(tenant_id)
    if tenant is None or extractor != TEXT or not name or name.endswith("/"):
        world.log("drop_ignored", tenant=tenant_id, known_tenant=tenant is not None, metric="DropsIgnored")
        return
    now = world.clock()
    source = Source(Stored(key, version), size, now + tenant.upload_retention_ms, name=name)
    asked = Submission(
        contract="inbox",
        extractor=extractor,
        sources=[source],
        fingerprint=fingerprint({"key": key, "version": version}),
        options=to_options(Config()),
        job_id=ids.derived_job_id(key, version),
    )
    outcome = submit(world, tenant, asked)
    if isinstance(outcome, Refusal):
        write_refusal(world, source, outcome)
