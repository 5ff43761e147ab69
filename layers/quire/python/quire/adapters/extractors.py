"""Extractors in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quire.adapters import rows
from quire.adapters.delivery_rows import delivery_row
from quire.adapters.items import Cancelled
from quire.adapters.jobs import CHANGES
from quire.adapters.table import Table
from quire.domain.delivery import Delivery
from quire.domain.extractor import Extractor, Order, Version
from quire.domain.ports import Listing, Saving

_NEW = "attribute_not_exists(PK)"
_AS_READ = "revision = :revision"


@dataclass(frozen=True, slots=True)
class DynamoExtractors:
    """`quire.domain.ports.Extractors`."""

    table: Table

    # ---- write -------------------------------------------------------------------------------------------------------

    def create(self, extractor: Extractor, version: Version, told: Sequence[Delivery] = ()) -> Saving:
        head = {"Put": self.table.put_action(rows.extractor_row(extractor), _NEW)}
        return self._transact([head, self._add(version), *self._tell(told)], self._take(extractor))

    def save(
        self, before: Extractor, after: Extractor, version: Version | None, told: Sequence[Delivery] = ()
    ) -> Saving:
        row = rows.extractor_row(after)
        head = {"Put": self.table.put_action(row, _AS_READ, revision=before.revision)}
        actions = [head, *([self._add(version)] if version else ()), *self._tell(told)]
        if (before.name, before.leads) == (after.name, after.leads):
            return self._transact(actions, [])
        return self._transact(actions + self._release(before), self._take(after))

    def delete(self, extractor: Extractor, told: Sequence[Delivery] = ()) -> Saving:
        key = rows.extractors_key(extractor.tenant, extractor.id)
        head = {"Delete": self.table.action(key, condition=_AS_READ, revision=extractor.revision)}
        return self._transact([head, *self._release(extractor), *self._tell(told)], [])

    def _tell(self, told: Sequence[Delivery]) -> list[Any]:
        return [{"Put": self.table.put_action(delivery_row(delivery))} for delivery in told]

    def _add(self, version: Version) -> Any:
        return {"Put": self.table.put_action(rows.version_row(version), _NEW)}

    def _take(self, extractor: Extractor) -> list[Any]:
        row = rows.extractor_name_key(extractor.tenant, extractor.name) | {"extractor_id": extractor.id}
        return [{"Put": self.table.put_action(row, _NEW)}] if extractor.leads else []

    def _release(self, extractor: Extractor) -> list[Any]:
        key = rows.extractor_name_key(extractor.tenant, extractor.name)
        return [{"Delete": self.table.action(key)}] if extractor.leads else []

    def _transact(self, actions: list[Any], name: list[Any]) -> Saving:
        try:
            self.table.transact(actions + name)
        except Cancelled as cancelled:
            # Who read an old head learns that first: whether the name is free depends on what stands.
            return Saving.CHANGED if any(cancelled.failed[: len(actions)]) else Saving.NAME_TAKEN
        return Saving.SAVED

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, tenant: str, extractor_id: str) -> Extractor | None:
        row = self.table.get(rows.extractors_key(tenant, extractor_id))
        return rows.extractor_of(row) if row else None

    def named(self, tenant: str, name: str) -> Extractor | None:
        row = self.table.get(rows.extractor_name_key(tenant, name))
        found = self.get(tenant, row["extractor_id"]) if row else None
        return found if found and found.name == name else None  # it may be renamed between the two reads

    def versions(self, tenant: str, extractor_id: str, numbers: Sequence[int]) -> list[Version]:
        keys = [rows.version_key(tenant, extractor_id, number) for number in dict.fromkeys(numbers)]
        found = {row["number"]: row for row in self.table.get_many(keys)}
        return [rows.version_of(found[number]) for number in numbers if number in found]

    def listed(self, tenant: str, order: Order, after: str | None, limit: int, *, ascending: bool) -> Listing:
        by = "SK" if order is Order.CREATED else "changed"
        found = list(
            self.table.query(
                rows.extractors_key(tenant, "")["PK"],
                f"{by} {'>' if ascending else '<'} :after" if after else "",
                index=None if order is Order.CREATED else CHANGES,
                limit=limit + 1,
                ascending=ascending,
                **({"after": after} if after else {}),
            )
        )
        page = found[:limit]
        heads = page if order is Order.CREATED else self._as_they_stand(tenant, [row["SK"] for row in page])
        return Listing([rows.extractor_of(row) for row in heads], page[-1][by] if len(found) > limit else None)

    def _as_they_stand(self, tenant: str, extractor_ids: Sequence[str]) -> list[dict[str, Any]]:
        """The index has keys only, and lags."""
        found = self.table.get_many([rows.extractors_key(tenant, extractor_id) for extractor_id in extractor_ids])
        stands = {row["id"]: row for row in found}
        return [stands[extractor_id] for extractor_id in extractor_ids if extractor_id in stands]
