"""What is to be fetched, in DynamoDB: a row beside the file's, of whose writes the table's stream tells, and a mark in
the tenant's partition, by which it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quire.adapters.rows import fetch_key, file_row, tenant_key
from quire.adapters.table import Failed, Table
from quire.domain.file import Fetch, File

_SAME_TRY = "attribute_exists(PK) AND tries = :tries"


@dataclass(frozen=True, slots=True)
class DynamoFetches:
    """`quire.domain.ports.Fetches`."""

    table: Table

    def announce(self, file: File, fetch: Fetch) -> None:
        facts = {"file_id": fetch.file_id, "url": fetch.url, "due_at": fetch.due_at, "tries": fetch.tries}
        row = fetch_key(fetch.tenant, fetch.file_id) | facts
        mark = _mark_key(fetch.tenant, fetch.file_id) | {"file_id": fetch.file_id}
        self.table.transact([{"Put": self.table.put_action(each)} for each in (file_row(file), row, mark)])

    def get(self, tenant: str, file_id: str) -> Fetch | None:
        row = self.table.get(fetch_key(tenant, file_id))
        return _fetch(tenant, row) if row else None

    def all(self, tenant: str) -> list[Fetch]:
        marks = self.table.query(tenant_key(tenant, "")["PK"], "begins_with(SK, :prefix)", prefix="fetching#")
        rows = self.table.get_many([fetch_key(tenant, mark["file_id"]) for mark in marks])
        return sorted((_fetch(tenant, row) for row in rows), key=lambda fetch: fetch.file_id)

    def begin(self, fetch: Fetch, until: int) -> Fetch | None:
        row = self._update(fetch, "SET due_at = :until ADD tries :one", until=until, one=1)
        return None if isinstance(row, Failed) else _fetch(fetch.tenant, row)

    def postpone(self, fetch: Fetch, until: int) -> None:
        self._update(fetch, "SET due_at = :until", until=until)

    def wake(self, fetch: Fetch, now: int) -> None:
        # An attribute that changes: a write that changes nothing is not in the stream (DynamoDB developer guide).
        self._update(fetch, "SET woken_at = :now", now=now)

    def _update(self, fetch: Fetch, update: str, **values: Any) -> dict[str, Any] | Failed:
        key = fetch_key(fetch.tenant, fetch.file_id)
        return self.table.update(key, update=update, condition=_SAME_TRY, tries=fetch.tries, **values)

    def done(self, tenant: str, file_id: str) -> None:
        keys = (fetch_key(tenant, file_id), _mark_key(tenant, file_id))
        self.table.transact([{"Delete": self.table.action(key)} for key in keys])


def _mark_key(tenant: str, file_id: str) -> dict[str, str]:
    return tenant_key(tenant, f"fetching#{file_id}")


def _fetch(tenant: str, row: Mapping[str, Any]) -> Fetch:
    return Fetch(tenant, row["file_id"], row["url"], row["due_at"], row["tries"])
