"""Fetching: the bytes behind a URL become the file's."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from quire.domain.document import Document, DocumentStatus
from quire.domain.file import File, FileStatus
from quire.domain.job import Job, JobStatus
from quire.domain.ports import NotFetched
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import Tenant
from quire.service import uploads
from quire.service.expand import expand
from quire.service.fetch import FIRST_PAUSE_MS, SECONDS, TRIES, TRY_MS, fetch
from quire.service.submit import submit
from quire.service.sweep import sweep
from quire.testing.blobs import MemoryBlobs
from quire.testing.world import World
from tests.service.stage import assert_sound, job_of, now_of, submission

URL = "https://files.example/a.pdf?signature=secret"
ABSENT = Refusal(Kind.FETCH_FAILED, "The document could not be fetched: the server answered with status 404.")
BUSY = NotFetched(Refusal(Kind.FETCH_FAILED, "The document could not be fetched: status 503."), again=True)


def announced(world: World, acme: Tenant) -> File:
    file = uploads.announce_url(world, acme, URL, "a.pdf")
    assert isinstance(file, File)
    return file


def awaiting(world: World, acme: Tenant, file: File) -> Job:
    """A job of one document that waits for the file."""
    sources = uploads.sources(world, acme, [file.id])
    assert isinstance(sources, list)
    job = job_of(submit(world, acme, replace(submission([]), sources=sources)))
    expand(world, "acme", job.id)
    return job


def only(world: World, job: Job) -> Document:
    (document,) = world.jobs.documents(job.tenant, job.id)
    return document


def now_file(world: World, file: File) -> File:
    return world.files.get("acme", [file.id])[file.id]


class TestAnnounce:
    def test_a_file_of_unknown_size_is_to_be_fetched_at_once(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        assert (file.size, file.name, file.status(world.clock())) == (None, "a.pdf", FileStatus.PENDING)
        due = world.fetches.get("acme", file.id)
        assert due
        assert (due.url, due.due_at, due.tries) == (URL, world.clock(), 0)

    @pytest.mark.parametrize(
        "url", ["", "secret", "file:///etc/passwd", "ftp://h/secret", "http://user:secret@h/", "http://h:99999/"]
    )
    def test_what_is_no_url_of_ours_is_refused(self, world: World, acme: Tenant, url: str) -> None:
        refusal = uploads.announce_url(world, acme, url, None)
        assert isinstance(refusal, Refusal)
        assert refusal.kind is Kind.INVALID_REQUEST
        assert "secret" not in refusal.message
        assert (world.store.files, world.store.fetches) == ({}, {})


class TestFetched:
    def test_the_file_arrives_and_its_document_goes_on(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.web.pages[URL] = b"seventeen bytes!!"
        fetch(world, "acme", file.id)
        stands = now_file(world, file)
        assert (stands.size, stands.status(world.clock())) == (17, FileStatus.UPLOADED)
        assert world.blobs.read(file.key) == b"seventeen bytes!!"
        assert only(world, job).source == stands.source
        assert [ticket.document_id for ticket in world.line.waiting("acme", 10)] == [only(world, job).id]
        assert world.fetches.all("acme") == []
        assert world.web.asked == [(URL, SECONDS)]

    def test_woken_again_it_finds_nothing_more_to_do(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.web.pages[URL] = b"bytes"
        for _ in range(3):
            fetch(world, "acme", file.id)
        assert len(world.web.asked) == 1

    def test_the_store_s_own_event_then_changes_nothing(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.web.pages[URL] = b"bytes"
        fetch(world, "acme", file.id)
        stands = now_file(world, file)
        world.clock.advance(1000)
        uploads.accept(world, "acme", file.id, stands.version or "", 5)
        assert now_file(world, file) == stands

    def test_two_at_once_ask_once(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        due = world.fetches.get("acme", file.id)
        assert due and world.fetches.begin(due, world.clock() + TRY_MS)
        fetch(world, "acme", file.id)
        assert world.web.asked == []

    def test_a_file_that_arrived_by_another_way_is_not_fetched(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        uploads.accept(world, "acme", file.id, "v1", 5)
        fetch(world, "acme", file.id)
        assert world.web.asked == []
        assert world.fetches.all("acme") == []

    def test_a_fetch_of_nothing_is_nothing(self, world: World, acme: Tenant) -> None:
        fetch(world, "acme", "gone")
        assert world.web.asked == []


class Failing(MemoryBlobs):
    """The store does not take the bytes."""

    __slots__ = ()

    def put_file(self, *_: object) -> object:  # type: ignore[override]
        raise ConnectionError


class TestNotFetched:
    def test_the_document_fails_as_the_server_said(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.web.pages[URL] = NotFetched(ABSENT, again=False)
        fetch(world, "acme", file.id)
        assert (only(world, job).status, only(world, job).refusal) == (DocumentStatus.FAILED, ABSENT)
        assert (now_of(world, job).status, world.tenants.balance("acme").available) == (JobStatus.FAILED, 100)
        assert now_file(world, file).refusal == ABSENT
        assert world.fetches.all("acme") == []
        assert_sound(world)

    def test_documents_that_are_written_afterwards_fail_too(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        sources = uploads.sources(world, acme, [file.id])
        assert isinstance(sources, list)
        job = job_of(submit(world, acme, replace(submission([]), sources=sources)))
        world.web.pages[URL] = NotFetched(ABSENT, again=False)
        fetch(world, "acme", file.id)
        expand(world, "acme", job.id)
        assert only(world, job).refusal == ABSENT
        assert_sound(world)

    def test_a_later_submit_hears_it_at_once(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.web.pages[URL] = NotFetched(ABSENT, again=False)
        fetch(world, "acme", file.id)
        assert uploads.sources(world, acme, [file.id]) == replace(ABSENT, details={"file_ids": [file.id]})
        assert now_file(world, file).status(world.clock()) is FileStatus.EXPIRED

    def test_a_server_that_cannot_now_is_asked_again_ever_later_and_then_no_more(
        self, world: World, acme: Tenant
    ) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.web.pages[URL] = BUSY
        begun = []
        for _ in range(200):
            before = len(world.web.asked)
            fetch(world, "acme", file.id)
            if len(world.web.asked) > before:
                begun.append(world.clock())
            world.clock.advance(FIRST_PAUSE_MS)
        pauses = [(later - earlier) // FIRST_PAUSE_MS for earlier, later in pairwise(begun)]
        assert pauses == [4**number for number in range(TRIES - 1)]
        assert only(world, job).refusal == BUSY.refusal

    def test_a_server_that_can_later_is_heard(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.web.pages[URL] = BUSY
        fetch(world, "acme", file.id)
        world.web.pages[URL] = b"bytes"
        world.clock.advance(FIRST_PAUSE_MS)
        fetch(world, "acme", file.id)
        assert not only(world, job).source.waits

    def test_a_try_that_dies_each_time_ends_too(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        job = awaiting(world, acme, file)
        world.web.pages[URL] = b"bytes"
        world.blobs = Failing(world.clock)
        for _ in range(TRIES):
            with pytest.raises(ConnectionError):
                fetch(world, "acme", file.id)
            fetch(world, "acme", file.id)  # at once: the stream tries again, and finds that somebody is at it
            world.clock.advance(TRY_MS)
        fetch(world, "acme", file.id)
        refusal = only(world, job).refusal
        assert refusal
        assert refusal.kind is Kind.FETCH_FAILED
        assert len(world.web.asked) == TRIES


class TestSweep:
    def test_what_is_due_is_woken_and_nothing_else(self, world: World, acme: Tenant) -> None:
        lost, begun = announced(world, acme), announced(world, acme)
        due = world.fetches.get("acme", begun.id)
        assert due and world.fetches.begin(due, world.clock() + TRY_MS)
        sweep(world)
        assert [woken.file_id for woken, _ in world.fetches.woken] == [lost.id]
        world.clock.advance(TRY_MS)
        sweep(world)
        assert {woken.file_id for woken, _ in world.fetches.woken[1:]} == {lost.id, begun.id}


def test_no_log_holds_the_url(world: World, acme: Tenant) -> None:
    for page in (b"bytes", BUSY, NotFetched(ABSENT, again=False)):
        file = announced(world, acme)
        awaiting(world, acme, file)
        world.web.pages[URL] = page
        fetch(world, "acme", file.id)
    assert {"fetch_postponed", "fetch_failed"} <= {name for name, _ in world.log.entries}
    assert "secret" not in repr(world.log.entries)
    assert all("secret" not in repr(document) for document in world.store.documents.values())
