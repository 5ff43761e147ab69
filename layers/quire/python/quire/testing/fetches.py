"""What is to be fetched, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quire.domain.file import Fetch, File
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryFetches:
    """`quire.domain.ports.Fetches`. `woken` are the fetches that were written anew, with when, in order."""

    store: Store
    woken: list[tuple[Fetch, int]] = field(default_factory=list)

    def announce(self, file: File, fetch: Fetch) -> None:
        with self.store.lock:
            self.store.files[file.tenant, file.id] = file
            self.store.fetches[fetch.tenant, fetch.file_id] = fetch

    def get(self, tenant: str, file_id: str) -> Fetch | None:
        return self.store.fetches.get((tenant, file_id))

    def all(self, tenant: str) -> list[Fetch]:
        with self.store.lock:
            mine = (fetch for fetch in self.store.fetches.values() if fetch.tenant == tenant)
            return sorted(mine, key=lambda fetch: fetch.file_id)

    def begin(self, fetch: Fetch, until: int) -> Fetch | None:
        with self.store.lock:
            if not self._same_try(fetch):
                return None
            begun = replace(fetch, due_at=until, tries=fetch.tries + 1)
            self.store.fetches[fetch.tenant, fetch.file_id] = begun
            return begun

    def postpone(self, fetch: Fetch, until: int) -> None:
        with self.store.lock:
            if self._same_try(fetch):
                self.store.fetches[fetch.tenant, fetch.file_id] = replace(fetch, due_at=until)

    def wake(self, fetch: Fetch, now: int) -> None:
        with self.store.lock:
            if self._same_try(fetch):
                self.woken.append((fetch, now))

    def _same_try(self, fetch: Fetch) -> bool:
        stands = self.get(fetch.tenant, fetch.file_id)
        return stands is not None and stands.tries == fetch.tries

    def done(self, tenant: str, file_id: str) -> None:
        self.store.fetches.pop((tenant, file_id), None)
