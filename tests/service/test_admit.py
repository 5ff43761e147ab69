"""The waiting line moves while there are free slots."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.ids import locate
from quire.domain.job import Counts, JobStatus
from quire.domain.ports import Admission, Ticket
from quire.domain.priority import STEP_MS, Priority
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.service.admit import AT_ONCE, LineBusy, admit, again_s
from quire.service.cancel import cancel
from quire.service.config import Config
from quire.service.expand import expand
from quire.service.inbox import drop
from quire.testing.line import MemoryLine
from quire.testing.world import World
from tests.service.stage import assert_sound, fails, now_of, submitted, succeed, waiting


def _started(world: World) -> list[str]:
    return [document_id for _, document_id in world.workflow.started]


def test_the_oldest_start_first_as_far_as_there_are_slots(world: World, acme: Tenant) -> None:
    first = waiting(world, acme, 2)
    world.clock.advance(1)
    second = waiting(world, acme, 2)
    admit(world, "acme")
    documents = world.jobs.documents("acme", first.id) + world.jobs.documents("acme", second.id)
    assert _started(world) == [document.id for document in documents[:3]]
    assert documents[3].status is DocumentStatus.PENDING
    assert_sound(world)


def test_a_higher_priority_goes_first_within_its_tenant(world: World, acme: Tenant) -> None:
    jobs = {}
    for priority in Priority:
        jobs[priority] = submitted(world, acme, 1, Config(priority=priority))
        expand(world, "acme", jobs[priority].id)
        world.clock.advance(60_000)
    admit(world, "acme")
    started = [locate(document_id)[0] for document_id in _started(world)]
    assert started == [jobs[each].id for each in (Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM)]
    assert now_of(world, jobs[Priority.LOW]).counts == Counts(pending=1)


def test_nothing_starves_behind_higher_priorities(world: World, acme: Tenant) -> None:
    """A critical document every minute, while one slot takes two of them: the line only grows."""
    world.tenants.put(replace(acme, slots=1))
    low = submitted(world, acme, 1, Config(priority=Priority.LOW))
    expand(world, "acme", low.id)
    passed = 0
    while now_of(world, low).started_at is None:
        world.clock.advance(60_000)
        world.tenants.grant("acme", 1)
        expand(world, "acme", submitted(world, acme, 1, Config(priority=Priority.CRITICAL)).id)
        if passed % 2 == 0:
            for document_id in world.line.holders("acme"):
                document = world.jobs.document("acme", document_id)
                assert document
                succeed(world, document)
            admit(world, "acme")
        passed += 1
    ahead = 3 * STEP_MS // 60_000
    assert ahead <= passed <= 2 * ahead + 2


def test_woken_again_it_finds_nothing_more_to_do(world: World, acme: Tenant) -> None:
    waiting(world, acme, 5)
    for _ in range(3):
        admit(world, "acme")
    assert len(_started(world)) == 3


def test_each_that_ends_lets_one_start(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 7)
    ended = 0
    while not now_of(world, job).status.ended:
        admit(world, "acme")
        assert_sound(world)
        active = sorted(world.line.holders("acme"))
        assert len(active) == min(3, 7 - ended)
        document = world.jobs.document("acme", active[0])
        assert document
        succeed(world, document) if ended % 2 else fails(world, document)
        ended += 1
    assert len(_started(world)) == len(set(_started(world))) == 7
    assert now_of(world, job).counts == Counts(succeeded=3, failed=4)


def test_tenants_do_not_wait_for_each_other(world: World, acme: Tenant) -> None:
    other = Tenant("other", slots=1)
    world.tenants.put(other)
    world.tenants.grant("other", 100)
    waiting(world, acme, 10)
    job = waiting(world, other, 2)
    admit(world, "other")
    assert _started(world) == [world.jobs.documents("other", job.id)[0].id]
    assert world.line.holders("acme") == set()


def test_many_slots_are_filled_by_several_transactions(world: World, acme: Tenant) -> None:
    world.tenants.put(replace(acme, slots=50))
    waiting(world, acme, 60)
    admit(world, "acme")
    assert len(world.line.holders("acme")) == 50 > 2 * AT_ONCE
    assert_sound(world)


def test_an_unknown_tenant_has_no_line(world: World) -> None:
    admit(world, "nobody")
    assert world.workflow.started == []


def test_a_cancelled_job_lets_those_behind_it_pass(world: World, acme: Tenant) -> None:
    cancelled = waiting(world, acme, 5)
    world.clock.advance(1)
    behind = waiting(world, acme, 2)
    cancel(world, acme, cancelled.id)
    admit(world, "acme")
    assert now_of(world, behind).counts == Counts(running=2)
    rows = world.jobs.documents("acme", cancelled.id)
    assert {row.status for row in rows} == {DocumentStatus.CANCELLED}
    assert world.line.waiting("acme", 10) == []
    assert_sound(world)


def test_a_document_whose_upload_expired_in_line_lapses(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 5)
    world.clock.advance(acme.upload_retention_ms)
    admit(world, "acme")
    assert _started(world) == []
    rows = world.jobs.documents("acme", job.id)
    assert {(row.status, row.refusal.kind if row.refusal else None) for row in rows} == {
        (DocumentStatus.FAILED, Kind.UPLOAD_EXPIRED)
    }
    assert now_of(world, job).status is JobStatus.EXPIRED
    assert world.tenants.balance("acme").available == 100
    assert_sound(world)


def test_those_that_did_not_expire_start_in_place_of_those_that_did(world: World, acme: Tenant) -> None:
    waiting(world, acme, 4)
    world.clock.advance(acme.upload_retention_ms - 1)
    young = waiting(world, acme, 2)
    world.clock.advance(1)
    admit(world, "acme")
    assert now_of(world, young).counts == Counts(running=2)


def test_an_expired_document_of_a_cancelled_job_is_cancelled(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 2)
    cancel(world, acme, job.id)
    world.clock.advance(acme.upload_retention_ms)
    admit(world, "acme")
    assert now_of(world, job).counts == Counts(cancelled=2)
    assert world.line.waiting("acme", 10) == []
    assert_sound(world)


def test_a_dropped_file_that_lapses_leaves_its_refusal_beside_the_results(world: World, acme: Tenant) -> None:
    stored = world.blobs.put("inbox/acme/text/late.pdf", b"bytes", "application/pdf")
    drop(world, stored.key, stored.version, 5)
    expand(world, "acme", world.jobs.unexpanded("acme")[0])
    world.clock.advance(acme.upload_retention_ms)
    admit(world, "acme")
    said = json.loads(world.blobs.read("results/acme/inbox/text/late.pdf.json"))
    assert said["error"]["code"] == "upload_expired"


class Contested(MemoryLine):
    """Somebody else is always there first."""

    __slots__ = ()

    def admit(self, tenant: Tenant, tickets: Sequence[Ticket], now: int) -> Admission:
        return Admission.LOST


def test_a_line_that_others_keep_moving_is_left_to_them(
    world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quire.service.admit.ROUNDS", 10)
    waiting(world, acme, 2)
    world.line = Contested(world.store)
    with pytest.raises(LineBusy):
        admit(world, "acme")
    assert len(world.line.waiting("acme", 10)) == 2, "the tickets of a living job stay"


def test_many_at_once_start_each_document_once_and_stay_below_the_cap(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 40)

    def work() -> None:
        while not now_of(world, job).status.ended:
            admit(world, "acme")
            for document_id in sorted(world.line.holders("acme")):
                document = world.jobs.document("acme", document_id)
                assert document
                succeed(world, document)
            with world.store.lock:
                assert_sound(world)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_started(world)) == sorted(row.id for row in world.jobs.documents("acme", job.id))
    assert {row.attempts for row in world.jobs.documents("acme", job.id)} == {1}
    assert world.tenants.balance("acme").spent == 40


def test_a_poke_that_failed_comes_again_within_seconds_and_is_not_parked_for_minutes() -> None:
    pauses = [again_s(receives) for receives in range(1, 10)]
    assert pauses[:3] == [2, 4, 8] and max(pauses) == 60
    assert sum(pauses) >= 5 * 60, "of ten receives (infra/workflow.py)"
