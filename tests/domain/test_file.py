"""A file: awaited, uploaded, expired."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.document import AWAITED as AWAITED_VERSION
from quire.domain.document import Source, Stored
from quire.domain.file import UPLOAD_WINDOW_MS, File, FileStatus, plain_name
from quire.domain.refusal import Kind, Refusal

AWAITED = File("acme", "f1", size=10, created_at=1000, retention_ms=500)
ARRIVED = replace(AWAITED, arrived_at=5000, version="v1")


def test_a_file_s_key_begins_with_its_retention_class_and_its_tenant() -> None:
    assert AWAITED.key == "uploads/acme/f1"


@pytest.mark.parametrize(
    ("file", "expires_at", "before"),
    [(AWAITED, 1000 + UPLOAD_WINDOW_MS, FileStatus.PENDING), (ARRIVED, 5500, FileStatus.UPLOADED)],
)
def test_a_file_expires_to_the_millisecond(file: File, expires_at: int, before: FileStatus) -> None:
    assert file.expires_at == expires_at
    assert file.status(expires_at - 1) is before
    assert file.status(expires_at) is FileStatus.EXPIRED


def test_a_file_that_arrived_late_in_its_window_is_kept_as_long_as_any() -> None:
    late = replace(AWAITED, arrived_at=1000 + UPLOAD_WINDOW_MS - 1)
    assert late.status(1000 + UPLOAD_WINDOW_MS) is FileStatus.UPLOADED


def test_a_file_that_was_refused_is_not_awaited_any_more() -> None:
    refused = replace(AWAITED, refusal=Refusal(Kind.FETCH_FAILED, "The server answered with status 404."))
    assert refused.status(1000) is FileStatus.EXPIRED
    assert [file.settled for file in (AWAITED, ARRIVED, refused)] == [False, True, True]


def test_a_file_is_a_document_s_bytes_also_before_it_arrived() -> None:
    assert ARRIVED.source == Source(Stored("uploads/acme/f1", "v1"), 10, 5500, "f1", None)
    assert AWAITED.source == Source(Stored("uploads/acme/f1", AWAITED_VERSION), 10, 1000 + UPLOAD_WINDOW_MS, "f1", None)
    assert [file.source.waits for file in (AWAITED, ARRIVED)] == [True, False]
    assert replace(AWAITED, size=None).source.size == 0


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("a.pdf", "a.pdf"), ("été 2025 (final).pdf", "été 2025 (final).pdf"), (" a.pdf ", "a.pdf"),
        ("/etc/passwd", "passwd"), ("../../a.pdf", "a.pdf"), ("C:\\Users\\a.pdf", "a.pdf"), ("a/b\\c.pdf", "c.pdf"),
        ("folder/", "folder"), ("a\x00b\r\n\x7f.pdf", "ab.pdf"), ("a\u202efdp.exe", "afdp.exe"), ("a\u2028b", "ab"),
        ("", None), (None, None), ("..", None), ("/", None), ("\x00", None), ("../..", None),
    ],
)  # fmt: skip
def test_a_name_is_told_without_a_path_and_without_controls(said: str | None, name: str | None) -> None:
    assert plain_name(said) == name
