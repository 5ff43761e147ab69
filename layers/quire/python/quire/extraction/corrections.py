"""A person's values in the place of those that were found, each as the schema wants it."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from quire.extraction import patterns
from quire.extraction.schema import Array, Kind, Node, Object, Scalar, parse

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Correction:
    """`path` as in `line_items[0].amount`: of a scalar, or of a whole list or object."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that cannot stand at its path, and why."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """`data` with its `corrections`: of the values that were given, those that differ from what stood there."""

    data: dict[str, Any]
    corrections: tuple[Correction, ...]


def correct(data: Mapping[str, Any], schema: Any, values: Mapping[str, Any]) -> Corrected | list[Misfit]:
    """`data`, shaped as the schema says, with the `values` at their paths. Any field may be null, for it may be absent;
    a list is given whole to add or remove rows. What an object does not name becomes null.

    Raises:
        SchemaRefused: see `quire.extraction.parse`.
    """
    changed = copy.deepcopy(dict(data))
    places = {path: (node, holder, key) for path, node, holder, key in _places(parse(schema), changed, "")}
    misfits = [Misfit(path, "There is no such field.") for path in values if path not in places]
    misfits += [Misfit(path, "It lies within another field that is changed, too.") for path in _inside(values)]
    corrections: list[Correction] = []
    for path, value in values.items():
        if path not in places:
            continue
        node, holder, key = places[path]
        wrong: list[Misfit] = []
        after, before = _fitted(node, value, path, wrong), holder[key]
        misfits += wrong
        if not wrong and not _same(before, after):
            corrections.append(Correction(path, copy.deepcopy(before), copy.deepcopy(after)))
            holder[key] = after
    return misfits or Corrected(changed, tuple(corrections))


def _places(node: Node, value: Any, path: str) -> Iterator[tuple[str, Node, Any, Any]]:
    """Everything below a value: its path, what the schema says of it, and where it lies."""
    inner: list[tuple[str, Node, Any]] = []
    if isinstance(node, Object) and isinstance(value, dict):
        named = (part for part in node.properties if part.name in value)
        inner = [(f"{path}.{part.name}" if path else part.name, part, part.name) for part in named]
    elif isinstance(node, Array) and isinstance(value, list):
        inner = [(f"{path}[{number}]", node.items, number) for number in range(len(value))]
    for below, part, key in inner:
        yield below, part, value, key
        yield from _places(part, value[key], below)


def _inside(paths: Mapping[str, Any]) -> list[str]:
    """Those paths that lie within another."""
    return [path for path in paths if any(path.startswith((f"{other}.", f"{other}[")) for other in paths)]


def _fitted(node: Node, value: Any, path: str, wrong: list[Misfit]) -> Any:
    """The value as the answer holds it; what it cannot be is added to `wrong`."""
    if isinstance(node, Object):
        return _object(node, value, path, wrong)
    if isinstance(node, Array):
        if not isinstance(value, list):
            wrong.append(Misfit(path, "A list is wanted."))
            return value
        return [_fitted(node.items, one, f"{path}[{number}]", wrong) for number, one in enumerate(value)]
    if value is None:
        return None
    fault = _fault(node, value)
    if fault:
        wrong.append(Misfit(path, fault))
    return int(value) if not fault and node.written == "integer" and node.kind is not Kind.ENUM else value


def _object(node: Object, value: Any, path: str, wrong: list[Misfit]) -> Any:
    if not isinstance(value, Mapping):
        wrong.append(Misfit(path, "An object is wanted."))
        return value
    names = {part.name for part in node.properties}
    wrong += [Misfit(f"{path}.{name}", "There is no such field.") for name in value if name not in names]
    return {
        part.name: _fitted(part, value.get(part.name, _EMPTY[type(part)]), f"{path}.{part.name}", wrong)
        for part in node.properties
    }


_EMPTY: Mapping[type[Node], Any] = {Scalar: None, Object: {}, Array: []}


def _fault(scalar: Scalar, value: Any) -> str | None:
    """Why the schema does not take a value that is not null."""
    if scalar.kind is Kind.ENUM:
        allowed = any(_same(value, one) for one in scalar.enum)
        return None if allowed else f"One of {list(scalar.enum)} is wanted."
    if scalar.written == "boolean":
        return None if isinstance(value, bool) else "true or false is wanted."
    if scalar.written in ("number", "integer"):
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or (scalar.written == "integer" and value != int(value)):
            return f"{'A whole' if scalar.written == 'integer' else 'A'} number is wanted."
        return None
    if not isinstance(value, str):
        return "A text is wanted."
    if not _spelled(scalar.kind, value):
        return _SPELLING[scalar.kind]
    return None if patterns.fits(scalar.pattern, value) else "It does not have the schema's pattern."


_SPELLING = {
    Kind.DATE: "A date is wanted: 2025-12-31.",
    Kind.DATETIME: "A date and time are wanted: 2025-12-31T23:59:00Z.",
    Kind.TIME: "A time is wanted: 23:59:00Z.",
    Kind.EMAIL: "An email address is wanted.",
    Kind.URI: "An address without spaces is wanted.",
    Kind.UUID: "A UUID is wanted.",
}


def _spelled(kind: Kind, text: str) -> bool:
    match kind:
        case Kind.DATE:
            return _DAY.fullmatch(text) is not None and _reads(date, text)
        case Kind.DATETIME:
            return "T" in text and _reads(datetime, text)
        case Kind.TIME:
            return ":" in text and _reads(time, text)
        case Kind.EMAIL:
            return _EMAIL.fullmatch(text) is not None
        case Kind.URI:
            return bool(text) and not re.search(r"\s", text)
        case Kind.UUID:
            return patterns.fits(patterns.UUID, text)
        case _:
            return True


def _reads(kind: type[date | datetime | time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _same(one: Any, other: Any) -> bool:
    """As JSON: true is not 1, though Python holds them equal; 1 and 1.0 are one number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
