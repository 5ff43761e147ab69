"""What a module of `samples.labelled` draws."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class Made:
    """A document and what stands in it; a field that is not there is null."""

    file: str
    content: bytes
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """Documents that one schema describes.

    Attributes:
        name: of the set.
        schema: the JSON Schema of what may be asked of each.
        draw: makes the document of a split and a number from its own chance.
        count: documents by split.
    """

    name: str
    schema: dict[str, Any]
    draw: Callable[[str, int, random.Random], Made]
    count: Mapping[str, int]

    def documents(self, split: str) -> list[Made]:
        """The same each time."""
        return [self.draw(split, n, random.Random(f"{self.name}/{split}/{n}")) for n in range(self.count[split])]
