"""What arrived, and nobody told of, is taken up within the hour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import Source, Stored
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import reconcile as module
from quire.service import uploads
from quire.service.expand import expand
from quire.service.finish import write_refusal
from quire.service.inbox import drop
from quire.service.reconcile import MOST_MS, OVERLAP_MS, SETTLING_MS, reconcile
from quire.service.submit import submit
from quire.service.uploads import Upload, look
from quire.testing.world import World
from tests.service.stage import arrived, job_of, submission

HOUR_MS = 3_600_000
DROPPED = "inbox/acme/text/a.pdf"


@pytest.fixture
def upload(world: World, acme: Tenant) -> Upload:
    announced = uploads.announce(world, acme, 5, "a.pdf", None)
    assert isinstance(announced, Upload)
    return announced


def _arrived_at(world: World, upload: Upload) -> int | None:
    return world.files.get("acme", [upload.file.id])[upload.file.id].arrived_at


class TestUploads:
    def test_what_waits_for_one_goes_on(self, world: World, acme: Tenant, upload: Upload) -> None:
        asked = replace(submission([arrived(world, acme)]), sources=[upload.file.source])
        job = job_of(submit(world, acme, asked))
        expand(world, "acme", job.id)
        stored = world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.clock.advance(HOUR_MS)
        reconcile(world)
        (document,) = world.jobs.documents("acme", job.id)
        assert document.source.stored == stored
        assert [ticket.document_id for ticket in world.line.waiting("acme", 9)] == [document.id]

    def test_one_that_just_came_is_left_to_its_event(self, world: World, upload: Upload) -> None:
        world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.clock.advance(SETTLING_MS)
        reconcile(world)
        assert _arrived_at(world, upload) is None
        world.clock.advance(1)
        reconcile(world)
        assert _arrived_at(world, upload) is not None

    def test_one_whose_upload_took_an_hour_is_found(self, world: World, upload: Upload) -> None:
        began = world.clock()
        world.clock.advance(OVERLAP_MS)
        reconcile(world)
        stored = world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.blobs.put_at[stored.key, stored.version] = began
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert _arrived_at(world, upload) is not None

    def test_what_is_known_is_not_looked_at_for_ever(self, world: World, upload: Upload) -> None:
        world.files.reconcile(world.clock() + OVERLAP_MS + 1)
        world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.clock.advance(2 * HOUR_MS)
        reconcile(world)
        assert _arrived_at(world, upload) is None

    def test_after_a_long_silence_it_begins_where_it_ended(self, world: World, upload: Upload) -> None:
        reconcile(world)
        world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.clock.advance(20 * HOUR_MS)
        reconcile(world)
        assert _arrived_at(world, upload) is not None

    @pytest.mark.parametrize(("older", "found"), [(0, True), (1, False)])
    def test_it_looks_back_so_far_at_most(self, world: World, upload: Upload, older: int, found: bool) -> None:
        world.blobs.put(upload.file.key, b"bytes", "application/pdf")
        world.clock.advance(MOST_MS + SETTLING_MS + older)
        reconcile(world)
        assert (_arrived_at(world, upload) is not None) is found

    def test_one_of_another_size_than_announced_is_not_the_file(self, world: World, upload: Upload) -> None:
        world.blobs.put(upload.file.key, b"other bytes", "application/pdf")
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert _arrived_at(world, upload) is None

    def test_one_that_is_known_stays_as_it_is(self, world: World, acme: Tenant) -> None:
        file_id = arrived(world, acme).id
        before = look(world, acme, file_id)
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert look(world, acme, file_id) == before
        assert world.log.named("arrival_found") == []

    def test_bytes_of_no_file_are_left(self, world: World) -> None:
        world.blobs.put("uploads/acme/unknown", b"bytes", "application/pdf")
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert world.blobs.keys("uploads/") == ["uploads/acme/unknown"]


class TestDrops:
    def _put(self, world: World, key: str = DROPPED) -> Stored:
        return world.blobs.put(key, b"bytes", "application/pdf")

    def test_each_version_makes_its_job_once(self, world: World, acme: Tenant) -> None:
        first, second = self._put(world), self._put(world)
        drop(world, DROPPED, first.version, 5)
        for _ in range(2):
            world.clock.advance(HOUR_MS)
            reconcile(world)
        assert len(world.store.jobs) == 2
        assert len(world.log.named("arrival_found")) == 1
        drop(world, DROPPED, second.version, 5)
        assert len(world.store.jobs) == 2, "the event comes in the end"

    def test_one_that_was_refused_stays_refused(self, world: World, acme: Tenant) -> None:
        stored = self._put(world)
        source = Source(stored, 5, world.clock())
        write_refusal(world, source, Refusal(Kind.PAYMENT_REQUIRED, "There are no credits left."))
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert world.store.jobs == {}

    def test_one_that_was_put_in_place_of_a_refused_one_is_taken_up(self, world: World, acme: Tenant) -> None:
        write_refusal(world, Source(self._put(world), 5, 0), Refusal(Kind.PAYMENT_REQUIRED, "There are none left."))
        world.clock.advance(1)
        newer = self._put(world)
        world.clock.advance(HOUR_MS)
        reconcile(world)
        (job,) = world.store.jobs.values()
        assert newer.version in world.blobs.get(job.manifest).decode()

    def test_a_key_that_names_no_extractor_is_left(self, world: World, acme: Tenant) -> None:
        self._put(world, "inbox/acme/a.pdf")
        self._put(world, "inbox/acme/no-such-extractor/a.pdf")
        world.clock.advance(HOUR_MS)
        reconcile(world)
        assert world.store.jobs == {}
        assert len(world.log.named("drop_ignored")) == 1


@pytest.mark.parametrize(
    "key", ["uploads/", "uploads/acme", "uploads/acme/", "inbox/", "inbox/acme", "inbox/acme/text/"]
)
def test_folders_that_a_person_made_are_in_nobody_s_way(world: World, acme: Tenant, key: str) -> None:
    world.blobs.put(key, b"", "application/x-directory")
    world.clock.advance(HOUR_MS)
    reconcile(world)
    assert world.log.named("reconcile_failed") == []
    assert world.files.reconciled() > 0


def test_a_fault_with_some_does_not_keep_the_others_waiting(
    world: World, acme: Tenant, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(module, "drop", broken)
    for tenant in ("acme", "aardvark"):
        world.blobs.put(f"inbox/{tenant}/text/a.pdf", b"bytes", "application/pdf")
    world.blobs.put(upload.file.key, b"bytes", "application/pdf")
    world.clock.advance(HOUR_MS)
    reconcile(world)
    failed = world.log.named("reconcile_failed")
    assert [facts["tenant"] for facts in failed] == ["aardvark", "acme"]
    assert {facts["metric"] for facts in failed} == {"ReconcileFailed"}
    assert world.files.reconciled() == 0, "the next hour begins where this one did"
    assert _arrived_at(world, upload) is not None
