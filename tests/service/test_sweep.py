"""Sweep: whatever was lost on the way is taken up again."""

from __future__ import annotations

import pytest

from quire.domain.document import DocumentStatus
from quire.domain.job import Counts
from quire.domain.ports import key_of
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.service.admit import admit
from quire.service.expand import expand
from quire.service.sweep import GRACE_MS, LANE, sweep
from quire.testing.workflow import MemoryWorkflow
from quire.testing.world import World
from tests.service.receivers import endpoint
from tests.service.stage import assert_sound, now_of, row_of, running, submitted, succeed, waiting


class TestRowsThatWereNotWritten:
    def test_they_are_written(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 3)
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        assert len(world.jobs.documents("acme", job.id)) == 3
        assert world.pokes.poked[0] == "acme"

    def test_a_young_job_is_left_to_whom_its_mark_woke(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 3)
        world.clock.advance(GRACE_MS)
        sweep(world)
        assert world.jobs.documents("acme", job.id) == []

    def test_a_mark_whose_job_was_expanded_goes(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 1)
        expand(world, "acme", job.id)
        world.store.marks.add(("acme", job.id))
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        assert world.jobs.unexpanded("acme") == []
        assert len(world.line.waiting("acme", 10)) == 1, "and nothing is written twice"


class TestExecutionsThatAreGone:
    def test_one_that_was_never_started_is_started_by_name(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        del world.workflow.states[document.id]
        world.workflow.started.clear()
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        sweep(world)
        assert world.workflow.started == [("acme", document.id)]

    def test_a_young_one_is_left_to_whoever_is_at_it(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        world.workflow.states[document.id] = "FAILED"
        world.clock.advance(GRACE_MS)
        sweep(world)
        assert row_of(world, document).status is DocumentStatus.RUNNING

    def test_one_that_runs_is_left_alone(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        world.clock.advance(100 * GRACE_MS)
        sweep(world)
        assert row_of(world, document) == document

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("FAILED", Kind.INTERNAL_ERROR),
            ("ABORTED", Kind.INTERNAL_ERROR),
            ("TIMED_OUT", Kind.EXTRACTION_FAILED),
            ("SUCCEEDED", Kind.INTERNAL_ERROR),
        ],
    )
    def test_one_that_ended_without_its_document_ends_it(
        self, world: World, acme: Tenant, state: str, kind: Kind
    ) -> None:
        document = running(world, acme)
        world.workflow.states[document.id] = state
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        ended = row_of(world, document)
        assert ended.status is DocumentStatus.FAILED
        assert ended.refusal
        assert ended.refusal.kind is kind
        assert world.line.holders("acme") == set()
        assert_sound(world)

    def test_its_slot_goes_to_the_next(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 4)
        admit(world, "acme")
        first, *_, last = world.jobs.documents("acme", job.id)
        world.workflow.states[first.id] = "FAILED"
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        assert "acme" in world.pokes.poked
        admit(world, "acme")
        assert row_of(world, last).status is DocumentStatus.RUNNING


class TestPokesThatWereLost:
    def test_a_line_with_a_free_slot_is_woken(self, world: World, acme: Tenant) -> None:
        waiting(world, acme, 1)
        world.pokes.poked.clear()
        sweep(world)
        assert world.pokes.poked == ["acme"]
        assert world.pokes.lanes[-1] == LANE, "a tenant's own lane may stand behind a poke that died with its admit"

    def test_a_line_without_a_free_slot_is_not(self, world: World, acme: Tenant) -> None:
        waiting(world, acme, 4)
        admit(world, "acme")
        world.pokes.poked.clear()
        sweep(world)
        assert world.pokes.poked == []

    def test_an_empty_line_is_not(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        succeed(world, document)
        world.pokes.poked.clear()
        sweep(world)
        assert world.pokes.poked == []


def test_a_slot_whose_holder_does_not_run_is_told(world: World, acme: Tenant) -> None:
    document = running(world, acme)
    succeed(world, document)
    world.store.holders["acme"].add(document.id)
    sweep(world)
    (facts,) = world.log.named("slot_without_runner")
    assert facts["metric"] == "SlotLeaks"


class Unreachable(MemoryWorkflow):
    """Step Functions does not answer."""

    __slots__ = ()

    def state(self, document_id: str) -> str | None:
        raise ConnectionError


def test_a_fault_with_one_tenant_does_not_keep_the_others_waiting(world: World, acme: Tenant) -> None:
    other = Tenant("other")
    world.tenants.put(other)
    world.tenants.grant("other", 100)
    running(world, acme)
    job = submitted(world, other)
    world.clock.advance(GRACE_MS + 1)
    world.workflow = Unreachable()
    sweep(world)
    assert now_of(world, job).expanded
    (facts,) = world.log.named("sweep_failed")
    assert (facts["tenant"], facts["metric"]) == ("acme", "SweepFailed")


def test_a_wait_beyond_the_retention_ends_also_while_every_slot_is_taken(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, acme.slots + 2)
    admit(world, "acme")
    world.clock.advance(acme.upload_retention_ms)
    sweep(world)
    assert now_of(world, job).counts == Counts(running=acme.slots, failed=2, lapsed=2)


def test_what_is_due_to_be_delivered_is_woken(world: World, acme: Tenant) -> None:
    endpoint(world, acme)
    for content in (b"first", b"second"):
        succeed(world, running(world, acme, content))
        world.clock.advance(1_000)
    first, second = (key_of(delivery) for delivery in world.store.deliveries.values())
    later = world.deliveries.get(second)
    assert later is not None
    world.deliveries.postpone(later, world.clock() + 60_000)
    sweep(world)
    assert world.deliveries.woken == [(first, world.clock())]
    world.clock.advance(60_000)
    sweep(world)
    assert [key for key, _ in world.deliveries.woken[1:]] == [first, second]
