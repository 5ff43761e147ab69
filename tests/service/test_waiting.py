"""Documents that were submitted before their bytes: they wait, and go on when the file settles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from quire.domain.document import Document, DocumentStatus
from quire.domain.file import MOST_BYTES, UPLOAD_WINDOW_MS, File
from quire.domain.job import Counts, Job, JobStatus
from quire.domain.ports import Expanding, Ticket
from quire.domain.refusal import Kind
from quire.domain.tenant import Tenant
from quire.service import uploads
from quire.service.admit import admit
from quire.service.cancel import cancel
from quire.service.expand import expand
from quire.service.submit import submit
from quire.service.sweep import GRACE_MS, sweep
from quire.service.waiting import DELETED
from quire.testing.files import MemoryFiles
from quire.testing.jobs import MemoryJobs
from quire.testing.line import MemoryLine
from quire.testing.world import World
from tests.service.stage import announced, arrived, assert_sound, job_of, now_of, row_of, submission, succeed


def submitted(world: World, acme: Tenant, *files: File) -> Job:
    """A job of these files, arrived or not, whose rows are not written yet."""
    sources = uploads.sources(world, acme, [file.id for file in files])
    assert isinstance(sources, list)
    return job_of(submit(world, acme, replace(submission([]), sources=sources)))


def awaiting(world: World, acme: Tenant, *files: File) -> Job:
    job = submitted(world, acme, *files)
    expand(world, "acme", job.id)
    return now_of(world, job)


def put(world: World, file: File, body: bytes = b"bytes") -> str:
    return world.blobs.put(file.key, body, "application/octet-stream").version


def accepted(world: World, file: File, body: bytes = b"bytes") -> None:
    uploads.accept(world, file.tenant, file.id, put(world, file, body), len(body))


def only(world: World, job: Job) -> Document:
    (document,) = world.jobs.documents(job.tenant, job.id)
    return document


def kind_of(document: Document) -> Kind | None:
    return document.refusal.kind if document.refusal else None


class TestBeforeTheBytes:
    def test_a_document_waits_and_holds_no_slot(self, world: World, acme: Tenant) -> None:
        job = awaiting(world, acme, announced(world, acme))
        admit(world, "acme")
        assert (now_of(world, job).status, only(world, job).status) == (JobStatus.PENDING, DocumentStatus.PENDING)
        assert world.line.holders("acme") == set()
        assert world.workflow.started == []
        assert_sound(world)

    def test_others_of_the_job_do_not_wait_for_it(self, world: World, acme: Tenant) -> None:
        job = awaiting(world, acme, arrived(world, acme), announced(world, acme), arrived(world, acme))
        admit(world, "acme")
        assert now_of(world, job).counts == Counts(pending=1, running=2)

    def test_a_cancelled_job_waits_for_nothing(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        cancel(world, acme, job.id)
        assert (now_of(world, job).status, world.tenants.balance("acme").available) == (JobStatus.CANCELLED, 100)
        accepted(world, file)
        admit(world, "acme")
        assert only(world, job).status is DocumentStatus.CANCELLED
        assert world.line.awaiting("acme") == world.line.waiting("acme", 10) == []
        assert world.workflow.started == []
        assert_sound(world)


class TestWhenTheyArrive:
    def test_the_document_starts_with_the_version_that_arrived(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.clock.advance(5000)
        accepted(world, file)
        stands = world.files.get("acme", [file.id])[file.id]
        assert only(world, job).source == stands.source
        assert not stands.source.waits
        assert world.pokes.poked[-1] == "acme"
        admit(world, "acme")
        succeed(world, only(world, job))
        assert now_of(world, job).status is JobStatus.COMPLETED
        assert_sound(world)

    def test_every_document_that_waits_for_the_file_goes_on(self, world: World, acme: Tenant) -> None:
        file, other = announced(world, acme), announced(world, acme)
        jobs = [awaiting(world, acme, file), awaiting(world, acme, file, other)]
        accepted(world, file)
        assert len(world.line.waiting("acme", 10)) == 2
        assert [ticket.file_id for ticket in world.line.awaiting("acme")] == [other.id]
        assert {document.source.waits for document in world.jobs.documents("acme", jobs[0].id)} == {False}

    def test_an_event_that_is_delivered_twice_changes_nothing(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        accepted(world, file)
        before = only(world, job)
        accepted(world, file, b"again")
        assert only(world, job) == before
        assert len(world.line.waiting("acme", 10)) == 1

    def test_a_submit_that_asks_the_store_lets_earlier_ones_go_on_too(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        put(world, file)
        assert isinstance(uploads.uploaded(world, acme, [file.id]), list)
        assert not only(world, job).source.waits

    def test_a_place_without_a_size_takes_what_comes(self, world: World, acme: Tenant) -> None:
        upload = uploads.announce(world, acme, None, None, None)
        assert isinstance(upload, uploads.Upload)
        assert upload.url and "size" not in upload.url, "no length is bound"
        job = awaiting(world, acme, upload.file)
        accepted(world, upload.file, b"seventeen bytes!!")
        assert only(world, job).source.size == 17

    def test_more_than_we_take_ends_the_document(self, world: World, acme: Tenant) -> None:
        upload = uploads.announce(world, acme, None, None, None)
        assert isinstance(upload, uploads.Upload)
        job = awaiting(world, acme, upload.file)
        uploads.accept(world, "acme", upload.file.id, "v1", MOST_BYTES + 1)
        assert kind_of(only(world, job)) is Kind.DOCUMENT_TOO_LARGE
        assert now_of(world, job).status is JobStatus.FAILED
        assert_sound(world)


@dataclass(frozen=True, slots=True)
class Meanwhile(MemoryFiles):
    """Something happens after one look at files; None stands for a look before that."""

    acts: list[Callable[[], object] | None] = field(default_factory=list)

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        found = MemoryFiles.get(self, tenant, file_ids)
        act = self.acts.pop(0) if self.acts else None
        if act:
            act()
        return found


class Dying(MemoryJobs):
    """The process ends once the rows are written."""

    __slots__ = ()

    def add_documents(self, documents: Sequence[Document]) -> Expanding:
        MemoryJobs.add_documents(self, documents)
        raise ConnectionError


class Unreachable(MemoryLine):
    """DynamoDB does not answer when the waiting documents are looked for."""

    __slots__ = ()

    def awaiting(self, tenant: str, file_id: str | None = None, limit: int | None = None) -> list[Ticket]:
        raise ConnectionError


class TestRacesOfArrivalAndRows:
    @pytest.mark.parametrize("looks_before", [0, 1])
    def test_bytes_that_arrive_between_two_steps_of_expand_are_not_missed(
        self, world: World, acme: Tenant, looks_before: int
    ) -> None:
        """After it read the files and before it wrote the rows; after the rows, when it had read the files again."""
        file = announced(world, acme)
        job = submitted(world, acme, file)
        world.files = Meanwhile(world.store, [*[None] * looks_before, lambda: accepted(world, file)])
        expand(world, "acme", job.id)
        assert not only(world, job).source.waits
        assert len(world.line.waiting("acme", 10)) == 1
        assert world.line.awaiting("acme") == []

    def test_bytes_that_arrived_before_the_rows_are_not_waited_for(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = submitted(world, acme, file)
        accepted(world, file)
        expand(world, "acme", job.id)
        assert only(world, job).source == world.files.get("acme", [file.id])[file.id].source
        assert len(world.line.waiting("acme", 10)) == 1

    def test_an_expand_that_died_after_the_rows_is_taken_up(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = submitted(world, acme, file)
        world.files = Meanwhile(world.store, [lambda: accepted(world, file)])
        jobs, world.jobs = world.jobs, Dying(world.store)
        with pytest.raises(ConnectionError):
            expand(world, "acme", job.id)
        world.jobs = jobs
        assert only(world, job).source.waits, "it arrived when nobody waited, and the row was written as if it had not"
        world.clock.advance(GRACE_MS + 1)
        sweep(world)
        assert not only(world, job).source.waits
        assert now_of(world, job).expanded
        assert_sound(world)

    def test_an_accept_that_died_before_the_document_went_on_is_taken_up(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        line, world.line = world.line, Unreachable(world.store)
        with pytest.raises(ConnectionError):
            accepted(world, file)
        world.line = line
        assert only(world, job).source.waits
        sweep(world)
        assert not only(world, job).source.waits
        assert world.files.unsettled("acme") == []
        assert "acme" in world.pokes.poked
        assert_sound(world)

    def test_a_file_that_was_deleted_before_its_documents_heard_of_it_ends_them(
        self, world: World, acme: Tenant
    ) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.files.refuse(file, DELETED)  # and there the deletion broke off; asked again, it went on
        world.files.delete("acme", file.id)
        sweep(world)
        assert kind_of(only(world, job)) is Kind.UPLOAD_MISSING
        assert world.files.unsettled("acme") == []
        assert_sound(world)


class TestBytesThatNeverCome:
    def test_the_document_ends_with_the_time_to_upload_and_the_job_expires(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file, file)
        world.clock.advance(UPLOAD_WINDOW_MS - 1)
        sweep(world)
        assert now_of(world, job).counts == Counts(pending=2)
        world.clock.advance(1)
        sweep(world)
        rows = world.jobs.documents("acme", job.id)
        assert {kind_of(row) for row in rows} == {Kind.UPLOAD_MISSING}
        assert now_of(world, job).counts == Counts(failed=2, lapsed=2)
        assert now_of(world, job).status is JobStatus.EXPIRED
        assert world.tenants.balance("acme").available == 100
        assert world.line.awaiting("acme") == []
        assert_sound(world)

    def test_those_whose_time_is_not_over_wait_on(self, world: World, acme: Tenant) -> None:
        early = awaiting(world, acme, announced(world, acme))
        world.clock.advance(1000)
        late = awaiting(world, acme, announced(world, acme))
        world.clock.advance(UPLOAD_WINDOW_MS - 1000)
        sweep(world)
        assert [now_of(world, job).status for job in (early, late)] == [JobStatus.EXPIRED, JobStatus.PENDING]

    def test_an_upload_whose_event_was_lost_is_found_before_that(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        put(world, file)
        world.clock.advance(UPLOAD_WINDOW_MS)
        sweep(world)
        assert only(world, job).status is DocumentStatus.PENDING
        assert not only(world, job).source.waits

    def test_a_cancelled_document_stays_cancelled(self, world: World, acme: Tenant) -> None:
        job = awaiting(world, acme, announced(world, acme))
        cancel(world, acme, job.id)
        world.clock.advance(UPLOAD_WINDOW_MS)
        sweep(world)
        assert (only(world, job).status, kind_of(only(world, job))) == (DocumentStatus.CANCELLED, None)
        assert world.line.awaiting("acme") == []
        assert_sound(world)

    def test_documents_that_arrived_and_expired_in_line_are_told_apart(self, world: World, acme: Tenant) -> None:
        missing, late = announced(world, acme), announced(world, acme)
        job = awaiting(world, acme, missing, late)
        accepted(world, late)
        world.clock.advance(UPLOAD_WINDOW_MS)
        sweep(world)
        kinds = [kind_of(row) for row in world.jobs.documents("acme", job.id)]
        assert kinds == [Kind.UPLOAD_MISSING, Kind.UPLOAD_EXPIRED]
        assert now_of(world, job).status is JobStatus.EXPIRED


def test_what_a_read_shows_before_the_rows_are_written_is_pending(world: World, acme: Tenant) -> None:
    file = announced(world, acme)
    job = submitted(world, acme, file)
    assert now_of(world, job).counts == Counts(pending=1)
    expand(world, "acme", job.id)
    assert row_of(world, only(world, job)).source == file.source
