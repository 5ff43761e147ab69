"""State AwaitReview: a document whose values are in doubt waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from quire.domain.document import Decision, DocumentStatus, Stored, Verdict
from quire.domain.endpoint import Event
from quire.domain.job import JobStatus
from quire.domain.ports import Balance
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import endpoints
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.config import Config
from quire.service.hold import hold
from quire.testing.world import World
from tests.service.documents import PROSE
from tests.service.reviews import doubtful, extracted, held, output_in
from tests.service.stage import assert_sound, fails, now_of, row_of, running, waiting

SURE = ["Invoice number: INV-4711", "Total: 4711.50"]


class TestExtract:
    """Which documents are held is known when their fields are."""

    def test_an_output_in_doubt_is_kept_apart_from_results(self, world: World, acme: Tenant) -> None:
        document, said = extracted(world, acme, Config(review_threshold=1), [])
        first = Stored(**said["result"])
        assert (said["outcome"], said["pages"], said["flagged"]) == ("doubtful", 1, 2)
        assert first.key == f"results/acme/{document.job_id}/review/0.json"
        assert output_in(world, first)["flagged"] == ["invoice_number", "total"]
        assert world.blobs.head(document.result_key) is None

    def test_what_is_sure_enough_goes_on(self, world: World, acme: Tenant) -> None:
        document, said = extracted(world, acme, Config(review_threshold=1), SURE)
        assert (said["outcome"], said["result"]["key"]) == ("done", document.result_key)
        assert "flagged" not in output_in(world, Stored(**said["result"]))

    def test_without_a_threshold_nothing_is_in_doubt(self, world: World, acme: Tenant) -> None:
        _, said = extracted(world, acme, Config(), SURE)
        assert said["outcome"] == "done"


class TestHold:
    def test_it_waits_for_its_task_without_a_slot(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        review = document.review
        assert document.status is DocumentStatus.REVIEW_REQUIRED
        assert review and (review.threshold, review.flagged, review.pages, review.token) == (80, 2, 3, "task-1")
        assert (review.since, review.deadline) == (world.clock(), world.clock() + DAY_MS // 2)
        assert world.tokens.completed == {}
        assert world.line.holders("acme") == set()
        assert world.tenants.balance("acme") == Balance(97, 3, 0)
        assert_sound(world)

    def test_the_next_document_starts(self, world: World) -> None:
        one = Tenant("acme", slots=1)
        world.tenants.put(one)
        world.tenants.grant("acme", 100)
        document = running(world, one)
        job = waiting(world, one)
        admit(world, "acme")
        assert now_of(world, job).status is JobStatus.PENDING
        world.pokes.poked.clear()
        hold(world, "acme", document.id, doubtful(world, document), "task-1")
        assert world.pokes.poked == ["acme"]
        admit(world, "acme")
        assert now_of(world, job).status is JobStatus.RUNNING
        assert_sound(world)

    def test_its_time_ends_with_its_bytes(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        world.clock.advance(DAY_MS - 1000)
        hold(world, "acme", document.id, doubtful(world, document), "task-1")
        review = row_of(world, document).review
        assert review and review.deadline == document.source.expires_at == world.clock() + 1000

    def test_a_tenant_may_have_a_time_of_its_own(self, world: World, acme: Tenant) -> None:
        world.tenants.put(replace(acme, review_ms=5000))
        review = held(world, acme).review
        assert review and review.deadline == world.clock() + 5000

    def test_a_document_that_has_ended_is_not_held(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        fails(world, document)
        hold(world, "acme", document.id, doubtful(world, document), "task-1")
        assert world.tokens.completed == {"task-1": {"outcome": "ended"}}
        assert row_of(world, document).review is None

    def test_a_document_of_a_cancelled_job_is_cancelled_instead(self, world: World, acme: Tenant) -> None:
        document = running(world, acme)
        world.pipeline.reserve(document, 3)
        cancel(world, acme, document.job_id)
        found = doubtful(world, document)
        hold(world, "acme", document.id, found, "task-1")
        assert row_of(world, document).status is DocumentStatus.CANCELLED
        assert world.tokens.completed == {"task-1": {"outcome": "ended"}}
        assert world.tenants.balance("acme") == Balance(100, 0, 0)
        assert world.line.holders("acme") == set()
        with pytest.raises(KeyError):
            world.blobs.get(found.result)
        assert_sound(world)

    def test_what_is_logged_is_ids_and_counts(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        assert world.log.named("review_required") == [{"tenant": "acme", "document_id": document.id, "fields": 2}]


class TestTold:
    def test_endpoints_hear_that_a_document_waits(self, world: World, acme: Tenant) -> None:
        heard = frozenset({Event.DOCUMENT_REVIEW_REQUIRED})
        made = endpoints.create(world, acme, "standard", endpoints.Wanted("https://example.com/hook", heard))
        assert not isinstance(made, Refusal)
        document = held(world, acme)
        hold(world, "acme", document.id, doubtful(world, document), "task-2")
        (delivery,) = world.store.deliveries.values()
        occasion = delivery.occasion
        assert (occasion.event, occasion.document_id, occasion.at) == (
            Event.DOCUMENT_REVIEW_REQUIRED, document.id, world.clock()
        )  # fmt: skip


class TestEnteredAgain:
    """A task that timed out, or whose function failed, runs once more with a token of its own."""

    def test_it_leaves_its_new_token(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        before = document.review
        world.clock.advance(1000)
        hold(world, "acme", document.id, doubtful(world, document), "task-2")
        assert before and row_of(world, document).review == replace(before, token="task-2")
        assert world.tokens.completed == {}
        assert_sound(world)

    @pytest.mark.parametrize(
        ("verdict", "outcome", "kind"),
        [(Verdict.APPROVED, "done", None), (Verdict.REJECTED, "refused", Kind.REVIEW_REJECTED)],
    )
    def test_it_finds_what_was_decided(
        self, world: World, acme: Tenant, verdict: Verdict, outcome: str, kind: Kind | None
    ) -> None:
        document = held(world, acme)
        world.reviews.decide(document, Decision(verdict, world.clock()))
        hold(world, "acme", document.id, doubtful(world, document), "task-2")
        said: Mapping[str, Any] = world.tokens.completed["task-2"]
        assert said["outcome"] == outcome
        assert (said.get("refusal") or {"kind": None})["kind"] == kind

    def test_it_finds_that_the_time_has_passed(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.clock.advance(DAY_MS // 2)
        hold(world, "acme", document.id, doubtful(world, document), "task-2")
        ended = row_of(world, document)
        assert ended.refusal and ended.refusal.kind is Kind.REVIEW_EXPIRED
        assert world.tokens.completed == {"task-2": {"outcome": "ended"}}
        assert world.tenants.balance("acme") == Balance(100, 0, 0)
        assert_sound(world)

    def test_it_wakes_the_line_again(self, world: World, acme: Tenant) -> None:
        document = held(world, acme)
        world.pokes.poked.clear()
        hold(world, "acme", document.id, doubtful(world, document), "task-2")
        assert world.pokes.poked == ["acme"], "the first poke may be what was lost"


def test_the_prose_of_these_documents_holds_no_value() -> None:
    """What the tests above call sure is so by its labels."""
    assert not any("Total" in line or "INV" in line for line in PROSE)
