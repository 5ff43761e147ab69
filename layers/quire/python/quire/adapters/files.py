"""Files in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from quire.adapters.items import Cancelled
from quire.adapters.listing import OWNED, walk
from quire.adapters.rows import file_key, file_of, file_row, files_owner, refusal_value, tenant_key
from quire.adapters.table import Table
from quire.domain.file import File
from quire.domain.ports import Listed, Walk
from quire.domain.refusal import Refusal

_ARRIVALS = {"PK": "arrivals", "SK": "arrivals"}


@dataclass(frozen=True, slots=True)
class DynamoFiles:
    table: Table

    def put(self, file: File) -> None:
        self.table.put(file_row(file))

    def get(self, tenant: str, file_ids: Sequence[str]) -> dict[str, File]:
        rows = self.table.get_many([file_key(tenant, file_id) for file_id in dict.fromkeys(file_ids)])
        return {row["id"]: file_of(row) for row in rows}

    def arrive(self, file: File, version: str, size: int, now: int) -> File | None:
        arrived = replace(file, version=version, size=size, arrived_at=now)
        update = "SET arrived_at = :now, version = :version, #size = :size"
        return self._settle(arrived, update=update, names={"#size": "size"}, now=now, version=version, size=size)

    def refuse(self, file: File, refusal: Refusal) -> File | None:
        update, value = "SET refusal = :refusal", refusal_value(refusal)
        return self._settle(replace(file, refusal=refusal), update=update, refusal=value)

    def _settle(self, file: File, **written: Any) -> File | None:
        unsettled = "attribute_exists(PK) AND attribute_not_exists(arrived_at) AND attribute_not_exists(refusal)"
        row = self.table.action(file_key(file.tenant, file.id), condition=unsettled, **written)
        mark = self.table.put_action(tenant_key(file.tenant, f"settle#{file.id}") | {"file_id": file.id})
        try:
            self.table.transact([{"Update": row}, {"Put": mark}])
        except Cancelled:
            return self.get(file.tenant, [file.id]).get(file.id)
        return file

    def recent(self, tenant: str, page: Walk) -> list[Listed]:
        return walk(self.table, OWNED, files_owner(tenant), page)

    def delete(self, tenant: str, file_id: str) -> None:
        self.table.delete(file_key(tenant, file_id))

    def unsettled(self, tenant: str) -> list[str]:
        marks = self.table.query(tenant_key(tenant, "")["PK"], "begins_with(SK, :prefix)", prefix="settle#")
        return [mark["file_id"] for mark in marks]

    def settled(self, tenant: str, file_id: str) -> None:
        self.table.delete(tenant_key(tenant, f"settle#{file_id}"))

    def reconciled(self) -> int:
        row = self.table.get(_ARRIVALS)
        return row["until"] if row else 0

    def reconcile(self, until: int) -> None:
        self.table.put(_ARRIVALS | {"until": until})
