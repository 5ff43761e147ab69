"""A file: uploaded bytes, or the promise of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from quire.domain.document import AWAITED, Source, Stored
from quire.domain.refusal import Refusal

MOST_BYTES = 150 * 1024 * 1024
UPLOAD_WINDOW_MS = 24 * 3600 * 1000
"""How long an upload may be begun after its file was announced."""


_NO_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What has no place in a line of text: controls, other line ends, and what turns the direction of what follows."""


def plain_name(said: str | None) -> str | None:
    """A file's name as a caller said it, without the path in front of it and without controls; None: nothing is left.

    Names are told again, in answers and in files that are made of them: what leads elsewhere must not come along."""
    name = _NO_NAMES.sub("", said or "").replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return name if name not in ("", ".", "..") else None


class FileStatus(StrEnum):
    PENDING = "pending"
    UPLOADED = "uploaded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class File:
    """Times are milliseconds since 1970; `size` is bytes, None until the arrival where none was announced. `version`
    is the S3 version that `accept` saw first: what is processed, whatever is put under the same key afterwards. A file
    with a `refusal` does not arrive any more. `password` opens an encrypted PDF; no repr shows it. `settings` are what
    its contract wants to find there again."""

    tenant: str
    id: str
    size: int | None
    created_at: int
    retention_ms: int
    name: str | None = None
    media_type: str | None = None
    arrived_at: int | None = None
    version: str | None = None
    sha256: str | None = None
    refusal: Refusal | None = None
    password: str | None = field(default=None, repr=False)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"uploads/{self.tenant}/{self.id}"

    @property
    def expires_at(self) -> int:
        """The end of the upload window until the bytes arrived, then the end of their retention."""
        return self.created_at + UPLOAD_WINDOW_MS if self.arrived_at is None else self.arrived_at + self.retention_ms

    @property
    def settled(self) -> bool:
        """It has arrived, or never will: nothing has to wait for it."""
        return self.arrived_at is not None or self.refusal is not None

    @property
    def source(self) -> Source:
        """Its bytes as those of a document, which waits where they have not arrived."""
        return Source(Stored(self.key, self.version or AWAITED), self.size or 0, self.expires_at, self.id, self.name)

    def status(self, now: int) -> FileStatus:
        if now >= self.expires_at or self.refusal is not None:
            return FileStatus.EXPIRED
        return FileStatus.PENDING if self.arrived_at is None else FileStatus.UPLOADED


@dataclass(frozen=True, slots=True)
class Fetch:
    """Bytes to bring from a URL into a file. The URL is a secret: whoever has it may read them. `tries` have begun; the
    next begins no sooner than `due_at` (milliseconds since 1970)."""

    tenant: str
    file_id: str
    url: str = field(repr=False)
    due_at: int
    tries: int = 0
