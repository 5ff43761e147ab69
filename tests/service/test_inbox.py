"""The drop folder: an object makes a job by itself."""

from __future__ import annotations

import json

import pytest

from quire.domain.document import DocumentStatus, Stored
from quire.domain.extractor import Release
from quire.domain.job import Job
from quire.domain.ports import Balance
from quire.domain.tenant import Tenant
from quire.service import extractors
from quire.service.admit import admit
from quire.service.expand import expand
from quire.service.extractors import Change, Held, Wanted
from quire.service.inbox import drop
from quire.service.submit import sources_of
from quire.testing.world import START_MS, World
from tests.service.stage import assert_sound, succeed

KEY = "inbox/acme/text/invoice 7+8 é.pdf"
RESULT = "results/acme/inbox/text/invoice 7+8 é.pdf.json"


def _dropped(world: World, key: str = KEY) -> Stored:
    stored = world.blobs.put(key, b"bytes", "application/pdf")
    drop(world, key, stored.version, 5)
    return stored


def _jobs(world: World) -> list[Job]:
    return list(world.store.jobs.values())


def test_a_dropped_object_makes_a_job_of_one_document(world: World, acme: Tenant) -> None:
    stored = _dropped(world)
    (job,) = _jobs(world)
    assert (job.tenant, job.contract, job.extractor, job.total) == ("acme", "inbox", "text", 1)
    (source,) = sources_of(world, job)
    assert (source.stored, source.size, source.file_id) == (stored, 5, None)
    assert source.name == "invoice 7+8 é.pdf"
    assert source.expires_at == START_MS + acme.upload_retention_ms


def test_its_result_lies_where_its_name_says(world: World, acme: Tenant) -> None:
    _dropped(world)
    (job,) = _jobs(world)
    expand(world, "acme", job.id)
    admit(world, "acme")
    (document,) = world.jobs.documents("acme", job.id)
    assert document.result_key == RESULT


def test_an_object_may_lie_in_a_folder_of_the_caller_s_own(world: World, acme: Tenant) -> None:
    _dropped(world, "inbox/acme/text/2025/june/a.pdf")
    (job,) = _jobs(world)
    assert sources_of(world, job)[0].name == "2025/june/a.pdf"


def test_an_event_that_is_delivered_twice_makes_one_job(world: World, acme: Tenant) -> None:
    stored = _dropped(world)
    world.clock.advance(1000)
    drop(world, KEY, stored.version, 5)
    assert len(_jobs(world)) == 1
    assert world.tenants.balance("acme") == Balance(99, 1, 0)
    assert_sound(world)


def test_the_second_delivery_does_not_write_over_the_result(world: World, acme: Tenant) -> None:
    stored = _dropped(world)
    (job,) = _jobs(world)
    expand(world, "acme", job.id)
    admit(world, "acme")
    (document,) = world.jobs.documents("acme", job.id)
    result = succeed(world, document)
    drop(world, KEY, stored.version, 5)
    assert world.blobs.head(RESULT)
    assert world.blobs.read(RESULT) == world.blobs.get(result)


def test_another_version_of_the_object_makes_a_job_of_its_own(world: World, acme: Tenant) -> None:
    _dropped(world)
    _dropped(world)
    assert len(_jobs(world)) == 2


def test_a_refused_job_leaves_its_refusal_beside_the_results(world: World) -> None:
    world.tenants.put(Tenant("acme"))
    _dropped(world)
    assert _jobs(world) == []
    assert json.loads(world.blobs.read(RESULT))["error"]["code"] == "payment_required"


@pytest.mark.parametrize(
    "key",
    [
        "inbox/nobody/text/a.pdf",
        "inbox/acme/invoices/a.pdf",
        "inbox/acme/text/",
        "inbox/acme/text/folder/",
    ],
)
def test_what_names_no_tenant_no_extractor_or_no_file_is_left_and_counted(world: World, acme: Tenant, key: str) -> None:
    stored = _dropped(world, key)
    assert _jobs(world) == []
    assert [facts["metric"] for facts in world.log.named("drop_ignored")] == ["DropsIgnored"]
    assert world.blobs.get(stored) == b"bytes"
    assert world.blobs.keys("results/") == []


# ---- under a saved extractor -----------------------------------------------------------------------------------------

FIELDS = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}


def _saved(world: World, tenant: Tenant, schema: object = FIELDS, name: str = "my invoices") -> Held:
    held = extractors.create(world, tenant, Wanted(name, schema, {"mode": "balanced"}))
    assert isinstance(held, Held)
    return held


def _schema_of(world: World, job: Job) -> object:
    return json.loads(world.blobs.read(str(job.options["schema"])))


def test_a_saved_extractor_goes_by_its_name(world: World, acme: Tenant) -> None:
    extractor, _ = _saved(world, acme)
    _dropped(world, "inbox/acme/my invoices/a.pdf")
    (job,) = _jobs(world)
    assert (job.extractor, job.version, job.options["mode"]) == (extractor.id, 1, "balanced")
    assert _schema_of(world, job) == FIELDS


def test_or_by_its_id(world: World, acme: Tenant) -> None:
    extractor, _ = _saved(world, acme)
    _dropped(world, f"inbox/acme/{extractor.id}/a.pdf")
    (job,) = _jobs(world)
    assert job.extractor == extractor.id
    assert _schema_of(world, job) == FIELDS


def test_the_result_lies_under_the_extractor_as_the_folder_names_it(world: World, acme: Tenant) -> None:
    _saved(world, acme)
    _dropped(world, "inbox/acme/my invoices/a.pdf")
    (job,) = _jobs(world)
    expand(world, "acme", job.id)
    (document,) = world.jobs.documents("acme", job.id)
    assert document.result_key == "results/acme/inbox/my invoices/a.pdf.json"


def test_it_runs_under_the_newest_release(world: World, acme: Tenant) -> None:
    extractor, _ = _saved(world, acme)
    extractors.publish(world, acme, extractor.id, Release.MAJOR)
    extractors.update(world, acme, extractor.id, Change(schema={"fields": ["draft"]}))
    _dropped(world, "inbox/acme/my invoices/a.pdf")
    (job,) = _jobs(world)
    assert job.version == 2
    assert _schema_of(world, job) == FIELDS


def test_an_extractor_of_another_tenant_is_unknown(world: World, acme: Tenant) -> None:
    other = Tenant("other")
    world.tenants.put(other)
    extractor, _ = _saved(world, other)
    _dropped(world, f"inbox/acme/{extractor.id}/a.pdf")
    _dropped(world, "inbox/acme/my invoices/a.pdf")
    assert _jobs(world) == []
    assert len(world.log.named("drop_ignored")) == 2


def test_an_extractor_without_fields_leaves_its_refusal(world: World, acme: Tenant) -> None:
    _saved(world, acme, schema=None)
    _dropped(world, "inbox/acme/my invoices/a.pdf")
    assert _jobs(world) == []
    refused = json.loads(world.blobs.read("results/acme/inbox/my invoices/a.pdf.json"))
    assert refused["error"]["code"] == "extractor_not_configured"


def test_a_second_delivery_after_the_fields_were_taken_away_does_not_write_over_the_result(
    world: World, acme: Tenant
) -> None:
    extractor, _ = _saved(world, acme)
    stored = _dropped(world, "inbox/acme/my invoices/a.pdf")
    extractors.update(world, acme, extractor.id, Change(schema=None))
    drop(world, "inbox/acme/my invoices/a.pdf", stored.version, 5)
    assert len(_jobs(world)) == 1
    assert world.blobs.keys("results/") == []


# ---- what is logged --------------------------------------------------------------------------------------------------


def test_a_name_is_not_logged(world: World, acme: Tenant) -> None:
    _dropped(world)
    _dropped(world, "inbox/acme/unknown/secret name.pdf")
    assert "invoice" not in repr(world.log.entries)
    assert "secret" not in repr(world.log.entries)


def test_a_dropped_document_begins_pending_as_any(world: World, acme: Tenant) -> None:
    _dropped(world)
    (job,) = _jobs(world)
    expand(world, "acme", job.id)
    (document,) = world.jobs.documents("acme", job.id)
    assert document.status is DocumentStatus.PENDING
