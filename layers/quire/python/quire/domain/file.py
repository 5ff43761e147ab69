"""A file: uploaded bytes, or the promise of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 150 * 1024 * 1024
UPLOAD_WINDOW_MS = 24 * 3600 * 1000
"""How long an upload may be begun after its file was announced."""


class FileStatus(StrEnum):
    PENDING = "pending"
    UPLOADED = "uploaded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class File:
    """Times are milliseconds since 1970; `size` is bytes. `version` is the S3 version that `accept` saw first: what is
    processed, whatever is put under the same key afterwards."""

    tenant: str
    id: str
    size: int
    created_at: int
    retention_ms: int
    name: str | None = None
    media_type: str | None = None
    arrived_at: int | None = None
    version: str | None = None
    sha256: str | None = None

    @property
    def key(self) -> str:
        return f"uploads/{self.tenant}/{self.id}"

    @property
    def expires_at(self) -> int:
        """The end of the upload window until the bytes arrived, then the end of their retention."""
        return self.created_at + UPLOAD_WINDOW_MS if self.arrived_at is None else self.arrived_at + self.retention_ms

    def status(self, now: int) -> FileStatus:
        if now >= self.expires_at:
            return FileStatus.EXPIRED
        return FileStatus.PENDING if self.arrived_at is None else FileStatus.UPLOADED
