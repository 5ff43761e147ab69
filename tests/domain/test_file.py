"""A file: awaited, uploaded, expired."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quire.domain.file import UPLOAD_WINDOW_MS, File, FileStatus

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
