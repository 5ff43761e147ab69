"""A document's result: a link to it, or the result itself, or why there is none."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from quire.domain.document import Document
from quire.domain.ids import document_id, new_job_id
from quire.domain.job import Job
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.cancel import cancel
from quire.service.results import URL_SECONDS, find, result_link, result_of
from quire.testing.world import World
from tests.service.stage import fails, row_of, running, submitted, succeed, waiting


def _refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal)
    return outcome


def _link(world: World, tenant: Tenant, document: Document) -> str:
    link = result_link(world, tenant, document.job_id, document.id)
    assert isinstance(link, str)
    return link


def _seconds(link: str) -> int:
    return int(parse_qs(urlsplit(link).query)["seconds"][0])


class TestReady:
    def test_a_link_binds_the_version_that_was_published(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        result = succeed(world, document)
        url = urlsplit(_link(world, acme, document))
        assert unquote(url.path) == f"/results/acme/{document.job_id}/0.json"
        said = parse_qs(url.query)
        assert said == {"method": ["GET"], "version": [result.version], "seconds": [str(URL_SECONDS)]}

    def test_no_link_outlives_the_result(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        world.clock.advance(acme.result_retention_ms - 90_500)
        assert _seconds(_link(world, acme, document)) == 90
        world.clock.advance(90_000)
        assert _seconds(_link(world, acme, document)) == 1

    def test_retention_ends_to_the_millisecond(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        world.clock.advance(acme.result_retention_ms - 1)
        _link(world, acme, document)
        world.clock.advance(1)
        assert _refused(result_link(world, acme, document.job_id, document.id)).kind is Kind.RESULT_EXPIRED
        assert world.blobs.head(row_of(world, document).result_key), "whether or not S3 has removed it"


class TestNotReady:
    def test_a_document_without_a_row_is_pending(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme)
        refusal = _refused(result_link(world, acme, job.id, document_id(job.id, 0)))
        assert (refusal.kind, refusal.details) == (Kind.RESULT_NOT_READY, {"status": "pending"})

    def test_a_waiting_document_is_pending(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme)
        refusal = _refused(result_link(world, acme, job.id, document_id(job.id, 0)))
        assert (refusal.kind, refusal.details) == (Kind.RESULT_NOT_READY, {"status": "pending"})

    def test_a_running_document_runs(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        refusal = _refused(result_link(world, acme, document.job_id, document.id))
        assert (refusal.kind, refusal.details) == (Kind.RESULT_NOT_READY, {"status": "running"})

    def test_a_failed_document_has_none(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        fails(world, document)
        refusal = _refused(result_link(world, acme, document.job_id, document.id))
        assert (refusal.kind, refusal.details) == (Kind.RESULT_NOT_READY, {"status": "failed"})

    @pytest.mark.parametrize("bring", [submitted, waiting])
    def test_a_cancelled_document_is_cancelled_at_once(self, world: World, acme: Tenant, bring: object) -> None:
        job = waiting(world, acme) if bring is waiting else submitted(world, acme)
        cancel(world, acme, job.id)
        refusal = _refused(result_link(world, acme, job.id, document_id(job.id, 0)))
        assert (refusal.kind, refusal.details) == (Kind.RESULT_NOT_READY, {"status": "cancelled"})


class TestAbsent:
    def test_another_tenant_s_document_is_absent(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        outcome = result_link(world, Tenant("other"), document.job_id, document.id)
        assert _refused(outcome).kind is Kind.NOT_FOUND

    def test_a_document_of_another_job_is_absent(self, world: World, acme: Tenant) -> None:
        one, other = running(world, acme), running(world, acme, b"other")
        succeed(world, one)
        assert _refused(result_link(world, acme, other.job_id, one.id)).kind is Kind.NOT_FOUND

    def test_a_position_outside_the_job_is_absent(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 2)
        assert _refused(result_link(world, acme, job.id, document_id(job.id, 2))).kind is Kind.NOT_FOUND

    def test_an_id_of_nothing_is_absent(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme)
        for named in ("", "nonsense", job.id, document_id(new_job_id(1), 0)):
            assert _refused(find(world, acme, named)).kind is Kind.NOT_FOUND


class TestItself:
    def test_it_is_what_was_written(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        assert result_of(world, *_found(world, acme, document)) == {"chunks": []}

    @pytest.mark.parametrize("end", [None, fails])
    def test_none_of_a_document_that_has_none(self, world: World, acme: Tenant, end: Any) -> None:
        document = running(world, acme)
        if end:
            end(world, document)
        assert _refused(result_of(world, *_found(world, acme, document))).kind is Kind.RESULT_NOT_READY

    def test_retention_ends_to_the_millisecond(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        world.clock.advance(acme.result_retention_ms - 1)
        assert result_of(world, *_found(world, acme, document)) == {"chunks": []}
        world.clock.advance(1)
        assert _refused(result_of(world, *_found(world, acme, document))).kind is Kind.RESULT_EXPIRED

    def test_one_that_was_removed_meanwhile_is_gone(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        world.blobs.delete(succeed(world, document))
        assert _refused(result_of(world, *_found(world, acme, document))).kind is Kind.RESULT_EXPIRED

    def test_an_answer_holds_only_so_much(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        found = _found(world, acme, document)
        assert result_of(world, *found, len('{"chunks":[]}')) == {"chunks": []}
        assert _refused(result_of(world, *found, len('{"chunks":[]}') - 1)).kind is Kind.RESULT_TOO_LARGE


def _found(world: World, tenant: Tenant, document: Document) -> tuple[Job, Document]:
    found = find(world, tenant, document.id)
    assert not isinstance(found, Refusal)
    return found
