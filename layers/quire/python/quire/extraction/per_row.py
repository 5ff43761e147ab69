"""A schema that describes one row of a table, filled from each row of a document's tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from quire.extraction.engine import Extraction, extract
from quire.extraction.fields import leaves
from quire.extraction.leaf import Leaf
from quire.extraction.schema import parse
from quire.reading.model import Page

_ROWS = "rows"
_SHARED = ("$defs", "definitions")
_SAYS_ITS_FORM = {"properties", "fields", "$ref", "allOf", "anyOf", "oneOf"}


def extract_rows(pages: Iterable[Page], schema: Any) -> Iterator[Extraction]:
    """The schema filled from each row, in the order of the pages.

    Raises:
        SchemaRefused: see `schema.parse`.
    """
    scalars = [scalar.path for scalar, _ in leaves(parse(schema))]
    found = extract(pages, of_rows(schema))
    filled: dict[int, list[Leaf]] = defaultdict(list)
    for leaf in found.leaves:
        at, _, path = leaf.path.removeprefix(f"{_ROWS}[").partition("].")
        filled[int(at)].append(replace(leaf, path=path))
    for number, data in enumerate(found.data[_ROWS]):
        own = tuple(filled[number])
        said = {leaf.path for leaf in own}
        yield Extraction(data, own, tuple(path for path in scalars if path not in said))


def of_rows(schema: Any) -> dict[str, Any]:
    """The schema of a document whose rows are what `schema`, in any dialect, describes."""
    if isinstance(schema, str):
        schema = json.loads(schema)
    row = {"fields": schema} if isinstance(schema, list) else dict(schema)
    shared = {key: row.pop(key) for key in _SHARED if key in row}
    if not row.keys() & _SAYS_ITS_FORM and not isinstance(row.get("type"), str):
        row = {"type": "object", "properties": row}
    return {"type": "object", "properties": {_ROWS: {"type": "array", "items": row}}, **shared}
