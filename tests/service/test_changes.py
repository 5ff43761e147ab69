"""A job and its documents: whole, or what changed since a cursor."""

from __future__ import annotations

import pytest

from quire.domain.cursor import LAG_MS
from quire.domain.document import Document, DocumentStatus
from quire.domain.ids import derived_job_id, document_id
from quire.domain.job import Counts, Job, JobStatus, counted
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.changes import Listing, list_changes
from quire.service.expand import expand, unwritten
from quire.service.submit import sources_of
from quire.testing.world import START_MS, World
from tests.service.stage import fails, now_of, row_of, submitted, succeed, waiting


def _list(world: World, tenant: Tenant, job: Job, cursor: str | None = None, limit: int = 100) -> Listing:
    listing = list_changes(world, tenant, job.id, cursor, limit)
    assert isinstance(listing, Listing)
    return listing


def _statuses(listing: Listing) -> dict[int, str]:
    return {document.position: document.status.value for document in listing.documents}


def _first_running(world: World, job: Job) -> Document:
    rows = world.jobs.documents(job.tenant, job.id)
    return next(row for row in rows if row.status is DocumentStatus.RUNNING)


def _counts_agree(listing: Listing) -> None:
    """No more documents are shown in a status than the job counts in it; and all of them, where all are shown."""
    shown, counts = counted(listing.documents), listing.job.counts
    for status in DocumentStatus:
        assert getattr(shown, status.value) <= getattr(counts, status.value)
    assert shown.total < counts.total or shown == counts


def _ended(world: World, tenant: Tenant, documents: int) -> Job:
    """A job that has ended just now, of which the index does not know yet."""
    job = waiting(world, tenant, documents)
    world.clock.advance(LAG_MS)
    world.store.hold_index()
    while not now_of(world, job).status.ended:
        world.clock.advance(5)
        admit(world, "acme")
        succeed(world, _first_running(world, job))
    return job


class Client:
    """Walks by cursor, as the contract's guide says, and keeps what it saw last of each document."""

    def __init__(self, world: World, tenant: Tenant, job: Job, limit: int) -> None:
        self.world, self.tenant, self.job, self.limit = world, tenant, job, limit
        self.seen: dict[int, str] = {}
        self.sent: list[tuple[int, str]] = []
        self.cursor: str | None = None
        self.over = False

    def poll(self) -> None:
        if self.over:
            return
        listing = _list(self.world, self.tenant, self.job, self.cursor, self.limit)
        assert len(listing.documents) <= self.limit
        self.seen |= _statuses(listing)
        self.sent += _statuses(listing).items()
        _counts_agree(listing)
        self.cursor, self.over = listing.next_cursor, listing.next_cursor is None

    def poll_to_the_end(self, pace_ms: int = 1000) -> None:
        for _ in range(1000):
            if self.over:
                return
            self.world.clock.advance(pace_ms)
            self.poll()
        raise AssertionError("the walk has no end")


# ---- the whole job ---------------------------------------------------------------------------------------------------


class TestWhole:
    def test_documents_without_a_row_yet_are_shown_from_the_manifest(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 4)
        listing = _list(world, acme, job)
        assert _statuses(listing) == dict.fromkeys(range(4), "pending")
        assert [document.id for document in listing.documents] == [document_id(job.id, n) for n in range(4)]
        assert (listing.job.counts, listing.job.status) == (Counts(pending=4), JobStatus.PENDING)

    def test_a_document_is_shown_alike_before_and_after_its_row_is_written(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 3)
        before = _list(world, acme, job).documents
        expand(world, "acme", job.id)
        assert _list(world, acme, job).documents == before

    def test_a_job_of_which_some_rows_are_written_is_whole_all_the_same(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 5)
        rows = [unwritten(job, position, source) for position, source in enumerate(sources_of(world, job))]
        world.jobs.add_documents(rows[1:3])
        listing = _list(world, acme, job)
        assert listing.documents == rows
        assert listing.job.counts == Counts(pending=5)

    def test_counts_equal_the_documents_at_every_step(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme, 5)

        def agrees() -> Listing:
            listing = _list(world, acme, job)
            assert listing.job.counts == counted(listing.documents)
            assert listing.job.counts.total == 5
            assert listing.job.counts == now_of(world, job).counts
            return listing

        agrees()
        expand(world, "acme", job.id)
        agrees()
        for number in range(5):
            world.clock.advance(10)
            admit(world, "acme")
            agrees()
            document = _first_running(world, job)
            succeed(world, document) if number % 2 else fails(world, document)
            listing = agrees()
        assert listing.job.status is JobStatus.PARTIALLY_FAILED
        assert listing.job.ended_at == world.clock()

    def test_an_answer_that_says_ended_shows_every_document_ended(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        admit(world, "acme")
        world.store.hold_index()  # however late the index is
        while not now_of(world, job).status.ended:
            succeed(world, _first_running(world, job))
        listing = _list(world, acme, job)
        assert listing.job.status is JobStatus.COMPLETED
        assert set(_statuses(listing).values()) == {"succeeded"}

    def test_a_cancelled_job_is_cancelled_at_once_in_all_its_parts(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 5)
        admit(world, "acme")
        world.clock.advance(10)
        cancel(world, acme, job.id)
        listing = _list(world, acme, job)
        assert sorted(_statuses(listing).values()) == ["cancelled"] * 2 + ["running"] * 3
        assert listing.job.counts == Counts(running=3, cancelled=2)
        cancelled = [document for document in listing.documents if document.status is DocumentStatus.CANCELLED]
        assert {document.ended_at for document in cancelled} == {START_MS + 10}

    def test_a_job_cancelled_before_its_rows_were_written_is_cancelled_at_once(
        self, world: World, acme: Tenant
    ) -> None:
        job = submitted(world, acme, 3)
        cancel(world, acme, job.id)
        listing = _list(world, acme, job)
        assert set(_statuses(listing).values()) == {"cancelled"}
        assert listing.job.status is JobStatus.CANCELLED
        assert listing.job.ended_at == START_MS

    def test_documents_come_in_the_order_of_their_last_change(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 4)
        world.clock.advance(5)
        admit(world, "acme")
        world.clock.advance(5)
        succeed(world, world.jobs.documents("acme", job.id)[1])
        positions = [document.position for document in _list(world, acme, job).documents]
        assert positions == [3, 0, 2, 1]

    def test_a_job_says_when_it_started_and_when_it_ended(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 1)
        assert (_list(world, acme, job).job.started_at, _list(world, acme, job).job.ended_at) == (None, None)
        world.clock.advance(5)
        admit(world, "acme")
        assert _list(world, acme, job).job.started_at == START_MS + 5
        world.clock.advance(7)
        succeed(world, _first_running(world, job))
        ended = _list(world, acme, job).job
        assert (ended.started_at, ended.ended_at) == (START_MS + 5, START_MS + 12)


class TestRefused:
    @pytest.mark.parametrize("cursor", ["", "nonsense", "AAAA", "é"])
    def test_a_cursor_that_we_did_not_give(self, world: World, acme: Tenant, cursor: str) -> None:
        job = submitted(world, acme)
        refusal = list_changes(world, acme, job.id, cursor, 10)
        assert isinstance(refusal, Refusal)
        assert (refusal.kind, refusal.details) == (Kind.INVALID_REQUEST, {"field": "cursor"})

    def test_unknown_and_foreign_jobs_are_absent_alike(self, world: World, acme: Tenant) -> None:
        job = submitted(world, acme)
        for tenant, job_id in ((Tenant("other"), job.id), (acme, derived_job_id("none"))):
            refusal = list_changes(world, tenant, job_id, None, 10)
            assert isinstance(refusal, Refusal)
            assert refusal.kind is Kind.JOB_NOT_FOUND


# ---- by cursor -------------------------------------------------------------------------------------------------------


class TestByCursor:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
    def test_a_walk_shows_every_document_in_its_last_state_and_ends(
        self, world: World, acme: Tenant, limit: int
    ) -> None:
        job = submitted(world, acme, 7)
        client = Client(world, acme, job, limit)
        client.poll()
        expand(world, "acme", job.id)
        client.poll()
        number = 0
        while not now_of(world, job).status.ended:
            world.clock.advance(700)
            admit(world, "acme")
            client.poll()
            document = _first_running(world, job)
            succeed(world, document) if number % 3 else fails(world, document)
            number += 1
            client.poll()
        client.poll_to_the_end()
        assert client.seen == {row.position: row.status.value for row in world.jobs.documents("acme", job.id)}
        assert set(client.seen.values()) == {"succeeded", "failed"}

    def test_a_walk_goes_on_while_the_job_does(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 2)
        admit(world, "acme")
        client = Client(world, acme, job, 100)
        for _ in range(20):
            client.poll()
            world.clock.advance(60_000)
            assert not client.over

    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
    @pytest.mark.parametrize("later_ms", [0, LAG_MS + 1])
    def test_a_walk_after_the_end_shows_each_document_once_and_ends(
        self, world: World, acme: Tenant, limit: int, later_ms: int
    ) -> None:
        """At once, however late the index is: then the job's own rows are read."""
        job = _ended(world, acme, 7)
        world.clock.advance(later_ms)
        if later_ms:
            world.store.catch_up()
        client = Client(world, acme, job, limit)
        calls = 0
        while not client.over:
            client.poll()
            calls += 1
        assert sorted(client.sent) == [(position, "succeeded") for position in range(7)]
        assert calls == -(-7 // limit)

    def test_a_walk_that_began_before_the_end_is_over_with_it(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        admit(world, "acme")
        client = Client(world, acme, job, 2)
        client.poll()
        client.poll()
        world.store.hold_index()
        for document in world.jobs.documents("acme", job.id):
            succeed(world, document)
        while not client.over:
            client.poll()
        assert sorted(client.sent) == sorted((n, status) for n in range(3) for status in ("running", "succeeded"))

    def test_what_did_not_change_is_not_sent_again(self, world: World, acme: Tenant) -> None:
        """Not within the lag, where the same places are looked at again and again."""
        job = submitted(world, acme, 6)
        client = Client(world, acme, job, 4)
        client.poll()
        expand(world, "acme", job.id)
        for _ in range(3):
            client.poll()
            world.clock.advance(300)
        assert sorted(client.sent) == [(position, "pending") for position in range(6)]
        admit(world, "acme")
        for _ in range(3):
            client.poll()
            world.clock.advance(300)
        succeed(world, _first_running(world, job))
        client.poll()
        client.poll()
        assert len(client.sent) == len(set(client.sent)) == 6 + 3 + 1
        assert not client.over

    def test_counts_and_documents_of_an_answer_are_of_one_moment(
        self, world: World, acme: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = waiting(world, acme, 5)
        admit(world, "acme")
        read, ends = type(world.jobs).documents, iter(world.jobs.documents("acme", job.id)[:2])

        def late(jobs: object, *asked: object) -> list[Document]:
            """A document ends between the reading of the job and that of its documents."""
            for document in ends:
                succeed(world, document)
                break
            return read(jobs, *asked)  # type: ignore[arg-type]

        monkeypatch.setattr(type(world.jobs), "documents", late)
        listing = _list(world, acme, job, limit=4)
        assert "succeeded" in _statuses(listing).values()
        _counts_agree(listing)
        assert listing.job.counts.succeeded == 2

    def test_only_what_changed_is_sent_again(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        world.clock.advance(10 * LAG_MS)
        listing = _list(world, acme, job)
        assert len(listing.documents) == 3
        world.clock.advance(10 * LAG_MS)
        admit(world, "acme")
        succeed(world, world.jobs.documents("acme", job.id)[1])
        world.clock.advance(10 * LAG_MS)
        again = _list(world, acme, job, listing.next_cursor)
        assert len(again.documents) == 3
        world.clock.advance(10 * LAG_MS)
        last = _list(world, acme, job, again.next_cursor)
        assert last.documents == []
        assert last.job.counts == Counts(running=2, succeeded=1)

    def test_before_its_rows_are_indexed_a_large_job_shows_its_first_documents(
        self, world: World, acme: Tenant
    ) -> None:
        job = submitted(world, acme, 9)
        listing = _list(world, acme, job, limit=4)
        assert _statuses(listing) == dict.fromkeys(range(4), "pending")
        assert listing.next_cursor is not None
        client = Client(world, acme, job, 4)
        client.cursor = listing.next_cursor
        expand(world, "acme", job.id)
        cancel(world, acme, job.id)
        admit(world, "acme")
        client.poll_to_the_end()
        assert client.seen == dict.fromkeys(range(9), "cancelled")

    def test_a_change_that_the_index_shows_late_is_not_skipped(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        admit(world, "acme")
        client = Client(world, acme, job, 2)
        for _ in range(4):
            client.poll()
        world.store.hold_index()
        for document in world.jobs.documents("acme", job.id):
            succeed(world, document)
        world.clock.advance(LAG_MS - 1)
        for _ in range(4):
            client.poll()
        world.store.catch_up()
        client.poll_to_the_end()
        assert client.seen == dict.fromkeys(range(3), "succeeded")

    def test_nor_is_a_late_cancelling_of_a_row(self, world: World, acme: Tenant) -> None:
        """The rows of a cancelled job follow when its tickets come to the front of the line: long after its end."""
        job = waiting(world, acme, 3)
        client = Client(world, acme, job, 2)
        world.clock.advance(10 * LAG_MS)
        for _ in range(3):
            client.poll()
        assert client.seen == dict.fromkeys(range(3), "pending")
        cancel(world, acme, job.id)
        world.clock.advance(10 * LAG_MS)
        world.store.hold_index()
        admit(world, "acme")
        for _ in range(4):
            client.poll()
        world.clock.advance(LAG_MS - 1)
        world.store.catch_up()
        client.poll_to_the_end()
        assert client.seen == dict.fromkeys(range(3), "cancelled")

    def test_a_cancelled_job_whose_rows_do_not_say_so_yet_is_not_at_rest(self, world: World, acme: Tenant) -> None:
        job = waiting(world, acme, 3)
        cancel(world, acme, job.id)
        world.clock.advance(10 * LAG_MS)
        assert _list(world, acme, job).next_cursor is not None
        admit(world, "acme")
        world.clock.advance(LAG_MS + 1)
        assert _list(world, acme, job).next_cursor is None


def test_rows_are_as_their_documents_stand(world: World, acme: Tenant) -> None:
    job = waiting(world, acme, 1)
    admit(world, "acme")
    result = succeed(world, _first_running(world, job), pages=4)
    (document,) = _list(world, acme, job).documents
    assert document == row_of(world, document)
    assert (document.pages, document.result, document.attempts) == (4, result, 1)
