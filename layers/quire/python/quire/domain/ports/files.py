"""Uploaded bytes, as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quire.domain.file import File
from quire.domain.ports.jobs import Listed, Walk
from quire.domain.refusal import Refusal


class Files(Protocol):
    def put(self, file: File) -> None: ...

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        """Those that exist, by id; strongly consistent."""
        ...

    def arrive(self, file: File, version: str, size: int, now: int) -> File | None:
        """One transaction: the first version seen, with its size in bytes, and the mark of a file that has settled.
        Answers the file as it then stands: what had settled before stays."""
        ...

    def refuse(self, file: File, refusal: Refusal) -> File | None:
        """One transaction: the file will not arrive, and the mark of a file that has settled. Answers as `arrive`."""
        ...

    def recent(self, tenant: str, page: Walk) -> list[Listed]:
        """Where files stand in the order of their creation; eventually consistent."""
        ...

    def delete(self, tenant: str, file_id: str) -> None:
        """Forget the file; its bytes are another matter."""
        ...

    def unsettled(self, tenant: str) -> list[str]:
        """Ids of the files with that mark: documents may still wait for them."""
        ...

    def settled(self, tenant: str, file_id: str) -> None:
        """No document waits for it any more: take the mark away."""
        ...

    def reconciled(self) -> int:
        """Up to when (milliseconds since 1970) all that arrived in the bucket, of any tenant, is known; 0: nobody has
        looked yet. Strongly consistent."""
        ...

    def reconcile(self, until: int) -> None:
        """It is known up to then."""
        ...
