"""What goes into an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Union


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ValueType(StrEnum):
    """What a text stands for; all else says by itself what it is."""

    PLAIN = "plain"
    DATE = "date"
    DATE_TIME = "date_time"
    TIME = "time"


Shape = Union[ValueType, "Mapping[str, Shape]", "Sequence[Shape]"]
"""What the data looks like, before any is seen: objects with their names in order, arrays as a list of one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One filling of the schema; `pages` are the numbers of the pages that it is of."""

    name: str | None
    pages: Sequence[int]
    data: Any


@dataclass(frozen=True, slots=True)
class Exported:
    """A document in the words of its contract; no `parts`: it has no data (yet), and `error` may say why."""

    filename: str
    document_id: str
    status: str
    error: str | None = None
    parts: Sequence[Part] = ()
