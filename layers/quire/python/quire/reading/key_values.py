"""Key-values worked out from words and ruling lines."""

from __future__ import annotations

from collections.abc import Sequence

from quire.reading.model import Box, KeyValue, Line, Table


def find(lines: Sequence[Line], tables: Sequence[Table] = (), rulings: Sequence[Box] = ()) -> list[KeyValue]:
    return []
