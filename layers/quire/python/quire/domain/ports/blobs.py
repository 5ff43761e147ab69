"""The bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from quire.domain.document import Stored


@dataclass(frozen=True, slots=True)
class Head:
    """A version of an object; `size` in bytes, `at` when it was put (milliseconds since 1970)."""

    version: str
    size: int
    at: int


class Blobs(Protocol):
    """The bucket. Missing objects raise KeyError."""

    def put(self, key: str, body: bytes, media_type: str) -> Stored: ...

    def put_file(self, key: str, path: Path, media_type: str) -> Stored: ...

    def get(self, stored: Stored) -> bytes: ...

    def read(self, key: str) -> bytes:
        """The newest version: for objects of our own, which are only ever rewritten with the same contents."""
        ...

    def download(self, what: Stored | str, path: Path) -> None:
        """A pinned version, or the newest of a key of our own."""
        ...

    def range(self, stored: Stored, start: int, length: int) -> bytes:
        """`length` bytes of a pinned version from `start` (0-based), in one request; fewer only where it ends.

        Raises:
            ValueError: nothing is asked for, or it ends before `start`.
        """
        ...

    def delete(self, stored: Stored) -> None:
        """Remove one version; removed before: nothing happens."""
        ...

    def clear(self, prefix: str, most: int) -> bool:
        """Remove every version of whatever begins with `prefix`, about `most` of them; whether all are gone."""
        ...

    def arrivals(self, prefix: str, since: int, until: int) -> Iterator[tuple[str, Head]]:
        """By key, the versions of whatever begins with `prefix` that were put from `since` until `until`."""
        ...

    def head(self, what: Stored | str) -> Head | None:
        """Of a pinned version, or the newest of a key; None where there is none."""
        ...

    def keys(self, prefix: str) -> list[str]: ...

    def upload_url(self, key: str, size: int | None, seconds: int) -> str:
        """A presigned PUT that binds the key and, where it is given, the length in bytes."""
        ...

    def download_url(self, stored: Stored, seconds: int) -> str: ...
