"""Listing files, reading one's bytes, and deleting it."""

from __future__ import annotations

from quire.domain.document import DocumentStatus
from quire.domain.file import File
from quire.domain.refusal import Kind, Refusal
from quire.domain.tenant import DAY_MS, Tenant
from quire.service import uploads
from quire.service.expand import expand
from quire.service.files import FilePage, delete_file, download_link, list_files
from quire.service.submit import Submission, Submitted, submit
from quire.testing.world import World


def received(world: World, tenant: Tenant, number: int) -> list[File]:
    """Files that arrived, oldest first."""
    made = []
    for n in range(number):
        made.append(uploads.receive(world, tenant, b"%PDF-1.7", f"{n}.pdf", None))
        world.clock.advance(10)
    return made


def page(outcome: FilePage | Refusal) -> FilePage:
    assert isinstance(outcome, FilePage)
    return outcome


def test_the_newest_files_come_first_page_by_page(world: World, acme: Tenant) -> None:
    made = received(world, acme, 5)
    seen, cursor = [], None
    for _ in range(3):
        found = page(list_files(world, acme, 2, cursor))
        seen += [file.id for file in found.files]
        cursor = found.next_cursor
    assert seen == [file.id for file in reversed(made)]
    assert cursor is None


def test_the_oldest_come_first_where_that_is_asked_and_a_filter_chooses(world: World, acme: Tenant) -> None:
    made = received(world, acme, 4)
    found = page(list_files(world, acme, 9, forward=True, wanted=lambda file: file.name in ("3.pdf", "0.pdf")))
    assert [file.id for file in found.files] == [made[0].id, made[3].id]


def test_files_past_their_retention_and_of_others_are_not_listed(world: World, acme: Tenant) -> None:
    received(world, acme, 1)
    received(world, Tenant("other"), 1)
    assert len(page(list_files(world, acme, 9)).files) == 1
    world.clock.advance(DAY_MS)
    assert page(list_files(world, acme, 9)).files == []


def test_a_cursor_of_somebody_else_is_refused(world: World, acme: Tenant) -> None:
    refused = list_files(world, acme, 9, "MTIz")
    assert isinstance(refused, Refusal) and refused.kind is Kind.INVALID_REQUEST


def test_a_link_lives_as_long_as_the_bytes(world: World, acme: Tenant) -> None:
    (file,) = received(world, acme, 1)
    assert download_link(world, file)
    world.clock.advance(DAY_MS)
    assert download_link(world, file) is None
    announced = uploads.announce(world, acme, 8, None, None)
    assert isinstance(announced, uploads.Upload) and download_link(world, announced.file) is None


def test_a_deleted_file_is_gone_with_its_bytes(world: World, acme: Tenant) -> None:
    (file,) = received(world, acme, 1)
    assert world.blobs.head(file.key)
    assert delete_file(world, acme, file.id) == file
    assert world.blobs.head(file.key) is None
    again = delete_file(world, acme, file.id)
    assert isinstance(again, Refusal) and again.kind is Kind.FILE_NOT_FOUND


def test_nobody_deletes_the_file_of_another(world: World, acme: Tenant) -> None:
    (file,) = received(world, acme, 1)
    refused = delete_file(world, Tenant("other"), file.id)
    assert isinstance(refused, Refusal) and refused.kind is Kind.FILE_NOT_FOUND
    assert world.blobs.head(file.key)


def test_bytes_whose_arrival_is_not_recorded_yet_go_too(world: World, acme: Tenant) -> None:
    upload = uploads.announce(world, acme, 8, None, None)
    assert isinstance(upload, uploads.Upload)
    world.blobs.put(upload.file.key, b"%PDF-1.7", "")
    delete_file(world, acme, upload.file.id)
    assert world.blobs.head(upload.file.key) is None


def test_what_waits_for_a_deleted_file_fails(world: World, acme: Tenant) -> None:
    upload = uploads.announce(world, acme, 8, None, None)
    assert isinstance(upload, uploads.Upload)
    asked = Submission("extend", "schema", [upload.file.source], fingerprint="f", options={"mode": "fast"})
    submitted = submit(world, acme, asked)
    assert isinstance(submitted, Submitted)
    expand(world, acme.id, submitted.job.id)
    delete_file(world, acme, upload.file.id)
    (document,) = world.jobs.documents(acme.id, submitted.job.id)
    assert document.status is DocumentStatus.FAILED
    assert document.refusal and document.refusal.kind is Kind.UPLOAD_MISSING
