"""A schema made ready to be filled: its scalars with what their labels may be, its arrays likewise, level by level."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from quire.extraction.fields import Family, Field, arrays, compile_field, leaves
from quire.extraction.labels import Labels
from quire.extraction.schema import Array, Node, Object, Scalar, parse


@dataclass(slots=True)
class Ready:
    """One level: what is asked for outside of arrays, and the arrays, whose items are levels of their own.

    `pairs`: fields that are the first and the last day of one period.
    """

    tree: Node
    fields: list[Field]
    labels: Labels
    pairs: list[tuple[int, int]]
    arrays: list[tuple[Array, Ready]] = field(default_factory=list)

    def walk(self) -> Iterator[Ready]:
        """This level and all below."""
        yield self
        for _, inner in self.arrays:
            yield from inner.walk()


def prepare(schema: Any) -> Ready:
    """The schema made ready to be filled; the last few are kept.

    Raises:
        SchemaRefused: see `schema.parse`.
    """
    try:
        return _prepared(json.dumps(schema))
    except (TypeError, ValueError):
        return _ready(parse(schema))


@lru_cache(maxsize=16)
def _prepared(text: str) -> Ready:
    return _ready(parse(json.loads(text)))


def _ready(tree: Node, holder: Array | None = None) -> Ready:
    fields = [compile_field(scalar, parents, holder) for scalar, parents in leaves(tree)]
    ready = Ready(tree, fields, Labels(fields), _pairs(fields))
    for array in arrays(tree):
        items = array.items
        if isinstance(items, Scalar):  # what a list of values is, the list says
            items = replace(items, title=items.title or array.title, description=items.description or array.description)
        ready.arrays.append((array, _ready(items, array)))
    return ready


def _pairs(fields: Sequence[Field]) -> list[tuple[int, int]]:
    """A first day is paired with the last day whose names have the most words in common, the first of those."""
    lasts = {m: _words(one) for m, one in enumerate(fields) if one.family is Family.DATE and one.part > 0}
    everywhere = frozenset.intersection(*lasts.values()) if lasts else frozenset()
    having: dict[str, list[int]] = defaultdict(list)
    for m, words in lasts.items():
        for word in words - everywhere:  # a word that all have tells none from another
            having[word].append(m)
    pairs: list[tuple[int, int]] = []
    for n, one in enumerate(fields):
        if one.family is not Family.DATE or one.part >= 0:
            continue
        own = _words(one)
        shared = Counter(m for word in own for m in having.get(word, ()))
        if shared:
            pairs.append((n, min(shared, key=lambda m: (-shared[m], m))))
        elif own & everywhere:
            pairs.append((n, next(iter(lasts))))
    return pairs


def _words(one: Field) -> frozenset[str]:
    """The words of all its names."""
    return frozenset(token for phrase in one.phrases for token in phrase.tokens)


def shaped(node: Node, found: dict[str, Any], filled: dict[str, list[Any]]) -> Any:
    """The answer in the schema's shape: `found` has the value of each scalar by path, `filled` of each array."""
    if isinstance(node, Object):
        return {inner.name: shaped(inner, found, filled) for inner in node.properties}
    if isinstance(node, Array):
        return filled.get(node.path, [])
    return found.get(node.path)
