"""Uploaded bytes, as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quire.domain.file import File


class Files(Protocol):
    def put(self, file: File) -> None: ...

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        """Those that exist, by id; strongly consistent."""
        ...

    def arrive(self, tenant: str, file_id: str, version: str, now: int) -> File | None:
        """Record the first version seen. Answers the file as it then stands: a later version changes nothing."""
        ...
