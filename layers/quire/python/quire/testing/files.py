"""Files in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quire.domain.file import File
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

    def arrive(self, tenant: str, file_id: str, version: str, now: int) -> File | None:
        with self.store.lock:
            file = self.store.files.get((tenant, file_id))
            if file and file.arrived_at is None:
                file = replace(file, arrived_at=now, version=version)
                self.put(file)
            return file
