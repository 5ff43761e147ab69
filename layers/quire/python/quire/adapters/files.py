"""Files in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quire.adapters.rows import file_key, file_of, file_row
from quire.adapters.table import Failed, Table
from quire.domain.file import File


@dataclass(frozen=True, slots=True)
class DynamoFiles:
    table: Table

    def put(self, file: File) -> None:
        self.table.put(file_row(file))

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        rows = self.table.get_many([file_key(tenant, file_id) for file_id in dict.fromkeys(file_ids)])
        return {row["id"]: file_of(row) for row in rows}

    def arrive(self, tenant: str, file_id: str, version: str, now: int) -> File | None:
        row = self.table.update(
            file_key(tenant, file_id),
            update="SET arrived_at = :now, version = :version",
            condition="attribute_exists(PK) AND attribute_not_exists(arrived_at)",
            now=now,
            version=version,
        )
        if isinstance(row, Failed):
            return file_of(row.item) if row.item else None
        return file_of(row)
