"""Publish and Fail: a document ends once, and its slot is free for the next."""

from __future__ import annotations

import json

import pytest

from quire.domain.document import Document, DocumentStatus, Stored
from quire.domain.ids import derived_job_id, document_id
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.admit import admit
from quire.service.expand import expand
from quire.service.finish import fail, publish, refusal_of_fault
from quire.service.inbox import drop
from quire.testing.world import World
from tests.service.stage import BROKEN, assert_sound, fails, now_of, row_of, running, succeed

DROPPED_RESULT = "results/acme/inbox/text/a.pdf.json"


def _dropped(world: World) -> Document:
    stored = world.blobs.put("inbox/acme/text/a.pdf", b"bytes", "application/pdf")
    drop(world, stored.key, stored.version, 5)
    (job_id,) = world.jobs.unexpanded("acme")
    expand(world, "acme", job_id)
    admit(world, "acme")
    (document,) = world.jobs.documents("acme", job_id)
    return document


def test_a_published_document_is_charged_for_its_pages(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    world.pipeline.reserve(document, 4)
    result = succeed(world, document, pages=4)
    ended = row_of(world, document)
    assert (ended.status, ended.pages, ended.result) == (DocumentStatus.SUCCEEDED, 4, result)
    assert world.tenants.balance("acme") == Balance(96, 0, 4)
    assert_sound(world)


def test_a_failed_document_costs_nothing(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    world.pipeline.reserve(document, 4)
    fails(world, document)
    ended = row_of(world, document)
    assert (ended.status, ended.refusal) == (DocumentStatus.FAILED, BROKEN)
    assert world.tenants.balance("acme") == Balance(100, 0, 0)
    assert_sound(world)


def test_the_first_ending_stands(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    result = succeed(world, document)
    fails(world, document)
    publish(world, "acme", document.id, 9, Stored("results/other", "v1"))
    assert (row_of(world, document).status, row_of(world, document).result) == (DocumentStatus.SUCCEEDED, result)
    assert len(world.log.named("document_ended")) == 1
    assert_sound(world)


def test_each_ending_wakes_the_line_also_a_repeated_one(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    world.pokes.poked.clear()
    succeed(world, document)
    assert world.pokes.poked == ["acme"]
    succeed(world, document)
    assert world.pokes.poked == ["acme", "acme"], "the first poke may be what was lost"


def test_the_job_ends_with_its_last_document(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    world.clock.advance(5)
    fails(world, document)
    job = world.jobs.get("acme", document.job_id)
    assert job
    assert now_of(world, job).ended_at == world.clock()


def test_a_document_that_is_not_there_is_nothing(world: World, acme: Tenant) -> None:
    fail(world, "acme", document_id(derived_job_id("none"), 0), BROKEN)
    assert world.pokes.poked == []


def test_what_is_logged_is_ids_and_counts(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    fails(world, document)
    (facts,) = world.log.named("document_ended")
    assert facts == {"tenant": "acme", "document_id": document.id, "pages": None, "refusal": "extraction_failed"}


class TestDropFolder:
    def test_a_refusal_lies_beside_the_results(self, world: World, acme: Tenant) -> None:
        fails(world, _dropped(world))
        said = json.loads(world.blobs.read(DROPPED_RESULT))
        assert said == {"error": {"code": "extraction_failed", "message": BROKEN.message}}

    def test_an_uploaded_file_s_refusal_lies_in_its_row_alone(self, world: World, acme: Tenant) -> None:
        fails(world, running(world, acme))
        assert world.blobs.keys("results/") == []

    def test_a_late_failure_does_not_write_over_a_result(self, world: World, acme: Tenant) -> None:
        document = _dropped(world)
        result = succeed(world, document)
        fails(world, document)
        assert world.blobs.read(DROPPED_RESULT) == world.blobs.get(result)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("OcrFault", Kind.OCR_PROVIDER_ERROR),
        ("OcrNoObject", Kind.OCR_PROVIDER_ERROR),
        ("States.Timeout", Kind.EXTRACTION_FAILED),
        ("Sandbox.Timedout", Kind.EXTRACTION_FAILED),
        ("Lambda.Unknown", Kind.EXTRACTION_FAILED),
        ("Runtime.OutOfMemory", Kind.EXTRACTION_FAILED),
        ("Runtime.ExitError", Kind.EXTRACTION_FAILED),
        ("ABORTED", Kind.INTERNAL_ERROR),
        ("KeyError", Kind.INTERNAL_ERROR),
        ("", Kind.INTERNAL_ERROR),
    ],
)
def test_a_fault_that_retries_did_not_mend_has_a_kind(error: str, kind: Kind) -> None:
    refusal = refusal_of_fault(error)
    assert isinstance(refusal, Refusal)
    assert refusal.kind is kind
