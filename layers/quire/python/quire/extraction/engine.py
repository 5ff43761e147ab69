"""A reading and a schema become fields, each with its confidence and its place on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quire.extraction import arrays, scalars
from quire.extraction.grid import Count
from quire.extraction.leaf import Leaf as Leaf
from quire.extraction.ready import prepare, shaped
from quire.extraction.view import View
from quire.reading.collector import rarely_collected
from quire.reading.model import Page


@dataclass(frozen=True, slots=True)
class Options:
    """`calibrated`: false gives the raw shares as confidences, which the calibration is fitted from."""

    calibrated: bool = True


@dataclass(frozen=True, slots=True)
class Extraction:
    """`data` is shaped as the schema says; `leaves` in its order; `ungrounded`: paths left null for want of words;
    `lists`: what became of the rows that the document shows of each list."""

    data: dict[str, Any]
    leaves: tuple[Leaf, ...]
    ungrounded: tuple[str, ...]
    lists: tuple[Count, ...] = ()


def extract(pages: Iterable[Page], schema: Any, options: Options | None = None) -> Extraction:
    """Fill the schema from the pages.

    Args:
        pages: in order; all are looked at, each is let go once its words are taken.
        schema: any dialect of `schema.parse`.
        options: see there.

    Raises:
        SchemaRefused: the schema cannot be filled.
    """
    # What is looked through for values is kept to the end, and would be looked through for cycles again and again.
    with rarely_collected():
        return _extracted(pages, schema, calibrated=(options or Options()).calibrated)


def _extracted(pages: Iterable[Page], schema: Any, *, calibrated: bool) -> Extraction:
    ready = prepare(schema)
    view = View(pages, tables=bool(ready.arrays))
    filled = arrays.fill(view, ready, calibrated=calibrated)
    found = scalars.fill(view, ready, filled.sums, calibrated=calibrated)
    data = shaped(ready.tree, {path: leaf.value for path, leaf in found.items()}, filled.values)
    missing = [one.scalar.path for one in ready.fields if one.scalar.path not in found]
    return Extraction(data, (*found.values(), *filled.leaves), (*missing, *filled.missing), tuple(filled.lists))
