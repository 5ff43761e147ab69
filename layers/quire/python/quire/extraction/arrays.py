"""Arrays: values and objects that a document lists, level by level.

Of objects, the way that fills the most is taken: a table that the reading knows, lines under headings, blocks that
repeat their labels, or a list of lines with amounts that no heading heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from quire.extraction import blocks, listings, rank, rows, scalars, tabled, values
from quire.extraction.fields import Family, Field
from quire.extraction.grid import Count, Reason, count_of
from quire.extraction.leaf import Leaf, citation, legibility
from quire.extraction.ready import Ready, shaped
from quire.extraction.schema import Array, Scalar
from quire.extraction.view import View
from quire.reading.model import Word

_MOST_OF = 0.75  # of the cells found under headings, for a table to be taken instead


@dataclass(slots=True)
class Filled:
    """The arrays of a level by path, their leaves, the sums of their columns of numbers, what stayed null, and of each
    array that has a grid what became of its rows."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    sums: set[float] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    lists: list[Count] = field(default_factory=list)


def fill(view: View, ready: Ready, *, calibrated: bool) -> Filled:
    """Every array of the level, filled."""
    filled = Filled()
    for array, inner in ready.arrays:
        items, proven, count = _items(view, array, inner, calibrated=calibrated)
        if count is not None:
            filled.lists.append(count)
        filled.values[array.path] = [item.value for item in items]
        for n, item in enumerate(items):
            place, mark = f"{array.path}[{n}]", f"{array.path}[]"
            filled.leaves += [replace(leaf, path=leaf.path.replace(mark, place, 1)) for leaf in item.leaves]
            filled.missing += [path.replace(mark, place, 1) for path in item.missing]
            filled.lists += [replace(one, path=one.path.replace(mark, place, 1)) for one in item.lists]
        if proven:
            filled.sums |= _sums(inner.fields, items)
    return filled


@dataclass(slots=True)
class Item:
    """One element of an array; paths still say `[]` for its place."""

    value: Any
    leaves: list[Leaf]
    missing: list[str]
    lists: list[Count] = field(default_factory=list)


def _items(view: View, array: Array, inner: Ready, *, calibrated: bool) -> tuple[list[Item], bool, Count | None]:
    """The array's items; whether headings name their columns, so that sums of these are worth something; and what
    became of the rows of its grid, where it has one."""
    if isinstance(array.items, Scalar):
        found, count = values.listed(view, inner.fields[0], inner.labels)
        return [Item(leaf.value, [_sure(leaf, calibrated=calibrated)], []) for leaf in found], False, count
    if isinstance(array.items, Array):  # a list of lists: nothing in a document says where the inner ones part
        return [], False, None

    def made_of(listed: rows.Listed) -> list[Item]:
        return [_row(view, inner, item, calibrated=calibrated) for item in listed.items]

    listed = rows.items_of(view, inner.fields, inner.labels)
    headed = made_of(listed)
    tables = tabled.items_of(view, inner.fields, inner.labels)
    known = made_of(tables)
    if _says_more(known, headed):
        headed, listed = known, tables
    made = headed
    parts = blocks.parts(view, inner)
    if parts and (inner.arrays or not made):
        blocked = [_block(part, inner, calibrated=calibrated) for part in parts]
        became = [
            (part.numbers[0], None if item.leaves else Reason.EMPTY) for part, item in zip(parts, blocked, strict=True)
        ]
        return [item for item in blocked if item.leaves], False, count_of(array.path, became)
    if not made and not inner.arrays:
        listed = listings.items_of(view, inner.fields, inner.labels)
        made = made_of(listed)
    count = listed.count(array.path, [bool(item.leaves) for item in made])
    return [item for item in made if item.leaves], made is headed, count if count.shown else None


def _says_more(known: Sequence[Item], headed: Sequence[Item]) -> bool:
    """Whether a known table says as much as the lines under headings: its columns and rows are surer than theirs."""

    def columns(items: Sequence[Item]) -> int:
        return len({leaf.path for item in items for leaf in item.leaves})

    def cells(items: Sequence[Item]) -> int:
        return sum(len(item.leaves) for item in items)

    return bool(known) and columns(known) >= columns(headed) and cells(known) >= _MOST_OF * cells(headed)


def _sure(leaf: Leaf, *, calibrated: bool) -> Leaf:
    """With the confidence that cells with its raw one deserve."""
    return replace(leaf, confidence=rank.calibrated("cell", leaf.confidence)) if calibrated else leaf


def _block(part: View, inner: Ready, *, calibrated: bool) -> Item:
    """An object from a part of the document that is about it alone."""
    filled = fill(part, inner, calibrated=calibrated)
    found = scalars.fill(part, inner, filled.sums, calibrated=calibrated)
    said = {path: leaf.value for path, leaf in found.items()}
    missing = [one.scalar.path for one in inner.fields if one.scalar.path not in found]
    return Item(
        shaped(inner.tree, said, filled.values),
        [*found.values(), *filled.leaves],
        missing + filled.missing,
        filled.lists,
    )


def _row(view: View, inner: Ready, item: rows.Item, *, calibrated: bool) -> Item:
    """An object from a row of a table."""
    found: dict[str, Leaf] = {}
    for index, words in item.cells.items():
        leaf = _cell(view, inner.fields[index], words, item.page, item.fits.get(index, 0.5))
        if leaf is not None:
            found[leaf.path] = _sure(leaf, calibrated=calibrated)
    said = {path: leaf.value for path, leaf in found.items()}
    missing = [one.scalar.path for one in inner.fields if one.scalar.path not in found]
    return Item(shaped(inner.tree, said, {}), list(found.values()), missing)


def _cell(view: View, one: Field, words: Sequence[Word], page: int, fit: float) -> Leaf | None:
    text = " ".join(word.text for word in words).strip(" |")
    value = values.value_in(view, one, text)
    if value in (None, ""):
        return None
    return Leaf(one.scalar.path, value, min(1.0, fit) * legibility(words), (citation(view, page, words),))


def _sums(fields: Sequence[Field], items: Sequence[Item]) -> set[float]:
    found: set[float] = set()
    for one in fields:
        if one.family is Family.AMOUNT:
            numbers = [leaf.value for item in items for leaf in item.leaves if leaf.path == one.scalar.path]
            if numbers and all(isinstance(value, (int, float)) for value in numbers):
                found.add(round(sum(numbers), 2))
    return found
