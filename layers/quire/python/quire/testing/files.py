"""Files in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain.file import File
from quire.domain.ports import Listed, Walk
from quire.domain.refusal import Refusal
from quire.testing.jobs import walk
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """`quire.domain.ports.Files`."""

    store: Store

    def put(self, file: File) -> None:
        self.store.files[file.tenant, file.id] = file

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        found = ((file_id, self.store.files.get((tenant, file_id))) for file_id in file_ids)
        return {file_id: file for file_id, file in found if file}

    def arrive(self, file: File, version: str, size: int, now: int) -> File | None:
        return self._settle(replace(file, version=version, size=size, arrived_at=now))

    def refuse(self, file: File, refusal: Refusal) -> File | None:
        return self._settle(replace(file, refusal=refusal))

    def _settle(self, file: File) -> File | None:
        key = (file.tenant, file.id)
        with self.store.lock:
            stands = self.store.files.get(key)
            if stands is None or stands.settled:
                return stands
            self.put(file)
            self.store.unsettled.add(key)
            return file

    def recent(self, tenant: str, page: Walk) -> list[Listed]:
        with self.store.lock:
            mine = (file for file in self.store.files.values() if file.tenant == tenant)
            return walk([(file.created_at, file.id) for file in mine], page)

    def delete(self, tenant: str, file_id: str) -> None:
        self.store.files.pop((tenant, file_id), None)

    def unsettled(self, tenant: str) -> list[str]:
        return sorted(file_id for owner, file_id in self.store.unsettled if owner == tenant)

    def settled(self, tenant: str, file_id: str) -> None:
        self.store.unsettled.discard((tenant, file_id))

    def reconciled(self) -> int:
        return self.store.reconciled

    def reconcile(self, until: int) -> None:
        self.store.reconciled = until
