"""Extractors in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from quire.domain.delivery import Delivery
from quire.domain.extractor import Extractor, Order, Version, list_place
from quire.domain.ports import Listing, Saving
from quire.testing.store import Store


@dataclass(frozen=True, slots=True)
class MemoryExtractors:
    """`quire.domain.ports.Extractors`. The keys name their tenant first; `names` holds the id that each leads to."""

    store: Store
    heads: dict[tuple[str, str], Extractor] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    written: dict[tuple[str, str, int], Version] = field(default_factory=dict)

    # ---- write -------------------------------------------------------------------------------------------------------

    def create(self, extractor: Extractor, version: Version, told: Sequence[Delivery] = ()) -> Saving:
        return self._write(None, extractor, version, told)

    def save(
        self, before: Extractor, after: Extractor, version: Version | None, told: Sequence[Delivery] = ()
    ) -> Saving:
        return self._write(before, after, version, told)

    def delete(self, extractor: Extractor, told: Sequence[Delivery] = ()) -> Saving:
        return self._write(extractor, None, None, told)

    def _write(
        self, before: Extractor | None, after: Extractor | None, version: Version | None, told: Sequence[Delivery]
    ) -> Saving:
        key = _key(before or after)
        freed = (before.tenant, before.name) if before and before.leads else None
        taken = (after.tenant, after.name) if after and after.leads else None
        with self.store.lock:
            stands = self.heads.get(key)
            if (stands and stands.revision) != (before and before.revision):
                return Saving.CHANGED
            if version and (*key, version.number) in self.written:
                return Saving.CHANGED
            if taken and taken != freed and taken in self.names:
                return Saving.NAME_TAKEN
            if freed:
                del self.names[freed]
            if taken:
                self.names[taken] = key[1]
            if version:
                self.written[*key, version.number] = version
            if after:
                self.heads[key] = after
            else:
                del self.heads[key]
            self.store.tell(told)
        return Saving.SAVED

    # ---- read --------------------------------------------------------------------------------------------------------

    def get(self, tenant: str, extractor_id: str) -> Extractor | None:
        return self.heads.get((tenant, extractor_id))

    def named(self, tenant: str, name: str) -> Extractor | None:
        return self.heads.get((tenant, self.names.get((tenant, name), "")))

    def versions(self, tenant: str, extractor_id: str, numbers: Sequence[int]) -> list[Version]:
        found = (self.written.get((tenant, extractor_id, number)) for number in numbers)
        return [version for version in found if version]

    def listed(self, tenant: str, order: Order, after: str | None, limit: int, *, ascending: bool) -> Listing:
        mine = {list_place(head, order): head for (owner, _), head in self.heads.items() if owner == tenant}
        places = sorted(mine, reverse=not ascending)
        behind = [place for place in places if after is None or (place > after if ascending else place < after)]
        page = behind[:limit]
        return Listing([mine[place] for place in page], page[-1] if len(behind) > limit else None)


def _key(extractor: Extractor | None) -> tuple[str, str]:
    if extractor is None:
        raise TypeError("neither before nor after")
    return extractor.tenant, extractor.id
