"""A document's result as a table that a person reads: a row a field, what is in doubt marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from quire_client import Field, Result

SURE = 0.8
"""A confidence below it is marked: what docs/accuracy.md calls sure."""
MOST_ROWS = 3
"""Of a list are shown; its other rows are in the file."""
MOST_CHUNKS = 6
_MOST_VALUE = 200
"""Characters of a value; a terminal folds them into a few lines."""


def table(result: Result) -> Table:
    """A row a field; a list's first rows are a row each, as sure as the least sure of their values."""
    if result.metadata is None:
        return _chunks(result.data["chunks"])
    made = Table(show_edge=False, pad_edge=False)
    made.add_column("field", overflow="fold", ratio=3)
    made.add_column("value", overflow="fold", ratio=6)
    made.add_column("sure", justify="right", min_width=6, no_wrap=True)
    made.add_column("page", justify="right", no_wrap=True)
    made.expand = True
    for name, fields in groupby(result.fields, key=_list_of):
        group = list(fields)
        for row in _of_list(name, group) if name else map(_row, group):
            made.add_row(*row)
    return made


def _chunks(chunks: Sequence[dict[str, Any]]) -> Table:
    made = Table("page", "text", show_edge=False, pad_edge=False, expand=True)
    for chunk in chunks[:MOST_CHUNKS]:
        made.add_row(str(chunk.get("page_no", "")), Text(_cut(str(chunk.get("page_content") or ""))))
    if len(chunks) > MOST_CHUNKS:
        made.add_row("", Text(f"… {len(chunks) - MOST_CHUNKS} more", style="dim"))
    return made


def _list_of(field: Field) -> str:
    """The name of the outermost list that a value stands in; empty for a value outside of any."""
    return field.path.partition("[")[0] if "[" in field.path and not field.path.startswith("[") else ""


def _of_list(name: str, fields: Sequence[Field]) -> Iterator[tuple[Text, Text, Text, Text]]:
    items = [list(item) for _, item in groupby(fields, key=lambda field: field.path[: field.path.index("]") + 1])]
    for item in items[:MOST_ROWS]:
        place = item[0].path[: item[0].path.index("]") + 1]
        yield _joined(place, item)
    if len(items) > MOST_ROWS:
        rest = [field for item in items[MOST_ROWS:] for field in item]
        doubted = sum(_doubted(field) for field in rest)
        more = f"… {len(items) - MOST_ROWS} more rows" + (f", {doubted} values in doubt" if doubted else "")
        yield Text(name, style="dim"), Text(more, style="dim"), Text(""), Text("")


def _joined(place: str, fields: Sequence[Field]) -> tuple[Text, Text, Text, Text]:
    values = " · ".join(_value(field.value) for field in fields)
    known = [field.confidence for field in fields if field.confidence is not None and field.value is not None]
    return Text(place), Text(_cut(values)), _sure(min(known, default=None)), _pages(fields)


def _row(field: Field) -> tuple[Text, Text, Text, Text]:
    style = "dim" if field.value is None else ""
    sure = _sure(field.confidence if field.value is not None else None)
    return Text(field.path), Text(_cut(_value(field.value)), style=style), sure, _pages([field])


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_VALUE else f"{flat[: _MOST_VALUE - 1]}…"


def _doubted(field: Field) -> bool:
    return field.value is not None and (field.confidence or 0.0) < SURE


def _sure(confidence: float | None) -> Text:
    """In percent; a mark before what is not sure, so that it shows without colours too."""
    if confidence is None:
        return Text("")
    if confidence < SURE:
        return Text(f"? {confidence:.0%}", style="bold yellow")
    return Text(f"{confidence:.0%}")


def _pages(fields: Sequence[Field]) -> Text:
    numbers = sorted({cited.page for field in fields for cited in field.citations})
    return Text(f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}" if numbers else "")
