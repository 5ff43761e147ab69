"""Extractors and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from quire.domain.delivery import Delivery
from quire.domain.extractor import Extractor, Order, Version


class Saving(StrEnum):
    SAVED = "saved"
    NAME_TAKEN = "name_taken"
    CHANGED = "changed"
    """Somebody else wrote it since it was read, or it is gone."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of extractors; `after` is the place of the last one, None when nothing lies behind it."""

    extractors: Sequence[Extractor]
    after: str | None


class Extractors(Protocol):
    def create(self, extractor: Extractor, version: Version, told: Sequence[Delivery] = ()) -> Saving:
        """One transaction: the head, its first version and, where it `leads`, the name; and what is told of it."""
        ...

    def save(
        self, before: Extractor, after: Extractor, version: Version | None, told: Sequence[Delivery] = ()
    ) -> Saving:
        """One transaction: the head as `after`, if it still stands as `before`, a new version, and the names that are
        taken and released by it, and what is told of it. A version that exists is never written again."""
        ...

    def delete(self, extractor: Extractor, told: Sequence[Delivery] = ()) -> Saving:
        """One transaction: the head and its name are gone; the versions stay for those who hold their numbers."""
        ...

    def get(self, tenant: str, extractor_id: str) -> Extractor | None:
        """Strongly consistent."""
        ...

    def named(self, tenant: str, name: str) -> Extractor | None:
        """The extractor that a name leads to; strongly consistent."""
        ...

    def versions(self, tenant: str, extractor_id: str, numbers: Sequence[int]) -> list[Version]:
        """Those that exist, in the order asked; strongly consistent."""
        ...

    def listed(self, tenant: str, order: Order, after: str | None, limit: int, *, ascending: bool) -> Listing:
        """Strongly consistent by creation; by update eventually consistent, though each is shown as it stands."""
        ...
