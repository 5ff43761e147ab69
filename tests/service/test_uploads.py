"""Files: announced, uploaded, accepted."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from quire.domain.file import MOST_BYTES, UPLOAD_WINDOW_MS, File, FileStatus
from quire.domain.ids import new_id
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service.uploads import URL_SECONDS, Upload, accept, announce, look, receive, sources, uploaded
from quire.testing.world import START_MS, World
from tests.service.stage import announced, arrived

HOUR_MS = 3600 * 1000


def _look(world: World, tenant: Tenant, file: File) -> Upload:
    found = look(world, tenant, file.id)
    assert isinstance(found, Upload)
    return found


def _refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal)
    return outcome


class TestAnnounce:
    def test_a_file_is_awaited_from_then_on(self, world: World, acme: Tenant) -> None:
        upload = announce(world, acme, 1000, "a.pdf", "application/pdf")
        assert isinstance(upload, Upload)
        file = upload.file
        assert (file.tenant, file.size, file.name, file.media_type) == ("acme", 1000, "a.pdf", "application/pdf")
        assert file.status(world.clock()) is FileStatus.PENDING
        assert world.files.get("acme", [file.id]) == {file.id: file}

    def test_its_url_binds_the_key_and_the_length_for_an_hour(self, world: World, acme: Tenant) -> None:
        upload = announce(world, acme, 1000, None, None)
        assert isinstance(upload, Upload)
        assert upload.url
        url = urlsplit(upload.url)
        assert unquote(url.path) == f"/{upload.file.key}"
        assert parse_qs(url.query) == {"method": ["PUT"], "size": ["1000"], "seconds": [str(URL_SECONDS)]}
        assert upload.until == START_MS + HOUR_MS

    def test_the_largest_file_may_be_announced_and_no_larger(self, world: World, acme: Tenant) -> None:
        assert isinstance(announce(world, acme, MOST_BYTES, None, None), Upload)
        assert _refused(announce(world, acme, MOST_BYTES + 1, None, None)).kind is Kind.DOCUMENT_TOO_LARGE


class TestLook:
    def test_a_file_that_waits_for_its_bytes_gets_a_fresh_url(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.clock.advance(5 * HOUR_MS)
        upload = _look(world, acme, file)
        assert upload.url
        assert upload.until == START_MS + 6 * HOUR_MS

    def test_no_url_outlives_the_time_to_upload(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.clock.advance(UPLOAD_WINDOW_MS - 90_000)
        upload = _look(world, acme, file)
        assert upload.until == file.expires_at
        assert upload.url
        assert "seconds=90" in upload.url

    def test_a_file_that_never_came_has_no_url_any_more(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.clock.advance(UPLOAD_WINDOW_MS)
        upload = _look(world, acme, file)
        assert (upload.url, upload.file.status(world.clock())) == (None, FileStatus.EXPIRED)

    def test_a_file_that_arrived_has_no_url_any_more(self, world: World, acme: Tenant) -> None:
        file = arrived(world, acme)
        assert _look(world, acme, file) == Upload(file, None, START_MS + DAY_MS)

    def test_unknown_and_foreign_files_are_absent_alike(self, world: World, acme: Tenant) -> None:
        foreign = announced(world, Tenant("other"))
        refusals = [_refused(look(world, acme, file_id)) for file_id in (foreign.id, new_id(1))]
        assert {refusal.kind for refusal in refusals} == {Kind.FILE_NOT_FOUND}
        assert len({refusal.message for refusal in refusals}) == 1


class TestAccept:
    def test_the_arrival_and_the_version_are_recorded(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme)
        world.clock.advance(7000)
        accept(world, "acme", file.id, "v7", 5)
        assert world.files.get("acme", [file.id])[file.id] == replace(file, arrived_at=START_MS + 7000, version="v7")

    def test_a_second_put_changes_nothing(self, world: World, acme: Tenant) -> None:
        file = arrived(world, acme, b"first")
        again = world.blobs.put(file.key, b"again", "application/octet-stream")
        accept(world, "acme", file.id, again.version, 5)
        assert world.files.get("acme", [file.id])[file.id] == file

    def test_an_event_that_is_delivered_twice_changes_nothing(self, world: World, acme: Tenant) -> None:
        file = arrived(world, acme)
        world.clock.advance(1000)
        accept(world, "acme", file.id, file.version or "", 5)
        assert world.files.get("acme", [file.id])[file.id] == file

    def test_bytes_of_another_size_are_not_the_file(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme, size=5)
        accept(world, "acme", file.id, "v1", 6)
        assert world.files.get("acme", [file.id])[file.id] == file
        assert len(world.log.named("upload_of_wrong_size")) == 1
        accept(world, "acme", file.id, "v2", 5)
        assert world.files.get("acme", [file.id])[file.id].version == "v2", "the right bytes may still come"

    def test_an_object_that_nobody_announced_is_logged_and_left(self, world: World, acme: Tenant) -> None:
        accept(world, "acme", new_id(1), "v1", 5)
        assert len(world.log.named("upload_of_unknown_file")) == 1
        assert world.store.files == {}


def test_bytes_in_the_request_are_a_file_that_has_arrived(world: World, acme: Tenant) -> None:
    file = receive(world, acme, b"bytes", "a.png", "image/png")
    assert file.status(world.clock()) is FileStatus.UPLOADED
    assert file.sha256 == "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
    assert world.blobs.read(file.key) == b"bytes"
    assert uploaded(world, acme, [file.id]) == [file]


class TestUploaded:
    def test_the_files_come_in_the_order_in_which_they_were_named(self, world: World, acme: Tenant) -> None:
        files = [arrived(world, acme) for _ in range(3)]
        named = [files[2], files[0], files[1]]
        assert uploaded(world, acme, [file.id for file in named]) == named

    def test_unknown_and_foreign_files_are_named(self, world: World, acme: Tenant) -> None:
        good, foreign, unknown = arrived(world, acme), arrived(world, Tenant("other")), new_id(1)
        refusal = _refused(uploaded(world, acme, [good.id, foreign.id, unknown]))
        assert refusal.kind is Kind.FILE_NOT_FOUND
        assert refusal.details == {"file_ids": [foreign.id, unknown]}

    def test_files_without_their_bytes_are_named(self, world: World, acme: Tenant) -> None:
        good, absent = arrived(world, acme), announced(world, acme)
        refusal = _refused(uploaded(world, acme, [absent.id, good.id]))
        assert refusal.kind is Kind.FILE_NOT_UPLOADED
        assert refusal.details == {"file_ids": [absent.id]}

    def test_a_finished_upload_is_never_refused_though_its_event_is_late(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme, size=5)
        stored = world.blobs.put(file.key, b"bytes", "application/octet-stream")
        (found,) = _files(uploaded(world, acme, [file.id]))
        assert (found.version, found.arrived_at) == (stored.version, START_MS)
        assert world.files.get("acme", [file.id])[file.id] == found

    def test_the_late_event_then_changes_nothing(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme, size=5)
        first = world.blobs.put(file.key, b"bytes", "application/octet-stream")
        uploaded(world, acme, [file.id])
        accept(world, "acme", file.id, "another-version", 5)
        assert world.files.get("acme", [file.id])[file.id].version == first.version

    def test_bytes_of_another_size_are_no_upload(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme, size=6)
        world.blobs.put(file.key, b"bytes", "application/octet-stream")
        assert _refused(uploaded(world, acme, [file.id])).kind is Kind.FILE_NOT_UPLOADED

    def test_files_past_their_retention_are_to_be_uploaded_again(self, world: World, acme: Tenant) -> None:
        file = arrived(world, acme)
        world.clock.advance(acme.upload_retention_ms - 1)
        assert uploaded(world, acme, [file.id]) == [file]
        world.clock.advance(1)
        assert _refused(uploaded(world, acme, [file.id])).kind is Kind.FILE_NOT_UPLOADED

    @pytest.mark.parametrize("number", [1, 250])
    def test_storage_is_asked_only_about_files_without_a_recorded_arrival(
        self, world: World, acme: Tenant, number: int
    ) -> None:
        files = [arrived(world, acme) for _ in range(number)]
        world.blobs.objects.clear()
        assert uploaded(world, acme, [file.id for file in files]) == files


class TestSources:
    def test_files_that_arrived_and_files_that_did_not_come_in_the_order_of_their_names(
        self, world: World, acme: Tenant
    ) -> None:
        here, awaited = arrived(world, acme), announced(world, acme)
        found = sources(world, acme, [awaited.id, here.id, awaited.id])
        assert found == [awaited.source, here.source, awaited.source]
        assert [source.waits for source in found] == [True, False, True]
        assert awaited.source.expires_at == START_MS + UPLOAD_WINDOW_MS

    def test_a_finished_upload_is_not_waited_for_though_its_event_is_late(self, world: World, acme: Tenant) -> None:
        file = announced(world, acme, size=5)
        stored = world.blobs.put(file.key, b"bytes", "application/octet-stream")
        found = sources(world, acme, [file.id])
        assert isinstance(found, list)
        assert [source.stored for source in found] == [stored]

    def test_unknown_and_foreign_files_are_named(self, world: World, acme: Tenant) -> None:
        foreign, unknown = announced(world, Tenant("other")), new_id(1)
        refusal = _refused(sources(world, acme, [foreign.id, unknown, arrived(world, acme).id]))
        assert (refusal.kind, refusal.details) == (Kind.FILE_NOT_FOUND, {"file_ids": [foreign.id, unknown]})

    def test_files_past_their_retention_or_the_time_to_upload_are_named(self, world: World, acme: Tenant) -> None:
        old, never = arrived(world, acme), announced(world, acme)
        world.clock.advance(DAY_MS)
        young = announced(world, acme)
        refusal = _refused(sources(world, acme, [young.id, old.id, never.id]))
        assert (refusal.kind, refusal.details) == (Kind.UPLOAD_EXPIRED, {"file_ids": [old.id, never.id]})


def _files(outcome: list[File] | Refusal) -> list[File]:
    assert isinstance(outcome, list)
    return outcome
