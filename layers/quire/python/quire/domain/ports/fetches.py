"""Files whose bytes are still to be fetched."""

from __future__ import annotations

from typing import Protocol

from quire.domain.file import Fetch, File


class Fetches(Protocol):
    """Each write to a fetch wakes the function that fetches."""

    def announce(self, file: File, fetch: Fetch) -> None:
        """One transaction: the file, and that it is to be fetched."""
        ...

    def get(self, tenant: str, file_id: str) -> Fetch | None:
        """Strongly consistent."""
        ...

    def all(self, tenant: str) -> list[Fetch]: ...

    def begin(self, fetch: Fetch, until: int) -> Fetch | None:
        """A try begins, and no other before `until`. None: another has begun since `fetch` was read."""
        ...

    def postpone(self, fetch: Fetch, until: int) -> None:
        """The try failed: the next is due then. Nothing happens when another has begun."""
        ...

    def wake(self, fetch: Fetch, now: int) -> None:
        """Write it anew as it is."""
        ...

    def done(self, tenant: str, file_id: str) -> None:
        """There is nothing left to fetch."""
        ...
